"""Choices for the arguments of operations, the same for every interface: values and their labels."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from attrs import frozen

from anninh_core.domain.identity.states import ASKABLE
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import AnninhError
from anninh_core.vocabulary.district import District

_MOST = 200


@frozen
class Choice:
    """A value that a person can choose for an argument, with its label."""

    value: str
    label: str


class Chooser(Protocol):
    """Context in which a person chooses an argument: a page of the board, or a command on the command line."""

    @property
    def district(self) -> District:
        """The profile of the district."""

    @property
    def today(self) -> date:
        """The current date in Vietnam."""

    @property
    def messengers(self) -> Sequence[str]:
        """Names of the messengers in the settings."""

    @property
    def unit(self) -> str:
        """Unit of the record that the operation is about, "" for none."""

    @property
    def given(self) -> Mapping[str, object]:
        """Arguments of the operation that were entered before."""

    def ask(self, operation: str, **arguments: object) -> Any:
        """Return the result of a query, carried out as the person who chooses; a repeated query is run once."""

    def may(self, operation: str) -> bool:
        """Return whether the person who chooses has the permission for an operation on some unit."""

    def words(self, message: str, /, **values: object) -> str:
        """Return a message in the reader's language."""

    def label(self, value: object, of: str = "") -> str:
        """Return the label of a value of a closed list."""

    def name_unit(self, unit: str) -> str:
        """Return the label of a unit."""


ChoiceSource = Callable[[Chooser], Sequence[Choice]]


def list_choices(chooser: Chooser, source: str) -> Sequence[Choice]:
    """Return the choices for an argument.

    Args:
        chooser: context of the choice.
        source: name of the list, from the argument type.
    """
    return _SOURCES[source](chooser)


def list_units_within_reach(chooser: Chooser) -> Sequence[Choice]:
    """Return the present units on which the chooser has roles and the units below them, those with roles first."""
    district = chooser.district
    role_units = chooser.ask("units.whoami").role_units
    reached = {id for unit in role_units if unit in district.units for id in district.subtree(unit)}
    choices = [Choice(id, chooser.name_unit(id)) for id in reached if district.units[id].exists_on(chooser.today)]
    return sorted(choices, key=lambda choice: (choice.value not in role_units, choice.label))


def list_wording(district: District, family: str) -> Mapping[str, str]:
    """Return code -> text of a family of the profile's wording, such as `legal_kind`."""
    start = f"{family}."
    return {key.removeprefix(start): text for key, text in district.wording.items() if key.startswith(start)}


def _list_units(chooser: Chooser) -> Sequence[Choice]:
    """Return the present units, and the units of the record and the chooser even if they have ended."""
    own = {chooser.unit, chooser.ask("units.whoami").unit}
    units = [unit for unit in chooser.district.units.values() if unit.exists_on(chooser.today) or unit.id in own]
    choices = [(unit.level, Choice(unit.id, chooser.name_unit(unit.id))) for unit in units]
    return [choice for _, choice in sorted(choices, key=lambda pair: (pair[0], pair[1].label))]


def _list_audience(chooser: Chooser) -> Sequence[Choice]:
    """Return the units with groups that an author may write for, with their number of active groups, in the order of
    the tree.
    """
    district = chooser.district
    groups = chooser.ask("groups.list") if chooser.may("groups.list") else ()
    of_unit = Counter(group.unit for group in groups if group.state.value == "active")
    choice_counts = [
        (choice, sum(of_unit[id] for id in district.subtree(choice.value)))
        for choice in list_units_within_reach(chooser)
    ]
    place = {id: number for number, id in enumerate(district.units)}
    choice_counts.sort(key=lambda pair: (pair[1] == 0, place[pair[0].value]))
    return [Choice(choice.value, _add_group_count(chooser, choice.label, count)) for choice, count in choice_counts]


def _add_group_count(chooser: Chooser, unit: str, count: int) -> str:
    return chooser.words("{unit}: {count} groups", unit=unit, count=count) if count else unit


def _list_officers_for_record(chooser: Chooser) -> Sequence[Choice]:
    """Return the officers to choose for a record: those of its unit, of the chooser's unit and of the
    `standing_body`.
    """
    district = chooser.district
    own = chooser.ask("units.whoami").unit
    unit = chooser.unit
    is_above = bool(unit) and unit in district.units and district.is_within(unit, own)
    return _list_officers_of_units(chooser, unit or own, "" if is_above else own, district.standing_body)


def _list_all_officers(chooser: Chooser) -> Sequence[Choice]:
    """Return the officers to choose for a record, then all others, because a conflict of interest may concern an
    officer of any unit.
    """
    district = chooser.district
    own = chooser.ask("units.whoami").unit
    return _list_officers_of_units(chooser, chooser.unit, own, district.standing_body, district.root)


def _list_officers_of_units(chooser: Chooser, *units: str) -> Sequence[Choice]:
    """Return the chooser, and the officers of these units and the units below, as far as the chooser may list them."""
    me = chooser.ask("units.whoami")
    choices = {me.id: Choice(me.id, chooser.words("You – {name}", name=me.name))}
    for unit in filter(None, units):
        try:
            officers = chooser.ask("units.officers", unit=unit, limit=_MOST).items
        except AnninhError:  # The chooser may not list these officers.
            continue
        for officer in officers:
            label = f"{officer.name} – {chooser.name_unit(officer.unit)}"
            choices.setdefault(officer.id, Choice(officer.id, label))
    return [*choices.values()]


def _list_settling_reasons(chooser: Chooser) -> Sequence[Choice]:
    """Return the reasons for the chosen outcome of a case, or those for all outcomes if none is chosen yet."""
    rules = chooser.district.settling
    outcome = str(chooser.given.get("outcome", ""))
    of_outcome = [rules[outcome]] if outcome in rules else rules.values()
    return _to_choices({code: name for rule in of_outcome for code, name in rule.reasons.items()})


def _list_dismissal_reasons(chooser: Chooser) -> Sequence[Choice]:
    small_talk = Choice("small_talk", chooser.label("small_talk", "DismissalReason"))
    return [small_talk, *_to_choices(chooser.district.false_reasons)]


def _list_copy_formats(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice("docx", "DOCX"),
        Choice("pdf", "PDF"),
        Choice("html", chooser.words("HTML page")),
        Choice("zip", chooser.words("ZIP, including the files sent")),
        Choice("json", chooser.words("JSON, machine-readable")),
    ]


def _list_settling_outcomes(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice(TipState.RESOLVED.value, chooser.words("Resolved")),
        Choice(TipState.UNFOUNDED.value, chooser.words("Unfounded")),
        Choice(TipState.REFUSED.value, chooser.words("Not accepted")),
    ]


def _list_moderation_actions(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice(ModerationAction.REMIND.value, chooser.words("Post a reminder in the group")),
        Choice(ModerationAction.ASK_REMOVE.value, chooser.words("Ask the author to remove the post")),
        Choice(ModerationAction.DELETE.value, chooser.words("Remove the post")),
        Choice(ModerationAction.LOCK.value, chooser.words("Lock the group temporarily")),
        Choice(ModerationAction.REMOVE_MEMBER.value, chooser.words("Remove the author from the group")),
        Choice(ModerationAction.NONE.value, chooser.words("Take no action")),
    ]


def _list_identity_fields(chooser: Chooser) -> Sequence[Choice]:
    return [Choice(field.value, chooser.label(field)) for field in ASKABLE]


def _list_request_channels(chooser: Chooser) -> Sequence[Choice]:
    by_officers = (RequestChannel.OFFICE, RequestChannel.PHONE, RequestChannel.LETTER)
    return [Choice(channel.value, chooser.label(channel)) for channel in by_officers]


def _profile_source(read: Callable[[District], Mapping[str, str]]) -> ChoiceSource:
    """Return a function that lists the choices in a table of the profile: code -> text."""
    return lambda chooser: _to_choices(read(chooser.district))


def _wording_source(family: str) -> ChoiceSource:
    return lambda chooser: _to_choices(list_wording(chooser.district, family))


def _to_choices(labels: Mapping[str, str]) -> list[Choice]:
    return [Choice(code, name) for code, name in labels.items()]


_SOURCES: Mapping[str, ChoiceSource] = {
    "all_officers": _list_all_officers,
    "audience": _list_audience,
    "charter_rules": _profile_source(lambda district: {rule.code: rule.text for rule in district.charter.rules}),
    "copy_formats": _list_copy_formats,
    "dismissal_reasons": _list_dismissal_reasons,
    "false_reasons": _profile_source(lambda district: district.false_reasons),
    "formats": lambda _: [Choice("docx", "DOCX"), Choice("pdf", "PDF")],
    "gates": _profile_source(lambda district: {gate.id: gate.question for gate in district.gates}),
    "identity_fields": _list_identity_fields,
    "group_kinds": _wording_source("group_kind"),
    "incoming": _profile_source(
        lambda district: {category.id: category.name for category in district.incoming.values()}
    ),
    "key_person_posts": _wording_source("key_person"),
    "legal_kinds": _wording_source("legal_kind"),
    "messengers": lambda chooser: [Choice(name, name) for name in chooser.messengers],
    "moderation_actions": _list_moderation_actions,
    "obligations": _profile_source(
        lambda district: {obligation.id: obligation.name for obligation in district.obligations.values()}
    ),
    "officers": _list_officers_for_record,
    "outgoing": _profile_source(
        lambda district: {category.id: category.name for category in district.outgoing.values()}
    ),
    "own_units": list_units_within_reach,
    "posts": _wording_source("board"),
    "request_channels": _list_request_channels,
    "rights_categories": _wording_source("rights.category"),
    "rights_deliveries": _profile_source(lambda district: district.rights.deliveries),
    "rights_ways": _profile_source(lambda district: district.rights.ways),
    "roles": _profile_source(lambda district: {role.id: role.name for role in district.roles.values()}),
    "settling_outcomes": _list_settling_outcomes,
    "settling_reasons": _list_settling_reasons,
    "units": _list_units,
    "urgencies": _wording_source("urgency"),
}
