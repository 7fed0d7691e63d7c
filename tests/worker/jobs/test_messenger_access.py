"""The worker tries once a minute whether it has access to each platform."""

from datetime import timedelta

import pytest

from anninh_core.app import App
from anninh_core.app.faults import check_access
from anninh_core.kernel.errors import NeedsPerson, RetryLater
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.services import memory_services
from anninh_core.worker.jobs.messenger_access import TRY_INTERVAL

REFUSED = NeedsPerson("the token ran out; log in again")
UNREACHED = RetryLater("no connection")


class MessengerWithoutAccess(MockMessenger):
    """A messenger whose access fails with a prepared error."""

    error: Exception | None = None
    asked = 0

    def try_access(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def failing_messenger(chat: MockChat, clock: FixedClock) -> MessengerWithoutAccess:
    return MessengerWithoutAccess("oa", {}, memory_services(clock), chat)


@pytest.fixture
def app(chat: MockChat, clock: FixedClock, failing_messenger: MessengerWithoutAccess) -> App:
    return memory_app(chat, clock=clock, messengers={"oa": failing_messenger})


def collect_levels(
    app: App, clock: FixedClock, errors: list[Exception | None], messenger: MessengerWithoutAccess
) -> list[Level | None]:
    """Let the access fail with each of `errors` in turn, a minute apart; return the access check's level after each
    try.
    """
    levels_found: list[Level | None] = []
    for error in errors:
        messenger.error = error
        app.worker.jobs["try_access"].run()
        checks = [*check_access(app.internals.context.storage.states, "oa", clock.now())]
        levels_found.append(checks[0].level if checks else None)
        clock.advance(TRY_INTERVAL)
    return levels_found


def test_refused_access_is_a_problem_at_once(
    app: App, clock: FixedClock, failing_messenger: MessengerWithoutAccess
) -> None:
    """A refused access is a problem at once, without a message being sent, and a successful try ends the problem."""
    assert collect_levels(app, clock, [None, REFUSED, REFUSED, None], failing_messenger) == [
        Level.OK,
        Level.PROBLEM,
        Level.PROBLEM,
        Level.OK,
    ]


def test_unreachable_platform_is_a_problem_after_minutes(
    app: App, clock: FixedClock, failing_messenger: MessengerWithoutAccess
) -> None:
    """A single failed call is no problem; calls that fail for more than two minutes are."""
    assert collect_levels(app, clock, [UNREACHED, None, UNREACHED, UNREACHED, UNREACHED], failing_messenger) == [
        Level.OK,
        Level.OK,
        Level.OK,
        Level.OK,
        Level.PROBLEM,
    ]


def test_old_result_is_ignored(app: App, clock: FixedClock, failing_messenger: MessengerWithoutAccess) -> None:
    """A result older than five minutes isn't shown as a check, because the dead worker is the problem then."""
    collect_levels(app, clock, [REFUSED], failing_messenger)
    clock.advance(timedelta(minutes=5))
    assert [*check_access(app.internals.context.storage.states, "oa", clock.now())] == []


def test_two_workers_try_access_once(app: App, failing_messenger: MessengerWithoutAccess) -> None:
    """Two workers together try a platform's access once a minute."""
    app.worker.jobs["try_access"].run()
    app.worker.jobs["try_access"].run()
    assert failing_messenger.asked == 1
