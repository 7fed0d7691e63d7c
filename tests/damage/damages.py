"""Every damage of the town's chosen records and rows, made from what is stored: a new kind is covered at once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen
from tests.damage.rules import What
from tests.damage.world import Town
from tests.domain.audit.altered_store import Database

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.kinds import Kind
from anninh_storage.schema import build_metadata
from anninh_storage.sql.records.kind_table import column_name

QUEUES = ("inbox", "outbox")
_RECORD_COLUMNS = ("unit", "version", "schema", "scope")
_KEY_COLUMNS = ("id", "created_seq")  # of a queue: another value is another row

Statement = tuple[str, tuple[Any, ...]]


@frozen(kw_only=True)
class Damage:
    """One damage.

    Attributes:
        kind: of the record, or the queue.
        id: of the record or row.
        column: which one is altered, or names the record that is deleted; "" for others.
        missing: `kind:id` of the record that is deleted, "" for others.
        names: texts of which `audit verify` has to name one.
        statements: make it.
    """

    kind: str
    id: str
    what: What
    column: str = ""
    missing: str = ""
    names: tuple[str, ...]
    statements: Sequence[Statement]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.what, self.column)))

    def apply(self, database: Database) -> None:
        """Make it.

        Raises:
            AssertionError: it changed nothing.
        """
        changed = [database.alter(statement, values) for statement, values in self.statements]
        assert changed[0] == 1, f"{self} changed {changed[0]} rows"


def iter_damages(town: Town) -> Iterator[Damage]:
    """Yield all damages of the town.

    Raises:
        LookupError: the town has no record of a kind.
    """
    owners = _find_owners(town)
    for kind in KINDS:
        if kind.name not in town.chosen:
            raise LookupError(f"the town of the damage matrix has no {kind.name}: add one in tests/damage/world.py")
        yield from _damages_of_record(town, kind, town.chosen[kind.name], owners)
    for queue in QUEUES:
        yield from _damages_of_row(town, queue, owners)


def _find_owners(town: Town) -> Mapping[str, Sequence[str]]:
    """Return the kinds that have a record of an id."""
    owners: dict[str, list[str]] = {}
    for kind, records in town.records.items():
        for record in records:
            owners.setdefault(record.id, []).append(kind)
    return owners


def _damages_of_record(town: Town, kind: Kind[Any], id: str, owners: Mapping[str, Sequence[str]]) -> Iterator[Damage]:
    record = next(record for record in town.records[kind.name] if record.id == id)
    table = f"r_{kind.name}"

    def damage(what: What, statements: Sequence[Statement], **others: Any) -> Damage:
        return Damage(kind=kind.name, id=id, what=what, statements=statements, **{"names": (id,), **others})

    yield damage(What.BODY, [_flip(table, id, record.body)])
    columns = kind.spec.columns
    for name in (*_RECORD_COLUMNS, *columns):
        stored = column_name(name) if name in columns else name
        yield damage(What.COLUMN, [_alter(town.database, table, id, stored, columns.get(name))], column=name)
    for name in kind.spec.multi:
        yield damage(What.COLUMN, _alter_multi(town.database, kind.name, id, name), column=name)
    if record.scope:
        statement = "DELETE FROM keyring WHERE scope = ?", (record.scope,)
        yield damage(What.KEY, [statement], names=(id, record.scope))
    values = {name: (value,) for name, value in record.columns.items()} | dict(record.multi)
    yield from _damages_of_named(kind.name, id, values, owners)


def _damages_of_row(town: Town, queue: str, owners: Mapping[str, Sequence[str]]) -> Iterator[Damage]:
    id = town.chosen[queue]
    names = [column.name for column in build_metadata().tables[queue].columns]
    ((body, scope),) = town.database.ask(f"SELECT body, scope FROM {queue} WHERE id = ?", (id,))
    yield Damage(kind=queue, id=id, what=What.BODY, names=(id,), statements=[_flip(queue, id, bytes(body))])
    for name in names:
        if name != "body" and name not in _KEY_COLUMNS:
            statements = [_alter(town.database, queue, id, name)]
            yield Damage(kind=queue, id=id, what=What.COLUMN, column=name, names=(id,), statements=statements)
    statement = "DELETE FROM keyring WHERE scope = ?", (scope,)
    yield Damage(kind=queue, id=id, what=What.KEY, names=(id, scope), statements=[statement])
    values = {name: town.database.ask(f'SELECT "{name}" FROM {queue} WHERE id = ?', (id,))[0] for name in names}
    yield from _damages_of_named(queue, id, values, owners)


def _damages_of_named(
    kind: str, id: str, values: Mapping[str, Sequence[object]], owners: Mapping[str, Sequence[str]]
) -> Iterator[Damage]:
    """Yield the losses of the records that columns name, as `kind:id` or by the id alone."""
    for column, named in values.items():
        for value in named[:1]:
            missing = _find_named(kind, id, column, value, owners)
            if missing is not None:
                tables = [f"DELETE FROM {side}_{missing.kind} WHERE id = ?" for side in "rm"]
                yield Damage(
                    kind=kind,
                    id=id,
                    what=What.NAMED,
                    column=column,
                    missing=str(missing),
                    names=(missing.id,),
                    statements=[(statement, (missing.id,)) for statement in tables],
                )


def _find_named(kind: str, id: str, column: str, value: object, owners: Mapping[str, Sequence[str]]) -> Ref | None:
    if not isinstance(value, str):
        return None
    named_kind, _, named_id = value.partition(":")
    if named_kind in owners.get(named_id, ()):
        return Ref(named_kind, named_id)
    candidates = [owner for owner in owners.get(value, ()) if (owner, value) != (kind, id)]
    candidates = [owner for owner in candidates if owner == column] or candidates
    return Ref(candidates[0], value) if candidates else None


def _flip(table: str, id: str, body: bytes) -> Statement:
    half = len(body) // 2
    altered = body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :]
    return f"UPDATE {table} SET body = ? WHERE id = ?", (altered, id)


def _alter(database: Database, table: str, id: str, column: str, kind: type | None = None) -> Statement:
    """Return what gives a column another value: one that another row has, where there is one."""
    ((value,),) = database.ask(f"SELECT {column} FROM {table} WHERE id = ?", (id,))
    others = database.ask(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> ? ORDER BY 1 LIMIT 1",
        (value if value is not None else "",),
    )
    if column in ("version", "schema"):
        other = value + 1
    elif others:
        other = others[0][0]
    elif kind is bool:
        other = type(value)(not value)
    elif isinstance(value, str) or (value is None and kind in (str, None)):
        other = f"{value or ''}x"
    else:
        other = (value or 0) + 1
    return f"UPDATE {table} SET {column} = ? WHERE id = ?", (other, id)


def _alter_multi(database: Database, kind: str, id: str, column: str) -> Sequence[Statement]:
    """Return what gives a column of several values another one in place of the first, or a first one."""
    ((multi,),) = database.ask(f"SELECT multi FROM r_{kind} WHERE id = ?", (id,))
    columns = json.loads(multi or "{}")
    values = columns.get(column, [])
    stored = database.ask(f"SELECT DISTINCT value FROM m_{kind} WHERE name = ? ORDER BY 1", (column,))
    other = next((value for (value,) in stored if value not in values), "x")
    columns[column] = [other, *values[1:]]
    text = json.dumps(columns, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    in_row: Statement = f"UPDATE r_{kind} SET multi = ? WHERE id = ?", (text, id)
    if not values:
        return [in_row]
    in_side = f"UPDATE m_{kind} SET value = ? WHERE name = ? AND value = ? AND id = ?"
    return [in_row, (in_side, (other, column, values[0], id))]
