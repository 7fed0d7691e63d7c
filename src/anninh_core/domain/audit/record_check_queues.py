"""Check of queue rows: outbox rows are compared with the journal, inbox rows are checked on their own.

The journal names each row put into the outbox, and no row of the inbox, because an event is stored before any action.
The outcome of a row, and whether a row was removed, is compared with nothing.
"""

from collections.abc import Iterator

from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding, RecordTally
from anninh_core.domain.audit.record_ledger import OUTBOX, RecordLedger, RecordWord, VersionCursor
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.queues import CLOSED, UNSENT, InboxRow, InboxState, OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.journal.entries import NAMED_ROW, hash_outbox_row, hash_row_with_id
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.resident_names import build_recipient_name

_INBOX = "inbox"
_BATCH = 500


def find_altered_rows(context: UseCaseContext, ledger: RecordLedger, tally: RecordTally) -> Iterator[RecordFinding]:
    """Yield invalid rows; a mismatch of an outbox row with the journal becomes a doubt of the ledger instead."""
    versions = VersionCursor(ledger.iter_queued_rows())
    for row in _iter_outbox(context):
        for _ in versions.before(OUTBOX, row.id):
            pass  # The row was sent and removed since it was queued.
        expected = versions.at(OUTBOX, row.id)
        if row.state in UNSENT:
            yield from _find_missing_key(context, OUTBOX, row)
        actual = RecordWord(OUTBOX, row.id, 1, _hash_row(context, row, expected))
        if _was_emptied_by_upgrade(row, expected) or (expected is None and not _was_queued_after_naming(ledger, row)):
            tally.unnamed_rows += 1
            yield from _find_undecryptable(context, OUTBOX, row)
        elif expected is None or not expected.is_same_version(actual):
            ledger.remember_doubt(actual, expected)
    for event in _iter_inbox(context):
        if not event.body:
            continue
        if event.state is not InboxState.DONE:
            yield from _find_missing_key(context, _INBOX, event)
            yield from _find_undecryptable(context, _INBOX, event)
        elif _was_queued_after_naming(ledger, event):
            yield RecordFinding(
                kind=_INBOX, id=event.id, mismatch=Mismatch.NOT_BLANK, why=Sentence("is done but has a body")
            )
        else:
            tally.old_bodies += 1


def _hash_row(context: UseCaseContext, row: OutboxRow, expected: RecordWord | None) -> str:
    """Return the hash of an outbox row, computed in the same way as the hash in its journal version."""
    if expected is not None and not expected.hash.startswith(NAMED_ROW):
        return hash_row_with_id(row, find_recipient(context, row))
    name = build_recipient_name(context.names, row.conversation, row)
    is_open = row.state not in CLOSED
    # An open row has no recipient name yet.
    return hash_outbox_row(row, "" if is_open and name == row.conversation else name)


def _was_emptied_by_upgrade(row: OutboxRow, expected: RecordWord | None) -> bool:
    """Return whether an upgrade has emptied a row of an earlier version, so that its content can't be compared any
    more.
    """
    is_earlier = expected is None or not expected.hash.startswith(NAMED_ROW)
    return is_earlier and row.state in CLOSED and not row.body and not row.scope


def _was_queued_after_naming(ledger: RecordLedger, row: OutboxRow | InboxRow) -> bool:
    """Return whether a row was queued after the journal began to name queued rows."""
    return bool(ledger.since) and row.id >= ledger.since


def _find_missing_key(context: UseCaseContext, table: str, row: OutboxRow | InboxRow) -> Iterator[RecordFinding]:
    """Yield a finding for an unfinished row with a missing key, because until the row is finished only an order
    destroys its key.
    """
    if row.scope and context.storage.keyring.get(row.scope) is None and not context.is_purged(row.scope):
        why = Sentence("can't be opened: its key is gone, without an order to destroy it")
        yield RecordFinding(kind=table, id=row.id, mismatch=Mismatch.KEYLESS, why=why)


def _find_undecryptable(context: UseCaseContext, table: str, row: OutboxRow | InboxRow) -> Iterator[RecordFinding]:
    """Yield a finding for a row that can't be opened although its key exists: it was altered or moved."""
    if not row.scope or context.storage.keyring.get(row.scope) is None:
        return
    try:
        context.encryptor.decrypt(row.scope, row.body, build_row_associated_data(table, row.id))
    except DecryptionError:
        why = Sentence("can't be opened: it was altered or moved")
        yield RecordFinding(kind=table, id=row.id, mismatch=Mismatch.SEALED, why=why)


def _iter_outbox(context: UseCaseContext) -> Iterator[OutboxRow]:
    after = ""
    while rows := context.storage.queues.outbox(limit=_BATCH, after=after):
        yield from rows
        after = rows[-1].id


def _iter_inbox(context: UseCaseContext) -> Iterator[InboxRow]:
    after = ""
    while rows := context.storage.queues.inbox(tuple(InboxState), limit=_BATCH, after=after):
        yield from rows
        after = rows[-1].id
