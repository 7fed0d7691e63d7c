"""The key file and its in-memory twin keep every rule of the port; the file keeps its secrets."""

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
    """Let nothing become durable any more."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)


@posix
def test_key_file_is_private(path: Path) -> None:
    """The file is readable by its owner only, from its first moment and after every change."""
    keys = LocalKeys(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    keys.turn_epoch()
    assert path.stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_readable_by_others(path: Path, mode: int) -> None:
    """A file that others may read is refused with the command that mends it."""
    LocalKeys(path, create=True)
    path.chmod(mode)
    with pytest.raises(StorageError, match=f"chmod 600 {path}"):
        LocalKeys(path, create=True)


def test_keys_survive_a_restart(path: Path) -> None:
    """Keys outlive the process: what was wrapped opens, and hashes stay."""
    keys = LocalKeys(path, create=True)
    epoch, wrapped = keys.wrap(b"k" * 32, "case:1")
    again = LocalKeys(path, create=True)
    assert again.unwrap(epoch, wrapped, "case:1") == b"k" * 32
    assert again.blind("phone", "1") == keys.blind("phone", "1")
    assert keys.epoch == "e0001"


def test_epochs_are_shared_by_processes(path: Path) -> None:
    """An epoch turned or destroyed elsewhere counts here at once."""
    mine = LocalKeys(path, create=True)
    theirs = LocalKeys(path, create=True)
    assert theirs.turn_epoch() == "e0002"
    assert mine.epoch == "e0002"
    assert mine.turn_epoch() == "e0003"
    theirs.destroy_epoch("e0002")
    assert set(json.loads(path.read_text())["epochs"]) == {"e0001", "e0003"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"blind": 1, "current": "e0001", "epochs": {}}', "\x00"])
def test_damaged_key_file_is_refused(path: Path, content: str) -> None:
    """A damaged file is refused by name, and never overwritten."""
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(StorageError, match=r"keys\.json"):
        LocalKeys(path, create=True)
    assert path.read_text() == content


def test_only_made_when_that_is_asked_for(path: Path) -> None:
    """Where a file should be there and isn't, that is told, and none takes its place; nor a lock."""
    with pytest.raises(
        ConfigurationError, match=f"Key file {path} doesn't exist, and nothing stored can be read without it"
    ):
        LocalKeys(path)
    assert list(path.parent.iterdir()) == []
    made = LocalKeys(path, create=True)
    assert LocalKeys(path, create=True).export() == made.export() == LocalKeys(path).export()


@pytest.mark.parametrize("size", [0, 1, 20, 100, -2])
def test_truncated_key_file_is_refused(path: Path, size: int) -> None:
    """A file that lost its end, or all of it, is told, and left as it is, even where one may be made."""
    LocalKeys(path, create=True)
    cut = path.read_bytes()[:size]
    path.write_bytes(cut)
    for create in (False, True):
        with pytest.raises(StorageError, match=r"keys\.json is (empty|damaged).*restore it from its copy"):
            LocalKeys(path, create=create)
    assert path.read_bytes() == cut


def test_gone_while_in_use(path: Path) -> None:
    """A file that goes while a process uses it is missed at the next use of a key, and nothing takes its place."""
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
def test_a_link_to_nowhere(path: Path) -> None:
    """A link to a disk that isn't there is no reason to make keys in its place."""
    path.symlink_to(path.parent / "stick" / "keys.json")
    for create, error in ((False, ConfigurationError), (True, StorageError)):
        with pytest.raises(error, match="put its copy"):
            LocalKeys(path, create=create)
    assert path.is_symlink()


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    """A folder that isn't there is told, not made."""
    with pytest.raises(StorageError, match=r"nowhere"):
        LocalKeys(tmp_path / "nowhere" / "keys.json", create=True)


def test_failed_change_keeps_the_key_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that fails before the file is in place leaves the old file and nothing beside it."""
    keys = LocalKeys(path, create=True)
    before = path.read_bytes()

    fill_disk(monkeypatch)
    with pytest.raises(StorageError, match="No space"):
        keys.turn_epoch()
    assert path.read_bytes() == before
    assert keys.epoch == "e0001"
    assert {found.name for found in path.parent.iterdir()} == {"keys.json", "keys.json.lock"}


def test_file_that_was_there(path: Path, tmp_path: Path) -> None:
    """Keys of a file that an earlier process made are never replaced, used or not."""
    LocalKeys(path, create=True)
    with pytest.raises(BadInput, match=str(path)):
        LocalKeys(path, create=True).adopt(LocalKeys(tmp_path / "elsewhere.json", create=True).export())


def test_adopted_for_good(path: Path, tmp_path: Path) -> None:
    """Keys that moved into a file are there after the process, for its owner only."""
    keys = LocalKeys(tmp_path / "elsewhere.json", create=True)
    LocalKeys(path, create=True).adopt(keys.export())
    assert LocalKeys(path, create=True).export() == keys.export()
    assert path.stat().st_mode & 0o077 == 0


def test_epoch_of_another_naming(path: Path, tmp_path: Path) -> None:
    """An epoch whose name couldn't be counted on from is refused."""
    copy = LocalKeys(tmp_path / "elsewhere.json", create=True).export()
    with pytest.raises(BadInput, match="tuesday"):
        LocalKeys(path, create=True).adopt(evolve(copy, current="tuesday", epochs={"tuesday": b"k" * 32}))


def test_a_copy_shows_nothing(path: Path) -> None:
    """What is printed or logged of a copy has no key in it."""
    copy = LocalKeys(path, create=True).export()
    assert repr(copy) == "KeysCopy(form='aes-256-gcm, hmac-sha256', current='e0001')"


def test_a_file_without_a_signing_key_gains_one(path: Path) -> None:
    """A key file of before opens as it is, and holds the key before anything is signed; another process signs alike."""
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


def test_copies_of_a_key_file_sign_alike(path: Path, tmp_path: Path) -> None:
    """One from before anything was signed, put on another machine, has the same signing key; a rotation is copied."""
    keys = LocalKeys(path, create=True)
    copy = tmp_path / "copy.json"
    shutil.copy(path, copy)
    assert LocalKeys(copy).sign("kit", b"content") == keys.sign("kit", b"content")
    keys.rotate_signing_key()
    assert LocalKeys(copy).sign("kit", b"content") != keys.sign("kit", b"content")
    shutil.copy(path, copy)
    assert LocalKeys(copy).sign("kit", b"content") == keys.sign("kit", b"content")


def test_a_signing_key_that_cannot_be_kept_signs_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves the file as it was, and no signature under a key that would be lost."""
    keys = LocalKeys(path, create=True)
    before = path.read_bytes()

    fill_disk(monkeypatch)
    with pytest.raises(StorageError, match="No space"):
        keys.sign("kit", b"content")
    assert path.read_bytes() == before
    assert keys.public_keys() == ()


def test_signing_keys_that_do_not_belong_together_are_refused(path: Path) -> None:
    """A chain with a foreign key in it is damage, told by the file's name."""
    keys = LocalKeys(path, create=True)
    keys.sign("kit", b"content")
    content = json.loads(path.read_text())
    content["signing"]["public"][0]["key"] = "A" * 43 + "="
    path.write_text(json.dumps(content))
    with pytest.raises(StorageError, match="is empty, damaged, or not a key file at all: restore it from"):
        LocalKeys(path)


def test_noted_heads_outlive_the_process(path: Path) -> None:
    """They lie beside the keys, and a damaged file is told instead of taken for none."""
    LocalKeys(path, create=True).note_head(NotedHead("a", 1, "h"))
    assert list(LocalKeys(path).noted_heads()) == [NotedHead("a", 1, "h")]
    noted = path.with_name("keys.json.heads")
    assert noted.stat().st_mode & 0o777 == 0o600
    noted.write_text("{")
    with pytest.raises(StorageError, match=r"keys\.json\.heads is damaged"):
        LocalKeys(path).noted_heads()
