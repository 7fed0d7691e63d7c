"""The collector once more, with mistakes that authors make: do not copy them. A rule of the kit finds each of them."""
# ruff: noqa: D101, D102  the comments name the mistakes

from attrs import evolve
from own_rss import RssCollector

from anninh_core.kernel.errors import NeedsPerson, RetryLater
from anninh_core.ports import CollectionLimits, SourceReading


class HastyCollector(RssCollector):
    last = ""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        try:
            reading = super().collect(cursor or self.last, limits)
        except NeedsPerson:
            return SourceReading(pieces=(), cursor=cursor)  # C-23: no operator learns that the feed is gone
        except RetryLater as error:
            raise RetryLater(f"{self._url} doesn't answer") from error  # C-28: the address contains a key
        self.last = reading.cursor  # C-08: a crash before the cursor is stored loses the returned pieces
        naive = (
            evolve(piece, published=piece.published and piece.published.replace(tzinfo=None))
            for piece in reading.pieces
        )
        return evolve(reading, pieces=tuple(naive))  # C-12: the time was UTC, and so is seven hours off.
