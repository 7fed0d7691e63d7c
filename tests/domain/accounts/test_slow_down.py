"""Each failure more doubles the wait, up to a cap; nobody is ever locked out for good, nor by a restart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app import App
from anninh_core.domain.accounts.base import open_state
from anninh_core.domain.accounts.credentials.slow_down import CAP, Attempts, SlowDown, Subject
from anninh_core.kernel.errors import TooManyRequests
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing import FixedClock
from anninh_core.usecase.named_values.adapter_state import EncryptedState

START = datetime(2021, 9, 1, tzinfo=UTC)
NAME = Subject("name", "lan", 3)
PAUSES = st.lists(st.integers(min_value=0, max_value=7200), max_size=60)


@given(PAUSES, st.integers(min_value=0, max_value=10))
def test_the_wait_is_bounded_and_ends(pauses: list[int], free: int) -> None:
    """After any failures one waits for the cap at most, and it is over when it says so."""
    known = Attempts()
    at = START
    for pause in pauses:
        at += timedelta(seconds=pause)
        known = known.failed(at)
        wait = known.wait(at, free)
        assert timedelta() <= wait <= CAP
        assert known.wait(at + wait, free) == timedelta()


@given(PAUSES, st.integers(min_value=1, max_value=10))
def test_waiting_never_makes_it_longer(pauses: list[int], free: int) -> None:
    """Who asks during a wait is refused and counts nothing, so that a flood of guesses can't push the end away."""
    known = Attempts()
    at = START
    end = START
    for pause in pauses:
        at += timedelta(seconds=pause)
        if known.wait(at, free):
            assert at + known.wait(at, free) == end
            continue
        known = known.failed(at)
        end = at + known.wait(at, free)


@given(st.integers(min_value=1, max_value=40))
def test_each_failure_doubles_the_wait(failures: int) -> None:
    """One second, two, four … and no more than the cap."""
    known = Attempts(failures, START)
    expected = 0 if failures < 3 else min(CAP.total_seconds(), 2 ** (failures - 3))
    assert known.wait(START, 3).total_seconds() == expected


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    """The wait is the cap at most, whatever the time of the last failure is."""
    assert Attempts(9, START + timedelta(days=300)).wait(START, 3) <= CAP


@pytest.fixture
def slow_down(anninh_app: App) -> SlowDown:
    return anninh_app.internals.services.accounts.slow_down


def fail(slow_down: SlowDown, at: datetime, *subjects: Subject) -> bool:
    """Tell whether a try was let through; it fails."""
    try:
        slow_down.charge(at, *subjects)
    except TooManyRequests:
        return False
    return True


def test_tries_are_counted_before_they_are_made(slow_down: SlowDown) -> None:
    """Many at once are no way round it: of a hundred three get through and the fourth waits."""
    assert [fail(slow_down, START, NAME) for _ in range(100)] == [True] * 3 + [False] * 97


def test_it_survives_a_restart(anninh_app: App, slow_down: SlowDown) -> None:
    """What counts tries anew knows those of before, and nothing in the storage names anybody."""
    for _ in range(3):
        slow_down.charge(START, NAME)
    again = SlowDown(open_state(anninh_app.internals.runner), anninh_app.internals.context.keys)
    with pytest.raises(TooManyRequests, match="wait 1 second"):
        again.charge(START, NAME)


def test_a_refusal_by_one_subject_counts_for_none(slow_down: SlowDown) -> None:
    """A name that has to wait doesn't use up its address, on which others depend."""
    address = Subject("address", "192.0.2.7", 5)
    for _ in range(3):
        slow_down.charge(START, NAME)
    for _ in range(50):
        assert not fail(slow_down, START, address, NAME)
    assert [fail(slow_down, START, address) for _ in range(6)] == [True] * 5 + [False]


def test_a_success_takes_its_try_back(slow_down: SlowDown) -> None:
    """An office behind one address signs in all day; a name begins anew."""
    for _ in range(50):
        slow_down.charge(START, NAME)
        slow_down.refund(NAME)
    for _ in range(3):
        slow_down.charge(START, NAME)
    slow_down.forget(NAME)
    assert fail(slow_down, START, NAME)


def test_what_is_kept_of_a_flood_is_bounded(anninh_app: App, anninh_clock: FixedClock) -> None:
    """Names that nobody has fall into as many places as four letters of a hash can name."""
    made: set[str] = set()

    class Noted(EncryptedState):
        def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
            made.add(name)
            return super().put(name, value, expected, fence)

    slow_down = SlowDown(Noted(anninh_app.internals.runner, "accounts.sign_in"), anninh_app.internals.context.keys)
    for number in range(200):
        slow_down.charge(anninh_clock.now(), Subject("name", f"nobody{number}"))
    assert {len(name) for name in made} == {len("name.0000")}
