"""The open connections, the stage of each, and their time limits."""

import time
from collections.abc import Callable, Mapping
from enum import Enum
from itertools import islice
from typing import Protocol

from anninh_core.app.settings import DoorSettings

_DRAINED_PER_SWEEP = 20
"""Pieces of unwanted bodies that are read between two sweeps, of all connections together."""

_ENDS_PER_SWEEP = 50
"""Connections ended in one sweep, per stage. Clients that came in a crowd shall not come back in one, as others would
wait behind them.
"""

_CLOSING_SECONDS = 2.0
"""Seconds in which the unwanted rest of a body is read, and in which a last response may be sent."""


class Stage(Enum):
    """What a connection waits for.

    Attributes:
        HEAD: the head of a request; nothing of it has come, or a part.
        BODY: the rest of a body that the application reads.
        ANSWERING: our response.
        BLOCKED: the client, which doesn't read our response.
        DRAINING: the rest of a body after its response.
        IDLE: another request after a response.
        CLOSING: the end of sending.
    """

    HEAD = "head"
    BODY = "body"
    ANSWERING = "answering"
    BLOCKED = "blocked"
    DRAINING = "draining"
    IDLE = "idle"
    CLOSING = "closing"


SHEDDING_ORDER = (Stage.CLOSING, Stage.DRAINING, Stage.BLOCKED, Stage.IDLE, Stage.HEAD, Stage.BODY)
"""Stages whose connections lose their place first when all are taken; a connection with a whole request keeps it."""


class OpenConnection(Protocol):
    """The methods of a connection that the table calls."""

    def give_up(self, stage: Stage) -> None:
        """End the connection: its time is over, or its place is needed."""
        ...

    def drain(self) -> None:
        """Continue reading, and discard the data."""
        ...


class ConnectionTable:
    """The connections of a server, by stage, those that have waited longest first.

    Args:
        limits: time limits of the stages.
        capacity: limit of connections.
        now: seconds of a monotonic clock.
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
        """Return the stage of a connection, or None if it has no place."""
        return self._stages.get(connection)

    def admit(self, connection: OpenConnection) -> bool:
        """Give a new connection a place, if necessary that of a connection without a whole request.

        Returns:
            False if every place is taken by a request that is being answered.
        """
        if len(self._stages) >= self._capacity and not self._shed():
            return False
        self.move(connection, Stage.HEAD)
        return True

    def move(self, connection: OpenConnection, stage: Stage) -> None:
        """Set the stage of a connection; an unchanged stage keeps its start time."""
        previous = self._stages.get(connection)
        if previous is stage:
            return
        if previous is not None:
            del self._since[previous][connection]
        self._stages[connection] = stage
        self._since[stage][connection] = self._now()

    def may_drain(self) -> bool:
        """Return whether another piece of an unwanted body is read now, or after the next sweep."""
        self._pieces_left -= 1
        return self._pieces_left > 0

    def remove(self, connection: OpenConnection) -> None:
        """Remove a connection that is closed, or never had a place."""
        stage = self._stages.pop(connection, None)
        if stage is not None:
            del self._since[stage][connection]

    def sweep(self) -> None:
        """End connections over their time limit, and let draining connections continue. To be called several times a
        second.
        """
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
