"""The part of the threat model about values stored in clear, written from `domain.clear_values`."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import fields
from tools.reference.markdown import write_table

from anninh_core.domain.clear_values import CLEAR_VALUES
from anninh_core.ports.storages.changes import Entry, IndexSpec, Record
from anninh_storage.schema import build_metadata

_SEALED = ("inbox.body", "outbox.body", "keyring.wrapped")
# The content of the journal is left out, because the fields of its entries are listed one by one.
_IN_ENTRIES = "journal.content"
_IN_SPECS = ("record.body", "record.columns", "record.multi")


def find_places(specs: Iterable[IndexSpec]) -> Iterator[str]:
    """Yield the name of every place in a database that has clear values: columns of records, columns of both engines'
    tables, and fields of journal entries.
    """
    for spec in specs:
        yield from (f"{spec.kind}.{column}" for column in (*spec.columns, *spec.multi))
    yield from ({f"record.{field.name}" for field in fields(Record)} - {*_IN_SPECS})
    tables = {
        f"{table.name}.{column.name}"
        for engine in ("sqlite", "postgresql")
        for table in build_metadata(engine).tables.values()
        for column in table.columns
    }
    yield from (tables - {*_SEALED, _IN_ENTRIES})
    yield from (f"journal.entry.{field.name}" for field in fields(Entry))


def clear_values() -> str:
    """Return a table of the values stored in clear: what each reveals, to whom, and until when."""
    rows = ((_join_places(value.places), value.reveals, value.to, value.until) for value in CLEAR_VALUES)
    return write_table(("Value", "What it tells", "Whom", "Until when"), rows)


def _join_places(places: Iterable[str]) -> str:
    """Return places as text, grouped by kind of record or by table."""
    columns: dict[str, list[str]] = {}
    for place in places:
        kind, _, column = place.partition(".")
        columns.setdefault(kind, []).append(column)
    return "; ".join(
        f"{kind}: {', '.join(f'`{name}`' for name in names)}" if names != [""] else kind
        for kind, names in columns.items()
    )


CLEAR_PARTS: Mapping[str, Callable[[], str]] = {function.__name__: function for function in (clear_values,)}
