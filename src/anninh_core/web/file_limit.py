"""How many connections the system's limit on open files leaves room for."""

import logging
import sys

from attrs import frozen

OTHER_FILES = 128
"""Files that a process has open besides connections: the storage, the keys, blobs, logs."""

BACKLOG = 2048
"""Connections that may wait to be taken; each takes a file before it gets a place in the table, or loses it."""

_UNLIMITED = 1_000_000
_log = logging.getLogger(__name__)


@frozen
class FileShares:
    """Connections that may be open, and that may wait to be taken."""

    connections: int
    backlog: int

    @property
    def needed(self) -> int:
        """How many open files the system must grant."""
        return self.connections + self.backlog + OTHER_FILES


def share_out_files(connections: int) -> FileShares:
    """Raise the process's own limit on open files as far as needed and granted, and share it out.

    That fewer connections can be open than wanted is named in the log, with the way out.

    Args:
        connections: wanted.
    """
    wanted = FileShares(connections, BACKLOG)
    granted = raise_file_limit(wanted.needed)
    if granted >= wanted.needed:
        return wanted
    left = max(granted - OTHER_FILES, 2)
    backlog = min(BACKLOG, left // 2)
    shares = FileShares(min(connections, left - backlog), backlog)
    if shares.connections < connections:
        _log.warning(
            "the system lets this process open %d files: %d connections at once instead of %d; "
            "raise it to %d (LimitNOFILE in a unit of systemd, ulimit -Hn in a shell)",
            granted,
            shares.connections,
            connections,
            wanted.needed,
        )
    return shares


def raise_file_limit(wanted: int) -> int:
    """Raise this process's limit on open files to a number, or as far as it may; return the limit."""
    if sys.platform == "win32":
        return _UNLIMITED
    import resource  # noqa: PLC0415  Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _UNLIMITED
    if soft < wanted:
        target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):  # some systems grant less than they say
            return soft
        return target
    return soft
