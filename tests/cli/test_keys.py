"""`anninh keys`: status, passphrase, rotation, and recovery copy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.app.bootstrap import passphrase as bootstrap_passphrase
from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.storages.changes import entry_from
from anninh_storage import LocalKeys, key_file

pytestmark = pytest.mark.slow

WORDS = "five words nobody would guess"
OTHER_WORDS = "năm từ không ai đoán"


def set_passphrase_source(folder: Path, source: str) -> None:
    """Write the source of the passphrase, such as a file, to the folder's settings."""
    settings = folder / "anninh.toml"
    lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("keys_passphrase")]
    settings.write_text("\n".join([f'keys_passphrase = "{source}"', *lines]), "utf-8")


def write_passphrase_file(path: Path, words: str = WORDS) -> Path:
    path.write_text(f"{words}\n", "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def protected_folder(folder: Path) -> Path:
    """The folder with a passphrase on its key file, which the settings read from a file."""
    LocalKeys(folder / "anninh.keys").protect(WORDS, KdfParameters(n=2))
    write_passphrase_file(folder / "words.txt")
    set_passphrase_source(folder, "file:words.txt")
    return folder


@pytest.fixture
def recovery_passphrase_file(tmp_path: Path) -> str:
    return str(write_passphrase_file(tmp_path / "recovery-words.txt"))


@pytest.fixture
def derived_passphrases(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passphrases from which a key file's key was derived, one for each derivation."""
    derived: list[str] = []

    def record_derivation(passphrase: str, parameters: KdfParameters) -> object:
        derived.append(passphrase)
        return derive_cipher(passphrase, parameters)

    monkeypatch.setattr(key_file, "derive_cipher", record_derivation)
    return derived


def list_last_events(folder: Path) -> list[tuple[str, str]]:
    """Return the actor and the event's name for each event of the last 12 entries of the journal."""
    with open_folder(folder) as (app, _):
        seq, _ = app.internals.context.storage.journal.head()
        entries = [
            entry_from(line.content) for line in app.internals.context.storage.journal.read(max(0, seq - 12), 12)
        ]
    return [(entry.actor, event) for entry in entries for event in entry.events]


def test_status_lists_protection_and_epochs(run: Run, read: Read, folder: Path) -> None:
    """The status shows protection, epochs, data keys and recovery copy, and that earlier backups remain readable."""
    result = run("keys", "status")
    assert result.exit_code == 0, result.output
    assert "in clear" in result.stdout
    assert "none is known" in result.stdout
    assert "can be read from earlier backups as long as they and the keys exist" in " ".join(result.stdout.split())
    status = read("keys", "status")
    assert (status["protected"], status["epoch"], status["recovery"]) == (False, "e0001", None)
    assert status["epochs"][0]["data_keys"] > 5


@pytest.mark.slow
def test_protection_is_added_and_removed(run: Run, folder: Path, recovery_passphrase_file: str) -> None:
    """A protected key file contains no key in clear, opens by the settings' passphrase, and is as before after
    `--remove`.
    """
    clear = json.loads((folder / "anninh.keys").read_text())
    result = run("keys", "protect", "--passphrase-file", recovery_passphrase_file)
    assert result.exit_code == 0, result.output
    assert "after a power cut no message is received" in result.stderr
    assert "epochs" not in (folder / "anninh.keys").read_text()
    refused = run("tips", "list")
    assert refused.exit_code == 2
    assert "or start the program by hand at a terminal" in refused.stderr
    set_passphrase_source(folder, f"file:{recovery_passphrase_file}")
    assert run("tips", "list").exit_code == 0
    assert ("system:keeping", "keys.protected") in list_last_events(folder)
    assert run("keys", "protect", "--remove").exit_code == 0
    assert json.loads((folder / "anninh.keys").read_text()) == clear


@pytest.mark.slow
def test_old_passphrase_source_is_reported(run: Run, protected_folder: Path, tmp_path: Path) -> None:
    """After a changed passphrase the outdated source is reported, until the settings' source has the new one."""
    new = write_passphrase_file(tmp_path / "new.txt", OTHER_WORDS)
    result = run("keys", "protect", "--passphrase-file", str(new))
    assert result.exit_code == 0, result.output
    assert "doesn't have this passphrase here" in result.stderr
    refusal = run("tips", "list")
    assert refusal.exit_code == 1
    assert refusal.stderr.count("\n") == 1
    assert str(protected_folder / "anninh.keys") in refusal.stderr
    assert "anninh keys restore" in refusal.stderr
    shutil.copy(new, protected_folder / "words.txt")
    assert run("tips", "list").exit_code == 0
    again = run("keys", "protect", "--passphrase-file", str(new))
    assert "starts unattended with the passphrase from file:" in again.stdout


@pytest.mark.parametrize("source", ["env:OFFICE_WORDS", "credential:office", "file:words.txt"])
def test_passphrase_sources_need_no_person(run: Run, protected_folder: Path, tmp_path: Path, source: str) -> None:
    """An environment variable, a systemd credential and a file provide the passphrase without a person."""
    set_passphrase_source(protected_folder, source)
    write_passphrase_file(tmp_path / "office")
    environment = {"OFFICE_WORDS": WORDS, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert run("tips", "list", env=environment).exit_code == 0


def test_passphrase_is_prompted_for_once(run: Run, protected_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal the passphrase is prompted for once per command, also if the configured source is missing."""
    prompts: list[str] = []

    def answer_prompt(prompt: str) -> str:
        prompts.append(prompt)
        return WORDS

    monkeypatch.setattr(bootstrap_passphrase, "getpass", answer_prompt)
    for source in ("prompt", "credential:office"):
        set_passphrase_source(protected_folder, source)
        monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
        assert run("keys", "status").exit_code == 0
    assert prompts == [f"Passphrase of {protected_folder / 'anninh.keys'}: "] * 2


def test_readable_passphrase_file_is_refused(run: Run, protected_folder: Path) -> None:
    """A passphrase file that others can read is refused with the command that mends it."""
    (protected_folder / "words.txt").chmod(0o644)
    result = run("tips", "list")
    assert result.exit_code == 2
    assert "chmod o=" in result.stderr


COMMANDS: list[Callable[[Run, Path], object]] = [
    lambda run, _: run("tips", "list"),
    lambda run, _: run("doctor", "--deep"),
    lambda run, _: run("work", "--once"),
    lambda run, _: run("keys", "rotate"),
    lambda run, to: run("backup", "make", str(to / "b.zip")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=["list", "doctor", "work", "rotate", "backup"])
def test_command_derives_key_once(
    run: Run,
    protected_folder: Path,
    derived_passphrases: list[str],
    tmp_path: Path,
    command: Callable[[Run, Path], object],
) -> None:
    """Each command derives the key from the passphrase only once."""
    command(run, tmp_path)
    assert derived_passphrases == [WORDS]


def test_restore_derives_key_once(
    run: Run, protected_folder: Path, derived_passphrases: list[str], tmp_path: Path
) -> None:
    """A restore, which opens the keys several times, derives the key only once."""
    backup = tmp_path / "b.zip"
    place = tmp_path / "place"
    assert run("backup", "make", str(backup)).exit_code == 0
    place.mkdir()
    for name in ("anninh.toml", "anninh.keys", "words.txt"):
        shutil.copy(protected_folder / name, place)
    derived_passphrases.clear()
    assert run("restore", str(backup), "--at", str(place)).exit_code == 0
    assert derived_passphrases == [WORDS]


def test_rotation_keeps_the_passphrase(run: Run, read: Read, protected_folder: Path) -> None:
    """A rotation makes a new epoch and signing key under the same passphrase, with the officer in the journal."""
    before = read("keys", "status")
    for epoch in ("e0002", "e0003"):
        result = run("keys", "rotate")
        assert result.exit_code == 0, result.output
        assert epoch in result.stdout
        assert "blind key stays" in result.stdout
        assert "new recovery copy" in result.stderr
    after = read("keys", "status")
    assert after["epoch"] == "e0003"
    assert after["signing_key"] != before["signing_key"]
    assert after["protected"] is True
    with open_folder(protected_folder) as (_, me):
        person = me.label
    assert {(person, "keys.turn_ordered"), (person, "keys.epoch_turned"), (person, "journal.key_changed")} <= set(
        list_last_events(protected_folder)
    )


def test_rotation_needs_an_operator(run: Run, folder: Path, officer: Callable[..., str]) -> None:
    """An officer without the operator's role can't rotate the keys."""
    before = (folder / "anninh.keys").read_bytes()
    refused = run("keys", "rotate", "--as", officer("ninh-hoa", "tip_officer"))
    assert refused.exit_code == 1
    assert (folder / "anninh.keys").read_bytes() == before


@pytest.mark.slow
def test_keys_are_restored_from_recovery_copy(
    run: Run, read: Read, folder: Path, tmp_path: Path, recovery_passphrase_file: str
) -> None:
    """A lost key file is restored from the recovery copy and its passphrase, and old tips can be read."""
    copy = tmp_path / "copy"
    tips = run("tips", "list").stdout
    result = run("keys", "recovery", str(copy), "--passphrase-file", recovery_passphrase_file)
    assert result.exit_code == 0, result.output
    assert "read back, and it opens a record," in result.stdout
    assert "It has all keys in use, up to epoch e0001" in result.stdout
    assert ("system:keeping", "recovery.made") in list_last_events(folder)
    assert read("keys", "status")["recovery"]["epoch"] == "e0001"
    assert run("keys", "check-recovery", str(copy), "--passphrase-file", recovery_passphrase_file).exit_code == 0
    refusal = run("keys", "restore", str(copy), "--passphrase-file", recovery_passphrase_file)
    assert (refusal.exit_code, "move it away first" in refusal.stderr) == (2, True)

    (folder / "anninh.keys").unlink()
    assert "anninh keys restore" in run("tips", "list").stderr
    restored = run("keys", "restore", str(copy), "--passphrase-file", recovery_passphrase_file)
    assert restored.exit_code == 0, restored.output
    assert "in clear" in restored.stdout
    assert run("tips", "list").stdout == tips
    assert ("system:keeping", "keys.restored") in list_last_events(folder)


@pytest.mark.slow
def test_restored_keys_get_settings_passphrase(run: Run, protected_folder: Path, tmp_path: Path) -> None:
    """A restored key file gets the settings' passphrase, not the recovery copy's."""
    other = str(write_passphrase_file(tmp_path / "other.txt", OTHER_WORDS))
    assert run("keys", "recovery", str(tmp_path / "copy"), "--passphrase-file", other).exit_code == 0
    (protected_folder / "anninh.keys").unlink()
    restored = run("keys", "restore", str(tmp_path / "copy"), "--passphrase-file", other)
    assert "protected by the passphrase from file:" in restored.stdout
    assert set(json.loads((protected_folder / "anninh.keys").read_text())) == {"protected", "sealed"}
    assert run("tips", "list").exit_code == 0


@pytest.mark.slow
def test_keys_are_restored_before_backup(run: Run, folder: Path, tmp_path: Path, recovery_passphrase_file: str) -> None:
    """Keys can be restored before the backup if only settings, backup and recovery copy are left."""
    tips = run("tips", "list").stdout
    place = tmp_path / "place"
    assert run("keys", "recovery", str(tmp_path / "copy"), "--passphrase-file", recovery_passphrase_file).exit_code == 0
    assert run("backup", "make", str(tmp_path / "b.zip")).exit_code == 0
    place.mkdir()
    shutil.copy(folder / "anninh.toml", place)
    restored = run(
        "keys", "restore", str(tmp_path / "copy"), "--passphrase-file", recovery_passphrase_file, "--at", str(place)
    )
    assert "Nothing is stored yet: restore a backup" in restored.stdout
    assert run("restore", str(tmp_path / "b.zip"), "--at", str(place)).exit_code == 0
    assert run("tips", "list", "--at", str(place)).stdout == tips


@pytest.mark.slow
def test_outdated_recovery_copy_is_reported(
    run: Run, folder: Path, tmp_path: Path, recovery_passphrase_file: str
) -> None:
    """An outdated recovery copy is reported with exit code 3 and the data keys that it doesn't open."""
    copy = tmp_path / "copy"
    assert run("keys", "recovery", str(copy), "--passphrase-file", recovery_passphrase_file).exit_code == 0
    assert run("keys", "rotate").exit_code == 0
    with open_folder(folder) as (app, _):
        app.worker.jobs["rewrap_keys"].run()
    behind = run("keys", "check-recovery", str(copy), "--passphrase-file", recovery_passphrase_file)
    assert behind.exit_code == 3
    assert "make a new copy" in behind.stderr
    assert "NOT opened by it" in behind.stderr
    assert "which is behind e0002" in " ".join(run("keys", "status").stdout.split())


@pytest.mark.slow
def test_outdated_copy_needs_incomplete_option(
    run: Run, read: Read, folder: Path, tmp_path: Path, recovery_passphrase_file: str
) -> None:
    """An outdated recovery copy is restored only with `--incomplete`, after listing the missing epochs; then a new
    epoch begins.
    """
    copy = tmp_path / "copy"
    assert run("keys", "recovery", str(copy), "--passphrase-file", recovery_passphrase_file).exit_code == 0
    assert run("keys", "rotate").exit_code == 0
    with open_folder(folder) as (app, me):
        lost = app.tips.record_walk_in(me, "Có trộm ở chợ", unit="ninh-hoa")
    (folder / "anninh.keys").unlink()
    refused = run("keys", "restore", str(copy), "--passphrase-file", recovery_passphrase_file)
    assert (
        refused.exit_code,
        "It lacks these epochs (number of data keys in parentheses): e0002 (" in refused.stderr,
    ) == (2, True)
    assert not (folder / "anninh.keys").exists()
    restored = run("keys", "restore", str(copy), "--incomplete", "--passphrase-file", recovery_passphrase_file)
    assert restored.exit_code == 0, restored.output
    assert "wrapped under epoch e0002" in restored.stderr
    assert read("keys", "status")["epoch"] == "e0003"
    with open_folder(folder) as (app, me):
        with pytest.raises(DecryptionError, match="Key epoch 'e0002' was destroyed or never existed here"):
            app.tips.get(me, lost.id)
        assert app.tips.record_walk_in(me, "Có trộm ở chợ", unit="ninh-hoa").id


@pytest.mark.slow
def test_mistyped_recovery_copy_is_deleted(run: Run, folder: Path, tmp_path: Path) -> None:
    """A recovery copy with a mistyped second passphrase is deleted."""
    result = run("keys", "recovery", str(tmp_path / "copy"), input=f"{WORDS}\nfive words that somebody mistyped\n")
    assert result.exit_code == 1
    assert "The passphrase doesn't open the keys of this file" in result.stderr
    assert not (tmp_path / "copy").exists()
    assert run("keys", "recovery", str(tmp_path / "copy"), input=f"{WORDS}\n{WORDS}\n").exit_code == 0


@pytest.mark.slow
def test_recovery_copy_of_other_keys_is_refused(
    run: Run, folder: Path, tmp_path: Path, recovery_passphrase_file: str
) -> None:
    """A recovery copy of other keys is refused, and no key file is made."""
    other = tmp_path / "other"
    made = run(
        "init", str(other), "--recovery", str(tmp_path / "theirs"), "--passphrase-file", recovery_passphrase_file
    )
    assert made.exit_code == 0, made.output
    assert "read back, and it opens a record," in made.stdout
    checked = run("keys", "check-recovery", str(tmp_path / "theirs"), "--passphrase-file", recovery_passphrase_file)
    assert (checked.exit_code, "doesn't belong to the keys of this storage" in checked.stderr) == (2, True)
    (folder / "anninh.keys").unlink()
    refused = run("keys", "restore", str(tmp_path / "theirs"), "--passphrase-file", recovery_passphrase_file)
    assert (refused.exit_code, "doesn't belong to the keys of this storage" in refused.stderr) == (2, True)
    assert not (folder / "anninh.keys").exists()


def test_init_suggests_a_recovery_copy(run: Run, tmp_path: Path) -> None:
    """`init` without a recovery copy prints the command that makes one."""
    result = run("init", str(tmp_path / "new"))
    assert f"anninh keys recovery --at {tmp_path / 'new'} FILE" in result.stdout
