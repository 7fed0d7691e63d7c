"""Every damage of the town's chosen records and rows; the damages are derived from the stored data, so that a new kind
is covered at once.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import field, frozen
from tests.damage.rules import DamagedPart
from tests.damage.world import Town
from tests.domain.audit.altered_store import Database

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.kinds import Kind
from anninh_storage.schema import build_metadata
from anninh_storage.sql.records.kind_table import quote_column_name

QUEUES = ("inbox", "outbox")
_RECORD_COLUMNS = ("unit", "version", "schema", "scope")
_NUMBERS = ("version", "schema")  # columns of a record that are changed to the next number
_UNIQUE = ("dedupe",)  # columns that may not get the value of another row
# columns of a queue that stay unchanged, because with another value the row would be another row
_KEY_COLUMNS = ("id", "created_seq")

Statement = tuple[str, tuple[Any, ...]]


@frozen(kw_only=True)
class Damage:
    """A damage of a record or queue row.

    Attributes:
        kind: kind of the record, or name of the queue.
        id: id of the record or row.
        column: the altered column, or the one that names the deleted record; "" for other damages.
        names: texts; a finding of `audit verify` has to contain at least one of them.
        change: returns the SQL statements that cause the damage.
    """

    kind: str
    id: str
    what: DamagedPart
    column: str = ""
    names: tuple[str, ...]
    change: Callable[[Database], Sequence[Statement]] = field(repr=False, eq=False)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.what, self.column)))

    def apply(self, database: Database) -> None:
        """Damage the database by running the statements of `change`.

        Raises:
            AssertionError: no row was changed.
        """
        changed = [database.change_rows(statement, values) for statement, values in self.change(database)]
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
        yield from _iter_record_damages(town, kind, town.chosen[kind.name], owners)
    for queue in QUEUES:
        yield from _iter_row_damages(town, queue, owners)


def _find_owners(town: Town) -> Mapping[str, Sequence[str]]:
    """Return, by id, the kinds that have a record with this id."""
    owners: dict[str, list[str]] = {}
    for kind, records in town.records.items():
        for record in records:
            owners.setdefault(record.id, []).append(kind)
    return owners


def _iter_record_damages(town: Town, kind: Kind[Any], id: str, owners: Mapping[str, Sequence[str]]) -> Iterator[Damage]:
    record = next(record for record in town.records[kind.name] if record.id == id)
    table = f"r_{kind.name}"
    damage = partial(Damage, kind=kind.name, id=id, names=(id,))
    yield damage(what=DamagedPart.BODY, change=partial(_flip_body_bit, table, id))
    for name in _RECORD_COLUMNS:
        yield damage(what=DamagedPart.COLUMN, column=name, change=partial(_alter_column, table, id, name, None))
    for name, type_ in kind.spec.columns.items():
        yield damage(
            what=DamagedPart.COLUMN,
            column=name,
            change=partial(_alter_column, table, id, quote_column_name(name), type_),
        )
    for name in kind.spec.multi:
        yield damage(what=DamagedPart.COLUMN, column=name, change=partial(_alter_multi_column, kind.name, id, name))
    if record.scope:
        yield damage(what=DamagedPart.KEY, names=(id, record.scope), change=partial(_delete_key, record.scope))
    values = {name: (value,) for name, value in record.columns.items()} | dict(record.multi)
    yield from _iter_reference_damages(kind.name, id, values, owners)


def _iter_row_damages(town: Town, queue: str, owners: Mapping[str, Sequence[str]]) -> Iterator[Damage]:
    id = town.chosen[queue]
    types = {column.name: column.type.python_type for column in build_metadata().tables[queue].columns}
    (row,) = town.database.ask(f"SELECT {', '.join(types)} FROM {queue} WHERE id = ?", (id,))
    values = dict(zip(types, row, strict=True))
    damage = partial(Damage, kind=queue, id=id, names=(id,))
    yield damage(what=DamagedPart.BODY, change=partial(_flip_body_bit, queue, id))
    for name, kind in types.items():
        if name != "body" and name not in _KEY_COLUMNS:
            yield damage(what=DamagedPart.COLUMN, column=name, change=partial(_alter_column, queue, id, name, kind))
    yield damage(what=DamagedPart.KEY, names=(id, values["scope"]), change=partial(_delete_key, values["scope"]))
    yield from _iter_reference_damages(queue, id, {name: (value,) for name, value in values.items()}, owners)


def _iter_reference_damages(
    kind: str, id: str, values: Mapping[str, Sequence[object]], owners: Mapping[str, Sequence[str]]
) -> Iterator[Damage]:
    """Yield a damage for each record that a column refers to, as `kind:id` or by the id alone; the damage deletes that
    record.
    """
    for column, named in values.items():
        for value in named[:1]:
            missing = _find_referenced_record(kind, id, column, value, owners)
            if missing is not None:
                yield Damage(
                    kind=kind,
                    id=id,
                    what=DamagedPart.NAMED,
                    column=column,
                    names=(missing.id,),
                    change=partial(_delete_record, missing),
                )


def _find_referenced_record(
    kind: str, id: str, column: str, value: object, owners: Mapping[str, Sequence[str]]
) -> Ref | None:
    if not isinstance(value, str):
        return None
    named_kind, _, named_id = value.partition(":")
    if named_kind in owners.get(named_id, ()):
        return Ref(named_kind, named_id)
    candidates = [owner for owner in owners.get(value, ()) if (owner, value) != (kind, id)]
    candidates = [owner for owner in candidates if owner == column] or candidates
    return Ref(candidates[0], value) if candidates else None


def _delete_key(scope: str, _: Database) -> Sequence[Statement]:
    return [("DELETE FROM keyring WHERE scope = ?", (scope,))]


def _delete_record(missing: Ref, _: Database) -> Sequence[Statement]:
    return [(f"DELETE FROM {side}_{missing.kind} WHERE id = ?", (missing.id,)) for side in "rm"]


def _flip_body_bit(table: str, id: str, database: Database) -> Sequence[Statement]:
    ((body,),) = database.ask(f"SELECT body FROM {table} WHERE id = ?", (id,))
    half = len(body) // 2
    altered = body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :]
    return [(f"UPDATE {table} SET body = ? WHERE id = ?", (altered, id))]


def _alter_column(table: str, id: str, column: str, kind: type | None, database: Database) -> Sequence[Statement]:
    """Return the statements that change a column's value: to that of another row if possible, else to a value of type
    `kind`.
    """
    ((value,),) = database.ask(f"SELECT {column} FROM {table} WHERE id = ?", (id,))
    stored = [candidate for (candidate,) in database.ask(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1")]
    others = [candidate for candidate in stored if candidate not in (None, value)]
    if column in _NUMBERS:
        other = value + 1
    elif others and column not in _UNIQUE:
        other = others[0]
    elif kind is bool:
        other = type(value)(not value)
    elif isinstance(value, str) or (value is None and kind in (str, None)):
        other = f"{value or ''}x"
    else:
        other = (value or 0) + 1
    return [(f"UPDATE {table} SET {column} = ? WHERE id = ?", (other, id))]


def _alter_multi_column(kind: str, id: str, column: str, database: Database) -> Sequence[Statement]:
    """Return the statements that replace the first value of a multi-valued column, or add one."""
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
