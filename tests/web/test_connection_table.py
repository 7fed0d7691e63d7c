"""Who loses its place, and when; by a clock that the test turns."""

import pytest
from tests.support.seconds import TurnedSeconds

from anninh_core.app.settings import DoorSettings
from anninh_core.web.connections.table import ConnectionTable, Stage

LIMITS = DoorSettings(connections=16, head_seconds=5, body_seconds=10, idle_seconds=3)


class Connection:
    """Notes what becomes of it."""

    def __init__(self) -> None:
        self.ended_in: Stage | None = None
        self.drained = 0

    def give_up(self, stage: Stage) -> None:
        self.ended_in = stage

    def drain(self) -> None:
        self.drained += 1


@pytest.fixture
def clock() -> TurnedSeconds:
    return TurnedSeconds()


@pytest.fixture
def table(clock: TurnedSeconds) -> ConnectionTable:
    return ConnectionTable(LIMITS, now=clock)


def admitted(table: ConnectionTable, stage: Stage = Stage.HEAD) -> Connection:
    connection = Connection()
    assert table.admit(connection)
    table.move(connection, stage)
    return connection


@pytest.mark.parametrize(("stage", "seconds"), [(Stage.HEAD, 5), (Stage.IDLE, 3), (Stage.BLOCKED, 10)])
def test_waiting_connection_is_ended_in_time(
    table: ConnectionTable, clock: TurnedSeconds, stage: Stage, seconds: float
) -> None:
    """What waits is ended once its time is over, and not before."""
    connection = admitted(table, stage)
    clock.now = seconds - 0.1
    table.sweep()
    assert connection.ended_in is None
    clock.now = seconds
    table.sweep()
    assert connection.ended_in is stage


def test_a_drip_gains_no_time(table: ConnectionTable, clock: TurnedSeconds) -> None:
    """Another byte of the same head doesn't begin the time anew; another request does."""
    dripping = admitted(table)
    next_one = admitted(table)
    clock.now = 4
    table.move(dripping, Stage.HEAD)
    table.move(next_one, Stage.ANSWERING)
    table.move(next_one, Stage.HEAD)
    clock.now = 5
    table.sweep()
    assert (dripping.ended_in, next_one.ended_in) == (Stage.HEAD, None)


def test_whoever_is_being_answered_stays(table: ConnectionTable, clock: TurnedSeconds) -> None:
    """How long an answer takes is our business."""
    connection = admitted(table, Stage.ANSWERING)
    clock.now = 1e6
    table.sweep()
    assert connection.ended_in is None


def test_a_full_table(table: ConnectionTable, clock: TurnedSeconds) -> None:
    """A new connection gets the place of whoever has waited longest: without a request first, then with half a body."""
    bodies = [admitted(table, Stage.BODY) for _ in range(2)]
    answering = [admitted(table, Stage.ANSWERING) for _ in range(8)]
    clock.now = 1
    heads = [admitted(table, Stage.HEAD) for _ in range(2)]
    idle = [admitted(table, Stage.IDLE) for _ in range(2)]
    draining = [admitted(table, Stage.DRAINING) for _ in range(2)]
    in_order = [*draining, *idle, *heads, *bodies]
    for number, loser in enumerate(in_order):
        assert [one.ended_in is not None for one in in_order] == [True] * number + [False] * (8 - number)
        newcomer = Connection()
        assert table.admit(newcomer)
        table.move(newcomer, Stage.ANSWERING)
        assert loser.ended_in is not None
        assert len(table) == 16

    assert not table.admit(Connection())
    assert {one.ended_in for one in answering} == {None}


def test_a_crowd_ends_bit_by_bit(table: ConnectionTable, clock: TurnedSeconds) -> None:
    """Those whose time is over together aren't ended together, or they would all come back together."""
    wide = ConnectionTable(DoorSettings(connections=1000, head_seconds=5), now=clock)
    crowd = [admitted(wide) for _ in range(200)]
    clock.now = 60
    wide.sweep()
    assert 0 < sum(one.ended_in is not None for one in crowd) < 200


def test_unwanted_bodies_take_turns(table: ConnectionTable) -> None:
    """Only so much is read of bodies that were answered already; the next sweep lets them go on."""
    connection = admitted(table, Stage.DRAINING)
    pieces = 0
    while table.may_drain():
        pieces += 1
    assert pieces > 0
    table.sweep()
    assert connection.drained == 1
    assert table.may_drain()


def test_a_removed_connection_is_forgotten(table: ConnectionTable, clock: TurnedSeconds) -> None:
    """A closed connection is never ended again, and removing it twice is harmless."""
    connection = admitted(table)
    table.remove(connection)
    table.remove(connection)
    clock.now = 60
    table.sweep()
    assert (len(table), connection.ended_in, table.stage_of(connection)) == (0, None, None)
