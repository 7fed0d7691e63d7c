"""Watching the journal: when an app opens, and by the clock."""

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

    A journal of which nothing is noted any more may be an older copy: it is continued, too.

    Args:
        filled_by: a `BreakReason` where the storage was filled just now: then it is continued in any case.
    """
    reason = filled_by
    if not reason:
        found = find_break(runner.context)
        reason = found.reason.value if found is not None else ""
    if reason == BreakReason.UNNOTED and not note_journal(runner.context):
        return False  # it can't be noted, and would be continued at each opening
    if reason:
        _continue_journal(runner, reason if filled_by or reason == BreakReason.UNNOTED else "")
    note_journal(runner.context)
    return bool(reason)


def _continue_journal(runner: UseCaseRunner, declared: str) -> None:
    from anninh_core.domain.audit.heads.continuation import Continuations  # noqa: PLC0415  hardly ever needed

    head = Continuations(runner).continue_journal(_KEEPER, declared)
    if head is not None and head.continues is not None:
        lost = "unknown" if head.continues.lost is None else head.continues.lost
        what = "the journal goes on after a break at line %d (%s); lines known to be lost: %s"
        _log.warning(what, head.seq, head.continues.reason.value, lost)
