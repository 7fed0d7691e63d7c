"""Fixtures for tests of anninh, its plugins and programs; pytest loads them by entry point.

This module is imported before coverage starts, so its imports are few: `testing` imports its names on first use.
"""

import sys
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
    """A clock that stays at 08:00 on 1 September 2021 in Vietnam until the test moves it."""
    return testing.FixedClock(datetime(2021, 9, 1, 1, 0, tzinfo=UTC))


@pytest.fixture
def anninh_ids(anninh_clock: "testing.FixedClock") -> "testing.SeededIds":
    """A generator of ids that are the same in every run."""
    return testing.SeededIds(anninh_clock)


@pytest.fixture
def mock_chat(anninh_clock: "testing.FixedClock") -> "testing.MockChat":
    """A mock chat service in memory; its transcript is shown when the test fails."""
    return testing.MockChat(anninh_clock)


@pytest.fixture
def mock_messenger(
    mock_chat: "testing.MockChat", anninh_clock: "testing.FixedClock", anninh_ids: "testing.SeededIds"
) -> "Iterator[testing.MockMessenger]":
    """A mock messenger named `oa`, which uses `mock_chat`."""
    messenger = testing.MockMessenger.on(mock_chat, "oa", testing.memory_services(anninh_clock, anninh_ids))
    yield messenger
    messenger.close()


@pytest.fixture
def anninh_profile() -> "District":
    """The profile of `anninh_app`, the shipped `hoa_lu_2021`; override the fixture for another profile."""
    from anninh_core.testing.apps import shipped_district  # noqa: PLC0415  see above

    return shipped_district()


@pytest.fixture
def anninh_settings() -> "Settings":
    """The settings of `anninh_app`, all with default values; override the fixture for others."""
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
    """An app on an in-memory storage with `anninh_profile` and `mock_messenger`; no officers are appointed."""
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
    """A driver for talks with `anninh_app` in `mock_chat`: people's messages are delivered to the app and processed at
    once.
    """
    return testing.Dialog.over(anninh_app)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options that select rules of kits by number, and rules of the storage kit by the step in which they are
    due.
    """
    group = parser.getgroup("anninh", "conformance kits of anninh")
    group.addoption(
        "--kit-rules", default="", metavar="RULES", help="run only these rules of kits, such as S-01..S-07,S-217"
    )
    group.addoption(
        "--kit-step",
        type=int,
        metavar="STEP",
        help="of the storage kit, run only the rules that can hold once the steps 1 to STEP are written",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the rules of kits that weren't chosen by an option."""
    rules = config.getoption("--kit-rules")
    step = config.getoption("--kit-step")
    if not rules and step is None:
        return
    from anninh_core.testing.kits.choosing import is_chosen  # noqa: PLC0415  see above

    others = [item for item in items if not is_chosen(item, rules, step)]
    left_out = {*map(id, others)}
    items[:] = [item for item in items if id(item) not in left_out]
    config.hook.pytest_deselected(items=others)


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    """Print for each step of writing a storage how many rules of its kit fail, if any fails."""
    if "anninh_core.testing.kits.steps" not in sys.modules:
        return
    from anninh_core.testing.kits.choosing import report_steps  # noqa: PLC0415  see above

    reports = [report for group in terminalreporter.stats.values() for report in group]
    if lines := report_steps(reports, is_asked=config.getoption("--kit-step") is not None):
        terminalreporter.section("storage kit, step by step")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the chat's transcript to the report of a failed test with `mock_chat`, and the rule to the report of a kit's
    test.
    """
    report = yield
    if "anninh_core.testing.kits.guard" in sys.modules:
        from anninh_core.testing.kits.choosing import mark_rule  # noqa: PLC0415  see above

        mark_rule(item, report)
    chat = getattr(item, "funcargs", {}).get("mock_chat")
    if chat is not None and report.failed:
        report.sections.append(("mock chat transcript", chat.transcript()))
    return report
