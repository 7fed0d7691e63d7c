"""Notes on backups that were made and verified, kept in the storage; they contain no path and no key."""

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
"""Number of newest backups to keep notes on."""


@frozen(kw_only=True)
class BackupNote:
    """A note on a backup.

    Attributes:
        made_at: time of the backup, from its manifest.
        content: one hash of all its content.
        records: number of its records.
        journal_seq: sequence number of the last audit log line in it.
        verified_at: time of the last complete verification with the keys; None if never.
    """

    made_at: datetime
    content: str
    records: int
    journal_seq: int
    verified_at: datetime | None = None


_DECODER = msgspec.json.Decoder(tuple[BackupNote, ...])


def read_backups(context: UseCaseContext) -> tuple[BackupNote, ...]:
    """Return the notes on backups, newest first."""
    return _read_notes(context)[0]


def note_backup(context: UseCaseContext, note: BackupNote) -> None:
    """Store a note on a backup; it replaces an earlier note on the same backup.

    Raises:
        Conflict: other processes change the notes at the same time.
        StorageError: the notes can't be read.
    """
    _update_notes(context, lambda notes: _add_note(notes, note))


def _add_note(notes: tuple[BackupNote, ...], note: BackupNote) -> tuple[BackupNote, ...]:
    others = (earlier for earlier in notes if (earlier.made_at, earlier.content) != (note.made_at, note.content))
    return tuple(sorted((note, *others), key=lambda earlier: earlier.made_at, reverse=True)[:_MOST])


def _update_notes(context: UseCaseContext, change: Callable[[tuple[BackupNote, ...]], tuple[BackupNote, ...]]) -> None:
    for _ in range(_MAX_TRIES):
        notes, version = _read_notes(context)
        if context.storage.states.put(_OWNER, _MADE, msgspec.json.encode(change(notes)), version):
            return
    raise Conflict("Other processes kept changing the notes on backups at the same time: verify the file again.")


def _read_notes(context: UseCaseContext) -> tuple[tuple[BackupNote, ...], int]:
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
