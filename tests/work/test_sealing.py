"""Sealed bodies open only where they belong."""

from collections.abc import Callable

import pytest
from attrs import evolve
from tests.work.conftest import NOTE, Notes

from anninh_core.kernel.errors import SealBroken, StorageError
from anninh_core.ports.changes import Record
from anninh_core.testing.memory import MemoryKeys
from anninh_core.work.actor import person
from anninh_core.work.desk import Desk
from anninh_core.work.sealing import Sealer, binding

LAN = person("lan")


@pytest.mark.parametrize(
    "forge",
    [
        lambda r: evolve(r, id="another"),
        lambda r: evolve(r, unit="ninh-van"),
        lambda r: evolve(r, version=9),
        lambda r: evolve(r, columns={"colour": "blue"}),
        lambda r: evolve(r, body=r.body[:-1] + bytes([r.body[-1] ^ 1])),
    ],
)
def test_a_moved_or_altered_body_does_not_open(desk: Desk, notes: Notes, forge: Callable[[Record], Record]) -> None:
    """A body opens only with its own id, unit, version, columns and bytes."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = desk.storage.records.get("note", note.id)
    assert record is not None
    with pytest.raises(SealBroken):
        desk.opened(NOTE, forge(record))


def test_a_destroyed_key_makes_the_body_unreadable(desk: Desk, notes: Notes) -> None:
    """Once the key of a scope is destroyed, its bodies are gone for good."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    desk.storage.keyring.destroy(f"note:{note.id}")
    fresh = Sealer(desk.keys, desk.storage.keyring)
    desk.sealer = fresh
    with pytest.raises(SealBroken, match="destroyed"):
        notes.read(LAN, note.id)


def test_other_epoch_keys_open_nothing(desk: Desk, notes: Notes) -> None:
    """Without the keys the storage alone opens nothing."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    desk.sealer = Sealer(MemoryKeys(seed=9), desk.storage.keyring)
    with pytest.raises(SealBroken):
        notes.read(LAN, note.id)


def test_old_schemas_are_raised_and_newer_ones_refused(desk: Desk, notes: Notes) -> None:
    """A body of an older schema goes through its upcasters; one of a newer schema is refused."""
    kind = evolve(NOTE, schema=3, upcasters={1: lambda b: b | {"text": b["text"] + "!"}, 2: lambda b: b})
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = desk.storage.records.get("note", note.id)
    assert record is not None

    body = desk.sealer.open(record.scope, record.body, binding(record))
    assert kind.decode(body, 1).text == "Chào!"
    with pytest.raises(StorageError, match="upgrade anninh"):
        NOTE.decode(body, 2)


def test_a_key_destroyed_elsewhere_seals_nothing_more(desk: Desk, notes: Notes) -> None:
    """A process that still remembers a destroyed key makes a new one instead of sealing what nobody could open."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    desk.storage.keyring.destroy(f"note:{note.id}")

    assert desk.sealer.key_for(f"note:{note.id}").new is not None
