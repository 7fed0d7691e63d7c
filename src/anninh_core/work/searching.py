"""Finding records by words, newest first, in the mode that the profile names. Both modes have the same hits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search import Prefilter, TermQuery, extract_terms, parse_query
from anninh_core.ports.changes import IndexSpec, Record
from anninh_core.ports.query import decode_cursor, encode_cursor, order_columns, record_matches
from anninh_core.ports.searching import Hit
from anninh_core.ports.storage import Find
from anninh_core.work.kinds import Kind, M
from anninh_core.work.read_session import Listing, ReadSession
from anninh_core.work.terms import TOKENS

P = TypeVar("P")

MOST_LOOKED_AT = 50_000
"""Records that one search looks at, most of them in vain; then it ends with a cursor from which it can go on."""

_NEWEST = "newest"
_PAGE = 500
_PLACES = IndexSpec(kind="search", columns={"at": str}, orders={_NEWEST: ("-at",)})


@frozen(kw_only=True)
class Reach(Generic[M]):
    """What an actor may find.

    Attributes:
        units: units under which records stand in clear; None for all.
        excluding: multi column -> value that it must not hold.
        shown: tells after opening whether a model may be shown.
    """

    units: Sequence[str] | None
    excluding: Mapping[str, str] = field(factory=dict)
    shown: Callable[[M], bool] = lambda _: True


def search(
    look: ReadSession, kind: Kind[M], text: str, reach: Reach[M], *, after: str = "", limit: int = 20
) -> Listing[M]:
    """Return a page of the newest models of a kind that a typed query asks for (see `parse_query`).

    Only those on the page count as opened for the journal. A page may hold fewer than `limit`, even none, although its
    cursor says that there may be more: after `MOST_LOOKED_AT` records a search stops to ask whether to go on.

    Raises:
        BadInput: nothing to look for, a limit below 1, or a cursor that isn't of this search and mode.
    """
    hunt = _Hunt(look, kind, parse_query(text, look.context.district.teen_code), reach)
    if limit < 1:
        raise BadInput(f"a page of {limit} hits is no page; ask for 1 or more")
    if look.context.district.search_mode == TOKENS:
        page = _page(hunt.by_terms(after, limit), limit, _term_cursor)
    else:
        page = _page(hunt.by_opening(after, limit), limit, hunt.list_cursor)
    look.opened += [model.id for model in page.items]
    return page


def _page(looked_at: Iterator[tuple[P, M | None]], limit: int, cursor: Callable[[P], str]) -> Listing[M]:
    """Take hits up to a limit; the next hit beyond tells that there is another page."""
    items: list[M] = []
    last: P | None = None
    for number, (place, hit) in enumerate(looked_at):
        if last is not None and (number == MOST_LOOKED_AT or (hit is not None and len(items) == limit)):
            return Listing(tuple(items), cursor(last))
        if hit is not None:
            items.append(hit)
        last = place
    return Listing(tuple(items))


@frozen
class _Hunt(Generic[M]):
    """One search, and the two ways to go about it: each yields the place of what it opened, and the hit or None."""

    look: ReadSession
    kind: Kind[M]
    asked: TermQuery
    reach: Reach[M]

    def by_opening(self, after: str, limit: int) -> Iterator[tuple[Record, M | None]]:
        """Open what is in reach, one after the other: short pages first, as common words are found soon."""
        context, kind, passes, size = (
            self.look.context,
            self.kind,
            Prefilter.of(self.asked).may_match,
            min(_PAGE, 2 * limit),
        )
        while True:
            page = context.storage.records.find(self._question(after, size))
            for record, body in context.bodies(page.records, page.keys):
                text = kind.text_in(body, record.schema)
                fits = passes(text) and self.asked.matches(extract_terms(text))
                yield record, self._shown(record, body) if fits else None
            if not page.cursor:
                return
            after, size = page.cursor, min(_PAGE, 2 * size)

    def by_terms(self, after: str, limit: int) -> Iterator[tuple[Hit, M | None]]:
        """Ask the index, and open what it finds."""
        context, before = self.look.context, _place(after) if after else None
        hidden = context.terms.query(self.kind.name, self.asked)
        while True:
            hits = context.storage.search.find(self.kind.name, hidden, self.reach.units, limit + 1, before)
            places = {hit.id: hit for hit in hits}
            held = context.storage.records.get_many(self.kind.name, list(places))
            records = (held[id] for id in places if id in held)
            mine = (record for record in records if record_matches(record, {}, self.reach.excluding))
            for record, body in context.bodies(mine):
                yield places[record.id], self._shown(record, body)
            if len(hits) <= limit:
                return
            before = hits[-1]

    def list_cursor(self, record: Record) -> str:
        """Return the cursor of the kind's list behind a record."""
        values = [record.columns.get(name) for name, _ in order_columns(self.kind.spec, _NEWEST)]
        return encode_cursor(_NEWEST, values, record.id)

    def _shown(self, record: Record, body: bytes) -> M | None:
        model = self.kind.decode(body, record.schema)
        return model if self.reach.shown(model) else None

    def _question(self, after: str, limit: int) -> Find:
        return Find(
            kind=self.kind.name,
            order=_NEWEST,
            units=self.reach.units,
            excluding=self.reach.excluding,
            after=after,
            limit=limit,
        )


def _term_cursor(hit: Hit) -> str:
    """Return the cursor behind a hit's place in the index."""
    return encode_cursor(_NEWEST, [hit.at.isoformat()], hit.id)


def _place(cursor: str) -> Hit:
    (at,), id = decode_cursor(_PLACES, _NEWEST, cursor)
    try:
        return Hit(datetime.fromisoformat(str(at)).astimezone(UTC), id)
    except (ValueError, OverflowError):
        raise BadInput(f"{cursor!r} is no cursor of this search; begin again without one") from None
