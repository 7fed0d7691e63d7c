"""Records: point reads and keyset lists."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from anninh_core.ports.storages.changes import IndexSpec, Record, Scalar
from anninh_core.ports.storages.query import (
    check_find,
    decode_cursor,
    encode_cursor,
    id_descends,
    order_columns,
    record_matches,
)
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.testing.memory.tables import Tables

SortKey = tuple["SortValue", ...]


@frozen(order=False)
class SortValue:
    """A value as an order sees it: None before all others, everything turned round where it descends."""

    value: Scalar
    descends: bool

    def __lt__(self, other: "SortValue") -> bool:
        low, high = (other.value, self.value) if self.descends else (self.value, other.value)
        return high is not None and (low is None or low < high)  # type: ignore[operator]


@frozen
class MemoryRecords:
    """Records in a dictionary; every list is sorted anew."""

    _tables: Tables

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        with self._tables.lock:
            self._tables.spec(kind)
            return self._tables.records[kind].get(id)

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id, without those that aren't there."""
        with self._tables.lock:
            self._tables.spec(kind)
            records = self._tables.records[kind]
            return {id: records[id] for id in ids if id in records}

    def find(self, query: Find) -> RecordPage:
        """Return a page in the query's order."""
        with self._tables.lock:
            spec = self._tables.spec(query.kind)
            records = sorted(
                self._find_matching(spec, query), key=lambda record: _record_key(spec, query.order, record)
            )
            if query.after:
                values, id = decode_cursor(spec, query.order, query.after)
                cursor_key = _sort_key(spec, query.order, values, id)
                records = [record for record in records if cursor_key < _record_key(spec, query.order, record)]
        page = records[: query.limit]
        if len(records) <= query.limit:
            return RecordPage(tuple(page), "")
        last = page[-1]
        return RecordPage(tuple(page), encode_cursor(query.order, _values(spec, query.order, last), last.id))

    def count(self, query: Find, cap: int = 1000) -> int:
        """Count matches, at most `cap`."""
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


def _values(spec: IndexSpec, order: str, record: Record) -> tuple[Scalar, ...]:
    return tuple(record.columns.get(column) for column, _ in order_columns(spec, order))


def _record_key(spec: IndexSpec, order: str, record: Record) -> SortKey:
    return _sort_key(spec, order, _values(spec, order, record), record.id)


def _sort_key(spec: IndexSpec, order: str, values: Sequence[Scalar], id: str) -> SortKey:
    columns = order_columns(spec, order)
    ordered = (SortValue(value, descends) for value, (_, descends) in zip(values, columns, strict=True))
    return *ordered, SortValue(id, id_descends(columns))
