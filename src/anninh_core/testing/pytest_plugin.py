"""Fixtures for everybody who tests something of or for anninh; pytest loads them by entry point.

This module is imported before coverage starts, so it stays light: `testing` resolves its names on first use.
"""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from anninh_core import testing

if TYPE_CHECKING:
    from anninh_core.app import App
    from anninh_core.app.settings import Settings
    from anninh_core.vocabulary.district import District

pytest.register_assert_rewrite("anninh_core.testing.kits")


@pytest.fixture
def anninh_clock() -> "testing.FixedClock":
    """A clock that stands at 08:00 on 1 September 2021 in Vietnam until the test moves it."""
    return testing.FixedClock(datetime(2021, 9, 1, 1, 0, tzinfo=UTC))


@pytest.fixture
def anninh_ids(anninh_clock: "testing.FixedClock") -> "testing.SeededIds":
    """Ids that are the same in every run."""
    return testing.SeededIds(anninh_clock)


@pytest.fixture
def mock_chat(anninh_clock: "testing.FixedClock") -> "testing.MockChat":
    """A pretend chat service in memory; its transcript is shown when the test fails."""
    return testing.MockChat(anninh_clock)


@pytest.fixture
def mock_messenger(
    mock_chat: "testing.MockChat", anninh_clock: "testing.FixedClock", anninh_ids: "testing.SeededIds"
) -> "Iterator[testing.MockMessenger]":
    """The messenger instance `oa` on top of `mock_chat`."""
    messenger = testing.MockMessenger.on(mock_chat, "oa", testing.memory_services(anninh_clock, anninh_ids))
    yield messenger
    messenger.close()


@pytest.fixture
def anninh_profile() -> "District":
    """The profile of `anninh_app`, the shipped `hoa_lu_2021`; state the fixture anew for another."""
    from anninh_core.testing.apps import shipped_district  # noqa: PLC0415  see above

    return shipped_district()


@pytest.fixture
def anninh_settings() -> "Settings":
    """The settings of `anninh_app`, those of an app that says nothing; state the fixture anew for others."""
    from anninh_core.app.settings import Settings  # noqa: PLC0415  see above

    return Settings()


@pytest.fixture
def anninh_app(  # noqa: PLR0917  fixtures are asked for by name
    mock_chat: "testing.MockChat",
    mock_messenger: "testing.MockMessenger",
    anninh_clock: "testing.FixedClock",
    anninh_ids: "testing.SeededIds",
    anninh_profile: "District",
    anninh_settings: "Settings",
) -> "Iterator[App]":
    """An app over memory storage with `anninh_profile` and `mock_messenger`; nobody is appointed."""
    with testing.memory_app(
        mock_chat,
        clock=anninh_clock,
        ids=anninh_ids,
        district=anninh_profile,
        settings=anninh_settings,
        messengers={"oa": mock_messenger},
    ) as app:
        yield app


@pytest.fixture
def dialog(anninh_app: "App", mock_chat: "testing.MockChat") -> "testing.Dialog":
    """Talks with `anninh_app` in `mock_chat`: what people say is brought to it, and it reacts at once."""
    return testing.Dialog.over(anninh_app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what was said when a test with a `mock_chat` fails."""
    report = yield
    chat = getattr(item, "funcargs", {}).get("mock_chat")
    if chat is not None and report.failed:
        report.sections.append(("mock chat transcript", chat.transcript()))
    return report
