"""The key file and its in-memory twin keep every rule of the keys port; the file keeps its secrets."""

import json
import os
import shutil
from pathlib import Path

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput, ConfigurationError, StorageError
from anninh_core.ports.keys import NotedHead
from anninh_core.testing.kits.keys import KeysConformance
from anninh_core.testing.memory import MemoryKeys
from anninh_storage import LocalKeys

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


class TestLocalKeys(KeysConformance):
    @pytest.fixture
    def keys(self, tmp_path: Path) -> LocalKeys:
        return LocalKeys(tmp_path / "keys.json", create=True)

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> LocalKeys:
        return LocalKeys(tmp_path / "elsewhere.json", create=True)


class TestMemoryKeys(KeysConformance):
    @pytest.fixture
    def keys(self) -> MemoryKeys:
        return MemoryKeys()

    @pytest.fixture
    def elsewhere(self) -> MemoryKeys:
        return MemoryKeys(seed=7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every write fail because the disk is full."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)


@posix
def test_key_file_is_private(path: Path) -> None:
    """The file is readable by its owner only, from its creation and after every change."""
    keys = LocalKeys(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    keys.turn_epoch()
    assert path.stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_key_file_readable_by_others_is_refused(path: Path, mode: int) -> None:
    """A file readable by others is refused with the command that repairs it."""
    LocalKeys(path, create=True)
    path.chmod(mode)
    with pytest.raises(StorageError, match=f"chmod 600 {path}"):
        LocalKeys(path, create=True)


def test_keys_survive_a_restart(path: Path) -> None:
    """Keys survive a restart: wrapped keys can be unwrapped, and blind hashes stay the same."""
    keys = LocalKeys(path, create=True)
    epoch, wrapped = keys.wrap(b"k" * 32, "case:1")
    again = LocalKeys(path, create=True)
    assert again.unwrap(epoch, wrapped, "case:1") == b"k" * 32
    assert again.blind("phone", "1") == keys.blind("phone", "1")
    assert keys.epoch == "e0001"


def test_epochs_are_shared_by_processes(path: Path) -> None:
    """A key epoch that another process starts or destroys counts in this process at once."""
    mine = LocalKeys(path, create=True)
    theirs = LocalKeys(path, create=True)
    assert theirs.turn_epoch() == "e0002"
    assert mine.epoch == "e0002"
    assert mine.turn_epoch() == "e0003"
    theirs.destroy_epoch("e0002")
    assert set(json.loads(path.read_text())["epochs"]) == {"e0001", "e0003"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"blind": 1, "current": "e0001", "epochs": {}}', "\x00"])
def test_damaged_key_file_is_refused(path: Path, content: str) -> None:
    """A damaged key file is refused with its name, and never overwritten."""
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(StorageError, match=r"keys\.json"):
        LocalKeys(path, create=True)
    assert path.read_text() == content


def test_key_file_is_created_on_request_only(path: Path) -> None:
    """A missing file is reported, and neither a new one nor a lock is created unless `create` is set."""
    with pytest.raises(
        ConfigurationError, match=f"Key file {path} doesn't exist, and nothing stored can be read without it"
    ):
        LocalKeys(path)
    assert list(path.parent.iterdir()) == []
    made = LocalKeys(path, create=True)
    assert LocalKeys(path, create=True).export() == made.export() == LocalKeys(path).export()


@pytest.mark.parametrize("size", [0, 1, 20, 100, -2])
def test_truncated_key_file_is_refused(path: Path, size: int) -> None:
    """A truncated or empty file is reported and left unchanged, even with `create`."""
    LocalKeys(path, create=True)
    cut = path.read_bytes()[:size]
    path.write_bytes(cut)
    for create in (False, True):
        with pytest.raises(StorageError, match=r"keys\.json is (empty|damaged).*restore it from its copy"):
            LocalKeys(path, create=create)
    assert path.read_bytes() == cut


def test_key_file_deleted_during_use_is_reported(path: Path) -> None:
    """A file deleted during use is reported at the next use of a key, and no new one is created."""
    keys = LocalKeys(path, create=True)
    copy = path.read_bytes()
    path.unlink()
    for use in (lambda: keys.wrap(b"k" * 32, "case:1"), keys.turn_epoch, keys.export, lambda: keys.epoch):
        with pytest.raises(StorageError, match="doesn't exist, and nothing stored can be read without it: put"):
            use()
    assert not path.exists()
    path.write_bytes(copy)
    path.chmod(0o600)
    assert keys.turn_epoch() == "e0002"


@posix
def test_dangling_link_is_refused(path: Path) -> None:
    """A dangling link to the key file doesn't cause new keys in its place."""
    path.symlink_to(path.parent / "stick" / "keys.json")
    for create, error in ((False, ConfigurationError), (True, StorageError)):
        with pytest.raises(error, match="put its copy"):
            LocalKeys(path, create=create)
    assert path.is_symlink()


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    """A missing folder is reported, not created."""
    with pytest.raises(StorageError, match=r"nowhere"):
        LocalKeys(tmp_path / "nowhere" / "keys.json", create=True)


def test_failed_change_keeps_the_key_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed change leaves the old file and no temporary file."""
    keys = LocalKeys(path, create=True)
    before = path.read_bytes()

    fill_disk(monkeypatch)
    with pytest.raises(StorageError, match="No space"):
        keys.turn_epoch()
    assert path.read_bytes() == before
    assert keys.epoch == "e0001"
    assert {file.name for file in path.parent.iterdir()} == {"keys.json", "keys.json.lock"}


def test_existing_keys_are_never_replaced(path: Path, tmp_path: Path) -> None:
    """Keys that an earlier process stored in a file are never replaced, whether they were used or not."""
    LocalKeys(path, create=True)
    with pytest.raises(BadInput, match=str(path)):
        LocalKeys(path, create=True).adopt(LocalKeys(tmp_path / "elsewhere.json", create=True).export())


def test_adopted_keys_survive_a_restart(path: Path, tmp_path: Path) -> None:
    """Keys adopted into a file survive the process, readable by the owner only."""
    keys = LocalKeys(tmp_path / "elsewhere.json", create=True)
    LocalKeys(path, create=True).adopt(keys.export())
    assert LocalKeys(path, create=True).export() == keys.export()
    assert path.stat().st_mode & 0o077 == 0


def test_epoch_with_uncountable_name_is_refused(path: Path, tmp_path: Path) -> None:
    """A key epoch with a name that has no number, so that the next epoch can't be numbered, is refused."""
    copy = LocalKeys(tmp_path / "elsewhere.json", create=True).export()
    with pytest.raises(BadInput, match="tuesday"):
        LocalKeys(path, create=True).adopt(evolve(copy, current="tuesday", epochs={"tuesday": b"k" * 32}))


def test_repr_of_copy_has_no_key(path: Path) -> None:
    """The repr of a copy of keys contains no key."""
    copy = LocalKeys(path, create=True).export()
    assert repr(copy) == "KeysCopy(form='aes-256-gcm, hmac-sha256', current='e0001')"


def test_file_without_signing_key_gets_one(path: Path) -> None:
    """A key file without a signing key opens unchanged and stores one before the first signature; another process signs
    identically.
    """
    keys = LocalKeys(path, create=True)
    other = LocalKeys(path)
    before = json.loads(path.read_text())
    assert "signing" not in before
    assert keys.public_keys() == ()
    signed = keys.sign("kit", b"content")
    after = json.loads(path.read_text())
    assert {name: after[name] for name in before} == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert other.sign("kit", b"content") == LocalKeys(path).sign("kit", b"content") == signed


def test_copies_of_key_file_sign_identically(path: Path, tmp_path: Path) -> None:
    """A copy of a key file made before the first signature has the same signing key; after a rotation the file must be
    copied again.
    """
    keys = LocalKeys(path, create=True)
    copy = tmp_path / "copy.json"
    shutil.copy(path, copy)
    assert LocalKeys(copy).sign("kit", b"content") == keys.sign("kit", b"content")
    keys.rotate_signing_key()
    assert LocalKeys(copy).sign("kit", b"content") != keys.sign("kit", b"content")
    shutil.copy(path, copy)
    assert LocalKeys(copy).sign("kit", b"content") == keys.sign("kit", b"content")


def test_unsaved_signing_key_signs_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the file stays unchanged, and no signature is made with an unsaved key."""
    keys = LocalKeys(path, create=True)
    before = path.read_bytes()

    fill_disk(monkeypatch)
    with pytest.raises(StorageError, match="No space"):
        keys.sign("kit", b"content")
    assert path.read_bytes() == before
    assert keys.public_keys() == ()


def test_foreign_signing_key_is_refused(path: Path) -> None:
    """A chain of signing keys with a foreign key is reported as damage with the file's name."""
    keys = LocalKeys(path, create=True)
    keys.sign("kit", b"content")
    content = json.loads(path.read_text())
    content["signing"]["public"][0]["key"] = "A" * 43 + "="
    path.write_text(json.dumps(content))
    with pytest.raises(StorageError, match="is empty, damaged, or not a key file at all: restore it from"):
        LocalKeys(path)


def test_noted_heads_survive_a_restart(path: Path) -> None:
    """Noted journal heads are stored in a file next to the keys, and a damaged file is reported instead of ignored."""
    LocalKeys(path, create=True).note_head(NotedHead("a", 1, "h"))
    assert list(LocalKeys(path).noted_heads()) == [NotedHead("a", 1, "h")]
    noted = path.with_name("keys.json.heads")
    assert noted.stat().st_mode & 0o777 == 0o600
    noted.write_text("{")
    with pytest.raises(StorageError, match=r"keys\.json\.heads is damaged"):
        LocalKeys(path).noted_heads()
