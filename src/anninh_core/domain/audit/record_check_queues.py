"""The rows of the queues: those of the outbox compared with the journal, those of the inbox with what they must be.

The journal names each row that is put into the outbox, and no row of the inbox: an event is stored before anybody acts.
What became of a row, and whether one was taken away, is compared with nothing.
"""

from collections.abc import Iterator

from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding, RecordTally
from anninh_core.domain.audit.record_ledger import OUTBOX, RecordLedger, RecordWord, WordsAhead
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.queues import CLOSED, UNSENT, InboxRow, InboxState, OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.journal.entries import NAMED_ROW, hash_outbox_row, hash_row_with_id
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.resident_names import name_recipient

_INBOX = "inbox"
_BATCH = 500


def find_altered_rows(context: UseCaseContext, ledger: RecordLedger, tally: RecordTally) -> Iterator[RecordFinding]:
    """Yield rows that aren't as they must be; a row of the outbox may come to be a doubt of the ledger instead."""
    words = WordsAhead(ledger.queued())
    for row in _iter_outbox(context):
        for _ in words.before(OUTBOX, row.id):
            pass  # it was sent and removed since
        word = words.at(OUTBOX, row.id)
        if row.state in UNSENT:
            yield from _find_keyless(context, OUTBOX, row)
        held = RecordWord(OUTBOX, row.id, 1, _hash_row(context, row, word))
        if _is_emptied(row, word) or (word is None and not _is_since(ledger, row)):
            tally.unnamed_rows += 1
            yield from _check_opens(context, OUTBOX, row)
        elif word is None or not word.confirms(held):
            ledger.doubt(held, word)
    for event in _iter_inbox(context):
        if not event.body:
            continue
        if event.state is not InboxState.DONE:
            yield from _find_keyless(context, _INBOX, event)
            yield from _check_opens(context, _INBOX, event)
        elif _is_since(ledger, event):
            yield RecordFinding(
                kind=_INBOX, id=event.id, mismatch=Mismatch.NOT_BLANK, why=Sentence("is done but has a body")
            )
        else:
            tally.old_bodies += 1


def _hash_row(context: UseCaseContext, row: OutboxRow, word: RecordWord | None) -> str:
    """Return the hash of a row as a word about it has one."""
    if word is not None and not word.hash.startswith(NAMED_ROW):
        return hash_row_with_id(row, find_recipient(context, row))
    name = name_recipient(context.names, row.conversation, row)
    is_open = row.state not in CLOSED
    return hash_outbox_row(row, "" if is_open and name == row.conversation else name)  # an open row has no name yet


def _is_emptied(row: OutboxRow, word: RecordWord | None) -> bool:
    """Return whether an upgrade has emptied a row of an earlier version: what it said can't be compared any more."""
    is_earlier = word is None or not word.hash.startswith(NAMED_ROW)
    return is_earlier and row.state in CLOSED and not row.body and not row.scope


def _is_since(ledger: RecordLedger, row: OutboxRow | InboxRow) -> bool:
    """Return whether a row is from after the journal began to name what is queued."""
    return bool(ledger.since) and row.id >= ledger.since


def _find_keyless(context: UseCaseContext, table: str, row: OutboxRow | InboxRow) -> Iterator[RecordFinding]:
    """Yield a row that waits to be worked on and whose key is gone: no schedule destroys it before, only an order."""
    if row.scope and context.storage.keyring.get(row.scope) is None and not context.is_purged(row.scope):
        why = Sentence("can't be opened: its key is gone, and nobody ordered that")
        yield RecordFinding(kind=table, id=row.id, mismatch=Mismatch.KEYLESS, why=why)


def _check_opens(context: UseCaseContext, table: str, row: OutboxRow | InboxRow) -> Iterator[RecordFinding]:
    """Yield a row that doesn't open although its key is there: it was altered or moved, or follows from no key."""
    if not row.scope or context.storage.keyring.get(row.scope) is None:
        return
    try:
        context.encryptor.decrypt(row.scope, row.body, row_associated_data(table, row.id))
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
