"""Finding records by words, newest first, in the mode that the profile names. Both modes have the same hits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Generic

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.searching import Sieve, TermQuery, parse_query, terms_of
from anninh_core.ports.changes import IndexSpec, Record
from anninh_core.ports.finding import matches, order_of, read_cursor, write_cursor
from anninh_core.ports.searching import Hit
from anninh_core.ports.storage import Find
from anninh_core.work.kinds import Kind, M, Searchable
from anninh_core.work.look import Listing, Look
from anninh_core.work.terms import TOKENS, hour

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


def search(look: Look, kind: Kind[M], text: str, reach: Reach[M], *, after: str = "", limit: int = 20) -> Listing[M]:
    """Return a page of the newest models of a kind that a typed query asks for (see `parse_query`).

    Only those on the page count as opened for the journal. A page may hold fewer than `limit`, even none, although its
    cursor says that there may be more: after `MOST_LOOKED_AT` records a search stops to ask whether to go on.

    Raises:
        BadInput: nothing to look for, a limit below 1, or a cursor that isn't of this search and mode.
    """
    hunt = _Hunt(look, kind, parse_query(text, look.desk.district.teen_code), reach)
    if limit < 1:
        raise BadInput(f"a page of {limit} hits is no page; ask for 1 or more")
    if look.desk.district.search_mode == TOKENS:
        page = _page(hunt.by_terms(after, limit), limit, hunt.term_cursor)
    else:
        page = _page(hunt.by_opening(after, limit), limit, hunt.list_cursor)
    look.opened += [model.id for model in page.items]
    return page


def _page(looked_at: Iterator[tuple[M, bool]], limit: int, cursor: Callable[[M], str]) -> Listing[M]:
    """Take hits up to a limit; the next hit beyond tells that there is another page."""
    items: list[M] = []
    last: M | None = None
    for number, (model, hit) in enumerate(looked_at):
        if last is not None and (number == MOST_LOOKED_AT or (hit and len(items) == limit)):
            return Listing(tuple(items), cursor(last))
        if hit:
            items.append(model)
        last = model
    return Listing(tuple(items))


@frozen
class _Hunt(Generic[M]):
    """One search, and the two ways to go about it: each yields what it opened, and whether that is a hit."""

    look: Look
    kind: Kind[M]
    asked: TermQuery
    reach: Reach[M]

    def by_opening(self, after: str, limit: int) -> Iterator[tuple[M, bool]]:
        """Open what is in reach, one after the other: short pages first, as common words are found soon."""
        sieve, size = Sieve.of(self.asked), min(_PAGE, 2 * limit)
        while True:
            page = self.look.desk.storage.records.find(self._question(after, size))
            for model in self._opened(page.records):
                text = self._searchable.text(model)
                fits = sieve.passes(text) and self.asked.matches(terms_of(text))
                yield model, fits and self.reach.shown(model)
            if not page.cursor:
                return
            after, size = page.cursor, min(_PAGE, 2 * size)

    def by_terms(self, after: str, limit: int) -> Iterator[tuple[M, bool]]:
        """Ask the index, and open what it finds."""
        storage, hidden = self.look.desk.storage, self.look.desk.terms.query(self.kind.name, self.asked)
        before = _place(after) if after else None
        while True:
            hits = storage.search.find(self.kind.name, hidden, self.reach.units, limit + 1, before)
            held = storage.records.get_many(self.kind.name, [hit.id for hit in hits])
            records = (held[hit.id] for hit in hits if hit.id in held)
            mine = (record for record in records if matches(record, {}, self.reach.excluding))
            for model in self._opened(mine):
                yield model, self.reach.shown(model)
            if len(hits) <= limit:
                return
            before = hits[-1]

    def list_cursor(self, model: M) -> str:
        """Return the cursor of the kind's list behind a model."""
        columns = self.kind.columns(model)
        return write_cursor(_NEWEST, [columns[name] for name, _ in order_of(self.kind.spec, _NEWEST)], model.id)

    def term_cursor(self, model: M) -> str:
        """Return the cursor behind a model's place in the index."""
        return write_cursor(_NEWEST, [hour(self._searchable.at(model)).isoformat()], model.id)

    @property
    def _searchable(self) -> Searchable[M]:
        if self.kind.search is None:
            raise AssertionError(f"{self.kind.name} is searched and doesn't say by what")
        return self.kind.search

    def _question(self, after: str, limit: int) -> Find:
        return Find(
            kind=self.kind.name,
            order=_NEWEST,
            units=self.reach.units,
            excluding=self.reach.excluding,
            after=after,
            limit=limit,
        )

    def _opened(self, records: Iterable[Record]) -> Iterator[M]:
        """Yield what records hold, but not of those purged."""
        desk = self.look.desk
        return desk.readable(records, partial(desk.opened, self.kind))


def _place(cursor: str) -> Hit:
    (at,), id = read_cursor(_PLACES, _NEWEST, cursor)
    try:
        return Hit(datetime.fromisoformat(str(at)).astimezone(UTC), id)
    except (ValueError, OverflowError):
        raise BadInput(f"{cursor!r} is no cursor of this search; begin again without one") from None
