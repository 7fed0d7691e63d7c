"""What is remembered of keys: what a wrapped key unwraps to, of the newest ones, and of none that was destroyed."""

from collections.abc import Iterable

import pytest
from tests.usecase.conftest import NOTE, Notes

from anninh_core.kernel.errors import Damaged, DecryptionError, NewerDatabase
from anninh_core.ports.storages.changes import ChangeSet, NewKey, Record
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.actor import person
from anninh_core.usecase.encryption.encryptor import Encryptor, associated_data
from anninh_core.usecase.runner import UseCaseRunner

LAN = person("lan")


class CountedKeys:
    """Keys that unwrap one at a time, and tell of which scopes they were asked to."""

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


class Ring:
    """An encryptor over counted keys, with as many wrapped keys as asked for."""

    def __init__(self, runner: UseCaseRunner, count: int) -> None:
        self.keys = CountedKeys()
        self.encryptor = Encryptor(self.keys, runner.context.storage.keyring)
        made = (self.encryptor.get_key(f"box:{number}", {}).new for number in range(count))
        self.wrapped = [key for key in made if key is not None]

    def is_asked(self, number: int) -> bool:
        """Tell whether a key has to be unwrapped when it is used."""
        before = len(self.keys.asked)
        key = self.wrapped[number]
        assert self.encryptor.get_key(key.scope, {key.scope: key}).new is None
        return len(self.keys.asked) > before

    def read_at_once(self, numbers: Iterable[int]) -> None:
        """Use several keys together."""
        list(self.encryptor.decrypt_all([], {self.wrapped[n].scope: self.wrapped[n] for n in numbers}))


def test_the_last_4096_keys_are_remembered(runner: UseCaseRunner) -> None:
    """Whichever was used longest ago gives way to one more."""
    ring = Ring(runner, 4098)
    assert all(ring.is_asked(number) for number in range(4096))
    assert not ring.is_asked(0)
    assert ring.is_asked(4096)
    assert not ring.is_asked(0)
    assert not ring.is_asked(2)
    assert ring.is_asked(1)
    assert ring.is_asked(3)


def test_a_large_read_takes_no_place_of_others(runner: UseCaseRunner) -> None:
    """More than two hundred keys at once are a scan, which takes only what is free; two hundred are not."""
    ring = Ring(runner, 4500)
    ring.read_at_once(range(4000))
    assert len(ring.keys.asked) == 4000
    ring.read_at_once(range(4000, 4201))
    assert not ring.is_asked(0)
    assert not ring.is_asked(4095)
    assert ring.is_asked(4097)
    assert ring.is_asked(1)  # which made room for the one before
    ring.read_at_once(range(4201, 4401))
    assert not ring.is_asked(4201)
    assert not ring.is_asked(4400)
    assert ring.is_asked(5)
    assert ring.is_asked(202)
    assert not ring.is_asked(3999)


def test_keys_are_unwrapped_once_however_they_are_read(runner: UseCaseRunner) -> None:
    """Together or alone, and only those that aren't remembered."""
    ring = Ring(runner, 5)
    ring.read_at_once(range(3))
    assert [ring.is_asked(number) for number in range(4)] == [False, False, False, True]
    ring.read_at_once(range(5))
    assert ring.keys.asked == [f"box:{number}" for number in range(5)]


def test_a_key_that_was_destroyed_is_not_remembered(runner: UseCaseRunner, notes: Notes) -> None:
    """Even if somebody puts the very same one back: its plain form was forgotten when it was missed."""
    keys = CountedKeys()
    runner.context.keys = keys
    runner.context.encryptor = Encryptor(keys, runner.context.storage.keyring)
    note = notes.write(LAN, "ninh-hoa", "Chào")
    other = notes.write(LAN, "ninh-hoa", "Chào")
    scope = f"note:{note.id}"
    for one in (note, other, note):
        assert notes.read(LAN, one.id) == one
    stored = runner.context.storage.keyring.get(scope)
    assert stored is not None
    assert keys.asked == [scope, f"note:{other.id}"]
    runner.context.storage.keyring.destroy(scope)
    assert runner.context.encryptor.get_wrapped_keys({scope, f"note:{other.id}"}).keys() == {f"note:{other.id}"}
    runner.context.storage.commit([ChangeSet(keys=(stored,))])
    for one in (note, other):
        assert notes.read(LAN, one.id) == one
    assert keys.asked == [scope, f"note:{other.id}", scope]


@pytest.mark.parametrize(
    ("schema", "known", "is_newer"), [(1, 2, False), (2, 2, False), (3, 2, True), (3, None, False), (3, 0, True)]
)
def test_what_does_not_open_may_be_of_a_later_version(
    runner: UseCaseRunner, notes: Notes, schema: int, known: int | None, is_newer: bool
) -> None:
    """Only a schema above the newest that is known tells so; else it was altered or moved."""
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
        words = rf"note:{note.id} was written .*\(schema {schema}, but this version reads up to {known}\): update"
        with pytest.raises(NewerDatabase, match=words):
            runner.context.encryptor.decrypt_record(altered)
    else:
        with pytest.raises(
            DecryptionError, match=f"note {note.id} can't be decrypted, because it was altered or moved"
        ):
            runner.context.encryptor.decrypt_record(altered)


def test_a_list_leaves_out_what_was_purged_and_tells_what_was_altered(runner: UseCaseRunner, notes: Notes) -> None:
    """A body of before a purge doesn't open by the new key of who came back; any other that doesn't is an error."""
    purged: set[str] = set()
    encryptor = Encryptor(runner.context.keys, runner.context.storage.keyring, purged.__contains__)
    kept = notes.write(LAN, "ninh-hoa", "một")
    gone = notes.write(LAN, "ninh-hoa", "hai")
    records = list(runner.context.storage.maintenance.scan("note"))
    clear = Record(kind="note", id="clear", unit="u", version=1, schema=1, body=b"x")
    runner.context.storage.keyring.destroy(f"note:{gone.id}")
    with pytest.raises(Damaged, match="is missing, although no purge destroyed it: restore it from a"):
        list(encryptor.decrypt_all(records))
    purged.add(f"note:{gone.id}")
    opened = {record.id: body for record, body in encryptor.decrypt_all([*records, clear])}
    assert (NOTE.decode(opened[kept.id], 1), opened["clear"], len(opened)) == (kept, b"x", 2)
    runner.ensure_key(f"note:{gone.id}")
    assert [record.id for record, _ in encryptor.decrypt_all(records)] == [kept.id]
    purged.clear()
    with pytest.raises(Damaged, match=f"note {gone.id} can't be decrypted"):
        list(encryptor.decrypt_all(records))


def test_a_body_that_was_cut_off_does_not_open(runner: UseCaseRunner) -> None:
    """However short it is; the error names its scope."""
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
    """Twelve bytes of nonce and sixteen of a tag, made anew each time."""
    key = runner.ensure_key("box:1")
    sealed = {runner.context.encryptor.encrypt(key, b"x", b"about") for _ in range(5)}
    assert len(sealed) == len({one[:12] for one in sealed}) == 5
    assert {len(one) for one in sealed} == {12 + 1 + 16}


def test_what_a_body_is_bound_to_is_told_in_full() -> None:
    """Each part by itself, parted from the next: stored bodies depend on it."""
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
    told = associated_data(record).decode().split("\x1f")
    assert told[:5] == ["k", "i", "u", "2", "3"]
    assert len(told[5]) == 64
    bare = Record(kind="k", id="i", unit="u", version=2, schema=3, body=b"", columns={"a": 1}, multi={"m": ("x",)})
    assert associated_data(bare) == associated_data(record)


def test_a_new_key_is_random_and_travels_wrapped(runner: UseCaseRunner) -> None:
    """32 bytes, another each time, with its scope and epoch."""
    made: list[NewKey] = []
    for _ in range(3):
        key = runner.context.encryptor.get_key("box:1", {}).new
        assert key is not None
        made.append(key)
    raw = {runner.context.keys.unwrap(key.epoch, key.wrapped, key.scope) for key in made}
    assert (len(raw), {len(one) for one in raw}) == (3, {32})
    assert {(key.scope, key.epoch) for key in made} == {("box:1", runner.context.keys.epoch)}
