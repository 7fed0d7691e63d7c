"""Use cases that suggest places, handlers and duplicates of tips and undo merges, and steps of intake that place
tips.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from attrs import evolve

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import BY_A_PERSON, Tip
from anninh_core.domain.tips.sorting.duplicates import (
    WINDOW,
    SimilarTip,
    count_sources,
    find_duplicates,
)
from anninh_core.domain.tips.sorting.location_question import (
    find_first_point,
    is_unplaced,
    read_place_answer,
    suggest_places,
)
from anninh_core.domain.tips.sorting.places import PlaceSuggestion
from anninh_core.domain.tips.sorting.routing import RoutingSimulation, RuleTrial, explain_route, simulate_rules
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.tips.values import NamedPlace
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Reason, TipId, WithinUnit
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import view
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rules import RoutingRule

_EXAMPLES = 200
_MOST_CANDIDATES = 500
_HOUR = timedelta(hours=1)
_ZONES = 14  # Maximum difference in hours between two notations of the same moment.


@view
class Sources:
    """How many people reported a matter.

    Attributes:
        tips: number of counted tips, including the tip asked about.
        people: number of different reporters with a chat.
        unknown: number of tips of callers, walk-ins and people without a chat, with unknown reporters.
    """

    tips: int
    people: int
    unknown: int


class TipSorting(Service):
    """Use cases of the place, routing and duplicates of tips."""

    action_prefix = "tips"

    @step(Permission.INTAKE)
    def hear_place(
        self,
        uow: UnitOfWork,
        tip_id: str,
        text: str,
        attachments: Sequence[Attachment] = (),
        *,
        is_number: bool = False,
    ) -> Tip:
        """Move a tip without a known commune to the place that a later message names for certain.

        Args:
            text: text of the message.
            attachments: attachments of the message; a location is a place.
            is_number: whether the text is the number of a place that its reporter was asked to choose from.
        """
        tip = get_permitted_tip(uow, tip_id)
        district = self.context.district
        if not is_unplaced(district, tip):
            return tip
        place = read_place_answer(district, tip, text, find_first_point(attachments), is_number=is_number)
        if place is None or place.unit == tip.unit or not district.is_within(place.unit, tip.unit):
            return tip
        uow.add_event("tip.placed")
        placed = tip.placed(place.unit, place.reason)
        if placed.lock is not None and placed.is_locked and not placed.lock.units:
            accused = district.counting_unit(place.unit)
            placed = evolve(placed, lock=placed.lock.with_accused((), (accused,)))
        return uow.save(TIP, placed)

    @step(Permission.INTAKE)
    def note_place(self, uow: UnitOfWork, tip_id: str, unit: str, how: PlaceChange, reason: str) -> Tip:
        """Record another place that the reporter names, and move the tip if it is a correction.

        A unit set by a person is changed by a person only; officers on duty at the named place are paged regardless.
        """
        tip = get_permitted_tip(uow, tip_id)
        place = NamedPlace(unit=unit, how=how, reason=reason, at=uow.at, before=tip.unit)
        updated = tip.with_named_place(place)
        if how is PlaceChange.CORRECTED and tip.place_reason != BY_A_PERSON:
            updated = updated.placed(unit, reason)
        uow.add_event(f"tip.place_{how}")
        return uow.save(TIP, recompute_deadlines(self.context.district, updated, uow.at))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def suggest_place(self, session: ReadSession, tip_id: TipId) -> tuple[PlaceSuggestion, ...]:
        """Return where a tip may have happened by its words and location, the most certain place first, with why."""
        return suggest_places(self.context.district, get_permitted_tip(session, tip_id))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def explain_route(self, session: ReadSession, tip_id: TipId) -> tuple[RuleTrial, ...]:
        """Return every routing rule in its order, whether it matches a tip, and which of its conditions hold."""
        return explain_route(self.context.district, get_permitted_tip(session, tip_id))

    @query(Permission.TIP_READ, traced=True, public=True)
    def simulate_routing(
        self,
        session: ReadSession,
        rules: Sequence[RoutingRule],
        *,
        unit: WithinUnit = "",
        since: date | None = None,
        until: date | None = None,
    ) -> RoutingSimulation:
        """Simulate other routing rules on past tips that the actor may read.

        Tips are routed by their current data, from the unit they came to, not the unit they were sent on to.

        Args:
            rules: rules in the order in which they are tried.
            unit: only tips of this unit and below.
            since: only tips received on this day or later, in the district's time zone.
            until: only tips received on this day or earlier.

        Raises:
            BadInput: no rules, or a rule with a unit that the profile doesn't have.
        """
        session.permitted_units()
        self._check_rules(rules)
        tips = self._iter_tips(session, unit, since or date.min, until or date.max)
        simulation = simulate_rules(self.context.district, tips, rules, examples=_EXAMPLES)
        session.facts |= {"tips": simulation.tips, "moved": simulation.moved, "rules": len(rules)}
        return simulation

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def suggest_duplicates(self, session: ReadSession, tip_id: TipId) -> tuple[SimilarTip, ...]:
        """Return tips of any category that may report the same matter, most alike first, with reasons. A person
        decides.
        """
        tip = get_permitted_tip(session, tip_id)
        visible_units = session.visible_units()
        candidates = session.find(
            TIP,
            "newest",
            units=session.get_index_units(visible_units),
            where={"received": _list_hours_around(tip)},
            excluding={"excluded": session.marks},
            limit=_MOST_CANDIDATES,
        ).items
        visible_tips = [
            c
            for c in candidates
            if visible_units is None or c.unit in visible_units or c.handling_unit in visible_units
        ]
        return find_duplicates(self.context.district, tip, visible_tips)

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def count_sources(self, session: ReadSession, tip_id: TipId, others: Sequence[TipId] = ()) -> Sources:
        """Return how many people reported a matter: a tip, tips merged into it, and the tips in `others`.

        A reporter who wrote in five groups counts once. Only numbers are returned: neither reporters nor which tips
        have the same reporter. It needs the permission of `from_same_reporter`, since for two tips the number reveals
        the same.
        """
        tip = get_permitted_tip(session, tip_id)
        session.facts["case"] = f"tip:{tip.id}"
        merged = session.list_permitted(
            TIP, "newest", where={"merged_into": tip.id},
            limit=_MOST_CANDIDATES,
        ).items  # fmt: skip
        other_tips = [get_permitted_tip(session, id) for id in others]
        counted = list({counted_tip.id: counted_tip for counted_tip in (tip, *merged, *other_tips)}.values())
        people, unknown = count_sources(counted)
        return Sources(tips=len(counted), people=people, unknown=unknown)

    @command(Permission.TIP_HANDLE, public=True)
    def unmerge(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """Make a tip that was merged by mistake a case of its own again, open as after a reopening.

        Its reporter isn't notified; they get an answer when it is settled again.

        Raises:
            BadInput: no reason.
            WrongStep: it isn't merged into any other.
        """
        if not reason.strip():
            raise BadInput("Splitting the tips needs a reason: write why they are different matters.")
        tip = get_permitted_tip(uow, tip_id)
        TIP_STEPS.require("unmerge", tip, uow)
        split = tip.split_again(uow.today)
        uow.decide(f"tip:{tip.id}", rule="same_incident", reason="split_again", text=nfc(reason))
        uow.add_event("tip.reopened")
        uow.add_event("tip.unmerged")
        return uow.save(TIP, recompute_deadlines(self.context.district, split, uow.at))

    def _check_rules(self, rules: Sequence[RoutingRule]) -> None:
        if not rules:
            raise BadInput("No rules are given: give at least one to simulate.")
        for rule in rules:
            if rule.to != "own" and rule.to not in self.context.district.units:
                raise BadInput(
                    "Rule {rule!r} sends tips to {unit!r}, which isn't a unit: choose one that `anninh units` lists.",
                    rule=rule.id,
                    unit=rule.to,
                )

    def _iter_tips(self, session: ReadSession, unit: str, since: date, until: date) -> Iterator[Tip]:
        """Yield the tips received in a period that the actor may read, newest first."""
        for tip in session.iter_permitted(TIP, "newest", unit):
            if tip.received_day < since:
                return
            if tip.received_day <= until:
                yield tip


def _list_hours_around(tip: Tip) -> tuple[str, ...]:
    """Return the hours in which reports of the same matter may have been received, in the form of the index."""
    hours = int(WINDOW / _HOUR) + _ZONES
    return tuple(format_hour(tip.received_at + number * _HOUR) for number in range(-hours, hours + 1))
