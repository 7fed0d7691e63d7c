"""The key cache keeps recently used data keys unwrapped, but no destroyed key."""

from collections.abc import Iterable

import pytest
from tests.usecase.conftest import NOTE, Notes

from anninh_core.kernel.errors import Damaged, DecryptionError, NewerDatabase
from anninh_core.ports.storages.changes import ChangeSet, NewKey, Record
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.actor import person
from anninh_core.usecase.encryption.encryptor import Encryptor, build_associated_data
from anninh_core.usecase.runner import UseCaseRunner

LAN = person("lan")


class CountedKeys:
    """Keys that can only be unwrapped one at a time, and that record the scope of each call."""

    def __init__(self) -> None:
        keys = MemoryKeys()
        self.epoch = keys.epoch
        self.wrap = keys.wrap
        self.blind = keys.blind
        self.turn_epoch = keys.turn_epoch
        self.destroy_epoch = keys.destroy_epoch
        self._unwrap = keys.unwrap
        self.asked: list[str] = []

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        self.asked.append(scope)
        return self._unwrap(epoch, wrapped, scope)


class EncryptorWithKeys:
    """An encryptor with `count` wrapped keys, which records each unwrapping."""

    def __init__(self, runner: UseCaseRunner, count: int) -> None:
        self.keys = CountedKeys()
        self.encryptor = Encryptor(self.keys, runner.context.storage.keyring)
        new_keys = (self.encryptor.get_key(f"box:{number}", {}).new for number in range(count))
        self.wrapped = [key for key in new_keys if key is not None]

    def causes_unwrapping(self, number: int) -> bool:
        """Return whether using the key of this number causes an unwrapping."""
        before = len(self.keys.asked)
        key = self.wrapped[number]
        assert self.encryptor.get_key(key.scope, {key.scope: key}).new is None
        return len(self.keys.asked) > before

    def use_together(self, numbers: Iterable[int]) -> None:
        """Unwrap or read from the cache the keys of these numbers in one call."""
        list(self.encryptor.decrypt_all([], {self.wrapped[n].scope: self.wrapped[n] for n in numbers}))


def test_cache_keeps_the_last_4096_keys(runner: UseCaseRunner) -> None:
    """The cache keeps 4096 keys, and a further one replaces the least recently used one."""
    ring = EncryptorWithKeys(runner, 4098)
    assert all(ring.causes_unwrapping(number) for number in range(4096))
    assert not ring.causes_unwrapping(0)
    assert ring.causes_unwrapping(4096)
    assert not ring.causes_unwrapping(0)
    assert not ring.causes_unwrapping(2)
    assert ring.causes_unwrapping(1)
    assert ring.causes_unwrapping(3)


def test_large_read_replaces_no_cached_key(runner: UseCaseRunner) -> None:
    """A read of more than 200 keys together uses only free places of the cache, and a read of up to 200 keys replaces
    older keys.
    """
    ring = EncryptorWithKeys(runner, 4500)
    ring.use_together(range(4000))
    assert len(ring.keys.asked) == 4000
    ring.use_together(range(4000, 4201))
    assert not ring.causes_unwrapping(0)
    assert not ring.causes_unwrapping(4095)
    assert ring.causes_unwrapping(4097)
    assert ring.causes_unwrapping(1)  # Key 4097 replaced key 1 in the cache.
    ring.use_together(range(4201, 4401))
    assert not ring.causes_unwrapping(4201)
    assert not ring.causes_unwrapping(4400)
    assert ring.causes_unwrapping(5)
    assert ring.causes_unwrapping(202)
    assert not ring.causes_unwrapping(3999)


def test_keys_are_unwrapped_once_however_they_are_read(runner: UseCaseRunner) -> None:
    """Keys are unwrapped only if they aren't cached, whether they are used together or alone."""
    ring = EncryptorWithKeys(runner, 5)
    ring.use_together(range(3))
    assert [ring.causes_unwrapping(number) for number in range(4)] == [False, False, False, True]
    ring.use_together(range(5))
    assert ring.keys.asked == [f"box:{number}" for number in range(5)]


def test_destroyed_key_leaves_the_cache(runner: UseCaseRunner, notes: Notes) -> None:
    """A destroyed key isn't taken from the cache, even if the same wrapped key is stored again."""
    keys = CountedKeys()
    runner.context.keys = keys
    runner.context.encryptor = Encryptor(keys, runner.context.storage.keyring)
    note = notes.write(LAN, "ninh-hoa", "Chào")
    other = notes.write(LAN, "ninh-hoa", "Chào")
    scope = f"note:{note.id}"
    for written in (note, other, note):
        assert notes.read(LAN, written.id) == written
    stored = runner.context.storage.keyring.get(scope)
    assert stored is not None
    assert keys.asked == [scope, f"note:{other.id}"]
    runner.context.storage.keyring.destroy(scope)
    assert runner.context.encryptor.get_wrapped_keys({scope, f"note:{other.id}"}).keys() == {f"note:{other.id}"}
    runner.context.storage.commit([ChangeSet(keys=(stored,))])
    for written in (note, other):
        assert notes.read(LAN, written.id) == written
    assert keys.asked == [scope, f"note:{other.id}", scope]


@pytest.mark.parametrize(
    ("schema", "known", "is_newer"), [(1, 2, False), (2, 2, False), (3, 2, True), (3, None, False), (3, 0, True)]
)
def test_unreadable_record_may_be_newer(
    runner: UseCaseRunner, notes: Notes, schema: int, known: int | None, is_newer: bool
) -> None:
    """An unreadable record counts as newer only if its schema is above the newest known schema, and otherwise as
    altered or moved.
    """
    runner.context.encryptor = Encryptor(
        runner.context.keys, runner.context.storage.keyring, newest_schema=lambda kind: known if kind == "note" else 99
    )
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", note.id)
    assert record is not None
    altered = Record(
        kind="note", id=record.id, unit=record.unit, version=7, schema=schema, scope=record.scope, body=record.body
    )
    if is_newer:
        message = rf"note:{note.id} was written .*\(schema {schema}, but this version reads up to {known}\): update"
        with pytest.raises(NewerDatabase, match=message):
            runner.context.encryptor.decrypt_record(altered)
    else:
        with pytest.raises(
            DecryptionError, match=f"note {note.id} can't be decrypted, because it was altered or moved"
        ):
            runner.context.encryptor.decrypt_record(altered)


def test_list_omits_purged_and_reports_altered(runner: UseCaseRunner, notes: Notes) -> None:
    """A list omits bodies that were encrypted before a purge, even if the scope has a new key; any other unreadable
    body is an error.
    """
    purged: set[str] = set()
    encryptor = Encryptor(runner.context.keys, runner.context.storage.keyring, purged.__contains__)
    kept = notes.write(LAN, "ninh-hoa", "một")
    purged_note = notes.write(LAN, "ninh-hoa", "hai")
    records = list(runner.context.storage.maintenance.scan("note"))
    clear = Record(kind="note", id="clear", unit="u", version=1, schema=1, body=b"x")
    runner.context.storage.keyring.destroy(f"note:{purged_note.id}")
    with pytest.raises(Damaged, match="is missing, although no purge destroyed it: restore it from a"):
        list(encryptor.decrypt_all(records))
    purged.add(f"note:{purged_note.id}")
    opened = {record.id: body for record, body in encryptor.decrypt_all([*records, clear])}
    assert (NOTE.decode(opened[kept.id], 1), opened["clear"], len(opened)) == (kept, b"x", 2)
    runner.ensure_key(f"note:{purged_note.id}")
    assert [record.id for record, _ in encryptor.decrypt_all(records)] == [kept.id]
    purged.clear()
    with pytest.raises(Damaged, match=f"note {purged_note.id} can't be decrypted"):
        list(encryptor.decrypt_all(records))


def test_a_body_that_was_cut_off_does_not_open(runner: UseCaseRunner) -> None:
    """A truncated body can't be decrypted, whatever its length, and the error names its scope."""
    key = runner.ensure_key("box:1")
    sealed = runner.context.encryptor.encrypt(key, b"x", b"about")
    for cut in (sealed[:-1], sealed[:12], sealed[:5], b""):
        with pytest.raises(
            DecryptionError, match="a body of scope 'box:1' can't be decrypted, because it was altered or moved"
        ):
            runner.context.encryptor.decrypt("box:1", cut, b"about")
    with pytest.raises(
        DecryptionError, match="The key of 'box:2' is missing, although no purge destroyed it: restore it"
    ):
        runner.context.encryptor.decrypt("box:2", sealed, b"about")
    assert runner.context.encryptor.decrypt("box:1", sealed, [b"other", b"about"]) == b"x"
    with pytest.raises(DecryptionError):
        runner.context.encryptor.decrypt("box:1", sealed, [])


def test_no_two_bodies_are_alike(runner: UseCaseRunner) -> None:
    """Equal bodies are encrypted differently, each with 12 bytes of nonce and 16 of tag."""
    key = runner.ensure_key("box:1")
    sealed = {runner.context.encryptor.encrypt(key, b"x", b"about") for _ in range(5)}
    assert len(sealed) == len({body[:12] for body in sealed}) == 5
    assert {len(body) for body in sealed} == {12 + 1 + 16}


def test_associated_data_has_each_part() -> None:
    """The associated data of an encrypted body has each part of its record separately, in the format on which stored
    bodies depend.
    """
    record = Record(
        kind="k",
        id="i",
        unit="u",
        version=2,
        schema=3,
        body=b"",
        columns={"a": 1, "b": None},
        multi={"m": ("x",), "n": ()},
    )
    parts = build_associated_data(record).decode().split("\x1f")
    assert parts[:5] == ["k", "i", "u", "2", "3"]
    assert len(parts[5]) == 64
    bare = Record(kind="k", id="i", unit="u", version=2, schema=3, body=b"", columns={"a": 1}, multi={"m": ("x",)})
    assert build_associated_data(bare) == build_associated_data(record)


def test_new_key_is_random_and_wrapped(runner: UseCaseRunner) -> None:
    """A new key is random, has 32 bytes, and is wrapped with its scope and epoch."""
    new_keys: list[NewKey] = []
    for _ in range(3):
        key = runner.context.encryptor.get_key("box:1", {}).new
        assert key is not None
        new_keys.append(key)
    raw = {runner.context.keys.unwrap(key.epoch, key.wrapped, key.scope) for key in new_keys}
    assert (len(raw), {len(raw_key) for raw_key in raw}) == (3, {32})
    assert {(key.scope, key.epoch) for key in new_keys} == {("box:1", runner.context.keys.epoch)}
