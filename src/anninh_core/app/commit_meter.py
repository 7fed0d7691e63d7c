"""Counting what is committed: what came, what was processed, how sending ended, how long commits take."""

from collections.abc import Sequence
from typing import Protocol

from anninh_core.messaging.rows import is_fallback_started
from anninh_core.ports.storages.changes import ChangeSet, Outcome


class Meter(Protocol):
    """Hears what happened. Called from any thread; it has to be quick and must not raise."""

    def count_commit(self, seconds: float, change_sets: int) -> None:
        """Hear how long a commit took, and of how many change sets."""
        ...

    def count_received(self, messenger: str, *, again: bool) -> None:
        """Hear of an event that was stored, or (`again`) had been before."""
        ...

    def count_processed(self, messenger: str, state: str) -> None:
        """Hear what became of an inbox row that was claimed: `done` or `failed`."""
        ...

    def count_settled(self, messenger: str, lane: str, state: str) -> None:
        """Hear how sending ended: a state of the outbox, `ready` for a row that is tried again."""
        ...


class CommitMeter:
    """Tells a meter about every commit of this process; hangs on the runner."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Tell what was committed, and how long it took."""
        self._meter.count_commit(seconds, len(change_sets))
        for change_set, outcome in zip(change_sets, outcomes, strict=True):
            self._count(change_set, outcome)

    def _count(self, change_set: ChangeSet, outcome: Outcome) -> None:
        if outcome in (Outcome.COMMITTED, Outcome.DUPLICATE):
            for row in change_set.inbox:
                self._meter.count_received(row.source, again=outcome is Outcome.DUPLICATE)
        if outcome is not Outcome.COMMITTED:
            return
        inbox_row = change_set.inbox_settled
        outbox_row = change_set.outbox_settled
        if inbox_row is not None and inbox_row.messenger:  # without one a person decided about it
            self._meter.count_processed(inbox_row.messenger, inbox_row.state)
        if outbox_row is not None and not is_fallback_started(outbox_row):
            self._meter.count_settled(outbox_row.messenger, outbox_row.lane, outbox_row.state)
