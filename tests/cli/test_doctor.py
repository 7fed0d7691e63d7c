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
    """Replace the checks of the machine's disk, file limit and SQLite version by ones without a problem, because they
    aren't tested here.
    """
    monkeypatch.setattr(Machine, "free_bytes", lambda *_: 1 << 40)
    monkeypatch.setattr(Machine, "sqlite_version", lambda _: (3, 45, 1))
    monkeypatch.setattr(Machine, "max_open_files", lambda _: None)


def find_problems(run: Run, *words: str) -> Mapping[str, str]:
    """Run `anninh doctor` with `--json`, and return the sentences of each problem by the problem's name."""
    result = run("doctor", "--json", *words)
    sentences = {
        check["name"]: f"{check['what']} {check['todo']}"
        for check in json.loads(result.stdout)
        if check["level"] == "problem"
    }
    assert result.exit_code == (1 if sentences else 0)
    return sentences


def test_doctor_finds_no_problem(run: Run, read: Read) -> None:
    """Without problems each check is a line and the exit code is 0, once the open emergency is claimed."""
    for alarm in read("duty", "alarms"):
        run("duty", "claim", alarm["code"])
    result = run("doctor")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0, result.stdout
    assert {line.split()[0] for line in lines if not line.startswith(" ")} <= {"ok", "warning"}
    assert any("The keys open the stored data." in line for line in lines)


def test_deep_doctor_checks_blobs(run: Run) -> None:
    """`--deep` also checks the whole journal, the storage and the blobs."""
    shallow = run("doctor").stdout
    deep = run("doctor", "--deep").stdout

    assert "All blobs that records refer to exist." in deep
    assert "All blobs that records refer to exist." not in shallow


def test_missing_settings_are_a_problem(run: Run, tmp_path: Path) -> None:
    """A folder without settings is a problem, not a traceback."""
    (tmp_path / "empty").mkdir()
    sentences = find_problems(run, "--at", str(tmp_path / "empty"))

    assert "doesn't exist: make it with `anninh init DIR`." in sentences["settings"]


@pytest.mark.parametrize("text", ["profile = ", "nonsense = 1", 'profile = 5\nstorage = "x"'])
def test_invalid_settings_are_a_problem(run: Run, folder: Path, text: str) -> None:
    """Invalid settings are a problem."""
    (folder / "anninh.toml").write_text(text, encoding="utf-8")

    assert find_problems(run).keys() == {"settings"}


def test_unknown_profile_is_a_problem(run: Run, folder: Path) -> None:
    """An unknown profile is a problem."""
    text = (folder / "anninh.toml").read_text(encoding="utf-8")
    (folder / "anninh.toml").write_text(text.replace("hoa_lu_2021", "atlantis"), encoding="utf-8")

    assert find_problems(run).keys() == {"profile"}


def test_missing_key_file_is_a_problem(run: Run, folder: Path) -> None:
    """A missing key file is a problem, and isn't created."""
    (folder / "anninh.keys").unlink()

    assert "Put the copy of the key file back" in find_problems(run)["keys"]
    assert not (folder / "anninh.keys").exists()


def test_newer_database_is_a_problem(run: Run, folder: Path) -> None:
    """A database of a newer version is a problem, with the advice to update."""
    with closing(sqlite3.connect(folder / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    assert any("update anninh" in sentences for sentences in find_problems(run).values())


def test_missing_time_zones_are_a_problem(folder: Path) -> None:
    """Without time zone data, where most of the library can't be imported, this is the only problem, without a
    traceback.
    """
    command = [sys.executable, "-c", WITHOUT_ZONES, "doctor", "--json", "--at", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONTZPATH": ""}
    result = start(command, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert (result.returncode, result.stderr) == (1, "")
    (problem,) = json.loads(result.stdout)
    assert (problem["name"], problem["level"]) == ("time zone", "problem")
    assert "pip install tzdata" in problem["todo"]
