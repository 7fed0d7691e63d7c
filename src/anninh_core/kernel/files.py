"""Atomic writing of files: a reader sees the old content or the new, never a part."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from anninh_core.kernel.errors import BadInput

TEMPORARY_PREFIX = ".new-"
"""Prefix of temporary, incomplete files; a crashed program leaves them behind."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file, readable by its owner only, so that a crash leaves the old content or the new, durably.

    Raises:
        OSError: the file can't be written; no partial file remains.
    """
    with atomic_writer(path) as file:
        file.write(data)


@contextmanager
def atomic_writer(path: Path) -> Iterator[BinaryIO]:
    """Write a file as `write_atomically` does, in pieces inside a `with`; an exception leaves the old content.

    Raises:
        OSError: the file can't be written; no partial file remains.
    """
    handle, name = mkstemp(dir=path.parent, prefix=TEMPORARY_PREFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def require_new_file(path: Path, *, force: bool) -> None:
    """Raise `BadInput` if a file exists already and `force` isn't set."""
    if path.exists() and not force:
        raise BadInput("{path} already exists: name another file, or replace it with --force.", path=path)


def make_folder(path: Path) -> None:
    """Create a folder and its missing parents, durably.

    Raises:
        OSError: a folder can't be created.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make new file names in a folder durable, so that they survive a crash; Windows has no call for it and needs
    none.
    """
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
