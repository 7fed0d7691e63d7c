"""Functions that open connections to one file, refuse unsuitable platforms, and translate the driver's errors."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anninh_core.kernel.errors import BadInput, StorageBusy, StorageError, StorageFull
from anninh_core.kernel.sentences import Sentence
from anninh_storage.sqlite.damaged_text import ReaderConnection, decode_text

PATIENCE_S = 10.0
"""Seconds to wait for a locked database."""

_MIN_VERSION = (3, 37, 0)
_NETWORK_FILE_SYSTEMS = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "lustre", "fuse.sshfs", "fuse.glusterfs"]
)
_MOUNTS = Path("/proc/mounts")
# Each connection has a cache of its own, which fills as the file grows; with twice this size, door and worker would
# take over 120 MB.
_SETTINGS = """
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
"""
_EXPLANATIONS = {
    sqlite3.SQLITE_FULL: Sentence("the disk is full: free some space and try again"),
    sqlite3.SQLITE_READONLY: Sentence(
        "it can't be written: give this process permission to write the file and its folder"
    ),
    sqlite3.SQLITE_CANTOPEN: Sentence(
        "it can't be opened: create its folder, or give this process permission to use it"
    ),
    sqlite3.SQLITE_PERM: Sentence("this process may not open it: give it permission"),
    sqlite3.SQLITE_NOTADB: Sentence("it isn't a database: name another file, or restore it from a backup"),
    sqlite3.SQLITE_CORRUPT: Sentence("it is damaged: restore it from a backup"),
    sqlite3.SQLITE_IOERR: Sentence("it can't be read or written: check the disk"),
}
_BUSY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_VALUE_ERRORS = (
    *(sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError),
    # The first error is raised for a number beyond 64 bits, the second for half a surrogate pair.
    *(OverflowError, UnicodeEncodeError),
)


def get_path_from_url(url: str) -> Path:
    """Return the file that a URL names: `sqlite:///relative/file.db` or `sqlite:////absolute/file.db`.

    Raises:
        BadInput: another kind of URL, or one without a file.
    """
    name = url.removeprefix("sqlite:///")
    if name in (url, "", ":memory:"):
        raise BadInput("{url!r} doesn't name an SQLite file: write it as sqlite:///folder/anninh.db.", url=url)
    return Path(name).absolute()


def check_platform(
    path: Path, mounts: str | None = None, version: tuple[int, ...] = sqlite3.sqlite_version_info
) -> None:
    """Raise `StorageError` for a file on a network file system, or if SQLite is too old.

    Args:
        mounts: text of `/proc/mounts`; read from there by default, if it exists.
        version: version of the SQLite library.
    """
    if version < _MIN_VERSION:
        current, oldest = (".".join(map(str, numbers)) for numbers in (version, _MIN_VERSION))
        raise StorageError(
            "SQLite {version} is too old: use a Python that includes SQLite {least} or newer.",
            version=current,
            least=oldest,
        )
    if mounts is None:
        mounts = _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""
    kind = _find_file_system(path, mounts)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StorageError(
            "{path} is on a network file system ({type}), where locks don't work reliably: use a local disk.",
            path=path,
            type=kind,
        )


def _find_file_system(path: Path, mounts: str) -> str:
    """Return the type of a path's file system; of two mounts on the same folder, the later counts."""
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
    """Open a connection to a file in autocommit mode, for one thread at a time; the caller begins transactions
    explicitly.
    """
    connection = sqlite3.connect(
        path,
        timeout=PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        factory=ReaderConnection if read_only else sqlite3.Connection,
    )
    if not read_only:
        # A writer tolerates damaged text at once, because a claim can't be run again with another decoder.
        connection.text_factory = decode_text
    try:
        connection.executescript(_SETTINGS)
        connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA journal_mode = WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def create_private_file(path: Path) -> None:
    """Create an empty file that only its owner may read, unless it exists."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Translate the driver's and the system's errors into errors of this project that name the file and the remedy."""
    try:
        yield
    except StorageError:
        raise
    except _VALUE_ERRORS as error:
        raise BadInput(
            "{storage} refused a value ({reason}): an id is already in use, or a value has the wrong type.",
            storage=path,
            reason=error,
        ) from error
    except sqlite3.Error as error:
        raise _build_storage_error(path, error) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFull(
                "{path} can't be written ({reason}): free some space and try again.", path=path, reason=error.strerror
            ) from error
        raise StorageError(
            "{path} can't be used ({reason}): create its folder, or give this process permission to use it.",
            path=path,
            reason=error.strerror,
        ) from error


def _build_storage_error(path: Path, error: sqlite3.Error) -> StorageError:
    # The low byte is the general error code; the rest is a more specific reason.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY_CODES:
        return StorageBusy(
            "{path} stayed locked by another program for {seconds} s: end that program, or try again later.",
            path=path,
            seconds=PATIENCE_S,
        )
    kind = StorageFull if code == sqlite3.SQLITE_FULL else StorageError
    problem = _EXPLANATIONS.get(code, Sentence("it failed"))
    return kind("{path}: {problem} ({reason}).", path=path, problem=problem, reason=error)
