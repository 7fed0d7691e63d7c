"""Rate limits by token buckets, which all processes share, and which are stored so that they survive a restart."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from attrs import evolve

from anninh_core.messaging.outbound.buckets import BucketState, RateLimit
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.ports.storages.storage import States
from anninh_core.usecase.resident_names import ResidentNames
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.purposes import find_purpose

_OWNER = "pacing"
_TRIES = 5
# Pause before the next try if concurrent processes have used up all tries to store the buckets.
_CONTENTION_DELAY = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATE_DECODER = msgspec.json.Decoder(BucketState)
_log = logging.getLogger(__name__)


class RateLimiter:
    """Takes tokens from the buckets for whole batches of outbox rows.

    Args:
        states: storage of the buckets, one value per messenger instance.
        limits: rate limits by messenger instance; a missing instance is unlimited.
        names: pseudonyms of the recipients: the buckets are unencrypted, and reveal when a person was sent a message.
    """

    def __init__(self, states: States, limits: Mapping[str, RateLimit], names: ResidentNames) -> None:
        self._states = states
        self._limits = limits
        self._names = names

    def is_limited(self, instance: str) -> bool:
        """Return whether a messenger instance has a rate limit."""
        return instance in self._limits

    def available(self, instance: str, now: datetime) -> int | None:
        """Return how many messages a messenger instance may send now, including the reserve, or None if it is
        unlimited.
        """
        limit = self._limits.get(instance)
        if limit is None or limit.overall is None:
            return None
        stored_state, state, version = self._read_buckets(instance, limit, now)
        if state.overall and state != stored_state:
            # The clock was set back; the first process that stores the buckets corrects them for all.
            self._store_buckets(instance, state, version)
        return limit.overall.available(state.overall, _to_microseconds(now))

    def take(self, instance: str, rows: Sequence[OutboxRow], now: datetime) -> Mapping[str, datetime]:
        """Take tokens for outbox rows in their order, in one step for all.

        Returns:
            When each row that must wait may be sent, by row id. Later ones of a batch get later moments.
        """
        limit = self._limits.get(instance)
        if limit is None or not rows:
            return {}
        for _ in range(_TRIES):
            stored_state, current, version = self._read_buckets(instance, limit, now)
            state, waits = _take_tokens(limit, current, rows, _to_microseconds(now), self._names)
            if state == stored_state or self._store_buckets(instance, state, version):
                return {id: now + timedelta(microseconds=wait) for id, wait in waits.items()}
        _log.info("the buckets of %s are in demand; %d rows wait", instance, len(rows))
        return {row.id: now + _CONTENTION_DELAY for row in rows}

    def _read_buckets(self, instance: str, limit: RateLimit, now: datetime) -> tuple[BucketState, BucketState, int]:
        """Return the state of the buckets as stored, their state at `now`, and the version of the stored value."""
        stored = self._states.get(_OWNER, instance)
        state = BucketState() if stored is None else _STATE_DECODER.decode(stored.body)
        # An earlier version stored ids instead of pseudonyms; a pseudonym stays unchanged here.
        recipients = {self._names.pseudonym(to, _OWNER): full_at for to, full_at in state.recipients.items()}
        state = evolve(state, recipients=recipients)
        return state, state.at_moment(limit, _to_microseconds(now)), 0 if stored is None else stored.version

    def _store_buckets(self, instance: str, spent: BucketState, version: int) -> bool:
        return self._states.put(_OWNER, instance, msgspec.json.encode(spent), version)


def _take_tokens(
    limit: RateLimit, spent: BucketState, rows: Sequence[OutboxRow], now: int, names: ResidentNames
) -> tuple[BucketState, dict[str, int]]:
    waits: dict[str, int] = {}
    gap = limit.overall.refill_interval if limit.overall else 0
    for row in rows:
        recipient = names.pseudonym(row.conversation, _OWNER)
        wait = spent.wait(limit, recipient, now, pressing=_may_use_reserve(row))
        if wait:
            # Without this spacing, all waiting rows would be due at the same moment.
            waits[row.id] = wait + len(waits) * gap
        else:
            spent = spent.after_send(limit, recipient, now)
    return spent, waits


def _may_use_reserve(row: OutboxRow) -> bool:
    """Return whether an outbox row may use the reserve: it is an emergency, or a receipt for a waiting resident."""
    return row.lane is Lane.EMERGENCY or (row.lane is Lane.REPLY and find_purpose(row.purpose).urgent)


def _to_microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
