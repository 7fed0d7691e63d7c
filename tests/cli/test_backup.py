"""`anninh backup` and `anninh restore`."""

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run, get_mock_messenger, open_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def backup_path(run: Run, tmp_path: Path) -> Path:
    """Path of a backup of the folder."""
    path = tmp_path / "backup.zip"
    result = run("backup", str(path))
    assert result.exit_code == 0, result.output
    return path


def test_backup_prints_its_content_hash(run: Run, tmp_path: Path) -> None:
    """A backup prints the hash of its content and that it has no keys, and its file is private."""
    path = tmp_path / "backup.zip"
    result = run("backup", str(path))
    assert result.exit_code == 0
    assert "The keys are NOT in it." in result.stdout
    assert f"{path}: written" in result.stdout
    facts = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if not line.startswith(" "))
    assert len(facts["content"]) == 64
    assert path.stat().st_mode & 0o077 == 0


def test_existing_backup_is_not_replaced(run: Run, backup_path: Path) -> None:
    """An existing file is replaced only with `--force`."""
    before = backup_path.read_bytes()
    result = run("backup", str(backup_path))
    assert (result.exit_code, backup_path.read_bytes()) == (1, before)
    assert "--force" in result.stderr
    assert run("backup", "make", str(backup_path), "--force").exit_code == 0
    assert backup_path.read_bytes() != before


def test_verify_names_damaged_part(run: Run, backup_path: Path) -> None:
    """Verifying reports an intact backup, and the damaged part of a damaged one."""
    assert f"{backup_path}: intact" in run("backup", "verify", str(backup_path)).stdout
    data = bytearray(backup_path.read_bytes())
    data[data.index(b"journal", data.index(b"journal_head") + 12) + 200] ^= 1
    backup_path.write_bytes(bytes(data))
    result = run("backup", "verify", str(backup_path))
    assert result.exit_code == 1
    assert f"Part 'journal' of {backup_path} is damaged (" in result.stderr


def test_verification_is_recorded_in_store(run: Run, backup_path: Path, folder: Path) -> None:
    """Verifying with the keys of a folder records it in its store, and makes no store if it has none."""
    assert run("backup", "verify", str(backup_path), "--at", str(folder)).exit_code == 0
    with open_folder(folder) as (app, me):
        assert [backup.verified_at is not None for backup in app.system.backups(me)] == [True]
    (folder / "anninh.db").unlink()
    assert "intact" in run("backup", "verify", str(backup_path), "--at", str(folder)).stdout
    assert not (folder / "anninh.db").exists()


def test_restored_folder_is_complete(run: Run, backup_path: Path, folder_without_data: Path) -> None:
    """A restored folder has all tips and a valid journal."""
    result = run("restore", str(backup_path), "--at", str(folder_without_data))
    assert result.exit_code == 0, result.output
    assert f"{backup_path}: restored and checked" in result.stdout
    assert run("audit", "verify", "--at", str(folder_without_data)).exit_code == 0
    assert run("tips", "list", "--at", str(folder_without_data)).stdout == run("tips", "list").stdout


def test_restore_reports_unknown_outcomes(run: Run, folder: Path, tmp_path: Path, folder_without_data: Path) -> None:
    """A restore reports undelivered messages as of unknown outcome, and `--resume` lets them be sent."""
    with open_folder(folder) as (app, me):
        app.groups.establish(me, "ninh-van", kind="commune", title="Nhóm Zalo An ninh xã Ninh Vân", messenger="oa")
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Cô Mẫu"), "Mất trộm xe đạp ở xóm 1")
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        app.worker.inbox.run()
        waiting = app.internals.context.storage.queues.depth()["outbox.ready"]
    path = tmp_path / "b.zip"
    run("backup", str(path))
    other = shutil.copytree(folder_without_data, tmp_path / "other")
    assert (
        f"messages of unknown outcome: {waiting};" in run("restore", str(path), "--at", str(folder_without_data)).stdout
    )
    assert "unknown outcome" not in run("restore", str(path), "--at", str(other), "--resume").stdout


def test_restore_needs_an_empty_store(run: Run, backup_path: Path, folder: Path) -> None:
    """A restore into a folder that isn't empty is refused."""
    result = run("restore", str(backup_path))
    assert result.exit_code == 1
    assert "isn't empty" in result.stderr
    assert run("audit", "verify").exit_code == 0


def test_restore_names_missing_key_file(run: Run, backup_path: Path, folder_without_data: Path) -> None:
    """A restore without the key file fails with exit code 2, has the file's name in its error, and makes no key
    file.
    """
    (folder_without_data / "anninh.keys").unlink()
    result = run("restore", str(backup_path), "--at", str(folder_without_data))
    assert result.exit_code == 2
    assert "anninh.keys" in result.stderr
    assert not (folder_without_data / "anninh.keys").exists()
