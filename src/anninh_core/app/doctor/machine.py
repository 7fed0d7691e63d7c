"""The machine: its disk, its clock, its time zones and its SQLite.

Imports nothing that needs time zone data, so that their absence can be told.
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

from anninh_core.ports.health import Check, ok, problem, warning

_ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)
_MIN_SQLITE = (3, 37)
_SECURE_DELETE = (3, 42)
_CONTENTLESS_DELETE = (3, 43)


class Machine:
    """What the machine says of itself; tests let it say something else."""

    def free_bytes(self, folder: Path) -> int:
        """Return the bytes that are free where a folder is."""
        return shutil.disk_usage(folder).free

    def is_writable(self, path: Path) -> bool:
        """Tell whether this process may write a file or into a folder."""
        if os.name == "posix" and os.statvfs(path).f_flag & os.ST_RDONLY:
            return False
        return os.access(path, os.W_OK)

    def monotonic(self) -> float:
        """Return seconds of a clock that is never set."""
        return time.monotonic()

    def max_open_files(self) -> int | None:
        """Return how many files a process of this account may open at the same time; None where nobody counts."""
        if sys.platform == "win32":
            return None
        import resource  # noqa: PLC0415  Windows has none

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        return None if hard == resource.RLIM_INFINITY else hard

    def vietnam_utc_offset(self) -> timedelta | None:
        """Return how far clocks in Vietnam are ahead of UTC."""
        return datetime(2021, 9, 1, tzinfo=UTC).astimezone(ZoneInfo(_ZONE)).utcoffset()

    def sqlite_version(self) -> tuple[int, ...]:
        """Return the version of the SQLite library."""
        return sqlite3.sqlite_version_info

    def has_fts5(self) -> bool:
        """Tell whether the SQLite library has full-text search."""
        with closing(sqlite3.connect(":memory:")) as database:
            return ("ENABLE_FTS5",) in database.execute("PRAGMA compile_options").fetchall()


def check_time_zone(machine: Machine) -> Check:
    """Check that the time zone of Vietnam is known."""
    todo = "Install the operating system's time zone data, or: pip install tzdata."
    try:
        offset = machine.vietnam_utc_offset()
    except ZoneInfoNotFoundError:
        return problem("time zone", f"There is no time zone data for {_ZONE}, so no deadline can be counted.", todo)
    if offset != _OFFSET:
        return problem("time zone", f"The data puts {_ZONE} {offset} ahead of UTC instead of {_OFFSET}.", todo)
    return ok("time zone", f"{_ZONE} is known.")


def check_open_files(machine: Machine, needed: int) -> Check:
    """Check that the web door may hold as many connections as the settings say; it raises its own limit by itself."""
    granted = machine.max_open_files()
    if granted is not None and granted < needed:
        what = f"This account may open {granted} files at once; the web door counts on {needed}, and takes in fewer."
        todo = "Raise it (LimitNOFILE in a unit of systemd, ulimit -Hn in a shell), or lower door.connections."
        return warning("door", what, todo)
    return ok("door", f"{needed} files may be open at once, which the web door counts on.")


def check_sqlite(machine: Machine) -> Sequence[Check]:
    """Check what the SQLite library can do."""
    version = machine.sqlite_version()
    name = "sqlite"
    library = "SQLite " + ".".join(map(str, version))
    todo = "Use a Python that brings SQLite 3.43 or newer."
    if version < _MIN_SQLITE:
        return [problem(name, f"{library} is too old: 3.37 is the least that works.", todo)]
    if not machine.has_fts5():
        return [warning(name, f"{library} has no full-text search (FTS5): only search by scan works.", todo)]
    if version < _SECURE_DELETE:
        what = f"{library} can't overwrite what is deleted from the search index (secure-delete, 3.42) at once."
        return [warning(name, what, todo)]
    if version < _CONTENTLESS_DELETE:
        what = f"{library} keeps what is taken out of a search index without content (contentless_delete, 3.43)."
        return [warning(name, what, todo)]
    return [ok(name, f"{library} has everything that is used.")]
