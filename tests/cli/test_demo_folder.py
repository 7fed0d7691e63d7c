"""Commands in a demo's folder use the demo's clock, and reading doesn't move it."""

import json
import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen
from tests.board.visitor import Visitor
from tests.cli.conftest import Run

from anninh_core.app import FILE_NAME, load_settings, open_app
from anninh_core.app.demo_clock import DemoClock
from anninh_core.board import create_board
from anninh_core.demo.cast import appoint_first_officers, find_officer
from anninh_core.demo.open_world.opening import open_last_weeks
from anninh_core.demo.play import PLAN_END
from anninh_core.demo.running.opening import open_demo
from anninh_core.demo.stage import START, name_local_user, open_stage
from anninh_core.demo.steps import utc_time
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.clock import Clock
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.profile import load_profile
from anninh_core.worker.worker import Worker

HANDLER = "Hoàng Văn Tiếp Nhận"
END = START + timedelta(days=40)
READING = (
    ("tips", "list"),
    ("report", "list"),
    ("audit", "verify"),
    ("groups", "list"),
    ("search", "trộm"),
)


@frozen
class Board:
    """The time and the overdue cases that the board shows to an officer."""

    clock: str
    overdue: Sequence[str]


@pytest.fixture(scope="module")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a finished demo with an overdue case."""
    out = tmp_path_factory.mktemp("prepared") / "demo"
    stage = open_stage(out)
    appoint_first_officers(stage)
    open_last_weeks(stage)
    name_local_user(stage)
    stage.app.tips.record_walk_in(find_officer(stage, "tips"), "Có trộm xe máy ở chợ", unit="hoa-lu")
    stage.advance_clock(END)
    stage.mark_over()
    stage.close()
    return out


@pytest.fixture
def demo(finished_demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_demo, tmp_path / "demo"))


def read_board(folder: Path) -> Board:
    with open_demo(folder) as demo:
        visitor = Visitor(create_board(demo.app, demo=demo), peer="127.0.0.1")
        (handler,) = [officer for officer in demo.sign_in.officers() if officer.name == HANDLER]
        visitor.send(visitor.get("/demo").form("/demo/enter"), officer=handler.id)
        text = visitor.get("/tips").text
    (clock,) = re.findall(r"Đồng hồ đứng ở (\d\d:\d\d \d+/\d+/\d{4})", text)
    return Board(clock, re.findall(r"Quá hạn \d+ ngày", text))


def read_journal(folder: Path) -> list[Entry]:
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings) as app:
        return [entry_from(line.content) for line in app.internals.context.storage.journal.read(0, 10_000)]


def test_reading_does_not_move_demo_clock(run: Run, demo: Path) -> None:
    """Five reading commands change neither the clock nor the overdue cases on the board."""
    before = read_board(demo)
    for words in READING:
        result = run(*words, "--at", str(demo))
        assert result.exit_code == 0, result.stderr
    assert before.clock == "08:00 29/09/2021"
    assert before.overdue
    assert read_board(demo) == before


def test_reads_have_the_demo_time(run: Run, demo: Path) -> None:
    """Entries of reading commands have the demo's time, and times never decrease."""
    for words in READING:
        run(*words, "--at", str(demo))
    times = [entry.at for entry in read_journal(demo)]
    assert times == sorted(times)
    assert times[-1] == END


def test_writes_advance_the_demo_clock(run: Run, demo: Path) -> None:
    """Writing commands use the demo's clock, each three minutes after the previous one."""
    for text in ("Có người lạ ở xóm 3", "Có người lạ ở xóm 4"):
        result = run("tips", "record", "--text", text, "--unit", "hoa-lu", "--no-input", "--at", str(demo))
        assert result.exit_code == 0, result.stderr
    acts = [entry.at for entry in read_journal(demo) if entry.action == "tips.record_walk_in"]
    assert acts == [START, END, END + timedelta(minutes=3)]


def test_open_board_catches_up_with_commands(run: Run, demo: Path) -> None:
    """An open board catches up with commands, so that the journal's times never decrease."""
    with open_demo(demo) as running_demo:
        running_demo.resident.write("Có trộm xe máy ở chợ")
        run("tips", "list", "--at", str(demo))
        running_demo.catch_up()
        running_demo.resident.write("Kẻ trộm đi xe màu đỏ")
    times = [entry.at for entry in read_journal(demo)]
    assert times == sorted(times)


def test_worker_uses_the_demo_clock(run: Run, demo: Path) -> None:
    """A worker uses the demo's time, so that nothing is late because of the real time."""
    for command in (("work", "--once"), ("tick",)):
        assert run(*command, "--at", str(demo)).exit_code == 0
    assert max(entry.at for entry in read_journal(demo)) < END + timedelta(hours=1)


def test_long_processes_run_the_demo_clock(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running worker and web server let the demo's clock run, and a single pass doesn't."""
    clocks: list[Clock] = []
    for module in ("work", "serve"):
        monkeypatch.setattr(f"anninh_core.cli.running.{module}.start_demo_clock", clocks.append)
    monkeypatch.setattr(Worker, "run", lambda *_, **__: None)
    monkeypatch.setattr("anninh_core.web.serve", lambda *_, **__: None)
    for words in (("work", "--once"), ("work",), ("serve",)):
        assert run(*words, "--at", str(demo)).exit_code == 0
    assert [type(clock) for clock in clocks] == [DemoClock, DemoClock]


def test_units_are_of_the_demo_day(run: Run, demo: Path) -> None:
    """The tree of units has the communes of the demo's day in 2021, which have been merged since."""
    assert "ninh-giang" in run("units", "--at", str(demo)).stdout


def test_interrupted_demo_keeps_its_clock(run: Run, tmp_path: Path) -> None:
    """Reading in an interrupted demo doesn't move its second half to a later year."""
    stage = open_stage(tmp_path)
    appoint_first_officers(stage)
    name_local_user(stage)
    stage.mark_done(1)
    stage.close()
    assert run("tips", "list", "--at", str(tmp_path)).exit_code == 0

    stage = open_stage(tmp_path)
    assert stage.clock.now() < utc_time(PLAN_END, 0)
    assert stage.clock.now() == START + timedelta(minutes=3)
    stage.close()


def test_finished_demo_keeps_its_clock(demo: Path) -> None:
    """`anninh demo` on a finished demo uses its clock."""
    stage = open_stage(demo)
    assert stage.clock.now() == END
    stage.close()


def test_python_gets_the_demo_clock(demo: Path) -> None:
    """`open_app` and `open_demo` use the demo's clock without any argument; times are in UTC."""
    settings = load_settings(demo)
    with open_app(load_profile(settings.profile), settings) as app:
        assert isinstance(app.internals.context.clock, DemoClock)
        assert app.internals.context.clock.now() == END
    with open_demo(demo) as running_demo:
        assert running_demo.clock.now() == END
    assert datetime.fromisoformat("2021-09-29T01:00:00+00:00") == END


def test_doctor_warns_in_a_demo(run: Run, demo: Path, folder: Path) -> None:
    """`anninh doctor` warns in a demo, with the time of its clock, and not in another folder."""
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json", "--at", str(demo)).stdout)}
    assert checks["demo"]["what"] == "This is a demo, and its own clock shows 2021-09-29 08:00 (Vietnam time)."
    assert checks["demo"]["level"] == "warning"
    assert '"demo"' not in run("doctor", "--json", "--at", str(folder)).stdout


def test_demo_folder_refuses_real_settings(run: Run, demo: Path) -> None:
    """A demo's folder with settings for real work is refused, because it would use the demo's clock."""
    text = (demo / FILE_NAME).read_text(encoding="utf-8").replace("unsafe_local_users = true", "")
    (demo / FILE_NAME).write_text(text, encoding="utf-8")
    result = run("tips", "list", "--at", str(demo))
    assert result.exit_code == 2
    assert "make a folder for real work with `anninh init DIR`" in result.stderr


def test_demo_needs_its_own_folder(folder: Path) -> None:
    """A demo can't be played in another folder, not even in a trial, which keeps the system's clock."""
    files = {path.name for path in folder.iterdir()}
    before = read_journal(folder)
    with pytest.raises(ConfigurationError, match="holds something other than a demo: name another folder"):
        open_stage(folder)
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings) as app:
        assert isinstance(app.internals.context.clock, SystemClock)
    assert len(read_journal(folder)) == len(before)
    assert {path.name for path in folder.iterdir()} == files


def test_demo_clock_is_logged(demo: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every process with a demo's clock logs a warning."""
    read_journal(demo)
    assert "this is a demo, and its clock begins at 08:00 29/9/2021" in caplog.text


def test_settings_cannot_change_the_clock(demo: Path) -> None:
    """No setting of `anninh.toml` moves or stops a clock."""
    with (demo / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("\n[demo]\nclock = 2021-09-01T00:00:00Z\n")
    with pytest.raises(ConfigurationError, match=r"The setting demo in .*anninh\.toml doesn't exist: remove it"):
        load_settings(demo)
