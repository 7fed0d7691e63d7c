"""The key keeper's note of the journal's end, which is kept apart from the storage, and compared at each opening and at
intervals.
"""

import logging
from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.audit.heads.model import BreakReason, Continuation
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.keys import NotedHead, NotesHeads
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import read_lines

# Inside a text, the quotes of this pattern would be escaped, so it occurs only as the name of a field.
_COLUMNS_HASH = b'"columns_hash":"'
_log = logging.getLogger(__name__)


def find_break(context: UseCaseContext, declared: BreakReason | None = None) -> Continuation | None:
    """Return what the journal lacks according to the key keeper's note, or None.

    With a declared reason, a `Continuation` is returned even if nothing is missing.
    """
    if declared is BreakReason.UNNOTED:
        return Continuation(reason=declared)
    difference = _find_difference(context)
    if declared is None or difference is not None:
        return difference if declared is None or difference is None else evolve(difference, reason=declared)
    seq, hash = context.storage.journal.head()
    is_all = NotedHead(get_journal_name(context), seq, hash) in _read_notes(context)
    return Continuation(reason=declared, lost=0 if is_all else None)


def _find_difference(context: UseCaseContext) -> Continuation | None:
    if not isinstance(context.keys, NotesHeads):
        return None
    notes = _read_notes(context)  # The notes are read before the journal, because the journal grows.
    name = get_journal_name(context)
    seq, _ = context.storage.journal.head()
    if not notes:
        return Continuation(reason=BreakReason.UNNOTED) if _must_have_note(context) else None
    begun = [note for note in notes if note.seq]  # The note of an empty journal means that no line was written yet.
    noted = next((note for note in begun if note.store == name), None)
    if noted is not None:
        return _compare_with_note(context, noted, seq)
    return _build_replacement(begun[-1], seq) if begun else None


def _must_have_note(context: UseCaseContext) -> bool:
    """Return whether a version that notes the journal's end from the first line on has worked on this journal.

    Such a version hashes a record's columns, so its entries contain a columns hash. Earlier versions noted the journal
    later, so their journal may have no note.
    """
    return any(_COLUMNS_HASH in line.content for line in read_lines(context.storage.journal))


def _read_notes(context: UseCaseContext) -> Sequence[NotedHead]:
    return context.keys.noted_heads() if isinstance(context.keys, NotesHeads) else ()


def _compare_with_note(context: UseCaseContext, noted: NotedHead, seq: int) -> Continuation | None:
    if noted.seq > seq:
        return Continuation(reason=BreakReason.BEHIND, seen_seq=noted.seq, seen_hash=noted.hash, lost=noted.seq - seq)
    line = next(iter(context.storage.journal.read(noted.seq - 1, 1)), None)
    if line is not None and line.hash == noted.hash:
        return None
    return Continuation(reason=BreakReason.DIVERGED, seen_seq=noted.seq, seen_hash=noted.hash)


def _build_replacement(noted: NotedHead, seq: int) -> Continuation:
    lost = None if seq else noted.seq
    return Continuation(reason=BreakReason.REPLACED, seen_seq=noted.seq, seen_hash=noted.hash, lost=lost)


def note_journal(context: UseCaseContext) -> bool:
    """Store the journal's last line as the key keeper's note; return whether it was stored.

    A full disk doesn't stop the work. An empty journal is noted too if the keeper has no note yet, so that a journal
    without a note must have lost it.
    """
    keys = context.keys
    if not isinstance(keys, NotesHeads):
        return False
    seq, hash = context.storage.journal.head()
    try:
        if seq or not keys.noted_heads():
            keys.note_head(NotedHead(get_journal_name(context), seq, hash))
    except StorageError as error:
        _log.warning("where the journal stands was not noted: %s", error)
        return False
    return True


def get_journal_name(context: UseCaseContext) -> str:
    """Return the name of this journal, the hash of its first line; "" for an empty journal."""
    first = context.storage.journal.read(0, 1)
    return first[0].hash if first else ""
