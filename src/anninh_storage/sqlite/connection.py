"""Connections to one file: how they are set, where they are refused, and what their errors mean."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anninh_core.kernel.errors import BadInput, StorageBusy, StorageError, StorageFull
from anninh_storage.sqlite.damaged_text import ReaderConnection, decode_text

PATIENCE_S = 10.0
"""How long a locked database is waited for."""

_MIN_VERSION = (3, 37, 0)
_NETWORK_FILE_SYSTEMS = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "lustre", "fuse.sshfs", "fuse.glusterfs"]
)
_MOUNTS = Path("/proc/mounts")
# The cache is each connection's own and fills as the file grows: with twice as much, door and worker pass 120 MB.
_SETTINGS = """
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
"""
_EXPLANATIONS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again",
    sqlite3.SQLITE_READONLY: "can't be written; give this process the right to write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "can't be opened; make its folder, or give this process rights to it",
    sqlite3.SQLITE_PERM: "may not be opened; give this process rights to it",
    sqlite3.SQLITE_NOTADB: "is not a database; name another file, or restore it from a backup",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_IOERR: "can't be read or written; check the disk",
}
_BUSY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_VALUE_ERRORS = (
    *(sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError),
    *(OverflowError, UnicodeEncodeError),  # a number beyond 64 bits; half a surrogate pair
)


def path_from_url(url: str) -> Path:
    """Return the file a URL names: `sqlite:///relative/file.db` or `sqlite:////absolute/file.db`.

    Raises:
        BadInput: another kind of URL, or one without a file.
    """
    name = url.removeprefix("sqlite:///")
    if name in (url, "", ":memory:"):
        raise BadInput(f"{url!r} names no SQLite file; write it as sqlite:///folder/anninh.db")
    return Path(name).absolute()


def check_platform(
    path: Path, mounts: str | None = None, version: tuple[int, ...] = sqlite3.sqlite_version_info
) -> None:
    """Raise `StorageError` where the file can't be safe: a network file system, or too old an SQLite.

    Args:
        mounts: text of `/proc/mounts`; read where there is one.
        version: of the SQLite library.
    """
    if version < _MIN_VERSION:
        current, oldest = (".".join(map(str, numbers)) for numbers in (version, _MIN_VERSION))
        raise StorageError(f"SQLite {current} is too old; use a Python that brings {oldest} or newer")
    if mounts is None:
        mounts = _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""
    kind = _file_system(path, mounts)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StorageError(f"{path} lies on a network file system ({kind}), where locks don't hold; use a local disk")


def _file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system a path lies on; of two mounts on one place the later counts."""
    resolved = path.resolve()
    mount_point = Path()
    kind = ""
    for line in mounts.splitlines():
        _, mount, fs_type, *_ = (*line.split(" "), "", "", "")
        folder = Path(mount.replace("\\040", " "))
        if resolved.is_relative_to(folder) and len(folder.parts) >= len(mount_point.parts):
            mount_point = folder
            kind = fs_type
    return kind


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection in autocommit mode that any one thread at a time may use; transactions are begun by hand."""
    connection = sqlite3.connect(
        path,
        timeout=PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        factory=ReaderConnection if read_only else sqlite3.Connection,
    )
    if not read_only:
        connection.text_factory = decode_text  # a claim can't be run again
    try:
        connection.executescript(_SETTINGS)
        connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA journal_mode = WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless there is a file already."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn the driver's and the system's errors into ours; each names the file and the way out."""
    try:
        yield
    except StorageError:
        raise
    except _VALUE_ERRORS as error:
        raise BadInput(f"{path} refused a value ({error}); an id is taken, or a value has the wrong type") from error
    except sqlite3.Error as error:
        raise _storage_error(path, error) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFull(f"{path}: {error.strerror}; free some space and try again") from error
        raise StorageError(f"{path}: {error.strerror}; make its folder, or give this process rights to it") from error


def _storage_error(path: Path, error: sqlite3.Error) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest tells a finer reason
    if code in _BUSY_CODES:
        return StorageBusy(f"{path} stayed locked by another program for {PATIENCE_S:g} s; end it, or try again later")
    kind = StorageFull if code == sqlite3.SQLITE_FULL else StorageError
    return kind(f"{path} {_EXPLANATIONS.get(code, 'failed')} ({error})")
