"""Checks of the files and folders in the settings: existing, private, writable, with free space."""

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from anninh_core.app.doctor.machine import Machine
from anninh_core.app.settings import Settings, has_key_store_plugin
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning

_GIB = 1024**3
_LOW_SPACE = _GIB
_MIN_SPACE = _GIB // 10
_CLOCK_TOLERANCE = timedelta(minutes=2)

SQLITE_PREFIX = "sqlite:///"


@frozen
class DataPaths:
    """Paths from the settings; None for a storage or keys that aren't in a file."""

    storage: Path | None
    keys: Path | None
    blobs: Path

    @classmethod
    def of(cls, settings: Settings) -> "DataPaths":
        """Return the paths that `settings` name."""
        url = settings.storage
        storage = Path(url.removeprefix(SQLITE_PREFIX)).absolute() if url.startswith(SQLITE_PREFIX) else None
        keys = None if has_key_store_plugin(settings) else Path(settings.keys).absolute()
        return cls(storage, keys, Path(settings.blobs).absolute())


def check_present(places: DataPaths) -> Sequence[Check]:
    """Check that key file and storage file exist; opening the app would create new ones, which would hide the loss."""
    checks: list[Check] = []
    if places.storage is not None and not places.storage.exists():
        todo = Sentence(
            "Restore it from a backup, or name another file under `storage`; `anninh init DIR` makes a new one."
        )
        checks.append(problem("storage", Sentence("Storage file {file} doesn't exist.", file=places.storage), todo))
    if places.keys is not None and not places.keys.exists():
        todo = Sentence(
            "Put the copy of the key file back, or run `anninh keys restore` with a recovery copy: without "
            "the key file, nothing sealed can be opened."
        )
        checks.append(problem("keys", Sentence("Key file {file} doesn't exist.", file=places.keys), todo))
    return checks


def check_private(keys: Path) -> Check:
    """Check that only its owner can read the key file."""
    if os.name == "posix" and stat.S_IMODE(keys.stat().st_mode) & 0o077:
        what = Sentence("Other users can read the key file {file}.", file=keys)
        return problem("keys", what, Sentence("Run `chmod 600 {file}`.", file=keys))
    return ok("keys", "Only the owner of the key file can read it.")


def check_free_space(places: DataPaths, machine: Machine, *, names_folders: bool = True) -> Iterator[Check]:
    """Check the free space, once per disk as far as disks can be distinguished.

    Args:
        names_folders: whether a finding names the folder; only for an operator at the machine.
    """
    for name, path in _written_folders(places):
        free = machine.free_bytes(path)
        gib = f"{free / _GIB:.1f}"
        if free < _MIN_SPACE:
            mib = free // 1024**2
            what = Sentence(
                "Only {count:,} MiB are free for the {part:record}: soon nothing more can be received.",
                count=mib,
                part=name,
            )
            if names_folders:
                what = Sentence(
                    "Only {count:,} MiB are free for the {part:record} in {path}: soon nothing more can be received.",
                    count=mib,
                    part=name,
                    path=path,
                )
            yield problem("disk", what, "Free some space, or move the data to a larger disk.")
        elif free < max(_LOW_SPACE, _size(places.storage) if name == "storage" else 0):
            what = Sentence(
                "Only {gib} GiB are free for the {part:record}, which is too little for a copy or for a busy month.",
                gib=gib,
                part=name,
            )
            if names_folders:
                what = Sentence(
                    "Only {gib} GiB are free for the {part:record} in {path}, which is too little for a copy "
                    "or for a busy month.",
                    gib=gib,
                    part=name,
                    path=path,
                )
            yield warning("disk", what, "Free some space, or move the data to a larger disk.")
        else:
            yield ok("disk", Sentence("{gib} GiB are free for the {part:record}.", gib=gib, part=name))


def check_writable(places: DataPaths, machine: Machine) -> Iterator[Check]:
    """Check that files and folders that the program writes are writable."""
    files = [("storage", places.storage)] if places.storage is not None and places.storage.exists() else []
    for name, path in [*files, *_written_folders(places)]:
        if not machine.is_writable(path):
            what = Sentence("{path} isn't writable, but the {part:record} must be written there.", path=path, part=name)
            yield problem("disk", what, "Give this account permission to write it, and mount the disk as writable.")


def check_file_times(places: DataPaths, now: datetime) -> Check:
    """Check that no file was written in the future according to the clock."""
    for path in (places.storage, places.keys):
        if path is not None and path.exists() and (modified_at := _modified_at(path)) > now + _CLOCK_TOLERANCE:
            what = Sentence(
                "The clock shows {time} (Vietnam time), but {path} was written at {modified_at}.",
                time=now,
                path=path,
                modified_at=modified_at,
            )
            return problem("clock", what, "Set the clock (NTP), or find out who set it forward earlier.")
    return ok("clock", Sentence("The clock shows {time} (Vietnam time), and no file is newer.", time=now))


def _written_folders(places: DataPaths) -> Iterator[tuple[str, Path]]:
    """Yield purpose and path of each folder that is written to; for a folder that doesn't exist yet, its nearest
    existing parent.
    """
    for name, path in (("storage", places.storage), ("keys", places.keys), ("blobs", places.blobs / "any")):
        if path is not None:
            yield name, next(folder for folder in path.parents if folder.is_dir())


def _size(path: Path | None) -> int:
    return path.stat().st_size if path is not None and path.exists() else 0


def _modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
