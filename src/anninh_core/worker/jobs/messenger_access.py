"""Asks each platform once a minute whether we may still act there, and stores the result for the watchdog.

A revoked token shows with the next message only, which may be the page of an emergency.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import RetryLater, UnknownOutcome
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import TriesAccess
from anninh_core.ports.storages.storage import States
from anninh_core.usecase.context import UseCaseContext
from anninh_core.worker.heartbeat import STATE_OWNER
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.periodic_thread import Loop

TRY_INTERVAL = timedelta(minutes=1)
"""How often a platform is asked."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long to wait for a thread at the end; one whose platform hangs is abandoned."""

_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class AccessRecord:
    """What a platform last answered.

    Attributes:
        failing_since: since when no call has succeeded; None where the last one has.
        is_refused: whether the platform refused us, rather than not being reached.
    """

    at: datetime
    failing_since: datetime | None = None
    is_refused: bool = False


_DECODER = msgspec.json.Decoder(AccessRecord)


def read_access(states: States, instance: str) -> AccessRecord | None:
    """Return what a messenger's platform last answered; None where it was not asked yet, or it is damaged."""
    return StreamPosition.read(states, STATE_OWNER, _state_name(instance)).parse(_DECODER.decode)


class MessengerAccess:
    """Tries the access of every messenger that is a `TriesAccess`."""

    def __init__(self, context: UseCaseContext, messengers: Mapping[str, Messenger]) -> None:
        self._context = context
        self._messengers = {name: one for name, one in messengers.items() if isinstance(one, TriesAccess)}

    @property
    def job(self) -> Job:
        """The job `try_access`. A running worker asks each platform in a thread of its own."""
        loops = {f"try_access {name}": Loop(partial(self._try_and_rest, name)) for name in self._messengers}
        return Job("try_access", self.try_due, TRY_INTERVAL, own_thread=True, loops=loops, patience=JOIN_TIMEOUT)

    def try_due(self) -> int:
        """Ask the platforms that were not asked within a minute, one after the other; return how many failed."""
        return sum(map(self._try, self._messengers))

    def _try_and_rest(self, instance: str) -> timedelta:
        self._try(instance)
        return TRY_INTERVAL

    def _try(self, instance: str) -> bool:
        """Ask a platform if it is due, and store the answer; return whether it failed."""
        position = StreamPosition.read(self._context.storage.states, STATE_OWNER, _state_name(instance))
        last = position.parse(_DECODER.decode)
        now = self._context.clock.now()
        if last is not None and timedelta() <= now - last.at < TRY_INTERVAL / 2:
            return False  # another worker has just asked
        record = self._ask(instance, last)
        position.move(msgspec.json.encode(record).decode())
        return record.failing_since is not None

    def _ask(self, instance: str, last: AccessRecord | None) -> AccessRecord:
        try:
            self._messengers[instance].try_access()
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the platform can't be used
            now = self._context.clock.now()
            since = last.failing_since if last is not None and last.failing_since is not None else now
            _log.warning("the platform of %s can't be used: %s", instance, redact_error(error))
            return AccessRecord(
                at=now, failing_since=since, is_refused=not isinstance(error, RetryLater | UnknownOutcome)
            )
        return AccessRecord(at=self._context.clock.now())


def _state_name(instance: str) -> str:
    return f"access {instance}"
