"""One database table per kind of records, created and extended from the kind's spec."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from attrs import evolve

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec, NewKey, Record
from anninh_core.ports.storages.query import ReadOrder, id_descends, order_columns
from anninh_storage.sql.database import Connection, Database

_MULTI = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_FIXED_COLUMNS = ("id", "unit", "version", "schema", "scope", "body", "multi")
_SCOPE_INDEX = _FIXED_COLUMNS.index("scope")


class KindTable:
    """A kind's table, its side table of multi columns, and the statements for both.

    Attributes:
        table: quoted name; `multi_table` likewise.
        select_columns: the columns that `record` reads, in order.
        list_columns: the same, followed by those that `key` reads; needs `join_keys` after the table.
        side_columns: the columns that the side table's rows are built from; see `side_values`.
        side_names: the columns of the side table, in the order of `multi_rows`.
        driving_columns: order -> multi columns that filter long lists in this order: their side rows copy its columns.
    """

    def __init__(self, spec: IndexSpec, database: Database) -> None:
        self.spec = spec
        self._database = database
        self.dialect = database.dialect
        self.table = f'"r_{spec.kind}"'
        self.multi_table = f'"m_{spec.kind}"'
        columns = [*_FIXED_COLUMNS, *map(quote_column_name, spec.columns)]
        self.select_columns = ", ".join(f"t.{name}" for name in columns)
        self.list_columns = f"{self.select_columns}, k.epoch, k.wrapped"
        self.join_keys = "LEFT JOIN keyring k ON k.scope = t.scope"
        assignments = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        self.upsert = (
            f"INSERT INTO {self.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {assignments}"
        )
        self._empty_multi: Mapping[str, tuple[str, ...]] = dict.fromkeys(spec.multi, ())
        self._bool_columns = [name for name, kind in spec.columns.items() if kind is bool]
        self._filters = spec.filters or _build_default_filters(spec)
        self.driving_columns = {
            order: {name for combination in combinations for name in combination} & set(spec.multi)
            for order, combinations in spec.filters.items()
        }
        driven_orders = [order for order, multi in self.driving_columns.items() if multi]
        self._copied_columns = list(
            dict.fromkeys(name for order in driven_orders for name, _ in order_columns(spec, order))
        )
        self.side_columns = ", ".join(["multi", *map(quote_column_name, self._copied_columns)])
        side_names = ["name", "value", "id", *map(quote_column_name, self._copied_columns)]
        self.side_names = ", ".join(side_names)
        self.insert_multi = (
            f"INSERT INTO {self.multi_table} ({self.side_names}) VALUES ({', '.join('?' * len(side_names))})"
        )

    def row(self, record: Record) -> tuple[Any, ...]:
        """Return the values of a record's row in the kind's table."""
        columns = map(record.columns.get, self.spec.columns)
        multi = _encode_multi(record)
        return record.id, record.unit, record.version, record.schema, record.scope, record.body, multi, *columns

    def multi_rows(self, record: Record) -> Iterator[tuple[Any, ...]]:
        """Yield a record's rows in the side table."""
        copied = [record.columns.get(name) for name in self._copied_columns]
        for name, values in sorted(record.multi.items()):
            for value in sorted(set(values)):
                yield (name, value, record.id, *copied)

    def side_values(self, record: Record) -> tuple[Any, ...]:
        """Return the stored values that the side table's rows are built from: first the multi columns ("" if empty)."""
        return _encode_multi(record), *(record.columns.get(name) for name in self._copied_columns)

    def record(self, row: tuple[Any, ...]) -> Record:
        """Return the record that a row of the kind's table holds."""
        id, unit, version, schema, scope, body, multi = row[: len(_FIXED_COLUMNS)]
        if not isinstance(body, bytes):  # The body was overwritten from outside; the record's hash reveals that.
            body = str(body).encode()
        columns = dict(
            zip(self.spec.columns, row[len(_FIXED_COLUMNS) :], strict=False)
        )  # In a row of a list, the key's columns follow the record's columns.
        for name in self._bool_columns:
            columns[name] = None if columns[name] is None else bool(columns[name])
        return Record(
            kind=self.spec.kind,
            id=id,
            unit=unit,
            # 0 is never written as a version, so that it reveals a version overwritten from outside.
            version=version if isinstance(version, int) else 0,
            schema=schema if isinstance(schema, int) else 0,
            scope=scope,
            body=body,
            columns=columns,
            multi=self._decode_multi(multi) if multi else self._empty_multi,
        )

    def key(self, row: tuple[Any, ...]) -> NewKey | None:
        """Return the wrapped key of a listed row's scope, or None."""
        *_, epoch, wrapped = row
        return None if wrapped is None else NewKey(scope=row[_SCOPE_INDEX], epoch=epoch, wrapped=wrapped)

    def _decode_multi(self, text: str) -> dict[str, tuple[str, ...]]:
        try:
            decoded = _MULTI.decode(text)
        except DECODE_ERRORS:  # The text was overwritten from outside; the hash of the columns reveals that.
            return dict.fromkeys(self.spec.multi, (text,))
        return {name: decoded.get(name, ()) for name in self.spec.multi}

    def prepare(self, connection: Connection) -> None:
        """Create missing tables, columns and indexes of the kind. Those of older versions stay, except default indexes
        once filters are declared.

        Raises:
            BadInput: a column was of another type before.
        """
        stored = connection.execute("SELECT spec FROM kinds WHERE kind = ?", (self.spec.kind,)).fetchone()
        if stored is not None and stored[0] == self._build_fingerprint():
            return
        for statement in self._build_create_statements():
            connection.execute(statement)
        self._add_columns(connection)
        self._add_copied_columns(connection)
        for table, columns in self._list_indexes():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {self._build_index_name(columns)} ON {table} ({columns})")
        if self.spec.filters:
            self._drop_undeclared_indexes(connection)
        connection.execute(
            "INSERT INTO kinds (kind, spec) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET spec = excluded.spec",
            (self.spec.kind, self._build_fingerprint()),
        )

    def describe_growth(self, before: "KindTable") -> str:
        """Return a sentence on what `prepare` adds to the tables of an earlier shape of the kind, or ""."""
        added: dict[str, Sequence[object]] = {
            "columns": [name for name in self.spec.columns if name not in before.spec.columns],
            "columns beside": [name for name in self._copied_columns if name not in before._copied_columns],  # noqa: SLF001  its own
            "indexes": [index for index in self._list_indexes() if index not in before._list_indexes()],  # noqa: SLF001  its own
            "indexes less": [index for index in before._list_indexes() if index not in self._list_indexes()],  # noqa: SLF001  its own
        }
        phrases = [f"{len(names)} {what}" for what, names in added.items() if names]
        return f"New in its tables: {', '.join(phrases)}." if phrases else ""

    def _add_columns(self, connection: Connection) -> None:
        present = self._database.columns(connection, self.table)
        types = self.dialect.types
        for name, kind in self.spec.columns.items():
            stored_type = present.get(quote_column_name(name).strip('"'))
            if stored_type is None:
                connection.execute(f"ALTER TABLE {self.table} ADD COLUMN {quote_column_name(name)} {types[kind]}")
            elif stored_type != types[kind]:
                raise BadInput(
                    "{kind}.{column} is stored as {stored_type} and can't be changed to {type}: give the new "
                    "column another name.",
                    kind=self.spec.kind,
                    column=name,
                    stored_type=stored_type,
                    type=kind.__name__,
                )

    def _add_copied_columns(self, connection: Connection) -> None:
        """Add and fill the side table's copies of the columns of driven orders."""
        present = self._database.columns(connection, self.multi_table)
        for name in self._copied_columns:
            copy = quote_column_name(name)
            kind = self.dialect.types[self.spec.columns[name]]
            if copy.strip('"') not in present:
                connection.execute(f"ALTER TABLE {self.multi_table} ADD COLUMN {copy} {kind}")
            # Even if the column exists, a version that didn't know it may have added rows meanwhile.
            source = f"SELECT t.{copy} FROM {self.table} t WHERE t.id = {self.multi_table}.id"
            connection.execute(f"UPDATE {self.multi_table} SET {copy} = ({source}) WHERE {copy} IS NULL")

    def _drop_undeclared_indexes(self, connection: Connection) -> None:
        """Drop the indexes that the kind had before its spec declared filters."""
        undeclared = KindTable(evolve(self.spec, filters={}), self._database)
        for index in undeclared._list_indexes():
            if index not in self._list_indexes():
                connection.execute(f"DROP INDEX IF EXISTS {self._build_index_name(index[1])}")

    def _build_create_statements(self) -> tuple[str, ...]:
        text_type, int_type, bytes_type = (self.dialect.types[kind] for kind in (str, int, bytes))
        fixed = (
            f"id {text_type} PRIMARY KEY NOT NULL, unit {text_type} NOT NULL, version {int_type} NOT NULL,"
            f" schema {int_type} NOT NULL, scope {text_type} NOT NULL, body {bytes_type} NOT NULL,"
            f" multi {text_type} NOT NULL"
        )
        columns = ", ".join(f"{column} {text_type} NOT NULL" for column in ("name", "value", "id"))
        multi = f"{columns}, PRIMARY KEY (name, value, id)"
        return (
            f"CREATE TABLE IF NOT EXISTS {self.table} ({fixed})",
            f"CREATE TABLE IF NOT EXISTS {self.multi_table} ({multi}){self.dialect.clustered_table}",
            f'CREATE INDEX IF NOT EXISTS "m_{self.spec.kind}_id" ON {self.multi_table} (id)',
        )

    def is_indexed(self, name: str, order: str) -> bool:
        """Return whether an index serves lists in an order that are filtered by one value of a column."""
        return any(name in combination for combination in self._filters.get(order, ())) and name in self.spec.columns

    def _list_indexes(self) -> list[tuple[str, str]]:
        """Return table and columns of each index of the kind: every order alone, within a unit, and after every
        filter.
        """
        orders = {name: self.order_text(name) for name in self.spec.orders} or {"": "id"}
        indexes = {
            (self.table, index_columns) for order in orders.values() for index_columns in (order, f"unit, {order}")
        }
        for order, combinations in self._filters.items():
            for combination in combinations:
                if self.driving_columns.get(order, set()).isdisjoint(combination):
                    names = ", ".join(
                        quote_column_name(name) if name in self.spec.columns else name for name in combination
                    )
                    indexes.add((self.table, f"{names}, {orders[order]}"))
                else:
                    indexes.add((self.multi_table, f"name, value, {orders[order]}"))
        return sorted(indexes)

    def _build_index_name(self, columns: str) -> str:
        """Return the name of an index, derived from its columns, so that a changed order gets a new index."""
        return f'"x_{self.spec.kind}_{sha256(columns.encode()).hexdigest()[:12]}"'

    def order_text(self, name: str) -> str:
        """Return the `ORDER BY` columns of a named order, as SQL text."""
        order = order_columns(self.spec, name)
        return self.read_text(ReadOrder(order, id_descends(order), ""))

    def read_text(self, order: ReadOrder, table: str = "") -> str:
        """Return the `ORDER BY` columns of a read order, as SQL text; `table` is a prefix such as `m.`."""
        parts = [(quote_column_name(part), descends) for part, descends in order.columns] + [("id", order.id_descends)]
        return ", ".join(
            f"{table}{part}{self.dialect.descending if descends else self.dialect.ascending}"
            for part, descends in parts
        )

    def _build_fingerprint(self) -> str:
        """Return a text that changes whenever the kind's tables or indexes must change."""
        columns = {name: kind.__name__ for name, kind in self.spec.columns.items()}
        orders = {name: list(cols) for name, cols in self.spec.orders.items()}
        filters = {
            order: [list(combination) for combination in combinations]
            for order, combinations in self.spec.filters.items()
        }
        return json.dumps([columns, list(self.spec.multi), orders, *([filters] if filters else [])])


def replace_side_rows(connection: Connection, kind: KindTable, records: Sequence[Record]) -> None:
    """Replace the rows of these records in their kind's side table."""
    connection.executemany(f"DELETE FROM {kind.multi_table} WHERE id = ?", [(record.id,) for record in records])
    connection.executemany(kind.insert_multi, [row for record in records for row in kind.multi_rows(record)])


def quote_column_name(name: str) -> str:
    """Return the quoted name of a spec's column, which can't clash with the names of the fixed columns."""
    return f'"c_{name}"'


def _build_default_filters(spec: IndexSpec) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the default filters for a spec that declares none: every text or boolean column, alone."""
    single_columns = tuple((name,) for name, kind in spec.columns.items() if kind in (str, bool))
    return {next(iter(spec.orders), ""): single_columns}


def _encode_multi(record: Record) -> str:
    """Return a record's multi columns in stored form: JSON, or "" if all are empty."""
    nonempty: Mapping[str, tuple[str, ...]] = {name: values for name, values in record.multi.items() if values}
    return json.dumps(nonempty, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if nonempty else ""
