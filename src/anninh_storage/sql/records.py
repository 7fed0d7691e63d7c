"""Records: point reads and keyset lists."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import Record, Scalar
from anninh_core.ports.checking import known_kind
from anninh_core.ports.finding import OrderColumns, check_find, id_descends, order_of, read_cursor, write_cursor
from anninh_core.ports.storage import Find, Page
from anninh_storage.sql.database import Connection, Database, Dialect
from anninh_storage.sql.kinds import Kind, column
from anninh_storage.sql.values import marks, portions

Condition = tuple[str, list[Any]]
"""Text of a condition and its values."""

_ALL: Condition = ("1 = 1", [])
_NONE: Condition = ("1 = 0", [])


class Kinds(dict[str, Kind]):
    """The kinds that `prepare` was given.

    Args:
        dialect: of the engine.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect

    def of(self, kind: str) -> Kind:
        """Return a kind; `BadInput` for one that `prepare` wasn't given."""
        return known_kind(self, kind)


@frozen
class SqlRecords:
    """Records in one table a kind."""

    _database: Database
    _kinds: Kinds

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        of = self._kinds.of(kind)
        with self._database.reading() as connection:
            row = connection.execute(f"SELECT {of.selected} FROM {of.table} t WHERE t.id = ?", (id,)).fetchone()
        return of.record(row) if row else None

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id, without those that aren't there."""
        of = self._kinds.of(kind)
        found: list[Record] = []
        with self._database.reading() as connection:
            for some in portions(list(ids)):
                statement = f"SELECT {of.selected} FROM {of.table} t WHERE t.id IN ({marks(len(some))})"
                found += map(of.record, connection.execute(statement, some))
        return {record.id: record for record in found}

    def find(self, query: Find) -> Page:
        """Return a page in the query's order."""
        of = self._kinds.of(query.kind)
        check_find(of.spec, query)
        filters = all_of([_units(query.units), where(of, query.where), _excluding(of, query.excluding)])
        rows: list[tuple[Any, ...]] = []
        with self._database.reading() as connection:
            for behind in _behind(of, query):
                rows += _rows(connection, of, query, all_of([filters, behind]), query.limit + 1 - len(rows))
        records = tuple(of.record(row) for row in rows[: query.limit])
        if len(rows) <= query.limit:
            return Page(records, "")
        last = records[-1]
        values = [last.columns[name] for name, _ in order_of(of.spec, query.order)]
        return Page(records, write_cursor(query.order, values, last.id))

    def count(self, query: Find, cap: int = 1000) -> int:
        """Count matches, at most `cap`."""
        of = self._kinds.of(query.kind)
        check_find(of.spec, query)
        text, values = all_of([_units(query.units), where(of, query.where), _excluding(of, query.excluding)])
        statement = f"SELECT count(*) FROM (SELECT 1 FROM {of.table} t WHERE {text} LIMIT ?) found"
        with self._database.reading() as connection:
            found: int = connection.execute(statement, [*values, cap]).fetchone()[0]
        return found


def ids(connection: Connection, of: Kind, wanted: Mapping[str, Scalar], limit: int) -> list[str]:
    """Return ids of up to `limit` records that match."""
    text, values = where(of, wanted)
    found = connection.execute(f"SELECT t.id FROM {of.table} t WHERE {text} LIMIT ?", [*values, limit])
    return [row[0] for row in found]


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Join conditions by AND."""
    real = [condition for condition in conditions if condition != _ALL]
    if not real:
        return _ALL
    return " AND ".join(f"({text})" for text, _ in real), [value for _, values in real for value in values]


def where(of: Kind, wanted: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Condition:
    """Return the condition of filters that were checked before."""
    return all_of([_one(of, name, value if isinstance(value, tuple) else (value,)) for name, value in wanted.items()])


def _one(of: Kind, name: str, values: tuple[Scalar, ...]) -> Condition:
    if name in of.spec.multi:
        text, bound = _among("m.value", values)
        return f"t.id IN (SELECT m.id FROM {of.multi_table} m WHERE m.name = ? AND {text})", [name, *bound]
    text, bound = _among(f"t.{column(name)}", [value for value in values if value is not None])
    return (f"{text} OR t.{column(name)} IS NULL" if None in values else text), bound


def _units(units: Sequence[str] | None) -> Condition:
    return _ALL if units is None else _among("t.unit", units)


def _among(name: str, values: Sequence[Scalar]) -> Condition:
    return (f"{name} IN ({marks(len(values))})", list(values)) if values else _NONE


def _excluding(of: Kind, excluded: Mapping[str, str]) -> Condition:
    text = f"NOT EXISTS (SELECT 1 FROM {of.multi_table} m WHERE m.name = ? AND m.value = ? AND m.id = t.id)"
    return all_of([(text, [name, value]) for name, value in excluded.items()])


def _rows(connection: Connection, of: Kind, query: Find, condition: Condition, limit: int) -> list[tuple[Any, ...]]:
    text, values = condition
    statement = f"SELECT {of.selected} FROM {of.table} t WHERE {text} ORDER BY {of.order_text(query.order)} LIMIT ?"
    return connection.execute(statement, [*values, limit]).fetchall()


def _behind(of: Kind, query: Find) -> Iterator[Condition]:
    """Yield conditions for the rows behind the query's cursor, in the order of their rows.

    Each begins with a plain bound on the first column, so that an index finds the place. Where that column descends,
    the rows without a value come in a second step: they lie behind everything, out of the bound's reach.
    """
    if not query.after:
        yield _ALL
        return
    order = order_of(of.spec, query.order)
    values, id = read_cursor(of.spec, query.order, query.after)
    exact = _after(order, values, id)
    if not order or values[0] is None:
        yield exact
        return
    (name, descends), *_ = order
    first = f"t.{column(name)}"
    yield all_of([(f"{first} {'<=' if descends else '>='} ?", [values[0]]), exact])
    if descends:
        yield f"{first} IS NULL", []


def _after(order: OrderColumns, values: Sequence[Scalar], id: str) -> Condition:
    """Return the condition that a row lies behind these values: greater in one column, equal in all before it."""
    condition: Condition = (f"t.id {'<' if id_descends(order) else '>'} ?", [id])
    for (name, descends), value in zip(reversed(order), reversed(values), strict=True):
        text, bound = _further(f"t.{column(name)}", descends, value)
        same = f"t.{column(name)} IS NULL" if value is None else f"t.{column(name)} = ?"
        condition = (
            f"{text} OR ({same} AND ({condition[0]}))",
            [*bound, *([] if value is None else [value]), *condition[1]],
        )
    return condition


def _further(name: str, descends: bool, value: Scalar) -> Condition:
    if value is None:
        return _NONE if descends else (f"{name} IS NOT NULL", [])
    return (f"({name} < ? OR {name} IS NULL)" if descends else f"{name} > ?"), [value]
