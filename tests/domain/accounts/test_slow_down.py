"""Each further failed sign-in doubles the wait, up to a cap, so that no one is locked out for good, and a restart
doesn't shorten it.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app import App
from anninh_core.domain.accounts.base import open_sign_in_state
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
    """After any number of failed attempts the wait is the cap at most, and ends at its announced time."""
    attempts = Attempts()
    at = START
    for pause in pauses:
        at += timedelta(seconds=pause)
        attempts = attempts.failed(at)
        wait = attempts.wait(at, free)
        assert timedelta() <= wait <= CAP
        assert attempts.wait(at + wait, free) == timedelta()


@given(PAUSES, st.integers(min_value=1, max_value=10))
def test_attempts_during_a_wait_dont_extend_it(pauses: list[int], free: int) -> None:
    """An attempt during a wait is refused but not counted, so that a flood of guesses doesn't extend the wait."""
    attempts = Attempts()
    at = START
    end = START
    for pause in pauses:
        at += timedelta(seconds=pause)
        if attempts.wait(at, free):
            assert at + attempts.wait(at, free) == end
            continue
        attempts = attempts.failed(at)
        end = at + attempts.wait(at, free)


@given(st.integers(min_value=1, max_value=40))
def test_each_failure_doubles_the_wait(failures: int) -> None:
    """The wait after failed attempts is one second, then two, four and so on, up to the cap."""
    attempts = Attempts(failures, START)
    expected = 0 if failures < 3 else min(CAP.total_seconds(), 2 ** (failures - 3))
    assert attempts.wait(START, 3).total_seconds() == expected


def test_clock_set_back_keeps_the_cap() -> None:
    """The wait after failed attempts is the cap at most, even if the clock was set back and the last failure is in the
    future.
    """
    assert Attempts(9, START + timedelta(days=300)).wait(START, 3) <= CAP


@pytest.fixture
def slow_down(anninh_app: App) -> SlowDown:
    return anninh_app.internals.services.accounts.slow_down


def charge_attempt(slow_down: SlowDown, at: datetime, *subjects: Subject) -> bool:
    """Charge a failing attempt to the subjects at the time `at`, and return whether it was admitted."""
    try:
        slow_down.charge(at, *subjects)
    except TooManyRequests:
        return False
    return True


def test_tries_are_counted_before_they_are_made(slow_down: SlowDown) -> None:
    """Attempts to sign in are counted before they are made, so that of a hundred simultaneous ones three are
    admitted.
    """
    assert [charge_attempt(slow_down, START, NAME) for _ in range(100)] == [True] * 3 + [False] * 97


def test_counts_survive_a_restart(anninh_app: App, slow_down: SlowDown) -> None:
    """Counts of failed attempts are stored, so that a new instance after a restart has them."""
    for _ in range(3):
        slow_down.charge(START, NAME)
    again = SlowDown(open_sign_in_state(anninh_app.internals.runner), anninh_app.internals.context.keys)
    with pytest.raises(TooManyRequests, match="wait 1 second"):
        again.charge(START, NAME)


def test_a_refusal_by_one_subject_counts_for_none(slow_down: SlowDown) -> None:
    """A sign-in attempt that is refused for its name doesn't count for its address, which others share."""
    address = Subject("address", "192.0.2.7", 5)
    for _ in range(3):
        slow_down.charge(START, NAME)
    for _ in range(50):
        assert not charge_attempt(slow_down, START, address, NAME)
    assert [charge_attempt(slow_down, START, address) for _ in range(6)] == [True] * 5 + [False]


def test_success_refunds_its_attempt(slow_down: SlowDown) -> None:
    """A successful sign-in takes its attempt out of the count, and the count of a name can be reset to zero."""
    for _ in range(50):
        slow_down.charge(START, NAME)
        slow_down.take_back_failure(NAME)
    for _ in range(3):
        slow_down.charge(START, NAME)
    slow_down.reset_failures(NAME)
    assert charge_attempt(slow_down, START, NAME)


def test_flood_uses_bounded_storage(anninh_app: App, anninh_clock: FixedClock) -> None:
    """A flood of made-up names uses at most as many stored states as four letters of a hash can distinguish."""
    made: set[str] = set()

    class RecordingState(EncryptedState):
        def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
            made.add(name)
            return super().put(name, value, expected, fence)

    slow_down = SlowDown(
        RecordingState(anninh_app.internals.runner, "accounts.sign_in"), anninh_app.internals.context.keys
    )
    for number in range(200):
        slow_down.charge(anninh_clock.now(), Subject("name", f"nobody{number}"))
    assert {len(name) for name in made} == {len("name.0000")}
