"""The moved clocks under which the tests run before a release."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tools.browser import VARIABLE
from tools.moved_clocks import (
    CLOCKS,
    FILE_TIMES,
    build_command,
    compute_offset,
    get_leap_day,
    get_month_end,
    get_year_end,
    wrap_browser,
)

from anninh_core.kernel.dates import VIETNAM

NOW = datetime(2026, 11, 30, 20, 45, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def test_month_has_ended_in_vietnam_only() -> None:
    """At the time of the clock `month_end` it is a later month in Vietnam than in UTC."""
    moment = get_month_end(NOW)
    assert (moment.month, moment.astimezone(VIETNAM).month) == (4, 5)


def test_last_day_of_the_year_in_both_zones() -> None:
    """At the time of the clock `get_year_end` it is 31 December in Vietnam and in UTC."""
    assert {get_year_end(NOW).date(), get_year_end(NOW).astimezone(VIETNAM).date()} == {
        datetime(2026, 12, 31, tzinfo=UTC).date()
    }


@pytest.mark.parametrize(("year", "next_leap_year"), [(2026, 2028), (2028, 2032), (2095, 2096), (2096, 2104)])
def test_the_next_leap_day(year: int, next_leap_year: int) -> None:
    """The next leap day is found, and a year divisible by 100 is a leap year only every 400 years."""
    day = get_leap_day(NOW.replace(year=year))
    assert (day.year, day.month, day.day) == (next_leap_year, 2, 29)


@pytest.mark.parametrize("name", CLOCKS)
def test_every_clock_is_moved_forward(name: str) -> None:
    """The command for `faketime` moves the clock forward, and pytest's own arguments come last."""
    seconds = compute_offset(name, NOW)
    assert timedelta(seconds=seconds) > timedelta(days=1)
    arguments = build_command(seconds, ["-n", "2"])
    assert f"+{seconds}s" in arguments
    assert arguments[-2:] == ["-n", "2"]


def test_excluded_tests_exist() -> None:
    """Each test that is left out exists under its name."""
    for test in FILE_TIMES:
        file, *_, name = test.split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert name in text or name in (ROOT / "src/anninh_core/testing/kits/blobs.py").read_text(encoding="utf-8")


def test_the_browser_starts_without_faketime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests get a browser wrapper that removes the preloaded library from the environment."""
    monkeypatch.setenv(VARIABLE, "/usr/bin/some browser")
    wrapper = Path(wrap_browser(tmp_path)[VARIABLE])
    assert wrapper.read_text(encoding="utf-8").splitlines()[1:] == [
        "unset LD_PRELOAD",
        "exec '/usr/bin/some browser' \"$@\"",
    ]
