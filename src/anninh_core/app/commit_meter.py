"""Metrics of commits: events received and processed, outcomes of sending, duration of commits."""

from collections.abc import Sequence
from typing import Protocol

from anninh_core.messaging.rows import is_being_sent_by_fallback
from anninh_core.ports.storages.changes import ChangeSet, Outcome


class Meter(Protocol):
    """Receives counts of committed changes. Called from any thread; must be quick and must not raise."""

    def count_commit(self, seconds: float, change_sets: int) -> None:
        """Count a commit with its duration and its number of change sets."""
        ...

    def count_received(self, messenger: str, *, again: bool) -> None:
        """Count a stored event; `again` if it had been stored before."""
        ...

    def count_processed(self, messenger: str, state: str) -> None:
        """Count a claimed inbox row that was settled as `done` or `failed`."""
        ...

    def count_settled(self, messenger: str, lane: str, state: str) -> None:
        """Count a settled outbox row; `state` is a state of the outbox, `ready` if the row will be retried."""
        ...


class CommitMeter:
    """Reports every commit of this process to a meter; an observer of the runner."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Report the committed changes and the duration to the meter."""
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
        # An inbox row without a messenger was settled by a person and isn't counted.
        if inbox_row is not None and inbox_row.messenger:
            self._meter.count_processed(inbox_row.messenger, inbox_row.state)
        if outbox_row is not None and not is_being_sent_by_fallback(outbox_row):
            self._meter.count_settled(outbox_row.messenger, outbox_row.lane, outbox_row.state)
