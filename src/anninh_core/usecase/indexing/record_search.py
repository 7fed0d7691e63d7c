"""Search for records by words, newest first, in the profile's search mode. Both modes give the same hits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from attrs import field, frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import BadInput, Damaged
from anninh_core.kernel.search.query import Prefilter, TermQuery, extract_terms, parse_query
from anninh_core.ports.storages.changes import IndexSpec, Record
from anninh_core.ports.storages.query import decode_cursor, encode_cursor, order_columns, record_matches
from anninh_core.ports.storages.searching import Hit
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.keyed_hashes.term_hashing import has_index
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.read_session import Listing, ReadSession

P = TypeVar("P")

MAX_EXAMINED = 50_000
"""Maximum number of records that one search examines; then the search returns a cursor to continue from."""

_NEWEST = "newest"
_PAGE = 500
_CURSOR_SPEC = IndexSpec(kind="search", columns={"at": str}, orders={_NEWEST: ("-at",)})


@frozen(kw_only=True)
class SearchScope(Generic[M]):
    """The records that a search by an actor may find.

    Attributes:
        units: units under which records are stored in clear columns; None for all.
        excluding: multi column -> value that it must not contain; a tuple value means "none of".
        is_visible: returns whether a decrypted model may be shown.
    """

    units: Sequence[str] | None
    excluding: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    is_visible: Callable[[M], bool] = lambda _: True

    @classmethod
    def for_units(cls, session: ReadSession, kind: Kind[M], unit: str) -> "SearchScope[M]":
        """Return a search scope with the records of all units that the actor may see, or of those below `unit` if it is
        given.
        """
        units = session.visible_units(unit)
        return cls(
            units=session.get_index_units(units), is_visible=lambda model: units is None or kind.unit(model) in units
        )


def search(
    session: ReadSession, kind: Kind[M], text: str, reach: SearchScope[M], *, after: str = "", limit: int = 20
) -> Listing[M]:
    """Return a page of the newest models of a kind that match a typed query (see `parse_query`).

    Only models on the page count as opened in the journal. A page may hold fewer than `limit` models, even none,
    although its cursor announces more: after `MAX_EXAMINED` records a search stops, and the caller may continue.

    Raises:
        BadInput: an empty query, a limit below 1, or a cursor of another search or mode.
    """
    run = _SearchRun(session, kind, parse_query(text, session.context.district.teen_code), reach)
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    if has_index(session.context.district):
        page = _build_page(run.query_index(after, limit), limit, _encode_term_cursor)
    else:
        page = _build_page(run.scan_records(after, limit), limit, run.build_list_cursor)
    session.opened.ids += [model.id for model in page.items]
    return page


def _build_page(examined: Iterator[tuple[P, M | None]], limit: int, cursor: Callable[[P], str]) -> Listing[M]:
    """Collect up to `limit` hits on a page; a further hit means that there is another page."""
    items: list[M] = []
    last: P | None = None
    for number, (position, hit) in enumerate(examined):
        if last is not None and (number == MAX_EXAMINED or (hit is not None and len(items) == limit)):
            return Listing(tuple(items), cursor(last))
        if hit is not None:
            items.append(hit)
        last = position
    return Listing(tuple(items))


@frozen
class _SearchRun(Generic[M]):
    """One search, by a scan of all records or by the index. Both ways yield each examined position, with the hit or
    None.
    """

    session: ReadSession
    kind: Kind[M]
    query: TermQuery
    scope: SearchScope[M]

    def scan_records(self, after: str, limit: int) -> Iterator[tuple[Record, M | None]]:
        """Yield each record in scope, decrypted, as a hit if it matches. The first pages read are short, as common
        words soon have enough hits.
        """
        context = self.session.context
        size = min(_PAGE, 2 * limit)
        slang = context.district.slang
        passes = Prefilter.of(self.query, slang).may_match
        while True:
            page = context.storage.records.find(self._build_query(after, size))
            for record, body in context.open_bodies(page.records, page.keys, self.session.note_damage):
                yield record, self._decode_match(record, body, passes)
            if not page.cursor:
                return
            after, size = page.cursor, min(_PAGE, 2 * size)

    def query_index(self, after: str, limit: int) -> Iterator[tuple[Hit, M | None]]:
        """Yield each hit of the index with its decrypted model."""
        context = self.session.context
        before = _decode_term_cursor(after) if after else None
        hashed_query = context.terms.hash_query(self.kind.name, self.query)
        while True:
            hits = context.storage.search.find(self.kind.name, hashed_query, self.scope.units, limit + 1, before)
            hits_by_id = {hit.id: hit for hit in hits}
            records_by_id = context.storage.records.get_many(self.kind.name, list(hits_by_id))
            records = (records_by_id[id] for id in hits_by_id if id in records_by_id)
            visible = (record for record in records if record_matches(record, {}, self.scope.excluding))
            for record, body in context.open_bodies(visible, damaged=self.session.note_damage):
                yield hits_by_id[record.id], self._decode_visible(record, body)
            if len(hits) <= limit:
                return
            before = hits[-1]

    def build_list_cursor(self, record: Record) -> str:
        """Return the cursor that continues the list of the kind after a record."""
        values = [record.columns.get(name) for name, _ in order_columns(self.kind.spec, _NEWEST)]
        return encode_cursor(_NEWEST, values, record.id)

    def _decode_match(self, record: Record, body: bytes, passes: Callable[[str], bool]) -> M | None:
        try:
            text = self.kind.extract_text(body, record.schema)
        except DECODE_ERRORS:
            return self._decode_visible(record, body)  # This call records the damage.
        is_match = passes(text) and self.query.matches(extract_terms(text, self.session.context.district.slang))
        return self._decode_visible(record, body) if is_match else None

    def _decode_visible(self, record: Record, body: bytes) -> M | None:
        try:
            model = self.kind.decode_record(record, body)
        except Damaged as error:
            self.session.note_damage(record, error)
            return None
        self.session.opened.add_listed(self.kind, record)
        is_shown = self.kind.is_listed(model, {}, self.scope.excluding) and self.scope.is_visible(model)
        return model if is_shown else None

    def _build_query(self, after: str, limit: int) -> Find:
        return Find(
            kind=self.kind.name,
            order=_NEWEST,
            units=self.scope.units,
            excluding=self.scope.excluding,
            after=after,
            limit=limit,
        )


def _encode_term_cursor(hit: Hit) -> str:
    return encode_cursor(_NEWEST, [hit.at.isoformat()], hit.id)


def _decode_term_cursor(cursor: str) -> Hit:
    (at,), id = decode_cursor(_CURSOR_SPEC, _NEWEST, cursor)
    try:
        return Hit(datetime.fromisoformat(str(at)).astimezone(UTC), id)
    except (ValueError, OverflowError):
        raise BadInput(
            "{cursor!r} isn't a cursor of this list: use the one from the page before, or leave it out.", cursor=cursor
        ) from None
