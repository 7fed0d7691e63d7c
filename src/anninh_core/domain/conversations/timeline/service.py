"""The timeline of a case: messages, what we wrote, and what officers did, in order of time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.domain.conversations.cases import Cases, OpensRestrictions, restrict_nothing
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.conversations.timeline.model import CaseAct, SentMessage, TimelineItem, delivery_state
from anninh_core.domain.conversations.timeline.views import DeliveryState, TimelineKind
from anninh_core.kernel.dates import end_of_day, local_date
from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.kernel.ids import minute_of
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.arguments import Cursor, Id, Limit
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import CONFLICT_OF_INTEREST, DECISION, Decision
from anninh_core.usecase.indexing.computed_pages import page_of, place_in_time
from anninh_core.usecase.journal.entries import iter_about
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.outbox_message import open_outbox_message
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

_BATCH = 500
_PERSON = "person:"
_ALMOST_A_MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)

_Placed = tuple[str, Callable[[], TimelineItem]]
"""A place in the timeline, and what opens the item that stands there: only those of the page are opened."""


@frozen
class _Case:
    """A case that the actor may hold: as `kind:id`, who reported it, and whether that one's words are withheld."""

    ref: str
    resident: str
    is_withheld: bool


class CaseTimelines(Service):
    """Puts together what happened in a case.

    Args:
        runner: runs the queries.
        cases: the kinds of case there are, by their names.
        sent_days: returns for how many days what was delivered is kept.
        restricts: returns what tells whether the data of who reported a case that is over aren't used.
    """

    action_prefix = "conversations"

    def __init__(
        self,
        runner: UseCaseRunner,
        cases: Cases,
        sent_days: Callable[[], int],
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        super().__init__(runner)
        self._cases = cases
        self._sent_days = sent_days
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def tip_timeline(
        self, session: ReadSession, tip_id: Id, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of what happened in a tip, oldest first: what was said, what we wrote, what officers did.

        At the same moment a message stands before what was done about it, and that before what was written of it.
        What was delivered longer ago than the profile keeps it (`[retention_days] outbox`) is gone, and an item tells.
        Who was kept away from a tip isn't told here. Of a tip that is over, whose reporter had the use of their data
        restricted, the words are withheld.

        Args:
            tip_id: its id.
            after: cursor of the page before.
            limit: at most so many.

        Raises:
            Refused, NotFound, DecryptionError: as `tips.get`.
        """
        return self._list(session, "tip", tip_id, after, limit)

    @query(Permission.INQUIRY_READ, traced=True, folds=True, public=True)
    def inquiry_timeline(
        self, session: ReadSession, inquiry_id: Id, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of what happened in an inquiry, as `tips.timeline` does of a tip."""
        return self._list(session, "inquiry", inquiry_id, after, limit)

    def _list(self, session: ReadSession, kind: str, id: str, after: str, limit: int) -> Listing[TimelineItem]:
        case = self._open_case(session, kind, id)
        placed = [*_messages(session, case), *self._acts(session, case), *self._sent(case)]
        placed += self._gone(session, placed)
        page = page_of(placed, after=after, limit=limit)
        return Listing(tuple(open_item() for open_item in page.items), page.cursor)

    def _open_case(self, session: ReadSession, kind: str, id: str) -> _Case:
        session.permitted_units()
        access = self._cases[kind]
        model: Any = session.include(access.read, id)
        ref, resident = str(Ref(kind, model.id)), access.kind.resident(model)
        session.unit = access.kind.unit(model)
        return _Case(ref, resident, access.is_over(model) and self._restricts(session)(ref, resident))

    def _acts(self, session: ReadSession, case: _Case) -> Iterator[_Placed]:
        """Yield what officers changed in the case, with what they decided by it; never whom they kept away."""
        decisions = {one.id: one for one in session.iter_all(DECISION, "newest", where={"subject": case.ref})}
        changes = (one.entry for one in iter_about(self.context.storage.journal, case.ref))
        for number, entry in enumerate(changes):
            touched = [f"{one.kind}:{one.id}" for one in entry.touched]
            made = tuple(decisions[one.id] for one in entry.touched if one.id in decisions)
            is_told = all(one.rule != CONFLICT_OF_INTEREST for one in made)
            is_officers = entry.outcome == "done" and entry.actor.startswith(_PERSON)
            if is_officers and is_told and (made or case.ref in touched):
                yield _place(entry.at, 1, f"{number:08}"), _act_opener(entry, made, case)

    def _sent(self, case: _Case) -> Iterator[_Placed]:
        """Yield what we wrote to whoever reported the case, for this case."""
        queues, after, number = self.context.storage.queues, "", 0
        while case.resident and (rows := queues.outbox(cause=case.ref, after=after, limit=_BATCH)):
            for row in rows:
                number += 1
                if row.conversation == case.resident and row.lane is not Lane.MEDIA:
                    at = _queued_at(row)
                    yield _place(at, 2, f"{number:08}"), _sent_opener(self.context, row, at, case)
            after = rows[-1].id

    def _gone(self, session: ReadSession, placed: list[_Placed]) -> Iterator[_Placed]:
        """Yield that something may be missing, where the case is older than what was delivered is kept."""
        until = end_of_day(local_date(session.at) - timedelta(days=self._sent_days() + 1)).astimezone(UTC)
        place = _place(until, 0, "")
        if placed and min(placed)[0] < place:
            yield place, lambda: TimelineItem(kind=TimelineKind.GONE, at=until, gone_until=until)


def _messages(session: ReadSession, case: _Case) -> Iterator[_Placed]:
    for message in session.iter_all(MESSAGE, "oldest", where={"case": case.ref}):
        shown = message.withheld() if case.is_withheld and message.sender else message
        yield _place(message.received_at, 0, message.id), _message_opener(shown)


def _place(at: datetime, rank: int, id: str) -> str:
    """Return a place; what happened at the same moment stands in the order of its ranks."""
    return place_in_time(at, f"{rank}.{id}")


def _queued_at(row: OutboxRow) -> datetime:
    """Return when a row was queued; the end of that minute where it was put off, so that its cause stands before it."""
    return min(row.due_at, minute_of(row.id) + _ALMOST_A_MINUTE)


def _message_opener(message: Message) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(kind=TimelineKind.MESSAGE, at=message.received_at, message=message)


def _act_opener(entry: Entry, decisions: tuple[Decision, ...], case: _Case) -> Callable[[], TimelineItem]:
    by = entry.actor.removeprefix(_PERSON)
    act = CaseAct(by=by, action=entry.action, events=entry.events, decisions=decisions)
    return lambda: TimelineItem(kind=TimelineKind.ACT, at=entry.at, act=act.withheld() if case.is_withheld else act)


def _sent_opener(context: UseCaseContext, row: OutboxRow, at: datetime, case: _Case) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(
        kind=TimelineKind.SENT, at=at, sent=open_sent(context, row, is_withheld=case.is_withheld)
    )


def open_sent(context: UseCaseContext, row: OutboxRow, *, is_withheld: bool) -> SentMessage:
    """Open what we wrote, as far as it may be shown and can be opened."""
    try:
        message, is_gone = None if is_withheld else open_outbox_message(context, row), False
    except (BadInput, DecryptionError):  # purged, or of a later version: that it was sent is known all the same
        message, is_gone = None, True
    state = delivery_state(row)
    is_on_its_way = state is DeliveryState.QUEUED
    return SentMessage(
        purpose=row.purpose,
        state=state,
        messenger=row.messenger,
        delivery_method=row.delivery_method,
        ended_at=None if is_on_its_way else row.settled_at,
        text="" if message is None else message.text,
        attachments=() if message is None else message.attachments,
        is_gone=is_gone,
        is_withheld=is_withheld,
    )
