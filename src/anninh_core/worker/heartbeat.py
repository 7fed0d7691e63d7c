"""The worker's heartbeat: when the worker last completed a round, and which of its jobs fail.

The heartbeat is stored unencrypted, so that it can be read without keys and without the worker.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

import msgspec
from attrs import field, frozen

from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.clock import Clock
from anninh_core.ports.storages.storage import States

STATE_OWNER = "watch"
"""Owner name of the stored states that a watchdog reads."""

BEAT_INTERVAL = timedelta(seconds=20)
"""Minimum interval between two heartbeats of a worker."""

_NAME = "heartbeat"


@frozen(kw_only=True)
class Heartbeat:
    """The last heartbeat of a worker; if there are several workers, that of the last one to write.

    Attributes:
        at: when the worker completed a round without an error.
        failing: for each failing job, the time since which it hasn't succeeded.
    """

    at: datetime
    failing: Mapping[str, datetime] = field(factory=dict)


_DECODER = msgspec.json.Decoder(Heartbeat)


def read_heartbeat(states: States) -> Heartbeat | None:
    """Return the last heartbeat, or None if no worker has completed a round yet or the stored value is damaged."""
    return StreamPosition.read(states, STATE_OWNER, _NAME).parse(_DECODER.decode)


class HeartbeatWriter:
    """Records which jobs of a worker fail, and writes its heartbeat. Thread-safe."""

    def __init__(self, states: States, clock: Clock) -> None:
        self._states = states
        self._clock = clock
        self._failing: dict[str, datetime] = {}
        self._written: Heartbeat | None = None
        self._lock = Lock()

    @contextmanager
    def watch(self, job: str) -> Iterator[None]:
        """Record whether a job succeeds inside the `with`; its error is raised again."""
        try:
            yield
        except Exception:
            with self._lock:
                self._failing.setdefault(job, self._clock.now())
            raise
        with self._lock:
            self._failing.pop(job, None)

    def watch_turn(self, job: str, turn: Callable[[], timedelta | None]) -> timedelta | None:
        """Run one turn of a job's thread, and record whether it succeeds."""
        with self.watch(job):
            return turn()

    def write_heartbeat(self) -> None:
        """Write the heartbeat after a completed round, unless the last one is recent and lists the same failing
        jobs.
        """
        now = self._clock.now()
        with self._lock:
            beat = Heartbeat(at=now, failing=dict(self._failing))
            last = self._written
            is_recent = last is not None and timedelta() <= now - last.at < BEAT_INTERVAL
            if is_recent and last is not None and last.failing == beat.failing:
                return
            self._written = beat
        # If another worker writes at this moment, its heartbeat serves as well.
        StreamPosition.read(self._states, STATE_OWNER, _NAME).store_next(msgspec.json.encode(beat).decode())
