"""The clock of a demo: from when it shows which time."""

from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.app.demo_clock import DemoClock, find_demo_time, mark_begun, mark_over, run_demo_on
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


def write(storage: Storage, at: datetime, *, action: str = "tips.assign", outcome: str = "done") -> None:
    id = f"entry-{storage.journal.head()[0]}"
    entry = Entry(id=id, at=at, actor="person:lan", action=action, unit="hoa-lu", outcome=outcome)
    storage.commit([ChangeSet(entry=entry)])


def test_an_office_has_no_demo_s_time(storage: Storage) -> None:
    """Without a mark there is none, whatever was done."""
    write(storage, END)
    assert find_demo_time(storage) is None


def test_a_play_goes_on_where_its_journal_ends(storage: Storage) -> None:
    """Before its first entry it is when the play begins."""
    mark_begun(storage, BEGIN)
    assert find_demo_time(storage) == BEGIN
    write(storage, BEGIN + HOUR)
    assert find_demo_time(storage) == BEGIN + HOUR


@pytest.mark.parametrize(
    ("action", "outcome"), [("tips.list", "read"), ("tips.assign", "refused"), ("accounts.begin", "done")]
)
def test_what_moves_nothing(storage: Storage, action: str, outcome: str) -> None:
    """Looks, refusals and sign-ins leave a demo at the end of its play, however many there are."""
    write(storage, END)
    mark_over(storage, END)
    for _ in range(1200):
        write(storage, END, action=action, outcome=outcome)
    assert find_demo_time(storage) == END


def test_what_was_done_moves_it(storage: Storage) -> None:
    """It is three minutes after the last act, also where that was looked at many times since."""
    mark_over(storage, END)
    write(storage, END + HOUR)
    for _ in range(600):
        write(storage, END + HOUR, outcome="read")
    assert find_demo_time(storage) == END + HOUR + MINUTES


def test_it_is_never_before_what_is_stored(storage: Storage) -> None:
    """A look that is later than all acts is where it goes on."""
    mark_over(storage, END)
    write(storage, END)
    write(storage, END + HOUR, outcome="read")
    assert find_demo_time(storage) == END + HOUR


def test_it_stands_and_is_moved_forward() -> None:
    """Never backwards."""
    clock = DemoClock(END)
    clock.advance(HOUR)
    clock.advance(-HOUR)
    clock.advance_to(END)
    assert clock.now() == END + HOUR
    clock.advance_to(END + 2 * HOUR)
    assert clock.now() == END + 2 * HOUR


def test_it_runs_on() -> None:
    """From where it is, as fast as the machine's; told twice, it goes on all the same."""
    seconds = [100.0]
    clock = DemoClock(END, lambda: seconds[0])
    seconds[0] += 50
    assert clock.now() == END
    run_demo_on(clock)
    seconds[0] += 60
    run_demo_on(clock)
    assert clock.now() == END + timedelta(minutes=1)
    clock.advance_to(END + HOUR)
    seconds[0] += 60
    assert clock.now() == END + HOUR + timedelta(minutes=1)


def test_other_clocks_are_left_alone() -> None:
    """The machine's runs anyway."""
    clock = SystemClock()
    before = clock.now()
    run_demo_on(clock)
    assert clock.now() >= before
