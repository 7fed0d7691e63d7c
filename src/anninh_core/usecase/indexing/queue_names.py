"""Replaces the conversation ids that an earlier version left in ended queue rows by pseudonyms.

Nothing else of a row changes, and a renamed row is recognised: an interrupted run can be repeated.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from anninh_core.ports.storages.queues import CLOSED, InboxRow, InboxState, OutboxRow
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.indexing.reindex import ReindexProgress, check_permission
from anninh_core.usecase.journal.entries import REINDEX
from anninh_core.usecase.resident_names import build_author_name, build_recipient_name, is_recipient
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission

Row = TypeVar("Row", InboxRow, OutboxRow)

_PERSONAL_SCOPES = ("conversation", "identity")


def rename_rows(runner: UseCaseRunner, actor: Actor, *, batch: int = 500) -> Iterator[ReindexProgress]:
    """Replace the conversation ids in ended rows of both queues by pseudonyms, and yield the progress after each batch.

    Args:
        actor: needs the permission to operate the system on the root unit.
        batch: how many rows are held, and renamed in one transaction.

    Raises:
        Refused: the actor may not operate the system.
    """
    runner.run_query(actor, REINDEX, Permission.OPERATE, False, partial(check_permission, runner.context.district.root))
    context = runner.context
    queues = context.storage.queues
    events = partial(queues.inbox, (InboxState.DONE,), batch)
    messages = partial(queues.outbox, limit=batch)  # Rows are listed by their ids alone, which needs no sorting.
    yield from _rename_queue("inbox", lambda after: events(after=after), partial(_rename_events, context))
    yield from _rename_queue("outbox", lambda after: messages(after=after), partial(_rename_messages, context))


def _rename_queue(
    queue: str, read: Callable[[str], Sequence[Row]], rename: Callable[[Sequence[Row]], int]
) -> Iterator[ReindexProgress]:
    seen = 0
    renamed = 0
    after = ""
    while rows := read(after):
        seen += len(rows)
        renamed += rename(rows)
        after = rows[-1].id
        yield ReindexProgress(kind=queue, seen=seen, rewritten=renamed)


def _rename_events(context: UseCaseContext, rows: Sequence[InboxRow]) -> int:
    """Replace the conversation ids of done events whose sender has a record by pseudonyms; return the number of renamed
    rows.

    For a sender without a record, retention dates the record by the sender's other rows.
    """
    people = context.people
    recorded = context.storage.records.get_many(people.kind.name, {row.conversation for row in rows}) if people else {}
    names = {
        row.id: build_author_name(context.names, row.conversation, row) for row in rows if row.conversation in recorded
    }
    if names:
        context.storage.queues.rename_ended(names, {})
    return len(names)


def _rename_messages(context: UseCaseContext, rows: Sequence[OutboxRow]) -> int:
    """Replace the recipients' conversation ids in closed messages by pseudonyms; return the number of changed rows.

    Messages encrypted under the recipient's scope are emptied, since the scope's name identifies the person too.
    """
    closed = [row for row in rows if row.state in CLOSED]
    names = {row.id: build_recipient_name(context.names, row.conversation, row) for row in closed}
    changed = {row.id: names[row.id] for row in closed if names[row.id] != row.conversation}
    emptied = [row.id for row in closed if _is_sealed_by_recipient(context, row)]
    if changed or emptied:
        context.storage.queues.rename_ended({}, changed, emptied)
    return len({*changed, *emptied})


def _is_sealed_by_recipient(context: UseCaseContext, row: OutboxRow) -> bool:
    kind, _, id = row.scope.partition(":")
    return kind in _PERSONAL_SCOPES and is_recipient(context.names, id, row)
