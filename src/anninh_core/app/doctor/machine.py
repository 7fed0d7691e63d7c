"""Checks of the machine: its limit of open files, its time zone data and its SQLite library.

Imports nothing that needs time zone data, so that missing data can be reported.
"""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning

_ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)
_MIN_SQLITE = (3, 37)
_SECURE_DELETE = (3, 42)
_CONTENTLESS_DELETE = (3, 43)


class Machine:
    """Facts about the machine; tests replace them."""

    def free_bytes(self, folder: Path) -> int:
        """Return the number of free bytes on the disk of `folder`."""
        return shutil.disk_usage(folder).free

    def is_writable(self, path: Path) -> bool:
        """Return whether this process may write the file `path`, or files in the folder `path`."""
        if os.name == "posix" and os.statvfs(path).f_flag & os.ST_RDONLY:
            return False
        return os.access(path, os.W_OK)

    def monotonic(self) -> float:
        """Return seconds of a monotonic clock."""
        return time.monotonic()

    def max_open_files(self) -> int | None:
        """Return the greatest number of files that a process of this account may have open at once, or None if
        unlimited.
        """
        if sys.platform == "win32":
            return None
        import resource  # noqa: PLC0415  Windows has none

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        return None if hard == resource.RLIM_INFINITY else hard

    def vietnam_utc_offset(self) -> timedelta | None:
        """Return the offset of Vietnam's time from UTC."""
        return datetime(2021, 9, 1, tzinfo=UTC).astimezone(ZoneInfo(_ZONE)).utcoffset()

    def sqlite_version(self) -> tuple[int, ...]:
        """Return the version of the SQLite library."""
        return sqlite3.sqlite_version_info

    def has_fts5(self) -> bool:
        """Return whether the SQLite library has full-text search."""
        with closing(sqlite3.connect(":memory:")) as database:
            return ("ENABLE_FTS5",) in database.execute("PRAGMA compile_options").fetchall()


def check_time_zone(machine: Machine) -> Check:
    """Check that time zone data for Vietnam is installed."""
    todo = Sentence("Install the operating system's time zone data, or run `pip install tzdata`.")
    try:
        offset = machine.vietnam_utc_offset()
    except ZoneInfoNotFoundError:
        return problem(
            "time zone",
            Sentence("There is no time zone data for {zone}, so no deadline can be counted.", zone=_ZONE),
            todo,
        )
    if offset != _OFFSET:
        return problem(
            "time zone",
            Sentence(
                "The time zone data puts {zone} {offset} ahead of UTC instead of {expected_offset}.",
                zone=_ZONE,
                offset=offset,
                expected_offset=_OFFSET,
            ),
            todo,
        )
    return ok("time zone", Sentence("The time zone {zone} is known.", zone=_ZONE))


def check_open_files(machine: Machine, needed: int) -> Check:
    """Check that the web server may open as many connections as the settings allow; it raises its own soft limit."""
    granted = machine.max_open_files()
    if granted is not None and granted < needed:
        what = Sentence(
            "This account can open at most {most} files at the same time, but the web server needs {needed}, "
            "so it accepts fewer connections.",
            most=granted,
            needed=needed,
        )
        todo = Sentence(
            "Raise the limit (LimitNOFILE in a systemd unit, `ulimit -Hn` in a shell), or lower `door.connections`."
        )
        return warning("door", what, todo)
    return ok(
        "door",
        Sentence("This account can open the {needed} files at the same time that the web server needs.", needed=needed),
    )


def check_sqlite(machine: Machine) -> Sequence[Check]:
    """Check the version and the features of the SQLite library."""
    version = machine.sqlite_version()
    name = "sqlite"
    library = "SQLite " + ".".join(map(str, version))
    todo = Sentence("Use a Python that comes with SQLite 3.43 or newer.")
    if version < _MIN_SQLITE:
        return [
            problem(name, Sentence("{library} is too old: version 3.37 or newer is needed.", library=library), todo)
        ]
    if not machine.has_fts5():
        return [
            warning(
                name,
                Sentence(
                    "{library} has no full-text search (FTS5), so searching works only by scanning the records.",
                    library=library,
                ),
                todo,
            )
        ]
    if version < _SECURE_DELETE:
        what = Sentence(
            "{library} can't immediately overwrite data deleted from the search index (secure-delete, 3.42).",
            library=library,
        )
        return [warning(name, what, todo)]
    if version < _CONTENTLESS_DELETE:
        what = Sentence(
            "{library} keeps data removed from a search index without content (contentless_delete, 3.43).",
            library=library,
        )
        return [warning(name, what, todo)]
    return [ok(name, Sentence("{library} has everything that is needed.", library=library))]
