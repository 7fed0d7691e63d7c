"""The clock of a demo store."""

from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.app.demo_clock import DemoClock, find_demo_time, mark_demo_end, mark_demo_start, start_demo_clock
from anninh_core.kernel.clock import SystemClock
from anninh_core.ports import ChangeSet, Entry, Storage
from anninh_core.testing.memory import MemoryStorage

BEGIN = datetime(2021, 8, 20, 1, tzinfo=UTC)
END = datetime(2022, 11, 14, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTES = timedelta(minutes=3)


@pytest.fixture
def storage() -> Storage:
    storage = MemoryStorage()
    storage.prepare(())
    return storage


def write_entry(storage: Storage, at: datetime, *, action: str = "tips.assign", outcome: str = "done") -> None:
    id = f"entry-{storage.journal.head()[0]}"
    entry = Entry(id=id, at=at, actor="person:lan", action=action, unit="hoa-lu", outcome=outcome)
    storage.commit([ChangeSet(entry=entry)])


def test_ordinary_store_has_no_demo_time(storage: Storage) -> None:
    """A store without a demo's mark has no demo time."""
    write_entry(storage, END)
    assert find_demo_time(storage) is None


def test_running_demo_continues_at_last_entry(storage: Storage) -> None:
    """An interrupted demo continues at its newest journal entry, or at its beginning without one."""
    mark_demo_start(storage, BEGIN)
    assert find_demo_time(storage) == BEGIN
    write_entry(storage, BEGIN + HOUR)
    assert find_demo_time(storage) == BEGIN + HOUR


@pytest.mark.parametrize(
    ("action", "outcome"), [("tips.list", "read"), ("tips.assign", "refused"), ("accounts.begin", "done")]
)
def test_reads_do_not_move_demo_time(storage: Storage, action: str, outcome: str) -> None:
    """Reads, refusals and sign-ins don't move a finished demo's time."""
    write_entry(storage, END)
    mark_demo_end(storage, END)
    for _ in range(1200):
        write_entry(storage, END, action=action, outcome=outcome)
    assert find_demo_time(storage) == END


def test_last_change_moves_demo_time(storage: Storage) -> None:
    """A finished demo continues three minutes after the last change, however many reads followed."""
    mark_demo_end(storage, END)
    write_entry(storage, END + HOUR)
    for _ in range(600):
        write_entry(storage, END + HOUR, outcome="read")
    assert find_demo_time(storage) == END + HOUR + MINUTES


def test_demo_time_is_never_before_newest_entry(storage: Storage) -> None:
    """The demo time is never before the newest entry, even if that is a read."""
    mark_demo_end(storage, END)
    write_entry(storage, END)
    write_entry(storage, END + HOUR, outcome="read")
    assert find_demo_time(storage) == END + HOUR


def test_demo_clock_moves_only_forward() -> None:
    """The clock moves only when advanced, and never backwards."""
    clock = DemoClock(END)
    clock.advance(HOUR)
    clock.advance(-HOUR)
    clock.advance_to(END)
    assert clock.now() == END + HOUR
    clock.advance_to(END + 2 * HOUR)
    assert clock.now() == END + 2 * HOUR


def test_started_clock_runs_at_machine_speed() -> None:
    """A started clock runs from its current time at the machine's speed; starting it twice changes nothing."""
    seconds = [100.0]
    clock = DemoClock(END, lambda: seconds[0])
    seconds[0] += 50
    assert clock.now() == END
    start_demo_clock(clock)
    seconds[0] += 60
    start_demo_clock(clock)
    assert clock.now() == END + timedelta(minutes=1)
    clock.advance_to(END + HOUR)
    seconds[0] += 60
    assert clock.now() == END + HOUR + timedelta(minutes=1)


def test_other_clocks_are_unchanged() -> None:
    """Starting another clock than a demo's does nothing."""
    clock = SystemClock()
    before = clock.now()
    start_demo_clock(clock)
    assert clock.now() >= before
