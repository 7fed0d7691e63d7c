"""Checkpoints of the journal."""

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Checkpoint:
    """The journal's head at a moment, with a mark of the keys port.

    The mark is a keyed hash (HMAC), not a signature: it convinces whoever holds this authority's keys that the head
    was not made up later, and nobody else. Handed to the superior unit, `seq` and `hash` alone already bind us.

    Attributes:
        id: the number of the line, as text.
    """

    id: str
    unit: str
    seq: int
    hash: str
    at: datetime
    mark: str = ""

    @property
    def mark_content(self) -> str:
        """The text that the mark is computed from."""
        return f"{self.unit}:{self.seq}:{self.hash}:{self.at.isoformat()}"
