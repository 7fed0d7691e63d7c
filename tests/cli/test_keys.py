"""`anninh keys`: what is known of them, the passphrase, the rotation, and the recovery copy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

from anninh_core.app.bootstrap import passphrase as bootstrap_passphrase
from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.storages.changes import entry_from
from anninh_storage import LocalKeys, key_file

pytestmark = pytest.mark.slow

WORDS = "five words nobody would guess"
OTHER_WORDS = "năm từ không ai đoán"


def set_source(folder: Path, source: str) -> None:
    """Say in the settings where the passphrase comes from."""
    settings = folder / "anninh.toml"
    lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("keys_passphrase")]
    settings.write_text("\n".join([f'keys_passphrase = "{source}"', *lines]), "utf-8")


def write_words(path: Path, words: str = WORDS) -> Path:
    path.write_text(f"{words}\n", "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def protected(folder: Path) -> Path:
    """The folder with a passphrase on its key file, which the settings find in a file."""
    LocalKeys(folder / "anninh.keys").protect(WORDS, KdfParameters(n=2))
    write_words(folder / "words.txt")
    set_source(folder, "file:words.txt")
    return folder


@pytest.fixture
def words(tmp_path: Path) -> str:
    return str(write_words(tmp_path / "recovery-words.txt"))


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passphrases from which the key of a key file was derived."""
    derived: list[str] = []

    def count(passphrase: str, parameters: KdfParameters) -> object:
        derived.append(passphrase)
        return derive_cipher(passphrase, parameters)

    monkeypatch.setattr(key_file, "derive_cipher", count)
    return derived


def events(folder: Path) -> list[tuple[str, str]]:
    """Actor and event of the last lines of the journal."""
    with opened(folder) as (app, _):
        seq, _ = app.internals.context.storage.journal.head()
        entries = [
            entry_from(line.content) for line in app.internals.context.storage.journal.read(max(0, seq - 12), 12)
        ]
    return [(entry.actor, event) for entry in entries for event in entry.events]


def test_status_lists_protection_and_epochs(run: Run, read: Read, folder: Path) -> None:
    """Unprotected, one epoch with all data keys, no recovery copy; and what that means for backups."""
    done = run("keys", "status")
    assert done.exit_code == 0, done.output
    assert "in clear" in done.stdout
    assert "none is known" in done.stdout
    assert "can be read from earlier backups as long as they and the keys exist" in " ".join(done.stdout.split())
    found = read("keys", "status")
    assert (found["protected"], found["epoch"], found["recovery"]) == (False, "e0001", None)
    assert found["epochs"][0]["data_keys"] > 5


@pytest.mark.slow
def test_protect_and_remove(run: Run, folder: Path, words: str) -> None:
    """The file holds nothing in clear, the journal has it, a start takes it; taken off it is as before."""
    clear = json.loads((folder / "anninh.keys").read_text())
    done = run("keys", "protect", "--passphrase-file", words)
    assert done.exit_code == 0, done.output
    assert "after a power cut nothing is taken in" in done.stderr
    assert "epochs" not in (folder / "anninh.keys").read_text()
    refused = run("tips", "list")
    assert refused.exit_code == 2
    assert "or start the program by hand at a terminal" in refused.stderr
    set_source(folder, f"file:{words}")
    assert run("tips", "list").exit_code == 0
    assert ("system:keeping", "keys.protected") in events(folder)
    assert run("keys", "protect", "--remove").exit_code == 0
    assert json.loads((folder / "anninh.keys").read_text()) == clear


@pytest.mark.slow
def test_old_passphrase_source_is_reported(run: Run, protected: Path, tmp_path: Path) -> None:
    """The settings still lead to the old one: that is said, until the new one stands there."""
    new = write_words(tmp_path / "new.txt", OTHER_WORDS)
    done = run("keys", "protect", "--passphrase-file", str(new))
    assert done.exit_code == 0, done.output
    assert "doesn't have this passphrase here" in done.stderr
    wrong = run("tips", "list")
    assert wrong.exit_code == 1
    assert wrong.stderr.count("\n") == 1
    assert str(protected / "anninh.keys") in wrong.stderr
    assert "anninh keys restore" in wrong.stderr
    shutil.copy(new, protected / "words.txt")
    assert run("tips", "list").exit_code == 0
    again = run("keys", "protect", "--passphrase-file", str(new))
    assert "starts by itself with the passphrase from file:" in again.stdout


@pytest.mark.parametrize("source", ["env:OFFICE_WORDS", "credential:office", "file:words.txt"])
def test_passphrase_sources_need_no_person(run: Run, protected: Path, tmp_path: Path, source: str) -> None:
    """A variable, a credential of systemd, a file: none of them takes a person."""
    set_source(protected, source)
    write_words(tmp_path / "office")
    environment = {"OFFICE_WORDS": WORDS, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert run("tips", "list", env=environment).exit_code == 0


def test_asked_at_a_terminal(run: Run, protected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person types it, once for a command; also where what the settings name isn't here, as by hand."""
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return WORDS

    monkeypatch.setattr(bootstrap_passphrase, "getpass", answer)
    for source in ("prompt", "credential:office"):
        set_source(protected, source)
        monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
        assert run("keys", "status").exit_code == 0
    assert asked == [f"Passphrase of {protected / 'anninh.keys'}: "] * 2


def test_a_file_that_everybody_may_read(run: Run, protected: Path) -> None:
    """It protects nothing, and is refused with the command that mends it."""
    (protected / "words.txt").chmod(0o644)
    done = run("tips", "list")
    assert done.exit_code == 2
    assert "chmod o=" in done.stderr


COMMANDS: list[Callable[[Run, Path], object]] = [
    lambda run, _: run("tips", "list"),
    lambda run, _: run("doctor", "--deep"),
    lambda run, _: run("work", "--once"),
    lambda run, _: run("keys", "rotate"),
    lambda run, to: run("backup", "make", str(to / "b.zip")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=["list", "doctor", "work", "rotate", "backup"])
def test_one_derivation_a_command(
    run: Run, protected: Path, derivations: list[str], tmp_path: Path, command: Callable[[Run, Path], object]
) -> None:
    """The passphrase costs each command one derivation and no more."""
    command(run, tmp_path)
    assert derivations == [WORDS]


def test_one_derivation_to_restore(run: Run, protected: Path, derivations: list[str], tmp_path: Path) -> None:
    """Also where a command opens the keys for several things."""
    backup = tmp_path / "b.zip"
    place = tmp_path / "place"
    assert run("backup", "make", str(backup)).exit_code == 0
    place.mkdir()
    for name in ("anninh.toml", "anninh.keys", "words.txt"):
        shutil.copy(protected / name, place)
    derivations.clear()
    assert run("restore", str(backup), "--at", str(place)).exit_code == 0
    assert derivations == [WORDS]


def test_rotation_keeps_the_passphrase(run: Run, read: Read, protected: Path) -> None:
    """A new epoch and a new signing key, under the same passphrase; the person stands in the journal."""
    before = read("keys", "status")
    for epoch in ("e0002", "e0003"):
        done = run("keys", "rotate")
        assert done.exit_code == 0, done.output
        assert epoch in done.stdout
        assert "blind key stays" in done.stdout
        assert "new recovery copy" in done.stderr
    after = read("keys", "status")
    assert after["epoch"] == "e0003"
    assert after["signing_key"] != before["signing_key"]
    assert after["protected"] is True
    with opened(protected) as (_, me):
        person = me.label
    assert {(person, "keys.turn_ordered"), (person, "keys.epoch_turned"), (person, "journal.key_changed")} <= set(
        events(protected)
    )


def test_who_does_not_operate_rotates_nothing(run: Run, folder: Path, officer: Callable[..., str]) -> None:
    """The keys stay as they are, and the refusal stands in the journal."""
    before = (folder / "anninh.keys").read_bytes()
    refused = run("keys", "rotate", "--as", officer("ninh-hoa", "tip_officer"))
    assert refused.exit_code == 1
    assert (folder / "anninh.keys").read_bytes() == before


@pytest.mark.slow
def test_a_recovery_copy_is_made_tried_and_restored(
    run: Run, read: Read, folder: Path, tmp_path: Path, words: str
) -> None:
    """The key file is lost; from the copy and its passphrase it comes back, and old tips are read."""
    copy = tmp_path / "copy"
    tips = run("tips", "list").stdout
    done = run("keys", "recovery", str(copy), "--passphrase-file", words)
    assert done.exit_code == 0, done.output
    assert "read back, and it opens a record," in done.stdout
    assert "It has all keys in use, up to epoch e0001" in done.stdout
    assert ("system:keeping", "recovery.made") in events(folder)
    assert read("keys", "status")["recovery"]["epoch"] == "e0001"
    assert run("keys", "check-recovery", str(copy), "--passphrase-file", words).exit_code == 0
    taken = run("keys", "restore", str(copy), "--passphrase-file", words)
    assert (taken.exit_code, "move it away first" in taken.stderr) == (2, True)

    (folder / "anninh.keys").unlink()
    assert "anninh keys restore" in run("tips", "list").stderr
    restored = run("keys", "restore", str(copy), "--passphrase-file", words)
    assert restored.exit_code == 0, restored.output
    assert "in clear" in restored.stdout
    assert run("tips", "list").stdout == tips
    assert ("system:keeping", "keys.restored") in events(folder)


@pytest.mark.slow
def test_restored_under_the_passphrase_of_the_settings(run: Run, protected: Path, tmp_path: Path) -> None:
    """The copy has a passphrase of its own; the file that comes back has that of the settings."""
    other = str(write_words(tmp_path / "other.txt", OTHER_WORDS))
    assert run("keys", "recovery", str(tmp_path / "copy"), "--passphrase-file", other).exit_code == 0
    (protected / "anninh.keys").unlink()
    restored = run("keys", "restore", str(tmp_path / "copy"), "--passphrase-file", other)
    assert "protected by the passphrase from file:" in restored.stdout
    assert set(json.loads((protected / "anninh.keys").read_text())) == {"protected", "sealed"}
    assert run("tips", "list").exit_code == 0


@pytest.mark.slow
def test_restored_before_the_backup(run: Run, folder: Path, tmp_path: Path, words: str) -> None:
    """Everything is lost but settings, backup and copy: first the keys, then the backup."""
    tips = run("tips", "list").stdout
    place = tmp_path / "place"
    assert run("keys", "recovery", str(tmp_path / "copy"), "--passphrase-file", words).exit_code == 0
    assert run("backup", "make", str(tmp_path / "b.zip")).exit_code == 0
    place.mkdir()
    shutil.copy(folder / "anninh.toml", place)
    restored = run("keys", "restore", str(tmp_path / "copy"), "--passphrase-file", words, "--at", str(place))
    assert "Nothing is stored yet: restore a backup" in restored.stdout
    assert run("restore", str(tmp_path / "b.zip"), "--at", str(place)).exit_code == 0
    assert run("tips", "list", "--at", str(place)).stdout == tips


@pytest.mark.slow
def test_a_copy_that_is_behind(run: Run, folder: Path, tmp_path: Path, words: str) -> None:
    """What was wrapped anew since isn't opened by it: that is counted, with an exit code of its own."""
    copy = tmp_path / "copy"
    assert run("keys", "recovery", str(copy), "--passphrase-file", words).exit_code == 0
    assert run("keys", "rotate").exit_code == 0
    with opened(folder) as (app, _):
        app.worker.jobs["rewrap_keys"].run()
    behind = run("keys", "check-recovery", str(copy), "--passphrase-file", words)
    assert behind.exit_code == 3
    assert "make a new copy" in behind.stderr
    assert "NOT opened by it" in behind.stderr
    assert "which is behind e0002" in " ".join(run("keys", "status").stdout.split())


@pytest.mark.slow
def test_an_outdated_copy_is_restored_only_if_somebody_says_so(
    run: Run, read: Read, folder: Path, tmp_path: Path, words: str
) -> None:
    """What it doesn't open is counted first; then work goes on in an epoch whose name was never given before."""
    copy = tmp_path / "copy"
    assert run("keys", "recovery", str(copy), "--passphrase-file", words).exit_code == 0
    assert run("keys", "rotate").exit_code == 0
    with opened(folder) as (app, me):
        lost = app.tips.record_walk_in(me, "Có trộm ở chợ", unit="ninh-hoa")
    (folder / "anninh.keys").unlink()
    refused = run("keys", "restore", str(copy), "--passphrase-file", words)
    assert (
        refused.exit_code,
        "It lacks these epochs (number of data keys in parentheses): e0002 (" in refused.stderr,
    ) == (2, True)
    assert not (folder / "anninh.keys").exists()
    restored = run("keys", "restore", str(copy), "--incomplete", "--passphrase-file", words)
    assert restored.exit_code == 0, restored.output
    assert "wrapped under epoch e0002" in restored.stderr
    assert read("keys", "status")["epoch"] == "e0003"
    with opened(folder) as (app, me):
        with pytest.raises(DecryptionError, match="Key epoch 'e0002' was destroyed or never existed here"):
            app.tips.get(me, lost.id)
        assert app.tips.record_walk_in(me, "Có trộm ở chợ", unit="ninh-hoa").id


@pytest.mark.slow
def test_typed_otherwise_the_second_time(run: Run, folder: Path, tmp_path: Path) -> None:
    """A copy of which nobody knows what opens it isn't left."""
    done = run("keys", "recovery", str(tmp_path / "copy"), input=f"{WORDS}\nfive words that somebody mistyped\n")
    assert done.exit_code == 1
    assert "The passphrase doesn't open the keys of this file" in done.stderr
    assert not (tmp_path / "copy").exists()
    assert run("keys", "recovery", str(tmp_path / "copy"), input=f"{WORDS}\n{WORDS}\n").exit_code == 0


@pytest.mark.slow
def test_keys_of_another_office_restore_nothing(run: Run, folder: Path, tmp_path: Path, words: str) -> None:
    """They would open nothing; no file is made, and the office's own copy still fits afterwards."""
    other = tmp_path / "other"
    made = run("init", str(other), "--recovery", str(tmp_path / "theirs"), "--passphrase-file", words)
    assert made.exit_code == 0, made.output
    assert "read back, and it opens a record," in made.stdout
    checked = run("keys", "check-recovery", str(tmp_path / "theirs"), "--passphrase-file", words)
    assert (checked.exit_code, "doesn't belong to the keys of this storage" in checked.stderr) == (2, True)
    (folder / "anninh.keys").unlink()
    refused = run("keys", "restore", str(tmp_path / "theirs"), "--passphrase-file", words)
    assert (refused.exit_code, "doesn't belong to the keys of this storage" in refused.stderr) == (2, True)
    assert not (folder / "anninh.keys").exists()


def test_init_without_a_copy_says_so(run: Run, tmp_path: Path) -> None:
    """With the command that makes one."""
    done = run("init", str(tmp_path / "new"))
    assert f"anninh keys recovery --at {tmp_path / 'new'} FILE" in done.stdout
