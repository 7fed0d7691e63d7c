"""What the keeper of keys notes of the journal, apart from the storage; compared at each opening, and by the clock."""

import logging
from collections.abc import Mapping

from attrs import evolve, field, frozen

from anninh_core.domain.audit.heads.model import BreakReason, Continuation
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.courier import Courier
from anninh_core.ports.keys import NotedHead, NotesHeads
from anninh_core.usecase.actor import system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.runner import UseCaseRunner

_KEEPER = system("keeper")
_log = logging.getLogger(__name__)


@frozen
class HeadSchedule:
    """When heads are signed, and who takes them out of the house.

    Attributes:
        every_hours, every_entries: a head is due when the last one is older, or so many entries were written since.
        couriers: name in the settings -> who takes files of heads.
    """

    every_hours: float
    every_entries: int
    couriers: Mapping[str, Courier] = field(factory=dict)


def watch_journal(runner: UseCaseRunner, filled_by: str = "") -> bool:
    """Continue the journal if it fell behind what was noted, then note where it stands; return whether it was behind.

    Args:
        runner: of the app.
        filled_by: a `BreakReason` where the storage was filled just now: then it is continued in any case.
    """
    is_broken = bool(filled_by) or find_break(runner.context) is not None
    if is_broken:
        from anninh_core.domain.audit.heads.continuation import Continuations  # noqa: PLC0415  hardly ever needed

        head = Continuations(runner).continue_journal(_KEEPER, filled_by)
        if head is not None and head.continues is not None:
            lost = "unknown" if head.continues.lost is None else head.continues.lost
            what = "the journal goes on after a break at line %d (%s); lines known to be lost: %s"
            _log.warning(what, head.seq, head.continues.reason.value, lost)
    note_journal(runner.context)
    return is_broken


def find_break(context: UseCaseContext, declared: BreakReason | None = None) -> Continuation | None:
    """Return what the journal lacks of what was noted of it; None for nothing, unless a reason was declared."""
    notes = (
        context.keys.noted_heads() if isinstance(context.keys, NotesHeads) else ()
    )  # before the journal, which grows
    name, (seq, hash) = journal_name(context), context.storage.journal.head()
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
