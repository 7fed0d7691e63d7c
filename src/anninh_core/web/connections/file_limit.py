"""Computes how many connections the system's limit on open files allows."""

import logging
import sys

from attrs import frozen

from anninh_core.app.settings import BACKLOG, OTHER_FILES, DoorSettings

_UNLIMITED = 1_000_000
_log = logging.getLogger(__name__)


@frozen
class FileShares:
    """The number of connections that may be open, and the number that may wait to be accepted."""

    connections: int
    backlog: int


def divide_file_limit(limits: DoorSettings) -> FileShares:
    """Raise the process's limit on open files as far as needed and granted, and divide it between open and waiting
    connections.

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
    """Raise this process's limit on open files to `needed`, or as far as allowed; return the new limit."""
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
        except (OSError, ValueError):  # Some systems grant less than the limit that they state.
            return soft
        return target
    return soft
