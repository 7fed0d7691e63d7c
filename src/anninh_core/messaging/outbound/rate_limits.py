"""Rate limits: token buckets shared by all processes, stored so that they survive a restart."""

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
from anninh_core.vocabulary.purposes import purpose_of

_OWNER = "pacing"
_TRIES = 5
_CONTENTION_DELAY = timedelta(seconds=1)  # contention used up all tries: try later
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATE_DECODER = msgspec.json.Decoder(BucketState)
_log = logging.getLogger(__name__)


class RateLimiter:
    """Takes tokens for whole batches.

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
        """Return how many messages may be sent now, including the reserve, or None if unlimited."""
        limit = self._limits.get(instance)
        if limit is None or limit.overall is None:
            return None
        stored_state, state, version = self._read(instance, limit, now)
        if state.overall and state != stored_state:
            # the clock was set back; the first process to store corrects it for all
            self._store(instance, state, version)
        return limit.overall.available(state.overall, _to_microseconds(now))

    def take(self, instance: str, rows: Sequence[OutboxRow], now: datetime) -> Mapping[str, datetime]:
        """Take tokens for rows in their order, in one step for all.

        Returns:
            When each row that must wait may be sent, by row id. Later ones of a batch get later moments.
        """
        limit = self._limits.get(instance)
        if limit is None or not rows:
            return {}
        for _ in range(_TRIES):
            stored_state, current, version = self._read(instance, limit, now)
            state, waits = _take_tokens(limit, current, rows, _to_microseconds(now), self._names)
            if state == stored_state or self._store(instance, state, version):
                return {id: now + timedelta(microseconds=wait) for id, wait in waits.items()}
        _log.info("the buckets of %s are in demand; %d rows wait", instance, len(rows))
        return {row.id: now + _CONTENTION_DELAY for row in rows}

    def _read(self, instance: str, limit: RateLimit, now: datetime) -> tuple[BucketState, BucketState, int]:
        """Return the buckets as stored, the buckets at `now`, and their version."""
        stored = self._states.get(_OWNER, instance)
        state = BucketState() if stored is None else _STATE_DECODER.decode(stored.body)
        # An earlier version stored ids; a pseudonym stays unchanged.
        recipients = {self._names.pseudonym(to, _OWNER): full_at for to, full_at in state.recipients.items()}
        state = evolve(state, recipients=recipients)
        return state, state.as_of(limit, _to_microseconds(now)), 0 if stored is None else stored.version

    def _store(self, instance: str, spent: BucketState, version: int) -> bool:
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
            waits[row.id] = wait + len(waits) * gap  # otherwise all of them would be due at the same moment
        else:
            spent = spent.after_send(limit, recipient, now)
    return spent, waits


def _may_use_reserve(row: OutboxRow) -> bool:
    """Return whether a row may use the reserve: an emergency, or a receipt for a waiting resident."""
    return row.lane is Lane.EMERGENCY or (row.lane is Lane.REPLY and purpose_of(row.purpose).urgent)


def _to_microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
