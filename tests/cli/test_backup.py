"""`anninh backup` and `anninh restore`."""

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run, mock, opened

pytestmark = pytest.mark.slow


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    """A backup of the folder."""
    path = tmp_path / "backup.zip"
    done = run("backup", str(path))
    assert done.exit_code == 0, done.output
    return path


def test_a_backup_says_what_is_in_it(run: Run, tmp_path: Path) -> None:
    """What was written, with the hash of its content, and that the keys are not in it."""
    path = tmp_path / "backup.zip"
    done = run("backup", str(path))
    assert done.exit_code == 0
    assert "The keys are NOT in it." in done.stdout
    assert f"{path}: written" in done.stdout
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if not line.startswith(" "))
    assert len(told["content"]) == 64
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_is_not_replaced(run: Run, made: Path) -> None:
    """Unless --force says so."""
    before = made.read_bytes()
    done = run("backup", str(made))
    assert (done.exit_code, made.read_bytes()) == (1, before)
    assert "--force" in done.stderr
    assert run("backup", "make", str(made), "--force").exit_code == 0
    assert made.read_bytes() != before


def test_a_backup_is_verified(run: Run, made: Path) -> None:
    """A sound file is said to be intact; of a damaged one the part is named."""
    assert f"{made}: intact" in run("backup", "verify", str(made)).stdout
    data = bytearray(made.read_bytes())
    data[data.index(b"journal", data.index(b"journal_head") + 12) + 200] ^= 1
    made.write_bytes(bytes(data))
    done = run("backup", "verify", str(made))
    assert done.exit_code == 1
    assert f"Part 'journal' of {made} is damaged (" in done.stderr


def test_an_office_notes_that_its_backup_was_read(run: Run, made: Path, folder: Path) -> None:
    """With the keys of a folder; where the folder holds no office yet, none is made."""
    assert run("backup", "verify", str(made), "--at", str(folder)).exit_code == 0
    with opened(folder) as (app, me):
        assert [one.verified_at is not None for one in app.system.backups(me)] == [True]
    (folder / "anninh.db").unlink()
    assert "intact" in run("backup", "verify", str(made), "--at", str(folder)).stdout
    assert not (folder / "anninh.db").exists()


def test_restored_folder_is_complete(run: Run, made: Path, place: Path) -> None:
    """In another folder everything is there, the trail verifies, and what waited is for a person to decide."""
    done = run("restore", str(made), "--at", str(place))
    assert done.exit_code == 0, done.output
    assert f"{made}: restored and checked" in done.stdout
    assert run("audit", "verify", "--at", str(place)).exit_code == 0
    assert run("tips", "list", "--at", str(place)).stdout == run("tips", "list").stdout


def test_what_waited_is_told(run: Run, folder: Path, tmp_path: Path, place: Path) -> None:
    """Messages that may have left since are counted, and --resume lets them go."""
    with opened(folder) as (app, me):
        app.groups.found(me, "ninh-van", kind="commune", title="Nhóm Zalo An ninh xã Ninh Vân", messenger="oa")
        chat = mock(app).chat
        chat.says(chat.person("Cô Mẫu"), "Mất trộm xe đạp ở xóm 1")
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        app.worker.inbox.run()
        waiting = app.internals.context.storage.queues.depth()["outbox.ready"]
    path = tmp_path / "b.zip"
    run("backup", str(path))
    other = shutil.copytree(place, tmp_path / "other")
    assert f"messages of unknown outcome: {waiting};" in run("restore", str(path), "--at", str(place)).stdout
    assert "unknown outcome" not in run("restore", str(path), "--at", str(other), "--resume").stdout


def test_never_over_something(run: Run, made: Path, folder: Path) -> None:
    """A folder that holds something stays as it is."""
    done = run("restore", str(made))
    assert done.exit_code == 1
    assert "isn't empty" in done.stderr
    assert run("audit", "verify").exit_code == 0


def test_restore_names_missing_key_file(run: Run, made: Path, place: Path) -> None:
    """Exit code 2, and the file that has to be put there is named."""
    (place / "anninh.keys").unlink()
    done = run("restore", str(made), "--at", str(place))
    assert done.exit_code == 2
    assert "anninh.keys" in done.stderr
    assert not (place / "anninh.keys").exists()
