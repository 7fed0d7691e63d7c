"""Officers' read-only use cases of tips: a single tip, lists, overdue tips, search. Each query leaves an entry in the
audit log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from anninh_core.domain.tips.deadline_reasons import compute_clock_state, list_owed_clocks
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.lists.filters import TipFilter
from anninh_core.domain.tips.lists.finding import find_visible_tips
from anninh_core.domain.tips.lists.work import OWING_STATES, is_indexed, iter_overdue_tips, list_work, make_worklist_key
from anninh_core.domain.tips.loading import follow_joined, get_permitted_tip, is_text_withheld
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.routing import suggest_route
from anninh_core.domain.tips.sorting.views import HandlerSuggestion
from anninh_core.domain.tips.states import UNANSWERED_STATES, DeadlineState, TipState
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.arguments import (
    Cursor,
    IncomingCategory,
    Limit,
    OfficerId,
    Receipt,
    TipId,
    WithinUnit,
    Words,
)
from anninh_core.usecase.case_lookups import IsRestricted, NotesLook, OpensRestrictions, note_nothing, restrict_nothing
from anninh_core.usecase.indexing.computed_pages import (
    build_as_of_key,
    build_time_key,
    cut_sorted_page,
    get_first_page_time,
)
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission


class TipQueries(Service):
    """Read-only use cases of tips."""

    action_prefix = "tips"

    def __init__(
        self,
        runner: UseCaseRunner,
        restricts: OpensRestrictions = restrict_nothing,
        note_look: NotesLook = note_nothing,
    ) -> None:
        super().__init__(runner)
        self._restricts = restricts
        self._note_look = note_look

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, tip_id: TipId) -> Tip:
        """Return a tip. The reporter is only an id in it.

        The text of a closed tip is withheld if its reporter had the use of their data restricted.
        """
        return self._show_and_record_view(session, get_permitted_tip(session, tip_id))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def by_receipt(self, session: ReadSession, receipt: Receipt) -> Tip:
        """Return the tip of a receipt, which may have small letters or spaces around it.

        The receipt of a tip that was joined to another returns that other tip.
        """
        session.permitted_units()
        normalized = receipt.strip().upper()
        tips = session.find(TIP, "newest", where={"receipt": normalized}, limit=1).items
        id = follow_joined(session, tips[0]).id if tips else normalized
        return self._show_and_record_view(session, get_permitted_tip(session, id, normalized))

    def _show_and_record_view(self, session: ReadSession, tip: Tip) -> Tip:
        """Return a tip as it is shown, and record that it was viewed."""
        self._note_look(session, f"tip:{tip.id}", tip.version)
        return _show_tip(session, tip, self._restricts(session))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def list(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: TipState | str | None = None,
        category: IncomingCategory = "",
        mine: bool = False,
        handler: OfficerId = "",
        received_from: date | None = None,
        received_to: date | None = None,
        overdue: bool = False,
        emergency: bool = False,
        claimed: bool = False,
        locked: bool = False,
        order: Literal["newest", "due"] = "newest",
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Tip]:
        """Return a page of tips, newest first or, with `order="due"`, open tips with the earliest deadline first.

        With `mine`, tips assigned to the actor, of any unit; with `handler`, to an officer; with `claimed`, tips under
        a running claim of the actor; with `locked`, tips kept from the units that they accuse. Days of reception are
        days in Vietnam, both inclusive. With `overdue`, tips with an overdue clock; a page of overdue tips, emergencies
        or locked tips may have fewer than `limit` although another page follows.

        Raises:
            BadInput: the profile has no such category, `mine` is combined with another handler, or the first day is
                after the last.
        """
        session.permitted_units()
        self.context.district.require_word("incoming category", category, self.context.district.incoming)
        tip_filter = TipFilter(
            received_from=received_from,
            received_to=received_to,
            overdue=overdue,
            emergency=emergency,
            claimed_by=session.actor.id if claimed else "",
            locked=locked,
        )
        assignee = _choose_handler(session, handler, mine=mine)
        conditions = _make_list_conditions(
            TipState(state) if state else None, category, assignee, by_due=order == "due", overdue=overdue
        )
        if claimed:
            conditions = {**conditions, "claimant": session.actor.id}
        page = find_visible_tips(session, unit, conditions, tip_filter, order=order, after=after, limit=limit)
        is_restricted = self._restricts(session)
        return page.map(lambda tip: _show_tip(session, tip, is_restricted))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def worklist(
        self, session: ReadSession, *, unit: WithinUnit = "", mine: bool = False, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of the tips on which work or an answer is owed, in the order in which they are to be worked on.

        Open emergencies come first, then the others; within each group the earliest deadline first, so overdue tips
        lead and tips without a running clock are last. Within the same hour the older case comes first. With `mine`,
        tips assigned to the actor.
        """
        session.permitted_units()
        handler = session.actor.id if mine else ""
        if is_indexed(session):
            return list_work(session, unit, handler=handler, after=after, limit=limit)
        district = self.context.district
        owed_tips = self._iter_owed_tips(session, unit, handler=handler)
        as_of = get_first_page_time(after, session.at)
        placed = [(build_as_of_key(as_of, make_worklist_key(district, tip, as_of)), tip) for tip in owed_tips]
        return cut_sorted_page(placed, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def overdue(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of tips with an overdue clock, the longest overdue first.

        In open tips any clock counts, in settled tips that for the answer to the reporter.
        """
        session.permitted_units()
        tips = iter_overdue_tips(session, unit) if is_indexed(session) else self._iter_owed_tips(session, unit)
        return self._list_by_clock(session, tips, DeadlineState.OVERDUE, after, limit)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def due_soon(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of tips with a clock that warns and isn't overdue, the most urgent first.

        Settled tips without an answer to the reporter yet are included, by the clock for that. A clock warns the days
        and hours of its rule before the earlier reading of its limit (`Deadline.target`).
        """
        return self._list_by_clock(session, self._iter_owed_tips(session, unit), DeadlineState.WARN, after, limit)

    def _list_by_clock(
        self, session: ReadSession, tips: Iterable[Tip], state: DeadlineState, after: str, limit: int
    ) -> Listing[Tip]:
        """Return a page of the given tips with a clock in a state, ordered by the earliest target of these clocks."""
        placed = [
            (build_time_key(min(clock.aim for clock in clocks), tip.id), tip)
            for tip in tips
            if (clocks := self._find_clocks_in_state(state, tip, session.at))
        ]
        return cut_sorted_page(placed, after=after, limit=limit)

    def _find_clocks_in_state(self, state: DeadlineState, tip: Tip, now: datetime) -> Sequence[Deadline]:
        district = self.context.district
        return [
            clock for clock in list_owed_clocks(district, tip) if compute_clock_state(district, clock, now) is state
        ]

    def _iter_owed_tips(self, session: ReadSession, unit: str, *, handler: str = "") -> Iterator[Tip]:
        """Yield the tips on which work or an answer to the reporter is owed; with `handler`, only that officer's."""
        narrowed = {"handler": handler} if handler else {}
        yield from self._iter_visible_tips(session, unit, {**narrowed, "type": ("open", "waiting")}, "due")
        yield from self._iter_visible_tips(
            session, unit, {**narrowed, "state": tuple(sorted(UNANSWERED_STATES))}, "newest"
        )

    @query(Permission.TIP_READ, traced=True, public=True)
    def search(
        self, session: ReadSession, text: Words, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 20
    ) -> Listing[Tip]:
        """Return a page of the newest tips with a text that matches `text`, with or without diacritics.

        All words must occur; `"some words"` matches them in sequence, `OR` between two words either of them, `-word`
        texts without the word. A page may have fewer than `limit` although another page follows.
        """
        units = session.visible_units(unit)
        is_restricted = self._restricts(session)
        scope: SearchScope[Tip] = SearchScope(
            units=session.get_index_units(units),
            excluding={"excluded": session.marks},
            is_visible=lambda tip: (
                (units is None or tip.unit in units or tip.handling_unit in units)
                and not is_text_withheld(is_restricted, tip)
            ),
        )
        return search(session, TIP, text, scope, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def suggest_handler(self, session: ReadSession, tip_id: TipId) -> HandlerSuggestion:
        """Return the unit that should handle a tip by the profile's rules, and the rule that matched."""
        return make_view(HandlerSuggestion, suggest_route(self.context.district, get_permitted_tip(session, tip_id)))

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def from_same_reporter(
        self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return the other tips of a tip's reporter among those that you supervise, newest first.

        Handlers see a different pseudonym of a reporter in each tip. Each call leaves an entry in the audit log that
        names the tip asked about and the returned tips.
        """
        tip = get_permitted_tip(session, tip_id)
        return self._list_of_reporter(session, tip, lambda other: other.id != tip.id, after=after, limit=limit)

    @query(Permission.TIP_HANDLE, traced=True, public=True)
    def linked(self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50) -> Listing[Tip]:
        """Return the tips that danger in a running conversation was linked to, or that were linked to it.

        They have the same reporter, and may be about the same matter: an officer decides whether to join them. Tips
        that the actor may not handle aren't shown.
        """
        tip = get_permitted_tip(session, tip_id)

        def is_linked(other: Tip) -> bool:
            return other.id in tip.linked or tip.id in other.linked

        return self._list_of_reporter(session, tip, is_linked, after=after, limit=limit)

    def _list_of_reporter(
        self, session: ReadSession, tip: Tip, shows: Callable[[Tip], bool], *, after: str, limit: int
    ) -> Listing[Tip]:
        """Return tips of a tip's reporter, newest first, without those excluded by a conflict of interest."""
        if not tip.conversation:
            return Listing(())
        session.facts["case"] = f"tip:{tip.id}"
        return session.list_permitted(
            TIP,
            "newest",
            where={"conversation": tip.conversation},
            shows=shows,
            after=after,
            limit=limit,
        )

    def _iter_visible_tips(
        self, session: ReadSession, unit: str, conditions: Mapping[str, Scalar | tuple[Scalar, ...]], order: str
    ) -> Iterator[Tip]:
        after = ""
        while True:
            page = find_visible_tips(session, unit, conditions, order=order, after=after, limit=500)
            yield from page.items
            after = page.cursor
            if not after:
                return


def _show_tip(session: ReadSession, tip: Tip, is_restricted: IsRestricted) -> Tip:
    """Return a tip as it is shown; in a unit of work, which may save it, with all its data."""
    is_shown = isinstance(session, UnitOfWork) or not is_text_withheld(is_restricted, tip)
    return tip if is_shown else tip.withheld()


def _choose_handler(session: ReadSession, handler: str, *, mine: bool) -> str:
    """Return the id of the officer to list tips for, "" for tips of any handler.

    Raises:
        BadInput: `mine` is combined with another handler.
    """
    actor_id = session.actor.id
    if mine and handler not in ("", actor_id):
        raise BadInput(
            "`mine` asks for your own tips and `handler` for those of officer {officer}: use only one of them.",
            officer=handler,
        )
    return actor_id if mine else handler


def _make_list_conditions(
    state: TipState | None, category: str, handler: str, *, by_due: bool, overdue: bool
) -> Mapping[str, Scalar | tuple[Scalar, ...]]:
    """Return the storage conditions of a list; `overdue` without a state limits it to states with work or an answer
    owed.
    """
    conditions: dict[str, Scalar | tuple[Scalar, ...]] = {
        name: value for name, value in (("state", state), ("category", category), ("handler", handler)) if value
    }
    if by_due:
        conditions["type"] = ("open", "waiting")
    elif overdue and not state:
        conditions["state"] = OWING_STATES
    return conditions
