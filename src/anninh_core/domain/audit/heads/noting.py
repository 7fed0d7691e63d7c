"""What the keeper of keys notes of the journal, apart from the storage; compared at each opening, and by the clock."""

import logging

from attrs import evolve

from anninh_core.domain.audit.heads.model import BreakReason, Continuation
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.keys import NotedHead, NotesHeads
from anninh_core.usecase.context import UseCaseContext

_log = logging.getLogger(__name__)


def find_break(context: UseCaseContext, declared: BreakReason | None = None) -> Continuation | None:
    """Return what the journal lacks of what was noted of it; None for nothing, unless a reason was declared."""
    notes = (
        context.keys.noted_heads() if isinstance(context.keys, NotesHeads) else ()
    )  # before the journal, which grows
    name = journal_name(context)
    (seq, hash) = context.storage.journal.head()
    noted = next((note for note in notes if note.store == name), None)
    found = _compare(context, noted, seq) if noted is not None else _replaced(notes[-1], seq) if notes else None
    if declared is None or found is not None:
        return found if declared is None or found is None else evolve(found, reason=declared)
    is_all = noted is not None and (noted.seq, noted.hash) == (seq, hash)
    return Continuation(reason=declared, lost=0 if is_all else None)


def _compare(context: UseCaseContext, noted: NotedHead, seq: int) -> Continuation | None:
    if noted.seq > seq:
        return Continuation(reason=BreakReason.BEHIND, seen_seq=noted.seq, seen_hash=noted.hash, lost=noted.seq - seq)
    line = next(iter(context.storage.journal.read(noted.seq - 1, 1)), None)
    if line is not None and line.hash == noted.hash:
        return None
    return Continuation(reason=BreakReason.DIVERGED, seen_seq=noted.seq, seen_hash=noted.hash)


def _replaced(noted: NotedHead, seq: int) -> Continuation:
    lost = None if seq else noted.seq
    return Continuation(reason=BreakReason.REPLACED, seen_seq=noted.seq, seen_hash=noted.hash, lost=lost)


def note_journal(context: UseCaseContext) -> None:
    """Let the keeper of keys note where the journal stands; a full disk doesn't stop the work for it."""
    seq, hash = context.storage.journal.head()
    if not seq or not isinstance(context.keys, NotesHeads):
        return
    try:
        context.keys.note_head(NotedHead(journal_name(context), seq, hash))
    except StorageError as error:
        _log.warning("where the journal stands was not noted: %s", error)


def journal_name(context: UseCaseContext) -> str:
    """Return what tells this journal from others: the hash of its first line; "" for an empty one."""
    first = context.storage.journal.read(0, 1)
    return first[0].hash if first else ""
