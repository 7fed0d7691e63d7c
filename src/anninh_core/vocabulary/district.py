"""A district as data: everything that differs between districts, and from year to year.

A `District` is built by the profile loader and never changes; a new version of the profile is a new value. "District"
is the 2021 term: the authority may also be a province or a commune.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, tzinfo
from functools import cached_property

from attrs import define, field, frozen

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.search.phrase_index import PhraseIndex
from anninh_core.kernel.search.query import Phrase, slang_terms
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.vocabulary.delivery import DeliveryRules
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.places import PlaceNames, PlaceWords
from anninh_core.vocabulary.plan import Indicator, Milestone, Obligation, ReportTemplate
from anninh_core.vocabulary.rights import RightsRules
from anninh_core.vocabulary.rules import (
    Category,
    Charter,
    DeadlineRule,
    DutyRules,
    FloodRules,
    Gate,
    KeyRules,
    ReadyAnswer,
    RoutingRule,
    SettlingRule,
    TalkRules,
    VideoRules,
)
from anninh_core.vocabulary.supervision import AccusedKind, SupervisionRule
from anninh_core.vocabulary.units import Succession, Unit, UnitLevel, label_units

# The first delivery method is a plain message, and the last is a task for a person.
WINDOW = "window"
TASK = "task"


@frozen
class Role:
    """A role of officers: a bundle of permissions with a name.

    Attributes:
        apart_from: roles that no one may hold together with this role; it applies both ways.
    """

    id: str
    name: str
    permissions: frozenset[Permission]
    apart_from: frozenset[str] = frozenset()


@define(frozen=True, kw_only=True, slots=False)  # The class has no slots, as the indexes below are cached on first use.
class District:
    """The whole profile of a district, validated.

    Attributes:
        id, version, valid_from: identify the profile.
        root: the unit that owns the store, its keys and its journal.
        standing_body: unit that monitors, guides, inspects and urges.
        wording: key -> text with `{placeholders}`; every sentence that residents and officers read.
        teen_code: folded informal word -> its meaning.
        words: folded phrases by router kind (`tip`, `question`, …) and the emergency phrases under `emergency`.
        ladders: purpose, or its part before a dot -> delivery methods, tried in order to reach a recipient.
        retention_days: kind of data -> days kept.
        key_rules: lifetime of epoch keys, which also limits what old backups can still decrypt.
        separate_roles_by: day from which no one keeps two roles that are apart, even if granted before that became a
            rule.
        second_factor_roles: roles with a required second factor for signing in by a password or a chat.
        emergency_numbers: number -> its use.
        search_mode: `scan` decrypts the bodies in scope, `tokens` queries the storage's index of keyed words.
        settling: outcome of a tip -> its requirements; other outcomes require only a text and a code.
        claim_hours: hours for which an officer may claim an unassigned tip.
        review_hours: hours within which a second person reviews an emergency publication by one person.
        duty: who is notified of incoming messages, and when notices escalate.
        rights: data subject requests and their deadlines.
        false_reasons: reason code -> its name, for a case found to be a prank or a false report.
        reporter_roles: legal kind -> `witness`, `accuser` or `party`: the reporter's role in an incident.
        ready_answers: prepared wordings that officers insert into their texts.
        supervision: rules for who handles reports that accuse a unit, tried in order.
        indicators: indicators of its own reports, in addition to those of every installation.
    """

    id: str
    name: str
    version: str
    valid_from: date
    timezone: tzinfo
    root: str
    standing_body: str
    levels: Mapping[str, UnitLevel]
    units: Mapping[str, Unit]
    successions: tuple[Succession, ...]
    roles: Mapping[str, Role]
    incoming: Mapping[str, Category]
    outgoing: Mapping[str, Category]
    gates: tuple[Gate, ...]
    charter: Charter
    calendar: WorkCalendar
    deadlines: tuple[DeadlineRule, ...]
    routing: tuple[RoutingRule, ...]
    milestones: tuple[Milestone, ...]
    obligations: Mapping[str, Obligation]
    templates: Mapping[str, ReportTemplate]
    wording: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    teen_code: Mapping[str, str] = field(factory=dict)
    ladders: Mapping[str, tuple[str, ...]] = field(factory=dict)
    retention_days: Mapping[str, int] = field(factory=dict)
    key_rules: KeyRules = field(factory=KeyRules)
    separate_roles_by: date = date.max
    second_factor_roles: frozenset[str] = frozenset()
    emergency_numbers: Mapping[str, str] = field(factory=dict)
    official_domains: tuple[str, ...] = ()
    local_models: Mapping[str, str] = field(factory=dict)
    delivery: DeliveryRules = field(factory=DeliveryRules)
    search_mode: str = "scan"
    review_hours: int = 24
    duty: DutyRules = field(factory=DutyRules)
    talk: TalkRules = field(factory=TalkRules)
    flood: FloodRules = field(factory=FloodRules)
    settling: Mapping[str, SettlingRule] = field(factory=dict)
    claim_hours: int = 4
    false_reasons: Mapping[str, str] = field(factory=dict)
    reporter_roles: Mapping[str, str] = field(factory=dict)
    places: PlaceWords = field(factory=PlaceWords)
    rights: RightsRules = field(factory=RightsRules)
    ready_answers: tuple[ReadyAnswer, ...] = ()
    supervision: tuple[SupervisionRule, ...] = ()
    indicators: Mapping[str, Indicator] = field(factory=dict)
    video: VideoRules = field(factory=VideoRules)

    def unit(self, id: str) -> Unit:
        """Return the unit with an id, or raise `NotFound`."""
        try:
            return self.units[id]
        except KeyError:
            raise NotFound(
                "Profile {profile!r} has no unit {id!r}: `anninh units` lists the units.",
                kind="unit",
                id=id,
                profile=self.id,
            ) from None

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Unit id -> ids of its direct subunits, in the profile's order."""
        below: dict[str, list[str]] = {id: [] for id in self.units}
        for unit in self.units.values():
            if unit.parent is not None:
                below[unit.parent].append(unit.id)
        return {id: tuple(ids) for id, ids in below.items()}

    @cached_property
    def _subtrees(self) -> dict[str, tuple[str, ...]]:
        """A cache for the results of `subtree`, which is called on every read of an officer."""
        return {}

    @cached_property
    def _phrases_of_lists(self) -> dict[tuple[str, ...], PhraseIndex]:
        """A cache for the results of `phrases_of`, which is called for every message with the same few lists."""
        return {}

    @cached_property
    def slang(self) -> Mapping[str, Phrase]:
        """Folded informal word -> the folded words that searches and their index use instead."""
        return slang_terms(self.teen_code)

    @cached_property
    def place_names(self) -> PlaceNames:
        """An index of the names of places in the district."""
        return PlaceNames(self, self.places)

    @cached_property
    def unit_labels(self) -> Mapping[str, str]:
        """Unit id -> its name, followed by the parent's name if several units share it, as areas of a commune do."""
        return label_units(self.units)

    @cached_property
    def _counting_units(self) -> Mapping[str, str]:
        """Unit id -> id of the unit at the counting level to which it belongs; a unit above that level maps to
        itself.
        """
        return {
            id: next((a for a in self.ancestors(id) if self.levels[self.units[a].level].counts), id)
            for id in self.units
        }

    def phrases_of(self, *lists: str) -> PhraseIndex:
        """Return an index of the phrases in some lists of `words`; lists that the profile lacks are empty.

        `incoming` selects the words of all incoming categories, which are found as `incoming.<category>`.
        """
        if lists not in self._phrases_of_lists:
            incoming = {f"incoming.{id}": category.words for id, category in self.incoming.items()}
            phrases = {name: self.words.get(name, ()) for name in lists}
            self._phrases_of_lists[lists] = PhraseIndex(phrases | incoming if "incoming" in lists else phrases)
        return self._phrases_of_lists[lists]

    def ancestors(self, id: str) -> Iterator[str]:
        """Yield the id of a unit, then those of its parents, up to the root of its tree."""
        current: str | None = self.unit(id).id
        while current is not None:
            yield current
            current = self.units[current].parent

    def are_apart(self, role_id: str, other_id: str) -> bool:
        """Return whether no one may have both roles; a role that the profile no longer has excludes no other role."""
        first, second = self.roles.get(role_id), self.roles.get(other_id)
        return (
            first is not None and second is not None and (other_id in first.apart_from or role_id in second.apart_from)
        )

    def is_within(self, id: str, top: str) -> bool:
        """Return whether the unit `id` is the unit `top` or a unit below it."""
        return top in self.ancestors(id)

    def superior(self, id: str) -> str:
        """Return the id of a unit's parent within the authority; the root is its own superior, since units above it
        belong to another authority.
        """
        unit = self.unit(id)
        return unit.id if unit.parent is None or unit.id == self.root else unit.parent

    def subtree(self, top: str) -> tuple[str, ...]:
        """Return the ids of the unit `top` and of all units below it, parents first."""
        if top not in self._subtrees:
            ids = [self.unit(top).id]
            for id in ids:
                ids.extend(self.children[id])
            self._subtrees[top] = tuple(ids)
        return self._subtrees[top]

    def counting_unit(self, id: str) -> str:
        """Return the unit at the counting level to which the unit `id` belongs, or `id` itself if it is above that
        level.
        """
        return self._counting_units[self.unit(id).id]

    def supervision_of(self, accused: AccusedKind, unit: str = "") -> SupervisionRule:
        """Return the rule for reports that accuse a unit; without a matching rule the root handles them, unless it is
        accused.

        Args:
            accused: kind of the accused.
            unit: id of the accused unit; "" for a unit of the counting level that isn't known yet.
        """
        level = self.units[unit].level if unit else ""
        for rule in self.supervision:
            is_named = unit in rule.units if rule.units else (not unit or level in rule.levels)
            if accused in rule.accused and is_named:
                return rule
        return SupervisionRule(accused=(accused,), supervised_by="" if unit == self.root else self.root)

    def units_at_level(self, level: str, on: date | None = None) -> tuple[Unit, ...]:
        """Return the units of a level, in the profile's order; if a day is given, only units that exist on it."""
        return tuple(u for u in self.units.values() if u.level == level and (on is None or u.exists_on(on)))

    def obligation(self, id: str) -> Obligation:
        """Return the obligation with an id, or raise `NotFound`."""
        try:
            return self.obligations[id]
        except KeyError:
            known_ids = ", ".join(self.obligations) or "none"
            raise NotFound(
                "Profile {profile!r} has no obligation {id!r}: choose one of {allowed}.",
                kind="obligation",
                id=id,
                profile=self.id,
                allowed=known_ids,
            ) from None

    def require_word(self, what: str, word: str, allowed: Collection[str]) -> str:
        """Return the value of a filter if the profile has it, or "" if none was given.

        Args:
            what: kind of the value, for the error.
            word: value as entered.
            allowed: values that the profile has.

        Raises:
            BadInput: the profile doesn't have the value.
        """
        if word and word not in allowed:
            raise BadInput(
                "Profile {profile!r} has no {family:record} {code!r}: choose one of {allowed}.",
                family=what,
                code=word,
                profile=self.id,
                allowed=tuple(allowed),
            )
        return word

    def units_owing(self, obligation: Obligation, year: int) -> tuple[str, ...]:
        """Return the units that owe a report of a year: units of its level, below its addressee, that exist on its last
        day.
        """
        existing = self.units_at_level(obligation.level, obligation.last_day(year))
        return tuple(unit.id for unit in existing if self.is_within(unit.id, obligation.to))

    def counted_units(self, top: str) -> tuple[str, ...]:
        """Return the units whose counters together make up those of `top`, with each fact once: areas are counted in
        their commune.
        """
        if self.counting_unit(top) != top:
            return (top,)
        return tuple(id for id in self.subtree(top) if self.counting_unit(id) == id)

    def unit_sets(self) -> Iterator[tuple[str, ...]]:
        """Yield the sets of units for which sums are stored: one set for every unit whose figures come from several
        units.
        """
        return (units for units in map(self.counted_units, self.units) if len(units) > 1)

    def delivery_methods(self, purpose: str) -> tuple[str, ...]:
        """Return the delivery methods for a purpose: its own, otherwise those of its part before a dot, or else a plain
        message.
        """
        prefix = purpose
        while prefix and prefix not in self.ladders:
            prefix = prefix.rpartition(".")[0]
        return self.ladders.get(prefix, (WINDOW,))

    def say(self, key: str, **facts: object) -> str:
        """Return a text of the profile's wording with its placeholders filled.

        Raises:
            NotFound: the profile has no such wording.
        """
        try:
            return self.wording[key].format(**facts)
        except KeyError as missing:
            raise NotFound(
                "Wording {wording!r} of profile {profile!r} can't be written, because {placeholder!r} is "
                "missing: correct the wording in the profile.",
                wording=key,
                profile=self.id,
                placeholder=missing.args[0],
            ) from None
