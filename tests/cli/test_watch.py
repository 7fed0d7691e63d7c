"""`anninh watch` prints faults, reports each once, and ends with an exit code that a timer can use."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import Run, open_folder

from anninh_core.worker.heartbeat import STATE_OWNER, Heartbeat

LATE = timedelta(minutes=30)


@pytest.fixture
def report_path(folder: Path) -> Path:
    """The path of the report that a courier writes; the courier is added to the settings."""
    place = folder / "reports"
    place.mkdir()
    with (folder / "anninh.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[watch.couriers.operators]\ntype = "folder"\noptions = { folder = "reports" }\n')
    return place / "hoa-lu-2021.watch.txt"


def store_old_heartbeat(folder: Path) -> None:
    """Store a last heartbeat of half an hour ago, as if the worker had died then."""
    with open_folder(folder) as (app, _):
        states = app.internals.context.storage.states
        stored = states.get(STATE_OWNER, "heartbeat")
        beat = Heartbeat(at=datetime.now(UTC) - LATE)
        assert states.put(STATE_OWNER, "heartbeat", msgspec.json.encode(beat), stored.version if stored else 0)


def work_once(run: Run) -> None:
    assert run("work", "--once").exit_code == 0


def test_all_is_well(run: Run) -> None:
    """Right after a round of the worker there is no fault, which is printed without any courier."""
    work_once(run)
    result = run("watch")
    assert (result.exit_code, result.stdout) == (0, "All is well.\n")


def test_dead_worker_is_reported(run: Run, folder: Path) -> None:
    """A dead worker is printed with its remedy, and the exit code is 3."""
    store_old_heartbeat(folder)
    result = run("watch")
    assert result.exit_code == 3
    assert (
        "worker: No worker has finished a round for 30 minutes. Check that `anninh work` runs, and read its log."
        in result.stdout
    )
    assert {"worker"} == {
        finding["name"] for finding in json.loads(run("watch", "--json").stdout) if finding["level"] == "problem"
    }


def test_a_fault_is_reported_once(run: Run, folder: Path, report_path: Path) -> None:
    """A second run reports the same fault no more, and ends with the same exit code."""
    store_old_heartbeat(folder)
    assert run("watch", "--mail").exit_code == 3
    assert report_path.read_text(encoding="utf-8").startswith("anninh hoa_lu_2021: 1 wrong: worker\n")
    report_path.unlink()
    assert run("watch", "--mail").exit_code == 3
    assert not report_path.exists()


def test_mail_has_no_names(run: Run, folder: Path, report_path: Path) -> None:
    """A report has no name of an officer or resident, and no text from a message."""
    store_old_heartbeat(folder)
    run("watch", "--mail")
    report = report_path.read_text(encoding="utf-8")
    assert [word for word in ("Cán bộ", "Bà Mẫu", "đánh bạc", "Cháy nhà") if word in report] == []


def test_report_follows_the_environments_language(run: Run, folder: Path, report_path: Path) -> None:
    """Operators read the report in the language of the timer's environment."""
    store_old_heartbeat(folder)
    run("watch", "--mail", env={"LANGUAGE": "vi"})
    assert "1 sự cố: tiến trình xử lý" in report_path.read_text(encoding="utf-8").splitlines()[0]


def test_failed_courier_is_tried_again(run: Run, folder: Path, report_path: Path) -> None:
    """A courier that refuses the report has an exit code of its own, and the next run tries again."""
    store_old_heartbeat(folder)
    report_path.parent.rmdir()
    result = run("watch", "--mail")
    assert result.exit_code == 4
    assert "operators didn't take the report" in result.stderr
    report_path.parent.mkdir()
    assert run("watch", "--mail").exit_code == 3
    assert report_path.exists()


def test_changes_print_a_fault_once(run: Run, folder: Path) -> None:
    """`--changes` prints only new faults, so that cron mails each once."""
    work_once(run)
    assert run("watch", "--changes").stdout == ""
    store_old_heartbeat(folder)
    assert run("watch", "--changes").stdout.startswith("anninh hoa_lu_2021: 1 wrong: worker\n")
    assert run("watch", "--changes").stdout == ""


def test_couriers_can_be_tried(run: Run, report_path: Path) -> None:
    """`--test` sends a trial report by each courier although there is no fault."""
    result = run("watch", "--test")
    assert (result.exit_code, result.stdout) == (0, "operators took the trial; see that it arrives.\n")
    assert "a trial, nothing is wrong" in report_path.read_text(encoding="utf-8")


def test_mail_without_couriers_is_refused(run: Run) -> None:
    """`--mail` is refused if the settings have no courier."""
    result = run("watch", "--mail")
    assert result.exit_code == 2
    assert "[watch.couriers.NAME]" in result.stderr


@pytest.mark.parametrize("damage", ["storage", "settings"])
def test_broken_files_are_faults(run: Run, folder: Path, damage: str) -> None:
    """A storage that doesn't open and settings that can't be read are reported like any fault, without a traceback."""
    file = folder / {"storage": "anninh.db", "settings": "anninh.toml"}[damage]
    file.write_bytes(b"neither TOML nor a database")
    result = run("watch")
    assert result.exit_code == 3
    assert result.stdout.startswith(f"{damage}: ")
