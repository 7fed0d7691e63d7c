"""Checkpoints of the journal."""

from datetime import datetime

from attrs import frozen

from anninh_core.usecase.views import make_view, view


@view
class CheckpointView:
    """The journal's head at a moment, with a mark that whoever holds this authority's keys can check.

    It is never changed, so that it has no version.

    Attributes:
        mark: keyed hash of the rest, "" for none.
    """

    id: str
    unit: str
    seq: int
    hash: str
    at: datetime
    mark: str


@frozen(kw_only=True)
class Checkpoint:
    """The journal's head at a moment, with a mark of the keys port.

    The mark is a keyed hash (HMAC), not a signature: it convinces whoever holds this authority's keys that the head
    was not made up later, and nobody else. Handed to the superior unit, `seq` and `hash` alone already bind us.

    Attributes:
        id: the number of the line, as text.
        hash: hash of the line.
        seq: number of the line.
    """

    id: str
    unit: str
    seq: int
    hash: str
    at: datetime
    mark: str = ""

    def to_view(self) -> CheckpointView:
        """Return what may leave."""
        return make_view(CheckpointView, self)

    @property
    def mark_content(self) -> str:
        """The text that the mark is computed from."""
        return f"{self.unit}:{self.seq}:{self.hash}:{self.at.isoformat()}"
