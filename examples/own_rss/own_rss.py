"""A collector of an RSS or Atom feed. Harmful content of a source is removed before a piece is returned."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from attrs import evolve, field, frozen
from own_rss_reading import read_feed

from anninh_core.collectors import SourceValidators, fetch_source
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import hookimpl
from anninh_core.ports import AcceptedOptions, CollectedPiece, CollectionLimits, SourceReading

MOST_PIECES = 3000
"""Maximum number of pieces read from a feed, newest first; a mark of each piece must fit into the cursor."""


@frozen(kw_only=True)
class CursorState:
    """The content of the collector's cursor: validators of the last complete reading, and marks of the pieces already
    returned.
    """

    validators: SourceValidators = field(factory=SourceValidators)
    marks: tuple[str, ...] = ()

    @classmethod
    def of(cls, cursor: str) -> "CursorState":
        """Read a cursor; a foreign or damaged cursor gives an empty state."""
        try:
            content = json.loads(cursor)
            validators = SourceValidators(etag=str(content["etag"]), modified=str(content["modified"]))
            return cls(validators=validators, marks=tuple(map(str, content["marks"])))
        except (ValueError, TypeError, KeyError):
            return cls()

    def to_cursor(self) -> str:
        """Return this state encoded as a cursor."""
        return json.dumps({"etag": self.validators.etag, "modified": self.validators.modified, "marks": self.marks})


class RssCollector:
    """A collector that reads one feed.

    Args:
        options: `url` of the feed, and `licence` if the whole feed may be used under a licence.

    Raises:
        ConfigurationError: the address is missing or isn't a web address, or there is an unknown option.
    """

    name = "rss"
    accepted_options = AcceptedOptions(required=("url",), optional=("licence",))

    def __init__(self, options: Mapping[str, str]) -> None:
        checked = self.accepted_options.read("collector 'rss'", options)
        if not checked["url"].startswith(("http://", "https://")):
            raise ConfigurationError("collector 'rss': its `url` begins with https:// or http://")
        self._url = checked["url"]
        self._licence = checked.get("licence", "")

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        """Read the feed once, unless it is unchanged; return the pieces not returned before, the oldest first."""
        state = CursorState.of(cursor)
        answer = fetch_source(self._url, state.validators, limits)
        if answer.body is None:
            return SourceReading(pieces=(), cursor=cursor)
        by_mark = {_compute_mark(piece): piece for piece in read_feed(answer.body)[-MOST_PIECES:]}
        new = [mark for mark in by_mark if mark not in state.marks]
        marks = (*(mark for mark in state.marks if mark in by_mark), *new[: limits.pieces])
        # If some pieces remain for the next reading, it must fetch the feed again.
        validators = answer.validators if len(new) <= limits.pieces else SourceValidators()
        pieces = self._add_licence([by_mark[mark] for mark in new[: limits.pieces]])
        return SourceReading(pieces=pieces, cursor=CursorState(validators=validators, marks=marks).to_cursor())

    def _add_licence(self, pieces: Sequence[CollectedPiece]) -> tuple[CollectedPiece, ...]:
        return tuple(piece if piece.licence else evolve(piece, licence=self._licence) for piece in pieces)


def _compute_mark(piece: CollectedPiece) -> str:
    return sha256(piece.id.encode()).hexdigest()[:12]


@hookimpl
def anninh_collectors() -> Sequence[type[RssCollector]]:
    """Register the collector."""
    return [RssCollector]
