"""The worker's heartbeat: when it last finished a whole round, and which of its jobs fail.

It is stored in clear, so that it can be read without keys and without the worker.
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
"""Owner of the states that a watchdog reads."""

BEAT_INTERVAL = timedelta(seconds=20)
"""How often a worker writes its heartbeat at most."""

_NAME = "heartbeat"


@frozen(kw_only=True)
class Heartbeat:
    """What a worker last wrote about itself; of several workers, whichever wrote last.

    Attributes:
        at: when it finished a round without an error.
        failing: job -> since when it hasn't succeeded.
    """

    at: datetime
    failing: Mapping[str, datetime] = field(factory=dict)


_DECODER = msgspec.json.Decoder(Heartbeat)


def read_heartbeat(states: States) -> Heartbeat | None:
    """Return the last heartbeat; None where no worker has finished a round yet, or it is damaged."""
    return StreamPosition.read(states, STATE_OWNER, _NAME).parse(_DECODER.decode)


class HeartbeatWriter:
    """Notes which jobs fail, and writes the heartbeat. Thread-safe."""

    def __init__(self, states: States, clock: Clock) -> None:
        self._states = states
        self._clock = clock
        self._failing: dict[str, datetime] = {}
        self._written: Heartbeat | None = None
        self._lock = Lock()

    @contextmanager
    def watch(self, job: str) -> Iterator[None]:
        """Note whether a job succeeds inside the `with`; its error is raised on."""
        try:
            yield
        except Exception:
            with self._lock:
                self._failing.setdefault(job, self._clock.now())
            raise
        with self._lock:
            self._failing.pop(job, None)

    def watch_turn(self, job: str, turn: Callable[[], timedelta | None]) -> timedelta | None:
        """Run a turn of a job's thread under `watch`."""
        with self.watch(job):
            return turn()

    def beat(self) -> None:
        """Write that a round is finished, unless that was written just now and no other jobs fail."""
        now = self._clock.now()
        with self._lock:
            beat = Heartbeat(at=now, failing=dict(self._failing))
            last = self._written
            is_recent = last is not None and timedelta() <= now - last.at < BEAT_INTERVAL
            if is_recent and last is not None and last.failing == beat.failing:
                return
            self._written = beat
        # Where another worker writes at this moment, its heartbeat is as good as ours.
        StreamPosition.read(self._states, STATE_OWNER, _NAME).move(msgspec.json.encode(beat).decode())
