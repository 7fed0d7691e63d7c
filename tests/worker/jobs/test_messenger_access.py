"""Platforms are asked once a minute whether we may still act there."""

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
    """A messenger whose platform may refuse it."""

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
    """Return what is found after each try, a minute apart."""
    found: list[Level | None] = []
    for error in errors:
        messenger.error = error
        app.worker.jobs["try_access"].run()
        checks = [*check_access(app.internals.context.storage.states, "oa", clock.now())]
        found.append(checks[0].level if checks else None)
        clock.advance(TRY_INTERVAL)
    return found


def test_a_refusal_is_a_problem_at_once(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """A revoked token is found without anything being sent; a new one ends the problem."""
    assert levels(app, clock, [None, REFUSED, REFUSED, None], messenger) == [
        Level.OK,
        Level.PROBLEM,
        Level.PROBLEM,
        Level.OK,
    ]


def test_a_platform_out_of_reach_has_two_minutes(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """A call that fails once says little; what lasts is a problem, within five minutes."""
    assert levels(app, clock, [UNREACHED, None, UNREACHED, UNREACHED, UNREACHED], messenger) == [
        Level.OK,
        Level.OK,
        Level.OK,
        Level.OK,
        Level.PROBLEM,
    ]


def test_an_old_answer_says_nothing(app: App, clock: FixedClock, messenger: Guarded) -> None:
    """Where no worker asks any more, the worker is the finding."""
    levels(app, clock, [REFUSED], messenger)
    clock.advance(timedelta(minutes=5))
    assert [*check_access(app.internals.context.storage.states, "oa", clock.now())] == []


def test_two_workers_ask_once(app: App, messenger: Guarded) -> None:
    """A platform isn't asked more often because more workers run."""
    app.worker.jobs["try_access"].run()
    app.worker.jobs["try_access"].run()
    assert messenger.asked == 1
