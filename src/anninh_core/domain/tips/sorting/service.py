"""Where tips belong, who should handle them and which tell of the same: opinions, un-merging, steps of reception."""

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
from anninh_core.domain.tips.sorting.location_question import find_point, is_unplaced, read_answer, suggest_places
from anninh_core.domain.tips.sorting.places import PlaceSuggestion
from anninh_core.domain.tips.sorting.routing import RoutingSimulation, RuleTrial, explain_route, simulate
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.tips.values import NamedPlace
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Reason, TipId, WithinUnit
from anninh_core.usecase.kinds import hour_column
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
_ZONES = 14  # hours by which two ways to write a moment may differ


@view
class Sources:
    """How many people reported a matter.

    Attributes:
        tips: tips that were counted, the one asked about included.
        people: different people among those who wrote to us.
        unknown: tips of callers, walk-ins and people without a chat, of which nobody can tell.
    """

    tips: int
    people: int
    unknown: int


class TipSorting(Service):
    """Place, routing and duplicates."""

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
        """Move a tip of which no commune is known yet to the place that a later message names for certain.

        Args:
            text: the words.
            attachments: what came along; a location is a place.
            is_number: whether the words are the number of a place that its reporter was asked to choose from.
        """
        tip = get_permitted_tip(uow, tip_id)
        district = self.context.district
        if not is_unplaced(district, tip):
            return tip
        place = read_answer(district, tip, text, find_point(attachments), is_number=is_number)
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
        """Note another place that the reporter names, and move the tip where they correct it.

        A place that a person has set is moved by a person alone; those on duty there are paged regardless.
        """
        tip = get_permitted_tip(uow, tip_id)
        place = NamedPlace(unit=unit, how=how, reason=reason, at=uow.at, before=tip.unit)
        noted = tip.with_named_place(place)
        if how is PlaceChange.CORRECTED and tip.place_reason != BY_A_PERSON:
            noted = noted.placed(unit, reason)
        uow.add_event(f"tip.place_{how}")
        return uow.save(TIP, recompute_deadlines(self.context.district, noted, uow.at))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def suggest_place(self, session: ReadSession, tip_id: TipId) -> tuple[PlaceSuggestion, ...]:
        """Return where a tip may have happened by its words and location, the most certain place first, with why."""
        return suggest_places(self.context.district, get_permitted_tip(session, tip_id))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
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
        """Return what other routing rules would have done with past tips that the actor may read.

        Tips are looked at as they stand today, by the unit they came to, not where they were sent on.

        Args:
            rules: in the order in which they are tried.
            unit: only tips of this unit and below.
            since: only tips received on this day or later, in the district's time zone.
            until: only tips received on this day or earlier.

        Raises:
            BadInput: no rules, or one that sends tips to a unit which the profile doesn't have.
        """
        session.permitted_units()
        self._check_rules(rules)
        tips = self._iter_tips(session, unit, since or date.min, until or date.max)
        simulation = simulate(self.context.district, tips, rules, examples=_EXAMPLES)
        session.facts |= {"tips": simulation.tips, "moved": simulation.moved, "rules": len(rules)}
        return simulation

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def suggest_duplicates(self, session: ReadSession, tip_id: TipId) -> tuple[SimilarTip, ...]:
        """Return tips of any category that may tell of the same thing, most alike first, with why. A person decides."""
        tip = get_permitted_tip(session, tip_id)
        reach = session.visible_units()
        candidates = session.find(
            TIP,
            "newest",
            units=session.index_units(reach),
            where={"received": _hours_around(tip)},
            excluding={"excluded": session.marks},
            limit=_MOST_CANDIDATES,
        ).items
        shown = [c for c in candidates if reach is None or c.unit in reach or c.handling_unit in reach]
        return find_duplicates(self.context.district, tip, shown)

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def count_sources(self, session: ReadSession, tip_id: TipId, others: Sequence[TipId] = ()) -> Sources:
        """Return how many people reported a matter: a tip, those merged into it, and others that are named.

        Whoever wrote in five groups counts once. The answer is a number: who they are isn't shown, nor which tips are
        of the same person; it needs the same permission as `from_same_reporter`, since of two tips it tells that.
        """
        tip = get_permitted_tip(session, tip_id)
        session.facts["case"] = f"tip:{tip.id}"
        merged = session.list_permitted(
            TIP, "newest", where={"merged_into": tip.id},
            limit=_MOST_CANDIDATES,
        ).items  # fmt: skip
        named = [get_permitted_tip(session, id) for id in others]
        counted = list({one.id: one for one in (tip, *merged, *named)}.values())
        people, unknown = count_sources(counted)
        return Sources(tips=len(counted), people=people, unknown=unknown)

    @command(Permission.TIP_HANDLE, public=True)
    def unmerge(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """Make a tip that was merged by mistake a case of its own again, open as after a reopening.

        Its reporter is told nothing by it; what they are answered is said when it is settled anew.

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
        """Yield the tips that the actor may read, newest first, page by page."""
        for tip in session.iter_permitted(TIP, "newest", unit):
            if tip.received_day < since:
                return
            if tip.received_day <= until:
                yield tip


def _hours_around(tip: Tip) -> tuple[str, ...]:
    """Return the hours in which reports of the same thing may have come in, as they stand in the index."""
    reach = int(WINDOW / _HOUR) + _ZONES
    return tuple(hour_column(tip.received_at + number * _HOUR) for number in range(-reach, reach + 1))
