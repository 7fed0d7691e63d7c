"""The job that checks once a minute whether each platform still grants access, and stores the result for the watchdog.

Without it, a revoked token would only show with the next message, which may be the urgent notice of an emergency.
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
"""How often the access to a platform is checked."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long to wait for an access check's thread when the worker stops; a thread with a hanging platform is
abandoned.
"""

_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class AccessRecord:
    """The result of the last access check of a platform.

    Attributes:
        failing_since: since when no call has succeeded; None if the last one has.
        is_refused: whether the platform refused access, instead of being unreachable.
    """

    at: datetime
    failing_since: datetime | None = None
    is_refused: bool = False


_DECODER = msgspec.json.Decoder(AccessRecord)


def read_access(states: States, instance: str) -> AccessRecord | None:
    """Return the result of a messenger's last access check, or None if it was never checked or the result is
    damaged.
    """
    return StreamPosition.read(states, STATE_OWNER, _state_name(instance)).parse(_DECODER.decode)


class MessengerAccess:
    """Checks the access to the platform of every messenger that implements `TriesAccess`."""

    def __init__(self, context: UseCaseContext, messengers: Mapping[str, Messenger]) -> None:
        self._context = context
        self._messengers = {
            name: messenger for name, messenger in messengers.items() if isinstance(messenger, TriesAccess)
        }

    @property
    def job(self) -> Job:
        """The job `try_access`. A running worker checks each platform in its own thread."""
        loops = {f"try_access {name}": Loop(partial(self._check_in_loop, name)) for name in self._messengers}
        return Job(
            "try_access", self.check_due_access, TRY_INTERVAL, own_thread=True, loops=loops, patience=JOIN_TIMEOUT
        )

    def check_due_access(self) -> int:
        """Check the access to each platform that was not checked within a minute, one after the other; return how many
        failed.
        """
        return sum(map(self._check_platform, self._messengers))

    def _check_in_loop(self, instance: str) -> timedelta:
        self._check_platform(instance)
        return TRY_INTERVAL

    def _check_platform(self, instance: str) -> bool:
        """Check the access to a platform if it is due, and store the result; return whether it failed."""
        position = StreamPosition.read(self._context.storage.states, STATE_OWNER, _state_name(instance))
        last = position.parse(_DECODER.decode)
        now = self._context.clock.now()
        if last is not None and timedelta() <= now - last.at < TRY_INTERVAL / 2:
            return False  # Another worker has just checked this platform.
        record = self._test_access(instance, last)
        position.store_next(msgspec.json.encode(record).decode())
        return record.failing_since is not None

    def _test_access(self, instance: str, last: AccessRecord | None) -> AccessRecord:
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
