"""What officers read of tips: one, a list, what is overdue, a search. Every look leaves its entry in the journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from anninh_core.domain.tips.deadline_reasons import clock_state, owed_clocks
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.lists.filters import TipFilter
from anninh_core.domain.tips.lists.finding import find_visible_tips
from anninh_core.domain.tips.lists.work import OWING_STATES, is_indexed, iter_run_out, list_work, place_in_worklist
from anninh_core.domain.tips.loading import follow_joined, get_permitted_tip, is_withheld
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.routing import suggest_route
from anninh_core.domain.tips.sorting.views import HandlerSuggestion
from anninh_core.domain.tips.states import UNTOLD_STATES, DeadlineState, TipState
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
from anninh_core.usecase.indexing.computed_pages import asked_first, page_of, place_as_of, place_in_time
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission


class TipQueries(Service):
    """The reading side."""

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

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def get(self, session: ReadSession, tip_id: TipId) -> Tip:
        """Return a tip. The reporter is only an id in it.

        Of a tip that is over, whose reporter had the use of their data restricted, the words are withheld.
        """
        return self._open(session, get_permitted_tip(session, tip_id))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def by_receipt(self, session: ReadSession, receipt: Receipt) -> Tip:
        """Return the tip of a receipt, however it is typed: with small letters or spaces around.

        The receipt of a tip that was joined to another leads to that one.
        """
        session.permitted_units()
        normalized = receipt.strip().upper()
        tips = session.find(TIP, "newest", where={"receipt": normalized}, limit=1).items
        id = follow_joined(session, tips[0]).id if tips else normalized
        return self._open(session, get_permitted_tip(session, id, normalized))

    def _open(self, session: ReadSession, tip: Tip) -> Tip:
        """Return a tip as it is shown, and note that it is looked at."""
        self._note_look(session, f"tip:{tip.id}", tip.version)
        return _show(session, tip, self._restricts(session))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
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
        """Return a page of tips, newest first or, of those still open, by what is due first (`order="due"`).

        With `mine`, those assigned to the actor, wherever they came from; with `handler`, to an officer; with
        `claimed`, those on which a claim of the actor runs; with `locked`, those that are kept from the units that they
        accuse. Days of reception are days in Vietnam, both inclusive. With `overdue`, those with a clock that has run
        out; a page of these, of emergencies or of locked ones may hold fewer than `limit`, and a further one follow.

        Raises:
            BadInput: the profile has no such category, `mine` stands beside another handler, or the days are turned.
        """
        session.permitted_units()
        self.context.district.require_word("incoming category", category, self.context.district.incoming)
        only = TipFilter(
            received_from=received_from,
            received_to=received_to,
            overdue=overdue,
            emergency=emergency,
            claimed_by=session.actor.id if claimed else "",
            locked=locked,
        )
        assignee = _name_handler(session, handler, mine=mine)
        where = _list_conditions(
            TipState(state) if state else None, category, assignee, by_due=order == "due", overdue=overdue
        )
        if claimed:
            where = {**where, "claimant": session.actor.id}
        page = find_visible_tips(session, unit, where, only, order=order, after=after, limit=limit)
        is_restricted = self._restricts(session)
        return page.map(lambda tip: _show(session, tip, is_restricted))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def worklist(
        self, session: ReadSession, *, unit: WithinUnit = "", mine: bool = False, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of the tips on which something is owed, as they are to be worked on.

        Open emergencies come first, then the others; in each of them what is due first, so what has run out, and what
        no clock runs for last. Within the same hour the older case comes first. With `mine`, those assigned to the
        actor.
        """
        session.permitted_units()
        handler = session.actor.id if mine else ""
        if is_indexed(session):
            return list_work(session, unit, handler=handler, after=after, limit=limit)
        district = self.context.district
        owing = self._iter_owing(session, unit, handler=handler)
        asked = asked_first(after, session.at)
        placed = [(place_as_of(asked, place_in_worklist(district, tip, asked)), tip) for tip in owing]
        return page_of(placed, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def overdue(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of tips with a clock that has run out, what ran out first at the top.

        Of open ones any clock counts, of settled ones that of telling the reporter.
        """
        session.permitted_units()
        tips = iter_run_out(session, unit) if is_indexed(session) else self._iter_owing(session, unit)
        return self._list_by_clock(session, tips, DeadlineState.OVERDUE, after, limit)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def due_soon(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return a page of tips with a clock that warns and hasn't run out, what is to be done first at the top.

        Of settled ones those whose reporter isn't told yet, by the clock of that. A clock warns the days and hours of
        its rule before the earlier reading of its limit (`Deadline.target`).
        """
        return self._list_by_clock(session, self._iter_owing(session, unit), DeadlineState.WARN, after, limit)

    def _list_by_clock(
        self, session: ReadSession, tips: Iterable[Tip], state: DeadlineState, after: str, limit: int
    ) -> Listing[Tip]:
        """Return a page of those tips of which a clock is in a state, by the moment that the first of these aims at."""
        placed = [
            (place_in_time(min(clock.aim for clock in clocks), tip.id), tip)
            for tip in tips
            if (clocks := self._clocks_that(state, tip, session.at))
        ]
        return page_of(placed, after=after, limit=limit)

    def _clocks_that(self, state: DeadlineState, tip: Tip, now: datetime) -> Sequence[Deadline]:
        district = self.context.district
        return [clock for clock in owed_clocks(district, tip) if clock_state(district, clock, now) is state]

    def _iter_owing(self, session: ReadSession, unit: str, *, handler: str = "") -> Iterator[Tip]:
        """Yield the tips on which something is owed: work, or an answer to the reporter; of a handler, by the index."""
        narrowed = {"handler": handler} if handler else {}
        yield from self._scan(session, unit, {**narrowed, "type": ("open", "waiting")}, "due")
        yield from self._scan(session, unit, {**narrowed, "state": tuple(sorted(UNTOLD_STATES))}, "newest")

    @query(Permission.TIP_READ, traced=True, public=True)
    def search(
        self, session: ReadSession, text: Words, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 20
    ) -> Listing[Tip]:
        """Return a page of the newest tips whose words are what `text` asks for, with or without diacritics.

        All words must occur; `"some words"` side by side, `OR` between two for either, `-word` for none of these. A
        page may hold fewer than `limit` although a further one follows.
        """
        units = session.visible_units(unit)
        is_restricted = self._restricts(session)
        reach: SearchScope[Tip] = SearchScope(
            units=session.index_units(units),
            excluding={"excluded": session.marks},
            is_visible=lambda tip: (
                (units is None or tip.unit in units or tip.handling_unit in units)
                and not is_withheld(is_restricted, tip)
            ),
        )
        return search(session, TIP, text, reach, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def suggest_handler(self, session: ReadSession, tip_id: TipId) -> HandlerSuggestion:
        """Return who should handle a tip by the profile's rules, and which rule says so."""
        return make_view(HandlerSuggestion, suggest_route(self.context.district, get_permitted_tip(session, tip_id)))

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def from_same_reporter(
        self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Tip]:
        """Return the other tips of a tip's reporter among those that you supervise, newest first.

        Handlers know a reporter by another name in each tip. Whoever asks whether it is the same one leaves an entry
        that names the tip asked about and those that were shown.
        """
        tip = get_permitted_tip(session, tip_id)
        return self._list_of_reporter(session, tip, lambda other: other.id != tip.id, after=after, limit=limit)

    @query(Permission.TIP_HANDLE, traced=True, public=True)
    def linked(self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50) -> Listing[Tip]:
        """Return the tips that danger in a running conversation was linked to, or that were linked to it.

        They have one reporter, and may be one matter: an officer joins them, or leaves them. Of tips that the actor
        may not handle nothing is shown.
        """
        tip = get_permitted_tip(session, tip_id)

        def is_linked(other: Tip) -> bool:
            return other.id in tip.linked or tip.id in other.linked

        return self._list_of_reporter(session, tip, is_linked, after=after, limit=limit)

    def _list_of_reporter(
        self, session: ReadSession, tip: Tip, shows: Callable[[Tip], bool], *, after: str, limit: int
    ) -> Listing[Tip]:
        """Return tips of a tip's reporter, newest first, without those that a conflict of interest keeps away."""
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

    def _scan(
        self, session: ReadSession, unit: str, where: Mapping[str, Scalar | tuple[Scalar, ...]], order: str
    ) -> Iterator[Tip]:
        after = ""
        while True:
            page = find_visible_tips(session, unit, where, order=order, after=after, limit=500)
            yield from page.items
            after = page.cursor
            if not after:
                return


def _show(session: ReadSession, tip: Tip, is_restricted: IsRestricted) -> Tip:
    """Return a tip as it is shown; a larger act, which may save it, has all of it."""
    is_shown = isinstance(session, UnitOfWork) or not is_withheld(is_restricted, tip)
    return tip if is_shown else tip.withheld()


def _name_handler(session: ReadSession, handler: str, *, mine: bool) -> str:
    """Return the id of the officer whose tips are asked for, "" for everybody's."""
    own = session.actor.id
    if mine and handler not in ("", own):
        raise BadInput(
            "`mine` asks for your own tips and `handler` for those of officer {officer}: use only one of them.",
            officer=handler,
        )
    return own if mine else handler


def _list_conditions(
    state: TipState | None, category: str, handler: str, *, by_due: bool, overdue: bool
) -> Mapping[str, Scalar | tuple[Scalar, ...]]:
    """Return what the storage narrows a list by; of overdue ones only where something can be owed."""
    where: dict[str, Scalar | tuple[Scalar, ...]] = {
        name: value for name, value in (("state", state), ("category", category), ("handler", handler)) if value
    }
    if by_due:
        where["type"] = ("open", "waiting")
    elif overdue and not state:
        where["state"] = OWING_STATES
    return where
