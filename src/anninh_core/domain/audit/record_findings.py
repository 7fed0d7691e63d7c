"""What a comparison of records, rows of the queues and keys with the journal finds."""

from enum import StrEnum

from attrs import define

from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.views import view


class Mismatch(StrEnum):
    """What is wrong with a record."""

    MISSING = "missing"
    """The journal names it, and it isn't there."""
    UNNAMED = "unnamed"
    """It is there, and the journal doesn't name it."""
    OLDER = "older"
    """It is older than the journal says."""
    NEWER = "newer"
    """It is newer than the journal says."""
    ALTERED = "altered"
    """It isn't what the journal says."""
    KEYLESS = "keyless"
    """Its key is gone, and nobody ordered that."""
    REVIVED = "revived"
    """Its key was destroyed by a purge, and is back."""
    UNUSABLE_KEY = "unusable_key"
    """Its key doesn't unwrap."""
    NOT_BLANK = "not_blank"
    """It is done, and still has a body."""
    SEALED = "sealed"
    """It can't be opened."""
    COLUMNS = "columns"
    """Its clear columns aren't what the journal, or its body, says."""
    EMPTY_JOURNAL = "empty_journal"
    """There are records, and no journal."""


@view
class RecordFinding:
    """A record, a row of a queue or a key that isn't what the journal says, or what its own body says.

    Attributes:
        id: "" where no single record is meant.
        why: what is wrong, in the middle of a sentence.
    """

    kind: str
    id: str
    mismatch: Mismatch
    why: str

    def describe(self) -> Sentence:
        """Return what is wrong with what, in the middle of a sentence."""
        if not self.id:
            return Sentence(self.why)
        return Sentence("{kind:record} {id} {why}", kind=self.kind, id=self.id, why=self.why)

    def __str__(self) -> str:
        return str(self.describe())


@define
class RecordTally:
    """How many records were compared.

    Attributes:
        body_only: those whose clear columns the journal doesn't know.
        unnamed_rows: rows of the outbox from before the journal named them.
        old_bodies: events that are done and have a body, from before that.
    """

    compared: int = 0
    body_only: int = 0
    unnamed_rows: int = 0
    old_bodies: int = 0
