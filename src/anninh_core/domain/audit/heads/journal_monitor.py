"""Comparison of the journal with the key keeper's note of its end, when an app opens and at intervals."""

import logging
from collections.abc import Mapping

from attrs import field, frozen

from anninh_core.domain.audit.heads.key_keeper_notes import find_break, note_journal
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.ports.messengers.courier import Courier
from anninh_core.usecase.actor import system
from anninh_core.usecase.runner import UseCaseRunner

_KEEPER = system("keeper")
_log = logging.getLogger(__name__)


@frozen
class HeadSchedule:
    """The times at which heads are signed, and the couriers that take heads elsewhere.

    Attributes:
        every_hours, every_entries: a head is due if the last one is older, or this number of entries were added since.
        couriers: name in the settings -> courier for files of heads.
    """

    every_hours: float
    every_entries: int
    couriers: Mapping[str, Courier] = field(factory=dict)


def watch_journal(runner: UseCaseRunner, filled_by: str = "") -> bool:
    """Continue the journal if it fell behind its note, then note its end; return whether it was continued.

    A journal with a missing note may be an older copy, so it is continued too.

    Args:
        filled_by: a `BreakReason` if the storage was just filled: then the journal is continued in any case.
    """
    reason = filled_by
    if not reason:
        continuation = find_break(runner.context)
        reason = continuation.reason.value if continuation is not None else ""
    if reason == BreakReason.UNNOTED and not note_journal(runner.context):
        return False  # The note can't be stored, so the journal would be continued at each opening.
    if reason:
        _continue_journal(runner, reason if filled_by or reason == BreakReason.UNNOTED else "")
    note_journal(runner.context)
    return bool(reason)


def _continue_journal(runner: UseCaseRunner, declared: str) -> None:
    from anninh_core.domain.audit.heads.continuation import Continuations  # noqa: PLC0415  hardly ever needed

    head = Continuations(runner).continue_journal(_KEEPER, declared)
    if head is not None and head.continues is not None:
        lost = "unknown" if head.continues.lost is None else head.continues.lost
        warning = "the journal goes on after a break at line %d (%s); lines known to be lost: %s"
        _log.warning(warning, head.seq, head.continues.reason.value, lost)
