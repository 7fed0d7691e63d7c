"""`anninh doctor`."""

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from subprocess import run as start

import pytest
from tests.cli.conftest import Read, Run

from anninh_core.app.doctor.machine import Machine

WITHOUT_ZONES = "import sys; sys.modules['tzdata'] = None; from anninh_core.cli import main; main()"


@pytest.fixture(autouse=True)
def sound_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's disk and SQLite are not what is tested here."""
    monkeypatch.setattr(Machine, "free_bytes", lambda *_: 1 << 40)
    monkeypatch.setattr(Machine, "sqlite_version", lambda _: (3, 45, 1))
    monkeypatch.setattr(Machine, "max_open_files", lambda _: None)


def problems(run: Run, *words: str) -> Mapping[str, str]:
    """Run it for programs and return the sentences of each problem, by name."""
    done = run("doctor", "--json", *words)
    found = {
        one["name"]: f"{one['what']} {one['todo']}" for one in json.loads(done.stdout) if one["level"] == "problem"
    }
    assert done.exit_code == (1 if found else 0)
    return found


def test_a_sound_office(run: Run, read: Read) -> None:
    """Each look is a line; nothing is wrong and the exit code is 0, once the emergency that came in is taken up."""
    for alarm in read("duty", "alarms"):
        run("duty", "claim", alarm["code"])
    done = run("doctor")
    lines = done.stdout.splitlines()

    assert done.exit_code == 0, done.stdout
    assert {line.split()[0] for line in lines if not line.startswith(" ")} <= {"ok", "warning"}
    assert any("The keys open what is stored." in line for line in lines)


def test_deep_examination_reads_everything(run: Run) -> None:
    """The whole journal, the storage and the blobs are looked at when asked for."""
    shallow = run("doctor").stdout
    deep = run("doctor", "--deep").stdout

    assert "All blobs that records refer to exist." in deep
    assert "All blobs that records refer to exist." not in shallow


def test_missing_settings_are_a_finding(run: Run, tmp_path: Path) -> None:
    """A folder without settings is a finding, not a traceback."""
    (tmp_path / "empty").mkdir()
    found = problems(run, "--at", str(tmp_path / "empty"))

    assert "doesn't exist: make it with `anninh init DIR`." in found["settings"]


@pytest.mark.parametrize("text", ["profile = ", "nonsense = 1", 'profile = 5\nstorage = "x"'])
def test_wrong_settings_name_their_place(run: Run, folder: Path, text: str) -> None:
    """Settings that don't fit are told with their place."""
    (folder / "anninh.toml").write_text(text, encoding="utf-8")

    assert problems(run).keys() == {"settings"}


def test_an_unknown_profile(run: Run, folder: Path) -> None:
    """A profile that isn't there is told."""
    text = (folder / "anninh.toml").read_text(encoding="utf-8")
    (folder / "anninh.toml").write_text(text.replace("hoa_lu_2021", "atlantis"), encoding="utf-8")

    assert problems(run).keys() == {"profile"}


def test_a_missing_key_file(run: Run, folder: Path) -> None:
    """It is told, with exit code 1, and none is made."""
    (folder / "anninh.keys").unlink()

    assert "Put the copy of the key file back" in problems(run)["keys"]
    assert not (folder / "anninh.keys").exists()


def test_a_newer_database(run: Run, folder: Path) -> None:
    """What a newer version has written is told with what to do."""
    with closing(sqlite3.connect(folder / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    assert any("update anninh" in sentences for sentences in problems(run).values())


def test_without_time_zone_data(folder: Path) -> None:
    """Where most of the library can't even be imported, that is the only finding, and no traceback."""
    command = [sys.executable, "-c", WITHOUT_ZONES, "doctor", "--json", "--at", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONTZPATH": ""}
    done = start(command, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stderr) == (1, "")
    (found,) = json.loads(done.stdout)
    assert (found["name"], found["level"]) == ("time zone", "problem")
    assert "pip install tzdata" in found["todo"]
