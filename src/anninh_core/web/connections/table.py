"""A table of the open connections, with the stage and the time limit of each."""

import time
from collections.abc import Callable, Mapping
from enum import Enum
from itertools import islice
from typing import Protocol

from anninh_core.app.settings import DoorSettings

_DRAINED_PER_SWEEP = 20
"""Number of pieces of unwanted request bodies that are read between two sweeps, for all connections together."""

_ENDS_PER_SWEEP = 50
"""Most connections that one sweep ends in each stage. Clients that connected all at once shall not reconnect all at
once, as others would wait behind them.
"""

_CLOSING_SECONDS = 2.0
"""Seconds in which the unwanted rest of a request body is read, and in which a last response may be sent."""


class Stage(Enum):
    """A stage of a connection, named after the event that the connection waits for.

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
"""Stages in the order in which their connections lose their place when all places are taken; a connection with a whole
request keeps it.
"""


class OpenConnection(Protocol):
    """A connection, with the methods that the connection table calls."""

    def give_up(self, stage: Stage) -> None:
        """End the connection, because its time is over or another connection needs its place."""
        ...

    def drain(self) -> None:
        """Continue to read from the connection, and discard the data."""
        ...


class ConnectionTable:
    """The open connections of a server by stage; in each stage, those that have waited longest come first.

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
        """Return the stage of a connection, or None if the connection has no place in the table."""
        return self._stages.get(connection)

    def admit(self, connection: OpenConnection) -> bool:
        """Give a new connection a place in the table, if necessary that of a connection without a whole request.

        Returns:
            False if every place is taken by a request that is being answered.
        """
        if len(self._stages) >= self._capacity and not self._free_place():
            return False
        self.move(connection, Stage.HEAD)
        return True

    def move(self, connection: OpenConnection, stage: Stage) -> None:
        """Set the stage of a connection, and the start time of the stage unless it is unchanged."""
        previous = self._stages.get(connection)
        if previous is stage:
            return
        if previous is not None:
            del self._since[previous][connection]
        self._stages[connection] = stage
        self._since[stage][connection] = self._now()

    def may_drain(self) -> bool:
        """Count one piece of an unwanted request body; return whether another may be read before the next sweep."""
        self._pieces_left -= 1
        return self._pieces_left > 0

    def remove(self, connection: OpenConnection) -> None:
        """Remove a connection from the table if it has a place there."""
        stage = self._stages.pop(connection, None)
        if stage is not None:
            del self._since[stage][connection]

    def sweep(self) -> None:
        """End connections that exceed their time limit, and let connections with an unwanted body continue. The caller
        runs this several times a second.
        """
        now = self._now()
        for stage, patience in self._patience.items():
            self._end_expired(stage, now - patience)
        self._pieces_left = _DRAINED_PER_SWEEP
        for connection in tuple(islice(self._since[Stage.DRAINING], _DRAINED_PER_SWEEP)):
            connection.drain()

    def _end_expired(self, stage: Stage, oldest: float) -> None:
        for connection, since in tuple(islice(self._since[stage].items(), _ENDS_PER_SWEEP)):
            if since > oldest:
                return
            connection.give_up(stage)

    def _free_place(self) -> bool:
        for stage in SHEDDING_ORDER:
            for connection in self._since[stage]:
                self.remove(connection)
                connection.give_up(stage)
                return True
        return False
