"""What a timeline is merged from: messages, notes, acts, rows sent. Each is read from a group on, as far as needed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVar

from attrs import frozen

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.conversations.notes.model import CASE_NOTE, CaseNote
from anninh_core.domain.conversations.timeline.model import CaseAct, SentMessage, TimelineItem, delivery_state
from anninh_core.domain.conversations.timeline.views import DeliveryState, TimelineKind
from anninh_core.kernel.errors import BadInput, Damaged, Purged
from anninh_core.kernel.ids import minute_of
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import CONFLICT_OF_INTEREST, DECISION, Decision
from anninh_core.usecase.indexing.computed_pages import place_in_time
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
"""Characters of an id that tell its minute."""

PlacedItem = Placed[TimelineItem]


@frozen
class ShownCase:
    """A case that the actor may hold: as `kind:id`, who reported it, and whether that one's words are withheld."""

    ref: str
    resident: str
    received_at: datetime
    is_withheld: bool


def iter_messages(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield what was said, from the hour `group` on; who said what in an hour is in clear nowhere."""
    after = encode_cursor("oldest", [group], "") if group else ""
    for hour, messages in groupby(_read(session, MESSAGE, case, after), key=_hour_of):
        placed = [(_place(one.received_at, 0, one.id), one) for one in messages]
        for place, message in sorted(placed, key=lambda pair: pair[0]):
            shown = message.withheld() if case.is_withheld and message.sender else message
            yield Placed(place, hour, _message_opener(shown))


def iter_notes(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield the notes in the file of the case, from the hour `group` on."""
    after = encode_cursor("oldest", [group], "") if group else ""
    for hour, notes in groupby(_read(session, CASE_NOTE, case, after), key=_hour_of_note):
        placed = [(_place(one.at, 1, f"note.{one.id}"), one) for one in notes]
        for place, note in sorted(placed, key=lambda pair: pair[0]):
            yield Placed(place, hour, _note_opener(note.withheld() if case.is_withheld else note))


def iter_case_acts(session: ReadSession, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield what officers changed, with what they decided by it, from an entry on; never whom they kept away."""
    decisions: dict[str, Decision] | None = None
    for numbered in iter_acts(session.context.storage.journal, case.ref, after=_line_before(group), size=_BATCH):
        if decisions is None:  # few, and only wanted where there is an act
            decisions = {
                one.id: one for one in session.iter_all(DECISION, "newest", where={"subject": case.ref}, complete=False)
            }
        made = tuple(decisions[one.id] for one in numbered.entry.touched if one.id in decisions)
        if _is_shown(numbered.entry, made, case):
            yield _place_act(numbered, made, case)


def iter_sent(context: UseCaseContext, case: ShownCase, group: str) -> Iterator[PlacedItem]:
    """Yield what we wrote to whoever reported the case, for this case, from a minute on."""
    for minute, rows in groupby(_read_rows(context, case, f"{group}-" if group else ""), key=_minute_of):
        placed = [(_place(_queued_at(row), 2, row.id), row) for row in rows]
        for place, row in sorted(placed, key=lambda pair: pair[0]):
            yield Placed(place, minute, _sent_opener(context, row, case))


def place_gone(until: datetime) -> PlacedItem:
    """Return the item that tells that what was sent before a moment is kept no longer."""
    item = TimelineItem(kind=TimelineKind.GONE, at=until, gone_until=until)
    return Placed(_place(until, 0, ""), "gone", lambda: item)


def open_sent(context: UseCaseContext, row: OutboxRow, *, is_withheld: bool) -> SentMessage:
    """Open what we wrote, as far as it may be shown and can be opened."""
    try:
        message = None if is_withheld else open_outbox_message(context, row)
        is_gone = False
    except (BadInput, Purged, Damaged):  # or of a later version: that it was sent is known all the same
        message = None
        is_gone = True
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


def _read(session: ReadSession, kind: Kind[M], case: ShownCase, after: str) -> Iterator[M]:
    """Yield the records of a kind that belong to a case, oldest first, from a cursor on."""
    while True:
        page = session.find(kind, "oldest", where={"case": case.ref}, after=after, limit=_BATCH)
        yield from page.items
        after = page.cursor
        if not after:
            return


def _read_rows(context: UseCaseContext, case: ShownCase, after: str) -> Iterator[OutboxRow]:
    queues = context.storage.queues
    while case.resident and (rows := queues.outbox(cause=case.ref, after=after, limit=_BATCH)):
        own = (row for row in rows if is_recipient(context.names, case.resident, row))
        yield from (row for row in own if row.lane is not Lane.MEDIA)
        after = rows[-1].id


def _hour_of(message: Message) -> str:
    return str(MESSAGE.columns(message)["hour"])


def _hour_of_note(note: CaseNote) -> str:
    return str(CASE_NOTE.columns(note)["hour"])


def _minute_of(row: OutboxRow) -> str:
    return row.id[:_MINUTE]


def _line_before(group: str) -> int:
    """Return the number of the line before the one that a group names."""
    if group and not group.isdecimal():
        raise BadInput("This isn't a cursor of a timeline: use the one from the page before, or leave it out.")
    return max(0, int(group or 1) - 1)


def _is_shown(entry: Entry, made: tuple[Decision, ...], case: ShownCase) -> bool:
    is_officers = (
        entry.actor.startswith(_PERSON)
        and entry.action != REINDEX
        and all(decision.rule != CONFLICT_OF_INTEREST for decision in made)
    )
    return is_officers and (bool(made) or case.ref in [f"{one.kind}:{one.id}" for one in entry.touched])


def _place_act(numbered: NumberedEntry, made: tuple[Decision, ...], case: ShownCase) -> PlacedItem:
    entry = numbered.entry
    line = f"{numbered.seq:012}"
    by = entry.actor.removeprefix(_PERSON)
    act = CaseAct(by=by, action=entry.action, events=entry.events, decisions=made)
    shown = act.withheld() if case.is_withheld else act
    return Placed(_place(entry.at, 1, line), line, lambda: TimelineItem(kind=TimelineKind.ACT, at=entry.at, act=shown))


def _place(at: datetime, rank: int, id: str) -> str:
    """Return a place; what happened at the same moment stands in the order of its ranks."""
    return place_in_time(at, f"{rank}.{id}")


def _queued_at(row: OutboxRow) -> datetime:
    """Return when a row was queued; the end of that minute where it was put off, so that its cause stands before it."""
    return min(row.due_at, minute_of(row.id) + _ALMOST_A_MINUTE)


def _note_opener(note: CaseNote) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(kind=TimelineKind.NOTE, at=note.at, note=note)


def _message_opener(message: Message) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(kind=TimelineKind.MESSAGE, at=message.received_at, message=message)


def _sent_opener(context: UseCaseContext, row: OutboxRow, case: ShownCase) -> Callable[[], TimelineItem]:
    return lambda: TimelineItem(
        kind=TimelineKind.SENT, at=_queued_at(row), sent=open_sent(context, row, is_withheld=case.is_withheld)
    )
