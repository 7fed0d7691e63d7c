"""Encrypted record bodies can be decrypted only in the place for which they were encrypted."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.usecase.conftest import NOTE, Notes

from anninh_core.kernel.errors import Damaged, DecryptionError, StorageError
from anninh_core.ports.storages.changes import ChangeSet, NewKey, Record
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.actor import person
from anninh_core.usecase.encryption.encryptor import Encryptor, build_associated_data, iter_associated_data
from anninh_core.usecase.runner import UseCaseRunner

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
def test_a_moved_or_altered_body_does_not_open(
    runner: UseCaseRunner, notes: Notes, forge: Callable[[Record], Record]
) -> None:
    """A record's body is decrypted only with its own id, unit, version, columns and bytes."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", note.id)
    assert record is not None
    with pytest.raises(DecryptionError):
        runner.context.open_record(NOTE, forge(record))


SPARSE = Record(
    kind="note",
    id="n1",
    unit="ninh-hoa",
    version=1,
    schema=1,
    body=b"",
    scope="note:n1",
    columns={"colour": None},
    multi={"words": ()},
)
GROWN = evolve(SPARSE, columns={"colour": None, "length": None}, multi={"words": (), "tags": ()})


def test_empty_columns_do_not_bind_a_body(runner: UseCaseRunner) -> None:
    """A body is still decrypted after its kind got new columns, but not if one of these was filled afterwards by an
    attacker.
    """
    sealed = runner.context.encryptor.encrypt(runner.ensure_key(SPARSE.scope), b"x", build_associated_data(SPARSE))
    assert runner.context.encryptor.decrypt(SPARSE.scope, sealed, iter_associated_data(GROWN)) == b"x"
    for forged in ({"colour": "red"}, {"colour": None, "length": 3}):
        with pytest.raises(DecryptionError):
            runner.context.encryptor.decrypt(SPARSE.scope, sealed, iter_associated_data(evolve(GROWN, columns=forged)))


@pytest.mark.parametrize("now", [SPARSE, GROWN, evolve(GROWN, columns={"length": None, "colour": None})])
def test_bodies_of_the_first_release_open(runner: UseCaseRunner, now: Record) -> None:
    """Bodies of the first release, which are bound to empty columns too, are decrypted before and after their kind gets
    new columns.
    """
    declared = sha256(b'[{"colour":null},{"words":[]}]').hexdigest()
    bound_to = f"note\x1fn1\x1fninh-hoa\x1f1\x1f1\x1f{declared}".encode()
    sealed = runner.context.encryptor.encrypt(runner.ensure_key(SPARSE.scope), b"x", bound_to)
    assert runner.context.encryptor.decrypt(now.scope, sealed, iter_associated_data(now)) == b"x"
    with pytest.raises(DecryptionError):
        runner.context.encryptor.decrypt(now.scope, sealed, iter_associated_data(evolve(now, version=2)))


def test_a_destroyed_key_makes_the_body_unreadable(runner: UseCaseRunner, notes: Notes) -> None:
    """Once the key of a scope is destroyed by any process, its bodies can't be read any more."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    assert notes.read(LAN, note.id) == note
    runner.context.storage.keyring.destroy(f"note:{note.id}")
    with pytest.raises(DecryptionError, match="can't be opened"):
        notes.read(LAN, note.id)


def test_a_body_begins_with_twelve_bytes_of_nonce(runner: UseCaseRunner) -> None:
    """The stored body of a record is a nonce of 12 bytes followed by the output of AES-GCM."""
    runner.ensure_key("note:n1")
    stored = runner.context.storage.keyring.get("note:n1")
    assert stored is not None
    raw = runner.context.keys.unwrap(stored.epoch, stored.wrapped, stored.scope)
    sealed = bytes(12) + AESGCM(raw).encrypt(bytes(12), b"x", b"place")
    assert runner.context.encryptor.decrypt("note:n1", sealed, b"place") == b"x"


def test_wrong_epoch_keys_open_nothing(runner: UseCaseRunner, notes: Notes) -> None:
    """Without the right epoch keys nothing in the storage can be decrypted."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    runner.context.encryptor = Encryptor(MemoryKeys(seed=9), runner.context.storage.keyring)
    with pytest.raises(DecryptionError):
        notes.read(LAN, note.id)


def test_old_schemas_are_raised_and_newer_ones_refused(runner: UseCaseRunner, notes: Notes) -> None:
    """A body of an older schema is converted by its upcasters, and one of a newer schema is refused."""
    kind = evolve(NOTE, schema=3, upcasters={1: lambda b: b | {"text": b["text"] + "!"}, 2: lambda b: b})
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", note.id)
    assert record is not None

    body = runner.context.encryptor.decrypt(record.scope, record.body, build_associated_data(record))
    assert kind.decode(body, 1).text == "Chào!"
    with pytest.raises(StorageError, match=r"was written by a newer version \(schema"):
        NOTE.decode(body, 2)


def test_list_opens_until_an_epoch_key_is_missing(runner: UseCaseRunner, notes: Notes) -> None:
    """A list yields the records before the first one whose epoch key is missing, and then an error that names that
    key.
    """
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", note.id)
    assert record is not None
    lost = evolve(record, id="lost", scope="note:lost")
    stored = runner.context.encryptor.get_wrapped_keys({record.scope})
    foreign = NewKey(scope=lost.scope, epoch="e9999", wrapped=b"of nobody")
    opened = runner.context.encryptor.decrypt_all([record, lost], {**stored, lost.scope: foreign})
    assert next(opened)[0] == record
    with pytest.raises(Damaged, match="note:lost"):
        next(opened)


def test_destroyed_key_encrypts_nothing_more(runner: UseCaseRunner, notes: Notes) -> None:
    """A process that still caches a destroyed key makes a new one instead of encrypting unreadable bodies."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    runner.context.storage.keyring.destroy(f"note:{note.id}")

    assert runner.context.encryptor.get_key(f"note:{note.id}").new is not None


class SingleUnwrapKeys:
    """Keys that can only be unwrapped one at a time, which is the least that the port requires."""

    def __init__(self, keys: MemoryKeys) -> None:
        self.epoch = keys.epoch
        self.wrap = keys.wrap
        self.unwrap = keys.unwrap
        self.blind = keys.blind
        self.turn_epoch = keys.turn_epoch
        self.destroy_epoch = keys.destroy_epoch


class BatchUnwrapKeys(SingleUnwrapKeys):
    """Keys that can be unwrapped together, and refuse to be unwrapped alone."""

    def __init__(self, keys: MemoryKeys) -> None:
        super().__init__(keys)
        self.unwrap_many = keys.unwrap_many
        self.unwrap = self._refuse_single_unwrap

    def _refuse_single_unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        raise AssertionError(f"{scope} was unwrapped alone")


@pytest.mark.parametrize("wrapper", [SingleUnwrapKeys, BatchUnwrapKeys])
def test_keys_are_unwrapped_together_if_possible(
    runner: UseCaseRunner, notes: Notes, wrapper: type[SingleUnwrapKeys]
) -> None:
    """Several keys are unwrapped together if the key port can do that, and bodies are decrypted either way."""
    keys = runner.context.keys
    assert isinstance(keys, MemoryKeys)
    for text in ("một", "hai"):
        notes.write(LAN, "ninh-hoa", text)
    encryptor = Encryptor(wrapper(keys), runner.context.storage.keyring)
    records = list(runner.context.storage.maintenance.scan("note"))
    assert [NOTE.decode(body, 1).text for _, body in encryptor.decrypt_all(records)] == ["một", "hai"]


def test_a_key_is_unwrapped_once(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second read uses the cached key instead of the key port, which may be remote; a rewrapped key is unwrapped
    again.
    """
    note = notes.write(LAN, "ninh-hoa", "Chào")
    unwrap = runner.context.keys.unwrap
    epochs = list[str]()

    def unwrap_and_record(epoch: str, wrapped: bytes, scope: str) -> bytes:
        epochs.append(epoch)
        return unwrap(epoch, wrapped, scope)

    monkeypatch.setattr(runner.context.keys, "unwrap", unwrap_and_record)
    for _ in range(3):
        notes.read(LAN, note.id)
    first_epoch = runner.context.keys.epoch
    scope = f"note:{note.id}"
    stored = runner.context.storage.keyring.get(scope)
    assert stored is not None
    raw = unwrap(first_epoch, stored.wrapped, scope)
    runner.context.keys.turn_epoch()
    epoch, wrapped = runner.context.keys.wrap(raw, scope)
    runner.context.storage.commit(
        [ChangeSet(keys=(NewKey(scope=scope, epoch=epoch, wrapped=wrapped, replaces=first_epoch),))]
    )

    assert notes.read(LAN, note.id) == note
    assert epochs == [first_epoch, epoch]
