"""`anninh watch`: prints what is wrong, reports it once, and ends with a code that a timer understands."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import Run, opened

from anninh_core.worker.heartbeat import STATE_OWNER, Heartbeat

LATE = timedelta(minutes=30)


@pytest.fixture
def reports(folder: Path) -> Path:
    """A folder that reports are put into, and the file that a report is."""
    place = folder / "reports"
    place.mkdir()
    with (folder / "anninh.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[watch.couriers.operators]\ntype = "folder"\noptions = { folder = "reports" }\n')
    return place / "hoa-lu-2021.watch.txt"


def kill_worker(folder: Path) -> None:
    """Let the last heartbeat be half an hour old."""
    with opened(folder) as (app, _):
        states = app.internals.context.storage.states
        stored = states.get(STATE_OWNER, "heartbeat")
        beat = Heartbeat(at=datetime.now(UTC) - LATE)
        assert states.put(STATE_OWNER, "heartbeat", msgspec.json.encode(beat), stored.version if stored else 0)


def let_work(run: Run) -> None:
    assert run("work", "--once").exit_code == 0


def test_all_is_well(run: Run) -> None:
    """Right after a round, nothing is wrong, and no courier is needed to say so."""
    let_work(run)
    done = run("watch")
    assert (done.exit_code, done.stdout) == (0, "All is well.\n")


def test_a_dead_worker(run: Run, folder: Path) -> None:
    """The fault and the way out are printed; the code says that something is wrong."""
    kill_worker(folder)
    done = run("watch")
    assert done.exit_code == 3
    assert (
        "worker: No worker has finished a round for 30 minutes. Check that `anninh work` runs, and read its log."
        in done.stdout
    )
    assert {"worker"} == {one["name"] for one in json.loads(run("watch", "--json").stdout) if one["level"] == "problem"}


def test_a_fault_is_reported_once(run: Run, folder: Path, reports: Path) -> None:
    """The second look hands nothing over, and ends with the same code."""
    kill_worker(folder)
    assert run("watch", "--mail").exit_code == 3
    assert reports.read_text(encoding="utf-8").startswith("anninh hoa_lu_2021: 1 wrong: worker\n")
    reports.unlink()
    assert run("watch", "--mail").exit_code == 3
    assert not reports.exists()


def test_a_mail_names_nobody(run: Run, folder: Path, reports: Path) -> None:
    """A report has no name of an officer or a resident, and nothing that anybody wrote."""
    kill_worker(folder)
    run("watch", "--mail")
    report = reports.read_text(encoding="utf-8")
    assert [word for word in ("Cán bộ", "Bà Mẫu", "đánh bạc", "Cháy nhà") if word in report] == []


def test_a_report_in_vietnamese(run: Run, folder: Path, reports: Path) -> None:
    """Operators read the language that the timer's environment names."""
    kill_worker(folder)
    run("watch", "--mail", env={"LANGUAGE": "vi"})
    assert "1 sự cố: tiến trình xử lý" in reports.read_text(encoding="utf-8").splitlines()[0]


def test_a_courier_that_takes_nothing(run: Run, folder: Path, reports: Path) -> None:
    """The code tells it apart, so that a timer can go another way; the next look tries again."""
    kill_worker(folder)
    reports.parent.rmdir()
    refused = run("watch", "--mail")
    assert refused.exit_code == 4
    assert "operators didn't take the report" in refused.stderr
    reports.parent.mkdir()
    assert run("watch", "--mail").exit_code == 3
    assert reports.exists()


def test_changes_are_for_cron(run: Run, folder: Path) -> None:
    """What is due is printed, and nothing else, so that cron mails it once."""
    let_work(run)
    assert run("watch", "--changes").stdout == ""
    kill_worker(folder)
    assert run("watch", "--changes").stdout.startswith("anninh hoa_lu_2021: 1 wrong: worker\n")
    assert run("watch", "--changes").stdout == ""


def test_couriers_can_be_tried(run: Run, reports: Path) -> None:
    """Each courier is tried without anything being wrong."""
    done = run("watch", "--test")
    assert (done.exit_code, done.stdout) == (0, "operators took the trial; see that it arrives.\n")
    assert "a trial, nothing is wrong" in reports.read_text(encoding="utf-8")


def test_mail_without_couriers_is_refused(run: Run) -> None:
    """Whoever asks for mail is told that the settings name nobody."""
    done = run("watch", "--mail")
    assert done.exit_code == 2
    assert "[watch.couriers.NAME]" in done.stderr


@pytest.mark.parametrize("damage", ["storage", "settings"])
def test_what_is_broken_is_a_finding(run: Run, folder: Path, damage: str) -> None:
    """A storage that doesn't open and settings that can't be read are reported like any fault, without a traceback."""
    file = folder / {"storage": "anninh.db", "settings": "anninh.toml"}[damage]
    file.write_bytes(b"neither TOML nor a database")
    done = run("watch")
    assert done.exit_code == 3
    assert done.stdout.startswith(f"{damage}: ")
