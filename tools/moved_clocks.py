"""Runs tests under clocks that were moved: `python -m tools.moved_clocks [--only NAME] [--logs FOLDER] [arguments of
pytest]`.

Needs the program `faketime` (a package of Debian), under which threads take three times as long: the default tests need
twenty minutes for each clock. Each clock runs from its start time; waiting is measured by the machine's own clock. The
browser and PostgreSQL keep the machine's clock: under faketime Chromium hangs, and a server's timers don't fire.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tools.browser import VARIABLE, find_browser


def get_month_end(now: datetime) -> datetime:
    """Return the evening of 30 April of next year, when the month has ended in Vietnam but not yet in UTC."""
    return now.replace(year=now.year + 1, month=4, day=30, hour=20, minute=30)


def get_year_end(now: datetime) -> datetime:
    """Return the evening of the next 31 December."""
    return now.replace(month=12, day=31, hour=15, minute=0)


def get_leap_day(now: datetime) -> datetime:
    """Return noon of the next 29 February."""
    year = now.year + 1
    while year % 4 or (year % 100 == 0 and year % 400):
        year += 1
    return now.replace(year=year, month=2, day=29, hour=5, minute=0)


def get_time_in_two_years(now: datetime) -> datetime:
    """Return the same moment two years later, or the day before it on a leap day."""
    return now + timedelta(days=730)


FILE_TIMES = (
    "tests/app/backup/test_garbage.py::test_recent_blobs_stay",
    "tests/cli/test_storage.py::test_unused_blobs_are_removed_on_request",
    "tests/storage/test_local_blobs.py::TestLocalBlobs::test_age",
    "tests/storage/test_local_blobs.py::TestLocalBlobs::test_delete_old",
    "tests/storage/test_local_blobs.py::test_old_temporary_files_are_removed",
)
"""Tests that set the time of a file; they are deselected, because faketime moves that time again when it is read."""
CLOCKS = {
    "month-end": get_month_end,
    "year-end": get_year_end,
    "leap-day": get_leap_day,
    "two-years": get_time_in_two_years,
}


def compute_offset(name: str, now: datetime) -> int:
    """Return how many seconds the named clock is ahead of the time `now`."""
    return round((CLOCKS[name](now) - now).total_seconds())


def build_command(seconds: int, arguments: list[str]) -> list[str]:
    """Return the command that runs pytest under a clock moved by `seconds`."""
    faketime = ["faketime", "--exclude-monotonic", "-f", f"{seconds:+d}s"]
    deselected = [word for test in FILE_TIMES for word in ("--deselect", test)]
    return [*faketime, sys.executable, "-m", "pytest", *deselected, *arguments]


def wrap_browser(folder: Path) -> dict[str, str]:
    """Write a program that starts the browser without faketime, and return its environment variable for the tests."""
    browser = find_browser()
    if browser is None:
        return {}
    wrapper = folder / "browser"
    wrapper.write_text(f'#!/bin/sh\nunset LD_PRELOAD\nexec {shlex.quote(browser)} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return {VARIABLE: str(wrapper)}


def run_under_clocks(names: list[str], logs: Path, arguments: list[str]) -> Mapping[str, int]:
    """Run the tests under each of the named clocks, with a log file for each, and return the exit codes."""
    codes: dict[str, int] = {}
    for name in names:
        seconds = compute_offset(name, datetime.now(UTC))
        log = logs / f"{name}.txt"
        with log.open("w", encoding="utf-8") as output, tempfile.TemporaryDirectory() as folder:
            codes[name] = subprocess.run(
                build_command(seconds, arguments),
                env=os.environ | wrap_browser(Path(folder)),
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        *_, last = log.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        print(
            f"{name}: {datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M} UTC at the end: {last}",
            flush=True,
        )
    return codes


def main() -> int:
    """Run the tests that the command line selects, and return 1 if any failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.moved_clocks", description=__doc__)
    parser.add_argument("--only", action="append", choices=CLOCKS, help="one of the clocks; may be repeated")
    parser.add_argument("--logs", type=Path, default=Path(), help="where the output of the tests is written")
    options, arguments = parser.parse_known_args()
    if shutil.which("faketime") is None:
        parser.error("the program `faketime` is missing; on Debian: apt-get install faketime")
    codes = run_under_clocks(options.only or list(CLOCKS), options.logs, arguments or ["-n", "2"])
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main())
