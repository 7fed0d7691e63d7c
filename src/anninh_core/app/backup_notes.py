"""Notes on the backups that were made and verified, kept in the storage; they name no place and no key."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from attrs import frozen

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


def note_backup(context: UseCaseContext, note: BackupNote) -> None:
    """Keep a note on a backup, instead of an earlier note on the same one.

    Raises:
        Conflict: other processes note backups at the same time.
        StorageError: the notes can't be read.
    """
    _put(context, lambda known: _with(known, note))


def _with(known: tuple[BackupNote, ...], note: BackupNote) -> tuple[BackupNote, ...]:
    others = (one for one in known if (one.made_at, one.content) != (note.made_at, note.content))
    return tuple(sorted((note, *others), key=lambda one: one.made_at, reverse=True)[:_MOST])


def _put(context: UseCaseContext, change: Callable[[tuple[BackupNote, ...]], tuple[BackupNote, ...]]) -> None:
    for _ in range(_MAX_TRIES):
        known, version = _read(context)
        if context.storage.states.put(_OWNER, _MADE, msgspec.json.encode(change(known)), version):
            return
    raise Conflict("Other processes kept changing the notes on backups at the same time: verify the file again.")


def _read(context: UseCaseContext) -> tuple[tuple[BackupNote, ...], int]:
    stored = context.storage.states.get(_OWNER, _MADE)
    if stored is None:
        return (), 0
    try:
        return _DECODER.decode(stored.body), stored.version
    except DECODE_ERRORS as error:
        why = describe_decode_error(error, stored.body)
        raise StorageError(
            "The notes on backups are damaged ({reason}): run `anninh doctor --deep`.", reason=why
        ) from error
