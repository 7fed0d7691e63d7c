"""The collector again, with mistakes that authors make: do not copy it. Rules of the kit find each."""
# ruff: noqa: D101, D102  the comments say what is wrong

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
            return SourceReading(pieces=(), cursor=cursor)  # C-23: nobody hears that the feed is gone
        except RetryLater as error:
            raise RetryLater(f"{self._url} doesn't answer") from error  # C-28: the address has a key in it
        self.last = reading.cursor  # C-08: a crash before it is stored loses what was told
        naive = (evolve(one, published=one.published and one.published.replace(tzinfo=None)) for one in reading.pieces)
        return evolve(reading, pieces=tuple(naive))  # C-12: seven hours lie between here and UTC
