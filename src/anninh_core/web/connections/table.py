"""Who is connected, what each connection waits for, and whose time is over."""

import time
from collections.abc import Callable, Mapping
from enum import Enum
from itertools import islice
from typing import Protocol

from anninh_core.app.settings import DoorSettings

_DRAINED_PER_SWEEP = 20
"""Pieces of unwanted bodies that are read between two sweeps, of all connections together."""

_ENDS_PER_SWEEP = 50
"""Of each stage. Who came in a crowd shall not come back in one, as others would have to wait behind it."""

_CLOSING_SECONDS = 2.0
"""How long an unwanted rest is read, and how long a last answer may take to leave."""


class Stage(Enum):
    """What a connection waits for.

    Attributes:
        HEAD: the head of a request; nothing of it has come, or a part.
        BODY: the rest of a body that somebody asks for.
        ANSWERING: our answer.
        BLOCKED: the client, which doesn't take what it asked for.
        DRAINING: the rest of a body that was answered already.
        IDLE: another request, after one that was answered.
        CLOSING: that what was sent has left.
    """

    HEAD = "head"
    BODY = "body"
    ANSWERING = "answering"
    BLOCKED = "blocked"
    DRAINING = "draining"
    IDLE = "idle"
    CLOSING = "closing"


SHEDDING_ORDER = (Stage.CLOSING, Stage.DRAINING, Stage.BLOCKED, Stage.IDLE, Stage.HEAD, Stage.BODY)
"""Who loses its place first where all are taken; whoever has sent a whole request keeps it."""


class OpenConnection(Protocol):
    """What the table knows of a connection."""

    def give_up(self, stage: Stage) -> None:
        """End it: its time is over, or somebody else needs its place."""
        ...

    def drain(self) -> None:
        """Read on, to throw away what comes."""
        ...


class ConnectionTable:
    """The connections of a server, those that have waited longest first.

    Args:
        limits: how long they may wait.
        capacity: how many there may be.
        now: seconds of a clock that is never set.
    """

    def __init__(
        self, limits: DoorSettings, capacity: int | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = limits.connections if capacity is None else capacity
        self._now = now
        self._patience: Mapping[Stage, float] = {
            Stage.HEAD: limits.head_seconds,
            Stage.IDLE: limits.idle_seconds,
            Stage.BLOCKED: limits.body_seconds,
            Stage.DRAINING: _CLOSING_SECONDS,
            Stage.CLOSING: _CLOSING_SECONDS,
        }
        self._pieces_left = _DRAINED_PER_SWEEP
        self._stages: dict[OpenConnection, Stage] = {}
        self._since: Mapping[Stage, dict[OpenConnection, float]] = {stage: {} for stage in Stage}

    def __len__(self) -> int:
        return len(self._stages)

    def stage_of(self, connection: OpenConnection) -> Stage | None:
        """Return what a connection waits for; None where it has no place."""
        return self._stages.get(connection)

    def admit(self, connection: OpenConnection) -> bool:
        """Give a new connection a place, if need be that of one that has sent no whole request.

        Returns:
            False where every place is taken by a request that is being answered.
        """
        if len(self._stages) >= self._capacity and not self._shed():
            return False
        self.move(connection, Stage.HEAD)
        return True

    def move(self, connection: OpenConnection, stage: Stage) -> None:
        """Note what a connection waits for now; where it is the same as before, since when stays."""
        previous = self._stages.get(connection)
        if previous is stage:
            return
        if previous is not None:
            del self._since[previous][connection]
        self._stages[connection] = stage
        self._since[stage][connection] = self._now()

    def may_drain(self) -> bool:
        """Tell whether another piece of an unwanted body is read now, or after the next sweep."""
        self._pieces_left -= 1
        return self._pieces_left > 0

    def remove(self, connection: OpenConnection) -> None:
        """Forget a connection that is closed, or never had a place."""
        stage = self._stages.pop(connection, None)
        if stage is not None:
            del self._since[stage][connection]

    def sweep(self) -> None:
        """End what has waited too long; let those read on whose turn it is. To be called several times a second."""
        now = self._now()
        for stage, patience in self._patience.items():
            self._expire(stage, now - patience)
        self._pieces_left = _DRAINED_PER_SWEEP
        for connection in tuple(islice(self._since[Stage.DRAINING], _DRAINED_PER_SWEEP)):
            connection.drain()

    def _expire(self, stage: Stage, oldest: float) -> None:
        for connection, since in tuple(islice(self._since[stage].items(), _ENDS_PER_SWEEP)):
            if since > oldest:
                return
            connection.give_up(stage)

    def _shed(self) -> bool:
        for stage in SHEDDING_ORDER:
            for connection in self._since[stage]:
                self.remove(connection)
                connection.give_up(stage)
                return True
        return False
