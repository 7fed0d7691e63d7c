"""What the keeper of keys notes of the journal, apart from the storage; compared at each opening, and by the clock."""

import logging
from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.audit.heads.model import BreakReason, Continuation
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.keys import NotedHead, NotesHeads
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import read_lines

_COLUMNS_HASH = b'"columns_hash":"'  # in a text its quotes are escaped
_log = logging.getLogger(__name__)


def find_break(context: UseCaseContext, declared: BreakReason | None = None) -> Continuation | None:
    """Return what the journal lacks of what was noted of it; None for nothing, unless a reason was declared."""
    if declared is BreakReason.UNNOTED:
        return Continuation(reason=declared)
    found = _find_difference(context)
    if declared is None or found is not None:
        return found if declared is None or found is None else evolve(found, reason=declared)
    seq, hash = context.storage.journal.head()
    is_all = NotedHead(journal_name(context), seq, hash) in _read_notes(context)
    return Continuation(reason=declared, lost=0 if is_all else None)


def _find_difference(context: UseCaseContext) -> Continuation | None:
    if not isinstance(context.keys, NotesHeads):
        return None
    notes = _read_notes(context)  # before the journal, which grows
    name = journal_name(context)
    seq, _ = context.storage.journal.head()
    if not notes:
        return Continuation(reason=BreakReason.UNNOTED) if _was_noted(context) else None
    begun = [note for note in notes if note.seq]  # one of an empty journal says that nothing was written yet
    noted = next((note for note in begun if note.store == name), None)
    if noted is not None:
        return _compare(context, noted, seq)
    return _replaced(begun[-1], seq) if begun else None


def _was_noted(context: UseCaseContext) -> bool:
    """Return whether a version worked on the journal that notes it from its first line on; earlier ones did so later.

    By an entry with the hash of a record's columns, which came with that.
    """
    return any(_COLUMNS_HASH in line.content for line in read_lines(context.storage.journal))


def _read_notes(context: UseCaseContext) -> Sequence[NotedHead]:
    return context.keys.noted_heads() if isinstance(context.keys, NotesHeads) else ()


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


def note_journal(context: UseCaseContext) -> bool:
    """Let the keeper of keys note where the journal stands, and return whether it did.

    A full disk doesn't stop the work for it. An empty journal is noted too, if nothing else was, so that a journal of
    which nothing is noted has lost its note.
    """
    keys = context.keys
    if not isinstance(keys, NotesHeads):
        return False
    seq, hash = context.storage.journal.head()
    try:
        if seq or not keys.noted_heads():
            keys.note_head(NotedHead(journal_name(context), seq, hash))
    except StorageError as error:
        _log.warning("where the journal stands was not noted: %s", error)
        return False
    return True


def journal_name(context: UseCaseContext) -> str:
    """Return what tells this journal from others: the hash of its first line; "" for an empty one."""
    first = context.storage.journal.read(0, 1)
    return first[0].hash if first else ""
