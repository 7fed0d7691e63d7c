"""A search of the in-memory tables for byte strings."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import cast

from attrs import AttrsInstance, asdict

from anninh_core.ports.storages.proving import ByteSearch, Sighting
from anninh_core.testing.memory.ports.dumping import dump
from anninh_core.testing.memory.tables import Tables


def find_bytes(tables: Tables, needles: Mapping[str, bytes]) -> ByteSearch:
    """Search every stored value for the byte strings in `needles`."""
    with tables.lock:
        rows = [*dump(tables), *tables.terms.values()]
    sightings = {
        Sighting(name, type(row).__name__): None
        for row in rows
        for value in _iter_values(row)
        for name, needle in needles.items()
        if needle in value
    }
    return ByteSearch(sightings=tuple(sightings), looked_at=("the process's memory",), blind_spots=())


def _iter_values(value: object) -> Iterator[bytes]:
    match value:
        case bytes():
            yield value
        case str():
            yield value.encode()
        case Mapping():
            for part in (*value, *value.values()):
                yield from _iter_values(part)
        case tuple():
            for part in value:
                yield from _iter_values(part)
        case Enum() | date() | int() | float() | type() | None:
            return
        case _:
            parts = asdict(cast("AttrsInstance", value), recurse=False)
            yield from _iter_values(tuple(parts.values()))
