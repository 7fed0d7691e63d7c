"""The access to each platform is tried once a minute."""

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


class Guarded(MockMessenger):
    """A messenger that fails with a prepared error."""

    error: Exception | None = None
    asked = 0

    def try_access(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def messenger(chat: MockChat, clock: FixedClock) -> Guarded:
    return Guarded("oa", {}, memory_services(clock), chat)


@pytest.fixture
def app(chat: MockChat, clock: FixedClock, messenger: Guarded) -> App:
    return memory_app(chat, clock=clock, messengers={"oa": messenger})


def levels(app: App, clock: FixedClock, errors: list[Exception | None], messenger: Guarded) -> list[Level | None]:
    """Return the access check's level after each try, a minute apart."""
    levels_found: list[Level | None] = []
    for error in errors:
        messenger.error = error
        app.worker.jobs["try_access"].run()
        checks = [*check_access(app.internals.context.storage.states, "oa", clock.now())]
        levels_found.append(checks[0].level if checks else None)
        clock.advance(TRY_INTERVAL)
    return levels_found


def test_refused_access_is_a_problem_at_once(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """A refused access is a problem at once, without a message being sent, and a successful try ends the problem."""
    assert levels(app, clock, [None, REFUSED, REFUSED, None], messenger) == [
        Level.OK,
        Level.PROBLEM,
        Level.PROBLEM,
        Level.OK,
    ]


def test_unreachable_platform_is_a_problem_after_minutes(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """A single failed call is no problem; calls that fail for more than two minutes are."""
    assert levels(app, clock, [UNREACHED, None, UNREACHED, UNREACHED, UNREACHED], messenger) == [
        Level.OK,
        Level.OK,
        Level.OK,
        Level.OK,
        Level.PROBLEM,
    ]


def test_old_result_is_ignored(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """A result older than five minutes is no check, because the dead worker is the problem."""
    levels(app, clock, [REFUSED], messenger)
    clock.advance(timedelta(minutes=5))
    assert [*check_access(app.internals.context.storage.states, "oa", clock.now())] == []


def test_two_workers_try_access_once(app: App, messenger: Guarded) -> None:
    """Two workers try a platform's access once a minute together."""
    app.worker.jobs["try_access"].run()
    app.worker.jobs["try_access"].run()
    assert messenger.asked == 1
