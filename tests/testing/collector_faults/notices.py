"""Collectors that are wrong in one way each; the healthy one reads notices that are written as JSON."""

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
    """Write what the source answers."""
    notices = [
        {
            "id": one.id,
            "title": one.title,
            "html": one.words,
            "url": one.address,
            "at": one.published.isoformat(),
            "author": one.author,
        }
        for one in standing
    ]
    return json.dumps({"notices": notices}).encode()


class Notices:
    """A healthy collector. Its cursor is the ids of what it told and still stands there."""

    name = "notices"

    def __init__(self, address: str) -> None:
        self.address = address

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        """Tell what wasn't told."""
        told = self.told(cursor)
        standing = {self.mark(piece): piece for piece in self.sort(map(self.read, self.parse(self.get(limits))))}
        new = [mark for mark in standing if mark not in told][: limits.pieces]
        kept = [mark for mark in told if mark in standing]
        return SourceReading(pieces=tuple(standing[mark] for mark in new), cursor=json.dumps([*kept, *new]))

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
    """Return a short mark of an id."""
    return sha256(id.encode()).hexdigest()[:12]


class AsksWhileBuilt(Notices):
    """The source is tried out as soon as the app opens."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.get(CollectionLimits())


class ForgetsAuthors(Notices):
    """Who wrote it isn't told."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), author="")


class IdOfWords(Notices):
    """A piece is known by its title: corrected, it is another one."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), id=notice["title"])


class NewIds(Notices):
    """Each reading calls everything anew."""

    def read(self, notice: Mapping[str, str]) -> CollectedPiece:
        return evolve(super().read(notice), id=str(uuid4()))


class LatestFirst(Notices):
    """As it stands there."""

    def sort(self, pieces: "map[CollectedPiece]") -> list[CollectedPiece]:
        return [*pieces]


class TellsAllEachTime(Notices):
    """The cursor is left unread."""

    def told(self, cursor: str) -> list[str]:
        return []


class MovesByItself(Notices):
    """What was told is remembered before anybody stored it."""

    cursor = ""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        reading = super().collect(self.cursor or cursor, limits)
        self.cursor = reading.cursor
        return reading


class GoesByTime(Notices):
    """Only what is later than the latest that was told is new: what is added late is lost."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        standing = self.sort(map(self.read, self.parse(self.get(limits))))
        later = [piece for piece in standing if not cursor[:1].isdigit() or str(piece.published) > cursor]
        new = tuple(later[: limits.pieces])
        return SourceReading(pieces=new, cursor=str(new[-1].published) if new else cursor)


class LosesTheRest(Notices):
    """What is beyond the limit counts as told."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        whole = super().collect(cursor, evolve(limits, pieces=1000))
        return evolve(whole, pieces=whole.pieces[: limits.pieces])


class MindsNoLimit(Notices):
    """Everything is told at once."""

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        return super().collect(cursor, evolve(limits, pieces=1000))


class Decomposed(Notices):
    """Letters and their marks apart, as some file systems have them."""

    def plain(self, html: str) -> str:
        return normalize("NFD", super().plain(html))


class NaiveMoments(Notices):
    """The time zone is cut off."""

    def moment(self, at: str) -> datetime:
        return super().moment(at).replace(tzinfo=None)


class MarkupAsItStands(Notices):
    """The HTML of the source is passed on."""

    def plain(self, html: str) -> str:
        return html


class AnyAddress(Notices):
    """Wherever the source leads."""

    def link(self, url: str) -> str:
        return url


class TrustsTheCursor(Notices):
    """A cursor of another version stops it for good."""

    def told(self, cursor: str) -> list[str]:
        return [*json.loads(cursor or "[]")]


class LongCursor(Notices):
    """All ids in full."""

    def mark(self, piece: CollectedPiece) -> str:
        return piece.id


class ReadsAnyLength(Notices):
    """As much as comes."""

    def get(self, limits: CollectionLimits) -> bytes:
        return super().get(evolve(limits, size=1024**3))


class WaitsForEachByte(Notices):
    """The limit of time counts from each byte anew."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            with urlopen(self.address, timeout=limits.seconds) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            raise RetryLater("the source doesn't answer") from None


class NoAfter(Notices):
    """When the source wants to be asked again isn't passed on."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except RetryLater as error:
            raise RetryLater(str(error)) from None


class HidesThatItIsGone(Notices):
    """A source that is gone is one at which nothing stands."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except NeedsPerson:
            return write_notices(())


class AnythingIsEmpty(Notices):
    """A page in place of the data is a source at which nothing stands."""

    def parse(self, body: bytes) -> list[dict[str, str]]:
        try:
            return super().parse(body)
        except BadInput:
            return []


class RawErrors(Notices):
    """Whatever the library raises."""

    def parse(self, body: bytes) -> list[dict[str, str]]:
        return [*json.loads(body)["notices"]]


class TellsTheAddress(Notices):
    """The address, with the key in it, stands in each error."""

    def get(self, limits: CollectionLimits) -> bytes:
        try:
            return super().get(limits)
        except AnninhError as error:
            raise type(error)(f"{self.address}: {error}") from None


FAULTS: Mapping[type[Notices], str] = {
    AsksWhileBuilt: "C-02",
    ForgetsAuthors: "C-03",
    IdOfWords: "C-04",
    NewIds: "C-07",
    LatestFirst: "C-06",
    TellsAllEachTime: "C-07",
    MovesByItself: "C-08",
    GoesByTime: "C-09",
    LosesTheRest: "C-10",
    MindsNoLimit: "C-10",
    Decomposed: "C-11",
    NaiveMoments: "C-12",
    MarkupAsItStands: "C-13",
    AnyAddress: "C-14",
    TrustsTheCursor: "C-15",
    LongCursor: "C-16",
    ReadsAnyLength: "C-18",
    WaitsForEachByte: "C-20",
    NoAfter: "C-22",
    HidesThatItIsGone: "C-23",
    AnythingIsEmpty: "C-24",
    RawErrors: "C-26",
    TellsTheAddress: "C-28",
}
"""Faulty collector -> number of the rule that has to find it."""
