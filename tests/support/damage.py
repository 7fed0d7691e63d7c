"""Helpers that damage single records in the memory storage, so that the records no longer decrypt."""

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import evolve

from anninh_core.app import App
from anninh_core.testing.memory import MemoryStorage


def flip_body(app: App, kind: str, id: str) -> None:
    """Flip a bit in the first byte of a record's body; a second call restores it."""
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    record = storage.tables.records[kind][id]
    storage.tables.records[kind][id] = evolve(record, body=bytes([record.body[0] ^ 1]) + record.body[1:])


def list_ids(app: App, kind: str) -> list[str]:
    """Return the ids of all records of a kind."""
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    return [*storage.tables.records.get(kind, ())]


@contextmanager
def damaged_record(app: App, kind: str, id: str) -> Iterator[None]:
    """Keep a record damaged inside a `with`."""
    flip_body(app, kind, id)
    yield
    flip_body(app, kind, id)
