"""Findings of comparing records, queue rows and keys with the journal."""

from enum import StrEnum

from attrs import define

from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.views import view


class Mismatch(StrEnum):
    """Type of a mismatch between a record and the journal."""

    MISSING = "missing"
    """The journal names the record, but it isn't stored."""
    UNNAMED = "unnamed"
    """The record is stored, but the journal doesn't name it."""
    OLDER = "older"
    """The stored version is older than the journal's."""
    NEWER = "newer"
    """The stored version is newer than the journal's."""
    ALTERED = "altered"
    """The stored body differs from the journal's hash."""
    KEYLESS = "keyless"
    """The record's key is missing without an order to destroy it."""
    REVIVED = "revived"
    """The key was destroyed by a purge, and is back."""
    UNUSABLE_KEY = "unusable_key"
    """The key can't be unwrapped."""
    NOT_BLANK = "not_blank"
    """The event is done, but still has a body."""
    SEALED = "sealed"
    """The record or row can't be opened."""
    COLUMNS = "columns"
    """The clear columns differ from the journal's hash, or from the body."""
    EMPTY_JOURNAL = "empty_journal"
    """Records are stored, but the journal names none."""


@view
class RecordFinding:
    """A record, a queue row or a key that contradicts the journal or its own body.

    Attributes:
        id: "" if the finding concerns no single record.
        why: the problem, in the middle of a sentence.
    """

    kind: str
    id: str
    mismatch: Mismatch
    why: str

    def describe(self) -> Sentence:
        """Return the record and its problem, in the middle of a sentence."""
        if not self.id:
            return Sentence(self.why)
        return Sentence("{kind:record} {id} {why}", kind=self.kind, id=self.id, why=self.why)

    def __str__(self) -> str:
        return str(self.describe())


@define
class RecordTally:
    """Counts of the compared records and rows.

    Attributes:
        body_only: number of records without a hash of clear columns in the journal.
        unnamed_rows: number of outbox rows from before the journal named queued rows.
        old_bodies: number of done events with a body, from before bodies were removed at once.
    """

    compared: int = 0
    body_only: int = 0
    unnamed_rows: int = 0
    old_bodies: int = 0
