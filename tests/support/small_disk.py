"""A small disk in main memory, for tests of a full disk; the process needs permission to mount it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_SIZES = (65_536, 4096, 512)


@contextmanager
def mount_small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a small disk at a folder inside a `with`, or skip the test if that isn't permitted."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        result = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if result.returncode:
        pytest.skip("mounting a small disk isn't permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill_disk(folder: Path) -> Path:
    """Fill the disk of a folder to its last byte with one file, and return the file's path."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in _SIZES:
            with suppress(OSError):
                while True:
                    filler.write(b"x" * size)
    return path
