"""A collector of a feed: RSS or Atom. What a source says that may hurt is taken off before anything is told."""

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
"""Of one feed: the newest ones; a mark of each must fit into the cursor."""


@frozen(kw_only=True)
class Told:
    """What the cursor says: by which validators the feed was read whole, and marks of what was told of it."""

    validators: SourceValidators = field(factory=SourceValidators)
    marks: tuple[str, ...] = ()

    @classmethod
    def of(cls, cursor: str) -> "Told":
        """Read a cursor; one that isn't ours says nothing."""
        try:
            kept = json.loads(cursor)
            validators = SourceValidators(etag=str(kept["etag"]), modified=str(kept["modified"]))
            return cls(validators=validators, marks=tuple(map(str, kept["marks"])))
        except (ValueError, TypeError, KeyError):
            return cls()

    def to_cursor(self) -> str:
        """Write it down."""
        return json.dumps({"etag": self.validators.etag, "modified": self.validators.modified, "marks": self.marks})


class RssCollector:
    """Reads one feed.

    Args:
        options: `url` of the feed, and `licence`, where the whole feed may be used under one.

    Raises:
        ConfigurationError: the address is missing or none of the web, or there is another option.
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
        """Read the feed once, unless it says that nothing changed; tell what wasn't told, the oldest first."""
        told = Told.of(cursor)
        answer = fetch_source(self._url, told.validators, limits)
        if answer.body is None:
            return SourceReading(pieces=(), cursor=cursor)
        standing = {_mark(piece): piece for piece in read_feed(answer.body)[-MOST_PIECES:]}
        new = [mark for mark in standing if mark not in told.marks]
        marks = (*(mark for mark in told.marks if mark in standing), *new[: limits.pieces])
        # With a rest left to tell, the next reading must get the feed again.
        validators = answer.validators if len(new) <= limits.pieces else SourceValidators()
        pieces = self._licensed([standing[mark] for mark in new[: limits.pieces]])
        return SourceReading(pieces=pieces, cursor=Told(validators=validators, marks=marks).to_cursor())

    def _licensed(self, pieces: Sequence[CollectedPiece]) -> tuple[CollectedPiece, ...]:
        return tuple(piece if piece.licence else evolve(piece, licence=self._licence) for piece in pieces)


def _mark(piece: CollectedPiece) -> str:
    return sha256(piece.id.encode()).hexdigest()[:12]


@hookimpl
def anninh_collectors() -> Sequence[type[RssCollector]]:
    """Register the collector."""
    return [RssCollector]
