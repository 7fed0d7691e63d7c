"""Records in memory, which are read by id and in pages by cursor."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from anninh_core.ports.storages.changes import IndexSpec, Record, Scalar
from anninh_core.ports.storages.query import ReadOrder, check_find, cut_page, decode_cursor, read_order, record_matches
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.testing.memory.tables import Tables

SortKey = tuple["SortValue", ...]


@frozen(order=False)
class SortValue:
    """A value with a sort direction: None sorts before all other values; a descending order is reversed as a whole."""

    value: Scalar
    descends: bool

    def __lt__(self, other: "SortValue") -> bool:
        low, high = (other.value, self.value) if self.descends else (self.value, other.value)
        return high is not None and (low is None or low < high)  # type: ignore[operator]


@frozen
class MemoryRecords:
    """Records in a dictionary; every query sorts its list again."""

    _tables: Tables

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        with self._tables.lock:
            self._tables.spec(kind)
            return self._tables.records[kind].get(id)

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records, by id; missing records are left out."""
        with self._tables.lock:
            self._tables.spec(kind)
            records = self._tables.records[kind]
            return {id: records[id] for id in ids if id in records}

    def find(self, query: Find) -> RecordPage:
        """Return a page of the records that match a query, in the query's order."""
        with self._tables.lock:
            spec = self._tables.spec(query.kind)
            order = read_order(spec, query)
            records = sorted(self._find_matching(spec, query), key=lambda record: _get_record_sort_key(order, record))
            if order.cursor:
                cursor_key = _build_sort_key(order, *decode_cursor(spec, query.order, order.cursor))
                records = [record for record in records if cursor_key < _get_record_sort_key(order, record)]
        return cut_page(spec, query, records)

    def count(self, query: Find, cap: int = 1000) -> int:
        """Return the number of records that match a query, at most `cap`."""
        with self._tables.lock:
            return min(cap, len(self._find_matching(self._tables.spec(query.kind), query)))

    def _find_matching(self, spec: IndexSpec, query: Find) -> list[Record]:
        check_find(spec, query)
        return [
            record
            for record in self._tables.records[query.kind].values()
            if (query.units is None or record.unit in query.units)
            and record_matches(record, query.where, query.excluding)
        ]


def _get_record_sort_key(order: ReadOrder, record: Record) -> SortKey:
    return _build_sort_key(order, [record.columns.get(name) for name, _ in order.columns], record.id)


def _build_sort_key(order: ReadOrder, values: Sequence[Scalar], id: str) -> SortKey:
    ordered = (SortValue(value, descends) for value, (_, descends) in zip(values, order.columns, strict=True))
    return *ordered, SortValue(id, order.id_descends)
