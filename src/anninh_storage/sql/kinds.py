"""One table a kind, made and extended from its spec."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import IndexSpec, Record
from anninh_core.ports.finding import id_descends, order_of
from anninh_storage.sql.database import Connection, Database

_FIXED = ("id", "unit", "version", "schema", "scope", "body", "multi")


class Kind:
    """A kind's table, its side table of multi columns, and the statements that both need.

    Attributes:
        table: quoted name; `multi_table` likewise.
        selected: the columns that `record` reads, in order.
    """

    def __init__(self, spec: IndexSpec, database: Database) -> None:
        self.spec = spec
        self._database = database
        self._dialect = database.dialect
        self.table = f'"r_{spec.kind}"'
        self.multi_table = f'"m_{spec.kind}"'
        columns = [*_FIXED, *map(column, spec.columns)]
        self.selected = ", ".join(f"t.{name}" for name in columns)
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        self.upsert = (
            f"INSERT INTO {self.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {changed}"
        )

    def row(self, record: Record) -> tuple[Any, ...]:
        """Return the values of a record's row."""
        columns = (record.columns.get(name) for name in self.spec.columns)
        multi = _multi_text(record)
        return record.id, record.unit, record.version, record.schema, record.scope, record.body, multi, *columns

    def multi_of(self, row: tuple[Any, ...]) -> str:
        """Return the multi columns of a row, as they are stored."""
        text: str = row[_FIXED.index("multi")]
        return text

    def record(self, row: tuple[Any, ...]) -> Record:
        """Return the record of a row."""
        id, unit, version, schema, scope, body, multi, *values = row
        typed = zip(self.spec.columns.items(), values, strict=True)
        columns = {name: bool(value) if kind is bool and value is not None else value for (name, kind), value in typed}
        held = json.loads(multi) if multi else {}
        return Record(
            kind=self.spec.kind,
            id=id,
            unit=unit,
            version=version,
            schema=schema,
            scope=scope,
            body=body,
            columns=columns,
            multi={name: tuple(held.get(name, ())) for name in self.spec.multi},
        )

    def prepare(self, connection: Connection) -> None:
        """Make what isn't there yet; columns and indexes that older versions made stay.

        Raises:
            BadInput: a column was of another type before.
        """
        stored = connection.execute("SELECT spec FROM kinds WHERE kind = ?", (self.spec.kind,)).fetchone()
        if stored is not None and stored[0] == self._fingerprint():
            return
        for statement in self._tables():
            connection.execute(statement)
        self._add_columns(connection)
        for columns in self._indexes():
            # Named after its content: an order that changes gets a new index.
            name = f"x_{self.spec.kind}_{sha256(columns.encode()).hexdigest()[:12]}"
            connection.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON {self.table} ({columns})')
        connection.execute(
            "INSERT INTO kinds (kind, spec) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET spec = excluded.spec",
            (self.spec.kind, self._fingerprint()),
        )

    def grown_from(self, before: "Kind") -> str:
        """Return a sentence on what `prepare` adds to the tables of an earlier shape of the kind, "" for nothing."""
        new = {
            "columns": [name for name in self.spec.columns if name not in before.spec.columns],
            "indexes": [index for index in self._indexes() if index not in before._indexes()],  # noqa: SLF001  its own
        }
        said = [f"{len(names)} {what}" for what, names in new.items() if names]
        return f"New in its tables: {', '.join(said)}." if said else ""

    def _add_columns(self, connection: Connection) -> None:
        present, types = self._database.columns(connection, self.table), self._dialect.types
        for name, kind in self.spec.columns.items():
            held = present.get(column(name).strip('"'))
            if held is None:
                connection.execute(f"ALTER TABLE {self.table} ADD COLUMN {column(name)} {types[kind]}")
            elif held != types[kind]:
                raise BadInput(
                    f"{self.spec.kind}.{name} is stored as {held} and can't become {kind.__name__}; "
                    "give the new column a name of its own"
                )

    def _tables(self) -> tuple[str, ...]:
        words, number, binary = (self._dialect.types[kind] for kind in (str, int, bytes))
        fixed = (
            f"id {words} PRIMARY KEY NOT NULL, unit {words} NOT NULL, version {number} NOT NULL,"
            f" schema {number} NOT NULL, scope {words} NOT NULL, body {binary} NOT NULL, multi {words} NOT NULL"
        )
        multi = f"name {words} NOT NULL, value {words} NOT NULL, id {words} NOT NULL, PRIMARY KEY (name, value, id)"
        return (
            f"CREATE TABLE IF NOT EXISTS {self.table} ({fixed})",
            f"CREATE TABLE IF NOT EXISTS {self.multi_table} ({multi}){self._dialect.clustered}",
            f'CREATE INDEX IF NOT EXISTS "m_{self.spec.kind}_id" ON {self.multi_table} (id)',
        )

    def _indexes(self) -> list[str]:
        """Return the columns of each index: every order, alone and within a unit; every text or truth value, alone."""
        orders = [self.order_text(name) for name in self.spec.orders]
        filters = [column(name) for name, kind in self.spec.columns.items() if kind in (str, bool)]
        first = orders[:1] or ["id"]
        return sorted({*orders, *(f"unit, {order}" for order in orders), *(f"{name}, {first[0]}" for name in filters)})

    def order_text(self, name: str) -> str:
        """Return what stands behind `ORDER BY` for a named order."""
        order = order_of(self.spec, name)
        parts = [(column(each), descends) for each, descends in order] + [("id", id_descends(order))]
        return ", ".join(
            f"{each}{self._dialect.falling if descends else self._dialect.rising}" for each, descends in parts
        )

    def _fingerprint(self) -> str:
        """Return a text that changes whenever tables or indexes must."""
        columns = {name: kind.__name__ for name, kind in self.spec.columns.items()}
        return json.dumps(
            [columns, list(self.spec.multi), {name: list(cols) for name, cols in self.spec.orders.items()}]
        )


def column(name: str) -> str:
    """Return the quoted name of a spec's column, which can't clash with the fixed ones."""
    return f'"c_{name}"'


def _multi_text(record: Record) -> str:
    """Return a record's multi columns as the row holds them: JSON, or "" where all are empty."""
    held: Mapping[str, tuple[str, ...]] = {name: values for name, values in record.multi.items() if values}
    return json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if held else ""
