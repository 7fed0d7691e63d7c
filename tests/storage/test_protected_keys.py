"""A key file under a passphrase keeps every rule of the keys port, reveals nothing, and costs one key derivation per
process.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from anninh_core.kernel.crypto import passphrase as kernel_passphrase
from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher
from anninh_core.kernel.errors import BadInput, ConfigurationError, StorageError
from anninh_core.ports.health import Level
from anninh_core.ports.keys import ListsEpochs, ProtectableKeys
from anninh_core.testing.kits.keys import KeysConformance
from anninh_storage import LocalKeys, key_file

CHEAP = KdfParameters(n=2)
WORDS = "năm từ không ai đoán"
OTHER_WORDS = "five words nobody would guess"


def open_protected_keys(path: Path) -> LocalKeys:
    LocalKeys(path, create=True).protect(WORDS, CHEAP)
    return LocalKeys(path, create=True, passphrase=lambda: WORDS)


class TestProtectedKeys(KeysConformance):
    @pytest.fixture
    def keys(self, tmp_path: Path) -> LocalKeys:
        return open_protected_keys(tmp_path / "keys.json")

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> LocalKeys:
        return LocalKeys(tmp_path / "elsewhere.json", create=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def derivation_passphrases(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passphrases of all key derivations so far, in order."""
    derived: list[str] = []

    def record_derivation(passphrase: str, parameters: KdfParameters) -> object:
        derived.append(passphrase)
        return derive_cipher(passphrase, parameters)

    monkeypatch.setattr(key_file, "derive_cipher", record_derivation)
    return derived


def answer_once(passphrase: str) -> Callable[[], str]:
    """Return a passphrase prompt that answers only once, like a person at a terminal."""
    answers = [passphrase]

    def ask() -> str:
        if not answers:
            raise ConfigurationError("nobody is asked twice; start again")
        return answers.pop()

    return ask


def test_protected_file_reveals_no_key(path: Path) -> None:
    """In a protected key file only the cost and salt of the derivation are in clear; keys and names of epochs are
    encrypted.
    """
    keys = open_protected_keys(path)
    keys.sign("kit", b"content")
    content = json.loads(path.read_text())
    assert set(content) == {"protected", "sealed"}
    assert content["protected"] | {"salt": ""} == {"kdf": "scrypt", "n": 2, "r": 8, "p": 1, "salt": ""}
    assert "e0001" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_guess_needs_128_mebibytes(path: Path) -> None:
    """A guess of the passphrase takes 128 MiB of memory unless other parameters are set."""
    LocalKeys(path, create=True).protect(WORDS)
    protection = json.loads(path.read_text())["protected"]
    assert protection["n"] * protection["r"] * 128 == 128 << 20


def test_every_change_keeps_the_protection(path: Path) -> None:
    """The key file stays protected when a new epoch begins, when an epoch is destroyed, and when the signing key is
    made or rotated.
    """
    keys = open_protected_keys(path)
    first = keys.epoch
    changes: list[Callable[[], object]] = [
        keys.turn_epoch,
        lambda: keys.destroy_epoch(first),
        lambda: keys.sign("kit", b"content"),
        keys.rotate_signing_key,
    ]
    for change in changes:
        before = path.read_bytes()
        change()
        assert path.read_bytes() != before
        assert set(json.loads(path.read_text())) == {"protected", "sealed"}
    assert LocalKeys(path, passphrase=lambda: WORDS).export() == keys.export()


def test_unprotected_file_opens_without_passphrase(path: Path) -> None:
    """An unprotected file opens without a passphrase, and its health check warns."""
    path.write_text(json.dumps({"blind": "A" * 43 + "=", "current": "e0001", "epochs": {"e0001": "B" * 43 + "="}}))
    path.chmod(0o600)
    keys = LocalKeys(path, passphrase=pytest.fail)
    assert not keys.is_protected
    assert [check.level for check in keys.health()] == [Level.WARNING]
    assert "No passphrase protects" in keys.health()[0].what


def test_keys_report_protection(path: Path) -> None:
    """A keys adapter reports whether it is protected by a passphrase, and which epochs it has."""
    keys = open_protected_keys(path)
    assert keys.is_protected
    assert isinstance(keys, ProtectableKeys)
    assert isinstance(keys, ListsEpochs)
    assert keys.epochs == ("e0001",)
    assert [check.level for check in keys.health()] == [Level.OK]


def test_changes_need_no_further_derivation(path: Path, derivation_passphrases: list[str]) -> None:
    """A process reads other processes' changes with its derived key, without asking for the passphrase again."""
    open_protected_keys(path)
    derivation_passphrases.clear()
    mine = LocalKeys(path, passphrase=answer_once(WORDS))
    theirs = LocalKeys(path, passphrase=answer_once(WORDS))
    assert theirs.turn_epoch() == mine.epoch
    theirs.rotate_signing_key()
    assert mine.public_keys() == theirs.public_keys()
    mine.destroy_epoch("e0001")
    assert theirs.epochs == ("e0002",)
    assert derivation_passphrases == [WORDS, WORDS]


def test_decomposed_passphrase_opens_the_file(path: Path) -> None:
    """A composed and a decomposed spelling of a Vietnamese passphrase open the same file."""
    open_protected_keys(path)
    decomposed = "năm từ không ai đoán".replace("ă", "a\N{COMBINING BREVE}")
    assert decomposed != WORDS
    assert LocalKeys(path, passphrase=lambda: decomposed).epoch == "e0001"


def test_wrong_passphrase_is_refused(path: Path, derivation_passphrases: list[str]) -> None:
    """A wrong passphrase is refused with the file's name and a remedy, the file stays unchanged, and a failed attempt
    isn't repeated.
    """
    keys = open_protected_keys(path)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=rf"doesn't open the key file {path}.*keys_passphrase.*keys restore"):
        LocalKeys(path, passphrase=lambda: OTHER_WORDS)
    assert path.read_bytes() == before
    keys.protect(OTHER_WORDS, CHEAP)
    running = LocalKeys(path, passphrase=lambda: OTHER_WORDS)
    keys.protect(WORDS, CHEAP)
    derivation_passphrases.clear()
    for _ in range(3):
        with pytest.raises(StorageError, match="doesn't open"):
            running.wrap(b"k" * 32, "case:1")
    assert derivation_passphrases == [OTHER_WORDS]


def test_missing_prompt_is_reported(path: Path) -> None:
    """A protected file without a passphrase prompt is reported as protected."""
    open_protected_keys(path)
    with pytest.raises(
        StorageError, match=f"Key file {path} is protected by a passphrase, which this program doesn't ask"
    ):
        LocalKeys(path)


def test_changed_passphrase_is_read_again(path: Path) -> None:
    """After a change of the passphrase, a process that reads it from a file continues, and one that had it typed asks
    for a restart.
    """
    keys = open_protected_keys(path)
    words = [WORDS]
    running = LocalKeys(path, passphrase=lambda: words[0])
    typed = LocalKeys(path, passphrase=answer_once(WORDS))
    words[0] = OTHER_WORDS
    keys.protect(OTHER_WORDS, CHEAP)
    assert running.epoch == "e0001"
    for _ in range(2):
        with pytest.raises(StorageError, match="was changed in the meantime, and the new one can't be read"):
            typed.wrap(b"k" * 32, "case:1")


def test_running_process_survives_protection(path: Path) -> None:
    """A process that opened the file before it was protected asks for the passphrase once, and continues."""
    keys = LocalKeys(path, create=True)
    running = LocalKeys(path, passphrase=answer_once(WORDS))
    wrapped = running.wrap(b"k" * 32, "case:1")
    keys.protect(WORDS, CHEAP)
    assert running.unwrap(*wrapped, "case:1") == b"k" * 32
    assert running.is_protected


def test_protection_can_be_removed(path: Path) -> None:
    """After removing the protection, the same keys open without a passphrase."""
    keys = open_protected_keys(path)
    copy = keys.export()
    keys.unprotect()
    assert not keys.is_protected
    assert LocalKeys(path).export() == copy


def test_short_passphrase_is_refused(path: Path) -> None:
    """A short passphrase is refused before the file is changed."""
    keys = LocalKeys(path, create=True)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="too short"):
        keys.protect("short")
    assert path.read_bytes() == before


def test_full_disk_keeps_old_protection(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that can't be written leaves the file and the process unchanged."""
    keys = open_protected_keys(path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fail)
        with pytest.raises(StorageError, match="No space"):
            keys.protect(OTHER_WORDS, CHEAP)
    assert path.read_bytes() == before
    keys.turn_epoch()
    assert LocalKeys(path, passphrase=lambda: WORDS).epoch == "e0002"


@pytest.mark.parametrize(
    ("place", "value"),
    [("sealed", ""), ("sealed", "A" * 80), ("salt", "AAAA"), ("n", 4), ("sealed", 7), ("protected", 7)],
)
def test_altered_protected_file_is_refused(path: Path, place: str, value: object) -> None:
    """A protected key file with any alteration is refused, and the error names the file."""
    open_protected_keys(path)
    content = json.loads(path.read_text())
    (content if place in content else content["protected"])[place] = value
    path.write_text(json.dumps(content))
    with pytest.raises(StorageError, match=r"keys\.json"):
        LocalKeys(path, passphrase=lambda: WORDS)


@pytest.mark.parametrize(("place", "value"), [("n", 1 << 40), ("n", 3), ("r", 10_000), ("kdf", "rot13")])
def test_excessive_cost_is_refused(path: Path, place: str, value: object, derivation_passphrases: list[str]) -> None:
    """A manipulated derivation cost in a key file doesn't exhaust this machine's memory."""
    open_protected_keys(path)
    content = json.loads(path.read_text())
    content["protected"][place] = value
    path.write_text(json.dumps(content))
    derivation_passphrases.clear()
    with pytest.raises(StorageError):
        LocalKeys(path, passphrase=lambda: WORDS)
    assert len(derivation_passphrases) <= 1


def test_copy_is_always_complete(path: Path, tmp_path: Path) -> None:
    """A copy of the key file taken at any moment is complete, and opens with its passphrase."""
    keys = open_protected_keys(path)
    copy = tmp_path / "copy.json"
    writer = Thread(target=lambda: [keys.turn_epoch() for _ in range(30)])
    writer.start()
    while writer.is_alive():
        shutil.copy(path, copy)
        assert LocalKeys(copy, passphrase=lambda: WORDS).export().epochs
    writer.join()
    assert keys.epoch == "e0031"


def test_twelve_characters_are_enough() -> None:
    """A passphrase of twelve characters is long enough."""
    kernel_passphrase.require_long_passphrase("x" * kernel_passphrase.MIN_LENGTH)
