"""Checkpoints of the journal."""

from datetime import datetime

from attrs import frozen

from anninh_core.usecase.views import make_view, view


@view
class CheckpointView:
    """The journal's head at a moment, with a mark that can be checked with this authority's keys.

    It is never changed, so it has no version.

    Attributes:
        mark: keyed hash of the other fields, "" for none.
    """

    id: str
    unit: str
    seq: int
    hash: str
    at: datetime
    mark: str


@frozen(kw_only=True)
class Checkpoint:
    """The journal's head at a moment, with a mark made by the keys port.

    The mark is a keyed hash (HMAC), not a signature: it proves only to holders of this authority's keys that the head
    wasn't made up later. If the superior unit receives them, `seq` and `hash` alone already bind us.

    Attributes:
        id: number of the line, as text.
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
        """Return the view of the checkpoint."""
        return make_view(CheckpointView, self)

    @property
    def mark_content(self) -> str:
        """The text that the mark is computed from."""
        return f"{self.unit}:{self.seq}:{self.hash}:{self.at.isoformat()}"
