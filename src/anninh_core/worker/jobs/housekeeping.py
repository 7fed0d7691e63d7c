"""The job that deletes expired data of the queues: inbox keys of past days, unread events, and old settled rows."""

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.messaging.rows import UNREADABLE, iter_inbox_rows, iter_outbox_rows
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled, Outcome
from anninh_core.ports.storages.queues import PENDING, InboxState
from anninh_core.usecase.keyed_hashes.people import iter_scopes
from anninh_core.usecase.outbox_message import OUTBOX_SCOPE, build_outbox_scope
from anninh_core.usecase.runner import UseCaseRunner

_OWNER = "dispatch"
_FIRST_DAY = "inbox_day"
_DAY = timedelta(days=1)
_FIRST_LOOKBACK = timedelta(days=30)  # The first run begins this long before now.
_UNDONE_STATES = (*PENDING, InboxState.FAILED)

_PRUNED_ON = "pruned_on"
# One transaction deletes at most this many rows: it takes a few milliseconds, for which other transactions wait.
_BATCH = 200
_MAX_BATCHES = 25  # One run deletes at most this many batches of each kind; the remaining rows wait for the next run.
# These are names in the profile's `retention_days` for unread events, hashes of handled events, delivered messages and
# idempotency keys.
UNREAD = "unread_event"
EVENTS = "inbox_hash"
MESSAGES = "outbox"
REQUESTS = "request"
DEFAULT_RETENTION_DAYS = {UNREAD: 30, EVENTS: 35, MESSAGES: 400, REQUESTS: 90}
"""Default retention in days. Platforms redeliver events for hours, and people paste them for weeks; an echo, a
complaint or the yearly report refers to delivered messages; a program that repeats a command does so soon.
"""

_log = logging.getLogger(__name__)


class Housekeeping:
    """Deletes expired data of the queues and makes raw events unreadable everywhere, also in the database log and in
    backups.

    A processed event loses its body at once; once the key of its day is destroyed, older copies of the body can't be
    decrypted either.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context

    def destroy_inbox_keys(self) -> int:
        """Destroy the keys of days before yesterday whose events are all processed; return how many were destroyed."""
        until = local_date(self._context.clock.now()) - _DAY
        stream_position = StreamPosition.read(self._context.storage.states, _OWNER, _FIRST_DAY)
        first_day = stream_position.parse(date.fromisoformat)
        if first_day is None or first_day > until:  # This job stores no later day, so the stored value is damaged.
            first_day = until - _FIRST_LOOKBACK
        if first_day >= until:
            return 0
        undone_scopes = self._find_unprocessed_scopes()
        finished_days = [day for day in _date_range(first_day, until) if f"inbox:{day}" not in undone_scopes]
        destroyed = sum(self._destroy_key(f"inbox:{day}") for day in finished_days)
        next_day = next((day for day in _date_range(first_day, until) if day not in finished_days), until)
        stream_position.store_next(next_day.isoformat())
        return destroyed

    def prune_queues(self) -> int:
        """Delete the queue rows past their retention once a day; return how many.

        It uses short transactions and leaves remaining rows to the next run. It keeps rows that aren't settled, or that
        a person gave up: these are rare, and a resend must find them. Unreadable events are given up first, unless
        their conversation is known: otherwise an erasure request would not find them.
        """
        runner = self._runner
        today = local_date(self._context.clock.now()).isoformat()
        stream_position = StreamPosition.read(runner.context.storage.states, _OWNER, _PRUNED_ON)
        if stream_position.value == today:
            return 0
        queues = runner.context.storage.queues
        self._give_up_unread()
        pruned = [
            self._prune(EVENTS, queues.prune_inbox),
            self._prune(MESSAGES, queues.prune_outbox),
            self._prune(REQUESTS, runner.context.storage.prune_requests),
        ]
        if max(pruned) < _BATCH * _MAX_BATCHES:
            self._destroy_outbox_keys()
            stream_position.store_next(today)
        return sum(pruned)

    def _destroy_outbox_keys(self) -> None:
        """Destroy the outbox keys of days with only expired messages, if the keys encrypt no row any more."""
        storage = self._context.storage
        first_kept = build_outbox_scope(self._find_cutoff(MESSAGES))
        old = {scope for scope in iter_scopes(storage.keyring, OUTBOX_SCOPE) if scope < first_kept}
        if old:
            in_use = {row.scope for row in iter_outbox_rows(storage.queues, None)}
            for scope in sorted(old - in_use):
                self._destroy_key(scope)

    def _give_up_unread(self) -> None:
        """Erase the bodies of events that no adapter could read within their retention period."""
        cutoff = self._find_cutoff(UNREAD)
        failed = iter_inbox_rows(self._context.storage.queues)
        unread = (row for row in failed if row.error.startswith(UNREADABLE) and not row.conversation)
        old = [row.id for row in unread if row.received_at < cutoff]
        outcomes = [
            outcome
            for start in range(0, len(old), _BATCH)
            for outcome in self._runner.apply(
                [ChangeSet(inbox_settled=InboxSettled(id=id, token=None)) for id in old[start : start + _BATCH]]
            )
        ]
        if erased := outcomes.count(Outcome.COMMITTED):
            _log.warning("%d events that nobody could read are over their time and were erased", erased)

    def _find_cutoff(self, data: str) -> datetime:
        days = self._context.district.retention_days.get(data, DEFAULT_RETENTION_DAYS[data])
        return self._context.clock.now() - _DAY * days

    def _prune(self, data: str, prune: Callable[[datetime, int], int]) -> int:
        cutoff = self._find_cutoff(data)
        removed = 0
        for _ in range(_MAX_BATCHES):
            removed += (pruned := prune(cutoff, _BATCH))
            if pruned < _BATCH:
                break
        return removed

    def _destroy_key(self, scope: str) -> bool:
        keyring = self._context.storage.keyring
        if keyring.get(scope) is None:
            return False
        self._context.encryptor.forget(scope)
        return keyring.destroy(scope)

    def _find_unprocessed_scopes(self) -> frozenset[str]:
        """Return the encryption scopes of events that aren't processed yet."""
        return frozenset(row.scope for row in iter_inbox_rows(self._context.storage.queues, _UNDONE_STATES))


def _date_range(first: date, until: date) -> Iterator[date]:
    """Yield the days from `first` up to, but not including, `until`."""
    return (first + _DAY * number for number in range((until - first).days))
