"""What an officer may choose for an argument, whichever interface asks: values, and what people call them."""

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
    """A value to choose, and what people call it."""

    value: str
    label: str


class Chooser(Protocol):
    """Who chooses, and for what: a page of the board, or a command that is being carried out."""

    @property
    def district(self) -> District:
        """The profile."""

    @property
    def today(self) -> date:
        """The day in Vietnam."""

    @property
    def messengers(self) -> Sequence[str]:
        """Names of the messengers in the settings."""

    @property
    def unit(self) -> str:
        """Unit of the record that the act is about, "" for none."""

    @property
    def given(self) -> Mapping[str, object]:
        """Arguments that are known already."""

    def ask(self, operation: str, **arguments: object) -> Any:
        """Return what a query answers whoever chooses; the same query is carried out once."""

    def may(self, operation: str) -> bool:
        """Tell whether the chooser's permissions reach an operation on some unit."""

    def words(self, message: str, /, **values: object) -> str:
        """Return a message in the reader's language."""

    def label(self, value: object, of: str = "") -> str:
        """Return what people call a value of a closed list."""

    def name_unit(self, unit: str) -> str:
        """Return what people call a unit."""


ChoiceSource = Callable[[Chooser], Sequence[Choice]]


def list_choices(chooser: Chooser, source: str) -> Sequence[Choice]:
    """Return what can be chosen.

    Args:
        chooser: who chooses, and for what.
        source: name of the list, as an argument type has it.
    """
    return _SOURCES[source](chooser)


def list_units_within_reach(chooser: Chooser) -> Sequence[Choice]:
    """Return today's units from those of the chooser's roles down, the widest first, the way one drills."""
    district = chooser.district
    widest = chooser.ask("units.whoami").role_units
    reached = {id for unit in widest if unit in district.units for id in district.subtree(unit)}
    living = [Choice(id, chooser.name_unit(id)) for id in reached if district.units[id].exists_on(chooser.today)]
    return sorted(living, key=lambda choice: (choice.value not in widest, choice.label))


def list_wording(district: District, family: str) -> Mapping[str, str]:
    """Return code -> the words of a family of the profile's wording, such as `legal_kind`."""
    start = f"{family}."
    return {key.removeprefix(start): text for key, text in district.wording.items() if key.startswith(start)}


def _units(chooser: Chooser) -> Sequence[Choice]:
    """Return today's units, and the record's and the chooser's own, which may have ended."""
    own = {chooser.unit, chooser.ask("units.whoami").unit}
    living = [unit for unit in chooser.district.units.values() if unit.exists_on(chooser.today) or unit.id in own]
    choices = [(unit.level, Choice(unit.id, chooser.name_unit(unit.id))) for unit in living]
    return [choice for _, choice in sorted(choices, key=lambda pair: (pair[0], pair[1].label))]


def _audience(chooser: Chooser) -> Sequence[Choice]:
    """Return the units whose groups an author may write for, with their number of active groups, by the tree."""
    district = chooser.district
    groups = chooser.ask("groups.list") if chooser.may("groups.list") else ()
    of_unit = Counter(group.unit for group in groups if group.state.value == "active")
    counted = [
        (choice, sum(of_unit[id] for id in district.subtree(choice.value)))
        for choice in list_units_within_reach(chooser)
    ]
    place = {id: number for number, id in enumerate(district.units)}
    counted.sort(key=lambda pair: (pair[1] == 0, place[pair[0].value]))
    return [Choice(choice.value, _with_count(chooser, choice.label, count)) for choice, count in counted]


def _with_count(chooser: Chooser, unit: str, count: int) -> str:
    return chooser.words("{unit}: {count} groups", unit=unit, count=count) if count else unit


def _officers(chooser: Chooser) -> Sequence[Choice]:
    """Return the officers around a record: those of its unit, of the chooser's and of the standing body."""
    district = chooser.district
    own = chooser.ask("units.whoami").unit
    unit = chooser.unit
    is_above = bool(unit) and unit in district.units and district.is_within(unit, own)
    return _officers_of(chooser, unit or own, "" if is_above else own, district.standing_body)


def _all_officers(chooser: Chooser) -> Sequence[Choice]:
    """Return those around a record, then all others: who has a conflict of interest may be at home anywhere."""
    district = chooser.district
    own = chooser.ask("units.whoami").unit
    return _officers_of(chooser, chooser.unit, own, district.standing_body, district.root)


def _officers_of(chooser: Chooser, *units: str) -> Sequence[Choice]:
    """Return whoever asks, and the officers at home in some units or below, as far as they may be listed."""
    me = chooser.ask("units.whoami")
    choices = {me.id: Choice(me.id, chooser.words("You – {name}", name=me.name))}
    for unit in filter(None, units):
        try:
            officers = chooser.ask("units.officers", unit=unit, limit=_MOST).items
        except AnninhError:  # they may not be listed
            continue
        for officer in officers:
            label = f"{officer.name} – {chooser.name_unit(officer.unit)}"
            choices.setdefault(officer.id, Choice(officer.id, label))
    return [*choices.values()]


def _settling_reasons(chooser: Chooser) -> Sequence[Choice]:
    """Return the reasons of the outcome that is given, of all outcomes before one is."""
    rules = chooser.district.settling
    outcome = str(chooser.given.get("outcome", ""))
    of_outcome = [rules[outcome]] if outcome in rules else rules.values()
    return _choices({code: name for rule in of_outcome for code, name in rule.reasons.items()})


def _dismissal_reasons(chooser: Chooser) -> Sequence[Choice]:
    small_talk = Choice("small_talk", chooser.label("small_talk", "DismissalReason"))
    return [small_talk, *_choices(chooser.district.false_reasons)]


def _copy_formats(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice("docx", "DOCX"),
        Choice("pdf", "PDF"),
        Choice("html", chooser.words("HTML page")),
        Choice("zip", chooser.words("ZIP, including the files sent")),
        Choice("json", chooser.words("JSON, machine-readable")),
    ]


def _settling_outcomes(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice(TipState.RESOLVED.value, chooser.words("Resolved")),
        Choice(TipState.UNFOUNDED.value, chooser.words("Unfounded")),
        Choice(TipState.REFUSED.value, chooser.words("Not accepted")),
    ]


def _moderation_actions(chooser: Chooser) -> Sequence[Choice]:
    return [
        Choice(ModerationAction.REMIND.value, chooser.words("Post a reminder in the group")),
        Choice(ModerationAction.ASK_REMOVE.value, chooser.words("Ask the author to remove the post")),
        Choice(ModerationAction.DELETE.value, chooser.words("Remove the post")),
        Choice(ModerationAction.LOCK.value, chooser.words("Lock the group temporarily")),
        Choice(ModerationAction.REMOVE_MEMBER.value, chooser.words("Remove the author from the group")),
        Choice(ModerationAction.NONE.value, chooser.words("Take no action")),
    ]


def _identity_fields(chooser: Chooser) -> Sequence[Choice]:
    return [Choice(field.value, chooser.label(field)) for field in ASKABLE]


def _request_channels(chooser: Chooser) -> Sequence[Choice]:
    by_officers = (RequestChannel.OFFICE, RequestChannel.PHONE, RequestChannel.LETTER)
    return [Choice(channel.value, chooser.label(channel)) for channel in by_officers]


def _profile(read: Callable[[District], Mapping[str, str]]) -> ChoiceSource:
    """Return the source of a list of the profile: code -> words."""
    return lambda chooser: _choices(read(chooser.district))


def _wording(family: str) -> ChoiceSource:
    return lambda chooser: _choices(list_wording(chooser.district, family))


def _choices(named: Mapping[str, str]) -> list[Choice]:
    return [Choice(code, name) for code, name in named.items()]


_SOURCES: Mapping[str, ChoiceSource] = {
    "all_officers": _all_officers,
    "audience": _audience,
    "charter_rules": _profile(lambda district: {rule.code: rule.text for rule in district.charter.rules}),
    "copy_formats": _copy_formats,
    "dismissal_reasons": _dismissal_reasons,
    "false_reasons": _profile(lambda district: district.false_reasons),
    "formats": lambda _: [Choice("docx", "DOCX"), Choice("pdf", "PDF")],
    "gates": _profile(lambda district: {gate.id: gate.question for gate in district.gates}),
    "identity_fields": _identity_fields,
    "group_kinds": _wording("group_kind"),
    "incoming": _profile(lambda district: {one.id: one.name for one in district.incoming.values()}),
    "key_person_posts": _wording("key_person"),
    "legal_kinds": _wording("legal_kind"),
    "messengers": lambda chooser: [Choice(name, name) for name in chooser.messengers],
    "moderation_actions": _moderation_actions,
    "obligations": _profile(lambda district: {one.id: one.name for one in district.obligations.values()}),
    "officers": _officers,
    "outgoing": _profile(lambda district: {one.id: one.name for one in district.outgoing.values()}),
    "own_units": list_units_within_reach,
    "posts": _wording("board"),
    "request_channels": _request_channels,
    "rights_categories": _wording("rights.category"),
    "rights_deliveries": _profile(lambda district: district.rights.deliveries),
    "rights_ways": _profile(lambda district: district.rights.ways),
    "roles": _profile(lambda district: {role.id: role.name for role in district.roles.values()}),
    "settling_outcomes": _settling_outcomes,
    "settling_reasons": _settling_reasons,
    "units": _units,
    "urgencies": _wording("urgency"),
}
