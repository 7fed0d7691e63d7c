"""The number of connections that the system's limit on open files allows."""

import logging
import sys

from attrs import frozen

from anninh_core.app.settings import BACKLOG, OTHER_FILES, DoorSettings

_UNLIMITED = 1_000_000
_log = logging.getLogger(__name__)


@frozen
class FileShares:
    """Limits of open connections, and of connections that wait to be accepted."""

    connections: int
    backlog: int


def share_out_files(limits: DoorSettings) -> FileShares:
    """Raise the process's own limit on open files as far as needed and granted, and divide it.

    If fewer connections can be open than configured, a warning with the remedy is logged.
    """
    granted = raise_file_limit(limits.open_files)
    available = max(granted - OTHER_FILES, 2)
    backlog = min(BACKLOG, available // 2)
    shares = FileShares(min(limits.connections, available - backlog), backlog)
    if shares.connections < limits.connections:
        _log.warning(
            "the system lets this process open %d files: %d connections at once instead of %d; "
            "raise it to %d (LimitNOFILE in a unit of systemd, ulimit -Hn in a shell)",
            granted,
            shares.connections,
            limits.connections,
            limits.open_files,
        )
    return shares


def raise_file_limit(needed: int) -> int:
    """Raise this process's limit on open files to a number, or as far as allowed; return the limit."""
    if sys.platform == "win32":
        return _UNLIMITED
    import resource  # noqa: PLC0415  Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _UNLIMITED
    if soft < needed:
        target = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):  # some systems grant less than they say
            return soft
        return target
    return soft
