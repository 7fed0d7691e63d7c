"""Collectors with one fault each; the healthy one reads notices in JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from unicodedata import normalize
from urllib.request import urlopen
from uuid import uuid4

from attrs import evolve

from anninh_core.collectors import SourceValidators, fetch_source, plain_words
from anninh_core.kernel.errors import AnninhError, BadInput, NeedsPerson, RetryLater
from anninh_core.ports import CollectedPiece, CollectionLimits, SourceReading
from anninh_core.testing.kits import StandingPiece
from anninh_core.testing.kits.collector.standing import BEGIN


def write_notices(standing: Sequence[StandingPiece]) -> bytes:
    """Return the source's response body."""
    notices = [
        {
            "id": piece.id,
            "title": piece.title,
            "html": piece.words,
            "url": piece.address,
            "at": piece.published.isoformat(),
            "author": piece.author,
        }
        for piece in standing
    ]
    return json.dumps({"notices": notices}).encode()


class Notices:
    """A healthy collector. Its cursor is the list of ids that it returned and that the source still has."""

    name = "notices"

    def __init__(self, address: str) -> None:
        self.address = address

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        """Return the pieces that weren't returned before."""
        seen = self.told(cursor)
        by_mark = {self.mark(piece): piece for piece in self.sort(map(self.read, self.parse(self.get(limits))))}
        new = [mark for mark in by_mark if mark not in seen][: limits.pieces]
        kept = [mark for mark in seen if mark in by_mark]
        return SourceReading(pieces=tuple(by_mark[mark] for mark in new), cursor=json.dumps([*kept, *new]))

    def told(self, cursor: str) -> list[str]:
        try:
            return [mark for mark in json.loads(cursor) if isinstance(mark, str)]
        except (ValueError, TypeError):
            return []

    def mark(self, piece: CollectedPiece) -> str:
        return hash_of(piece.id)

    def get(self, limits: CollectionLimits) -> bytes:
        return fetch_source(self.address, SourceValidators(), limits).body or b""

    def parse(self, body: bytes) -> list[dict[str, str]]:
        try:
            return [*json.loads(body)["notices"]]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BadInput(f"these are no notices: {type(error).__name__}") from None

    def sort(self, pieces: "map[CollectedPiece]") -> list[CollectedPiece]:
        return sorted(pieces, key=lambda piece: piece.published or BEGIN)

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return CollectedPiece(
            id=notice["id"],
            title=self.plain(notice["title"]),
            words=self.plain(notice["html"]),
            address=self.link(notice["url"]),
            published=self.moment(notice["at"]),
            author=notice["author"],
        )

    def plain(self, html: str) -> str:
        return plain_words(html)

    def link(self, url: str) -> str:
        return url if url.startswith(("https://", "http://")) else ""

    def moment(self, at: str) -> datetime:
        return datetime.fromisoformat(at)


def hash_of(id: str) -> str:
    """Return a short hash of an id."""
    return sha256(id.encode()).hexdigest()[:12]


class FetchesWhileBuilt(Notices):
    """The source is called as soon as the app opens."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.get(CollectionLimits())


class ForgetsAuthors(Notices):
    """The author is left out."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), author="")


class IdOfWords(Notices):
    """A piece is identified by its title, so a corrected title makes it another piece."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), id=notice["title"])


class NewIds(Notices):
    """Every reading gives new ids to all pieces."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), id=str(uuid4()))


class LatestFirst(Notices):
    """Pieces are in the source's order, newest first."""

    def sort(self, pieces: "map[CollectedPiece]") -> list[CollectedPiece]:
        return [*pieces]


class ReturnsAllEachTime(Notices):
    """The cursor is ignored."""

    def told(self, cursor: str) -> list[str]:
        return []


class MovesByItself(Notices):
    """Returned pieces are remembered before the core has stored them."""

    cursor = ""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        reading = super().collect(self.cursor or cursor, limits)
        self.cursor = reading.cursor
        return reading


class ComparesTimesOnly(Notices):
    """Only pieces later than the latest returned one are new, so those added late are lost."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        pieces = self.sort(map(self.read, self.parse(self.get(limits))))
        later = [piece for piece in pieces if not cursor[:1].isdigit() or str(piece.published) > cursor]
        new = tuple(later[: limits.pieces])
        return SourceReading(pieces=new, cursor=str(new[-1].published) if new else cursor)


class LosesTheRest(Notices):
    """Pieces beyond the limit count as returned."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        whole = super().collect(cursor, evolve(limits, pieces=1000))
        return evolve(whole, pieces=whole.pieces[: limits.pieces])


class IgnoresLimit(Notices):
    """All pieces are returned at once."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        return super().collect(cursor, evolve(limits, pieces=1000))


class Decomposed(Notices):
    """Letters and their marks are separate, as on some file systems."""

    def plain(self, html: str) -> str:
        return normalize("NFD", super().plain(html))


class NaiveMoments(Notices):
    """The time zone is cut off."""

    def moment(self, at: str) -> datetime:
        return super().moment(at).replace(tzinfo=None)


class MarkupAsItStands(Notices):
    """The source's HTML is passed on."""

    def plain(self, html: str) -> str:
        return html


class AnyAddress(Notices):
    """Any link of the source is passed on."""

    def link(self, url: str) -> str:
        return url


class TrustsTheCursor(Notices):
    """A cursor of another version makes every reading fail."""

    def told(self, cursor: str) -> list[str]:
        return [*json.loads(cursor or "[]")]


class LongCursor(Notices):
    """The cursor contains all ids in full."""

    def mark(self, piece: CollectedPiece) -> str:
        return piece.id


class ReadsAnyLength(Notices):
    """The body is read without a size limit."""

    def get(self, limits: CollectionLimits) -> bytes:
        return super().get(evolve(limits, size=1024**3))


class WaitsForEachByte(Notices):
    """The time limit starts again with each byte."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            with urlopen(self.address, timeout=limits.seconds) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            raise RetryLater("the source doesn't answer") from None


class NoAfter(Notices):
    """The time that the source wants to be called again is dropped."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except RetryLater as error:
            raise RetryLater(str(error)) from None


class HidesGoneSource(Notices):
    """A source that is gone is treated as an empty one."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except NeedsPerson:
            return write_notices(())


class AnythingIsEmpty(Notices):
    """A web page instead of data is treated as an empty source."""

    def parse(self, body: bytes) -> list[dict[str, str]]:
        try:
            return super().parse(body)
        except BadInput:
            return []


class RawErrors(Notices):
    """Errors of the JSON library are passed on."""

    def parse(self, body: bytes) -> list[dict[str, str]]:
        return [*json.loads(body)["notices"]]


class TellsTheAddress(Notices):
    """Each error contains the address with its key."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except AnninhError as error:
            raise type(error)(f"{self.address}: {error}") from None


FAULTS: Mapping[type[Notices], str] = {
    FetchesWhileBuilt: "C-02",
    ForgetsAuthors: "C-03",
    IdOfWords: "C-04",
    NewIds: "C-07",
    LatestFirst: "C-06",
    ReturnsAllEachTime: "C-07",
    MovesByItself: "C-08",
    ComparesTimesOnly: "C-09",
    LosesTheRest: "C-10",
    IgnoresLimit: "C-10",
    Decomposed: "C-11",
    NaiveMoments: "C-12",
    MarkupAsItStands: "C-13",
    AnyAddress: "C-14",
    TrustsTheCursor: "C-15",
    LongCursor: "C-16",
    ReadsAnyLength: "C-18",
    WaitsForEachByte: "C-20",
    NoAfter: "C-22",
    HidesGoneSource: "C-23",
    AnythingIsEmpty: "C-24",
    RawErrors: "C-26",
    TellsTheAddress: "C-28",
}
"""Faulty collector -> number of the rule that must find its fault."""
