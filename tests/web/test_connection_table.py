"""The connection table decides which connections are ended, and when; the clock of these tests is set by hand."""

import pytest
from tests.support.seconds import FixedSeconds

from anninh_core.app.settings import DoorSettings
from anninh_core.web.connections.table import ConnectionTable, Stage

LIMITS = DoorSettings(connections=16, head_seconds=5, body_seconds=10, idle_seconds=3)


class Connection:
    """A connection that records when it was ended and how often it was drained."""

    def __init__(self) -> None:
        self.ended_in: Stage | None = None
        self.drained = 0

    def give_up(self, stage: Stage) -> None:
        self.ended_in = stage

    def drain(self) -> None:
        self.drained += 1


@pytest.fixture
def clock() -> FixedSeconds:
    return FixedSeconds()


@pytest.fixture
def table(clock: FixedSeconds) -> ConnectionTable:
    return ConnectionTable(LIMITS, now=clock)


def admit_connection(table: ConnectionTable, stage: Stage = Stage.HEAD) -> Connection:
    connection = Connection()
    assert table.admit(connection)
    table.move(connection, stage)
    return connection


@pytest.mark.parametrize(("stage", "seconds"), [(Stage.HEAD, 5), (Stage.IDLE, 3), (Stage.BLOCKED, 10)])
def test_waiting_connection_is_ended_in_time(
    table: ConnectionTable, clock: FixedSeconds, stage: Stage, seconds: float
) -> None:
    """A waiting connection is ended when the time limit of its stage is reached, and not before."""
    connection = admit_connection(table, stage)
    clock.now = seconds - 0.1
    table.sweep()
    assert connection.ended_in is None
    clock.now = seconds
    table.sweep()
    assert connection.ended_in is stage


def test_dripping_head_gains_no_time(table: ConnectionTable, clock: FixedSeconds) -> None:
    """A further byte of the same request head doesn't restart its time limit; another request does."""
    dripping = admit_connection(table)
    renewed = admit_connection(table)
    clock.now = 4
    table.move(dripping, Stage.HEAD)
    table.move(renewed, Stage.ANSWERING)
    table.move(renewed, Stage.HEAD)
    clock.now = 5
    table.sweep()
    assert (dripping.ended_in, renewed.ended_in) == (Stage.HEAD, None)


def test_answering_connection_is_never_ended(table: ConnectionTable, clock: FixedSeconds) -> None:
    """A connection that waits for the server's response is never ended."""
    connection = admit_connection(table, Stage.ANSWERING)
    clock.now = 1e6
    table.sweep()
    assert connection.ended_in is None


def test_full_table_replaces_longest_waiting(table: ConnectionTable, clock: FixedSeconds) -> None:
    """When the table is full, a new connection replaces the one that waits longest: first those without a request, then
    those with half a body.
    """
    bodies = [admit_connection(table, Stage.BODY) for _ in range(2)]
    answering = [admit_connection(table, Stage.ANSWERING) for _ in range(8)]
    clock.now = 1
    heads = [admit_connection(table, Stage.HEAD) for _ in range(2)]
    idle = [admit_connection(table, Stage.IDLE) for _ in range(2)]
    draining = [admit_connection(table, Stage.DRAINING) for _ in range(2)]
    in_order = [*draining, *idle, *heads, *bodies]
    for number, loser in enumerate(in_order):
        assert [connection.ended_in is not None for connection in in_order] == [True] * number + [False] * (8 - number)
        newcomer = Connection()
        assert table.admit(newcomer)
        table.move(newcomer, Stage.ANSWERING)
        assert loser.ended_in is not None
        assert len(table) == 16

    assert not table.admit(Connection())
    assert {connection.ended_in for connection in answering} == {None}


def test_expired_crowd_is_ended_in_portions(table: ConnectionTable, clock: FixedSeconds) -> None:
    """Connections whose time ends together are ended in portions, so that they don't reconnect together."""
    wide = ConnectionTable(DoorSettings(connections=1000, head_seconds=5), now=clock)
    crowd = [admit_connection(wide) for _ in range(200)]
    clock.now = 60
    wide.sweep()
    assert 0 < sum(connection.ended_in is not None for connection in crowd) < 200


def test_draining_is_limited_per_sweep(table: ConnectionTable) -> None:
    """Between two sweeps the server reads only a limited amount of bodies that it has answered already."""
    connection = admit_connection(table, Stage.DRAINING)
    pieces = 0
    while table.may_drain():
        pieces += 1
    assert pieces > 0
    table.sweep()
    assert connection.drained == 1
    assert table.may_drain()


def test_removed_connection_is_never_ended(table: ConnectionTable, clock: FixedSeconds) -> None:
    """A connection that was removed from the table is never ended again, and a second removal is harmless."""
    connection = admit_connection(table)
    table.remove(connection)
    table.remove(connection)
    clock.now = 60
    table.sweep()
    assert (len(table), connection.ended_in, table.stage_of(connection)) == (0, None, None)
