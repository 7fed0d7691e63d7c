"""Functions that yield the items of a timeline from its sources: messages, notes, officers' actions and outbox rows.
Each begins at a given hour, minute or journal entry, and reads only as far as needed.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVar

from attrs import frozen

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.conversations.notes.model import CASE_NOTE, CaseNote
from anninh_core.domain.conversations.timeline.model import CaseAct, SentMessage, TimelineItem, get_delivery_state
from anninh_core.domain.conversations.timeline.views import DeliveryState, TimelineKind
from anninh_core.kernel.errors import BadInput, Damaged, Purged
from anninh_core.kernel.ids import parse_minute
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import CONFLICT_OF_INTEREST, DECISION, Decision
from anninh_core.usecase.indexing.computed_pages import build_time_key
from anninh_core.usecase.indexing.merged_pages import Placed
from anninh_core.usecase.journal.entries import REINDEX, NumberedEntry, iter_acts
from anninh_core.usecase.kinds import HasId, Kind
from anninh_core.usecase.outbox_message import open_outbox_message
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.vocabulary.delivery import Lane

M = TypeVar("M", bound=HasId)

_BATCH = 50
_PERSON = "person:"
_ALMOST_A_MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)
_MINUTE = 13
"""Length of the prefix of an id that shows the minute in which the id was made."""

PlacedItem = Placed[TimelineItem]


@frozen
class ShownCase:
    """A case that the actor may read, with its `kind:id`, its reporter, and whether the reporter's text is withheld."""

    ref: str
    resident: str
    received_at: datetime
    is_withheld: bool


def iter_messages(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield the case's messages from the hour `group` on; their order within an hour isn't stored in clear."""
    after = encode_cursor("oldest", [group], "") if group else ""
    for hour, messages in groupby(_iter_case_records(session, MESSAGE, case, after), key=_get_hour):
        placed = [(_build_place(message.received_at, 0, message.id), message) for message in messages]
        for place, message in sorted(placed, key=lambda pair: pair[0]):
            visible_message = message.withheld() if case.is_withheld and message.sender else message
            yield Placed(place, hour, _make_message_opener(visible_message))


def iter_notes(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield the notes in the file of the case, from the hour `group` on."""
    after = encode_cursor("oldest", [group], "") if group else ""
    for hour, notes in groupby(_iter_case_records(session, CASE_NOTE, case, after), key=_get_note_hour):
        placed = [(_build_place(note.at, 1, f"note.{note.id}"), note) for note in notes]
        for place, note in sorted(placed, key=lambda pair: pair[0]):
            yield Placed(place, hour, _make_note_opener(note.withheld() if case.is_withheld else note))


def iter_case_acts(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield officers' actions that changed the case, with their decisions, beginning at a journal entry; exclusions of
    officers are left out.
    """
    decisions: dict[str, Decision] | None = None
    for numbered in iter_acts(session.context.storage.journal, case.ref, after=_parse_line_before(group), size=_BATCH):
        if decisions is None:  # The decisions about a case are few, and needed only if there is an action.
            decisions = {
                decision.id: decision
                for decision in session.iter_all(DECISION, "newest", where={"subject": case.ref}, complete=False)
            }
        act_decisions = tuple(decisions[touched.id] for touched in numbered.entry.touched if touched.id in decisions)
        if _is_shown_act(numbered.entry, act_decisions, case):
            yield _place_act(numbered, act_decisions, case)


def iter_sent(context: UseCaseContext, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield the messages that we sent to the case's reporter about this case, from a minute on."""
    for minute, rows in groupby(_iter_outbox_rows(context, case, f"{group}-" if group else ""), key=_get_minute):
        placed = [(_build_place(_get_queue_time(row), 2, row.id), row) for row in rows]
        for place, row in sorted(placed, key=lambda pair: pair[0]):
            yield Placed(place, minute, _make_sent_opener(context, row, case))


def build_gone_item(until: datetime) -> PlacedItem:
    """Return a timeline item which shows that messages sent before the moment `until` are gone."""
    item = TimelineItem(kind=TimelineKind.GONE, at=until, gone_until=until)
    return Placed(_build_place(until, 0, ""), "gone", lambda: item)


def open_sent_message(context: UseCaseContext, row: OutboxRow, *, is_withheld: bool) -> SentMessage:
    """Open a message that we sent, if it may be shown and can be opened."""
    try:
        message = None if is_withheld else open_outbox_message(context, row)
        is_gone = False
    # A row of a later version can't be opened either; the fact that its message was sent is known all the same.
    except (BadInput, Purged, Damaged):
        message = None
        is_gone = True
    state = get_delivery_state(row)
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


def _iter_case_records(session: ReadSession, kind: Kind[M], case: ShownCase, after: str) -> Iterator[M]:
    """Yield the records of a kind that belong to a case, oldest first, from a cursor on."""
    while True:
        page = session.find(kind, "oldest", where={"case": case.ref}, after=after, limit=_BATCH)
        yield from page.items
        after = page.cursor
        if not after:
            return


def _iter_outbox_rows(context: UseCaseContext, case: ShownCase, after: str) -> Iterator[OutboxRow]:
    queues = context.storage.queues
    while case.resident and (rows := queues.outbox(cause=case.ref, after=after, limit=_BATCH)):
        own = (row for row in rows if is_recipient(context.names, case.resident, row))
        yield from (row for row in own if row.lane is not Lane.MEDIA)
        after = rows[-1].id


def _get_hour(message: Message) -> str:
    return str(MESSAGE.columns(message)["hour"])


def _get_note_hour(note: CaseNote) -> str:
    return str(CASE_NOTE.columns(note)["hour"])


def _get_minute(row: OutboxRow) -> str:
    return row.id[:_MINUTE]


def _parse_line_before(group: str) -> int:
    """Return the number of the journal line before the line that `group` names."""
    if group and not group.isdecimal():
        raise BadInput("This isn't a cursor of a timeline: use the one from the page before, or leave it out.")
    return max(0, int(group or 1) - 1)


def _is_shown_act(entry: Entry, act_decisions: tuple[Decision, ...], case: ShownCase) -> bool:
    is_by_officer = (
        entry.actor.startswith(_PERSON)
        and entry.action != REINDEX
        and all(decision.rule != CONFLICT_OF_INTEREST for decision in act_decisions)
    )
    return is_by_officer and (
        bool(act_decisions) or case.ref in [f"{touched.kind}:{touched.id}" for touched in entry.touched]
    )


def _place_act(numbered: NumberedEntry, act_decisions: tuple[Decision, ...], case: ShownCase) -> PlacedItem:
    entry = numbered.entry
    line = f"{numbered.seq:012}"
    by = entry.actor.removeprefix(_PERSON)
    act = CaseAct(by=by, action=entry.action, events=entry.events, decisions=act_decisions)
    visible_act = act.withheld() if case.is_withheld else act
    return Placed(
        _build_place(entry.at, 1, line), line, lambda: TimelineItem(kind=TimelineKind.ACT, at=entry.at, act=visible_act)
    )


def _build_place(at: datetime, rank: int, id: str) -> str:
    """Return a sort key for a moment; if two items have the same moment, their ranks decide the order."""
    return build_time_key(at, f"{rank}.{id}")


def _get_queue_time(row: OutboxRow) -> datetime:
    """Return when an outbox row was queued; for a postponed row, the end of that minute, so that its cause comes before
    it.
    """
    return min(row.due_at, parse_minute(row.id) + _ALMOST_A_MINUTE)


def _make_note_opener(note: CaseNote) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(kind=TimelineKind.NOTE, at=note.at, note=note)


def _make_message_opener(message: Message) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(kind=TimelineKind.MESSAGE, at=message.received_at, message=message)


def _make_sent_opener(context: UseCaseContext, row: OutboxRow, case: ShownCase) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(
        kind=TimelineKind.SENT,
        at=_get_queue_time(row),
        sent=open_sent_message(context, row, is_withheld=case.is_withheld),
    )
