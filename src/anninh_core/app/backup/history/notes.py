"""Notes on the backups that were made and read, kept in the store; they tell no place and no key."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from attrs import evolve, frozen

from anninh_core.app.backup.manifest import Manifest
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import Conflict, StorageError
from anninh_core.usecase.context import UseCaseContext

_OWNER = "backup"
_MADE = "made"
_MAX_TRIES = 5
_MOST = 10
"""Newest backups that are remembered."""


@frozen(kw_only=True)
class BackupNote:
    """A backup.

    Attributes:
        made_at: as its manifest says.
        content: one hash of everything in it.
        records: how many are in it.
        journal_seq: the last line of the trail in it.
        verified_at: when it was last read from beginning to end, with the keys at hand; None for never.
    """

    made_at: datetime
    content: str
    records: int
    journal_seq: int
    verified_at: datetime | None = None


_DECODER = msgspec.json.Decoder(tuple[BackupNote, ...])


def read_backups(context: UseCaseContext) -> tuple[BackupNote, ...]:
    """Return the backups that are remembered, newest first."""
    return _read(context)[0]


def note_made(context: UseCaseContext, manifest: Manifest) -> None:
    """Note that a backup was written, and is whole and on the disk."""
    _put(context, lambda known: _with(known, _note(manifest)))


def note_verified(context: UseCaseContext, manifest: Manifest) -> None:
    """Note that a backup was read from beginning to end just now, and that whoever wrote it had the keys."""
    note = evolve(_note(manifest), verified_at=context.clock.now())
    _put(context, lambda known: _with(known, note))


def _note(manifest: Manifest) -> BackupNote:
    return BackupNote(
        made_at=manifest.made_at,
        content=manifest.content,
        records=manifest.count("records"),
        journal_seq=manifest.journal_seq,
    )


def _with(known: tuple[BackupNote, ...], note: BackupNote) -> tuple[BackupNote, ...]:
    others = (one for one in known if (one.made_at, one.content) != (note.made_at, note.content))
    return tuple(sorted((note, *others), key=lambda one: one.made_at, reverse=True)[:_MOST])


def _put(context: UseCaseContext, change: Callable[[tuple[BackupNote, ...]], tuple[BackupNote, ...]]) -> None:
    for _ in range(_MAX_TRIES):
        known, version = _read(context)
        if context.storage.states.put(_OWNER, _MADE, msgspec.json.encode(change(known)), version):
            return
    raise Conflict("other processes noted backups at the same time, again and again; verify the file once more")


def _read(context: UseCaseContext) -> tuple[tuple[BackupNote, ...], int]:
    stored = context.storage.states.get(_OWNER, _MADE)
    if stored is None:
        return (), 0
    try:
        return _DECODER.decode(stored.body), stored.version
    except DECODE_ERRORS as error:
        why = describe_decode_error(error, stored.body)
        raise StorageError(f"the notes on backups are damaged ({why}); run `anninh doctor --deep`") from error
