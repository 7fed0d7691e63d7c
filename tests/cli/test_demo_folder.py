"""Commands in a demo's folder go by the demo's clock, and reading doesn't move it."""

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
from anninh_core.demo.cast import appoint_all, officer
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
    """What an officer reads on the board: where the clock is, and by how much cases are overdue."""

    clock: str
    overdue: Sequence[str]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that is over, with a case that is long overdue then."""
    out = tmp_path_factory.mktemp("prepared") / "demo"
    stage = open_stage(out)
    appoint_all(stage)
    open_last_weeks(stage)
    name_local_user(stage)
    stage.app.tips.record_walk_in(officer(stage, "tips"), "Có trộm xe máy ở chợ", unit="hoa-lu")
    stage.advance_clock(END)
    stage.mark_over()
    stage.close()
    return out


@pytest.fixture
def demo(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "demo"))


def show_board(folder: Path) -> Board:
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


def test_reading_moves_nothing(run: Run, demo: Path) -> None:
    """The board shows the same clock and the same overdue cases before and after five commands that read."""
    before = show_board(demo)
    for words in READING:
        done = run(*words, "--at", str(demo))
        assert done.exit_code == 0, done.stderr
    assert before.clock == "08:00 29/09/2021"
    assert before.overdue
    assert show_board(demo) == before


def test_what_was_read_is_dated_by_the_demo(run: Run, demo: Path) -> None:
    """No entry of the journal is of another year, and none is before the one above it."""
    for words in READING:
        run(*words, "--at", str(demo))
    times = [entry.at for entry in read_journal(demo)]
    assert times == sorted(times)
    assert times[-1] == END


def test_what_is_done_comes_after_what_was_done(run: Run, demo: Path) -> None:
    """A command that writes goes by the demo's clock as well; the next one comes three minutes later."""
    for text in ("Có người lạ ở xóm 3", "Có người lạ ở xóm 4"):
        done = run("tips", "record", "--text", text, "--unit", "hoa-lu", "--no-input", "--at", str(demo))
        assert done.exit_code == 0, done.stderr
    acts = [entry.at for entry in read_journal(demo) if entry.action == "tips.record_walk_in"]
    assert acts == [START, END, END + timedelta(minutes=3)]


def test_a_board_follows_what_commands_do(run: Run, demo: Path) -> None:
    """A board that was open meanwhile goes on after them, so the journal's times never run backwards."""
    with open_demo(demo) as opened:
        opened.resident.write("Có trộm xe máy ở chợ")
        run("tips", "list", "--at", str(demo))
        opened.catch_up()
        opened.resident.write("Kẻ trộm đi xe màu đỏ")
    times = [entry.at for entry in read_journal(demo)]
    assert times == sorted(times)


def test_a_worker_in_a_demo(run: Run, demo: Path) -> None:
    """It works at the demo's time: nothing is late because of the machine's."""
    for command in (("work", "--once"), ("tick",)):
        assert run(*command, "--at", str(demo)).exit_code == 0
    assert max(entry.at for entry in read_journal(demo)) < END + timedelta(hours=1)


def test_processes_that_wait_let_time_pass(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker and a web door let the demo's clock run; one that ends at once doesn't."""
    running: list[Clock] = []
    for module in ("work", "serve"):
        monkeypatch.setattr(f"anninh_core.cli.running.{module}.run_demo_on", running.append)
    monkeypatch.setattr(Worker, "run", lambda *_, **__: None)
    monkeypatch.setattr("anninh_core.web.serve", lambda *_, **__: None)
    for words in (("work", "--once"), ("work",), ("serve",)):
        assert run(*words, "--at", str(demo)).exit_code == 0
    assert [type(clock) for clock in running] == [DemoClock, DemoClock]


def test_units_are_those_of_the_demo_s_day(run: Run, demo: Path) -> None:
    """The tree has the communes of 2021, which were merged since."""
    assert "ninh-giang" in run("units", "--at", str(demo)).stdout


def test_a_stopped_play_has_a_clock_too(run: Run, tmp_path: Path) -> None:
    """Reading between two halves of a play doesn't let the second half come years later."""
    stage = open_stage(tmp_path)
    appoint_all(stage)
    name_local_user(stage)
    stage.mark_done(1)
    stage.close()
    assert run("tips", "list", "--at", str(tmp_path)).exit_code == 0

    stage = open_stage(tmp_path)
    assert stage.clock.now() < utc_time(PLAN_END, 0)
    assert stage.clock.now() == START + timedelta(minutes=3)
    stage.close()


def test_a_play_that_is_looked_at_again_ends_where_it_did(demo: Path) -> None:
    """`anninh demo` on a finished play takes up the clock of the demo."""
    stage = open_stage(demo)
    assert stage.clock.now() == END
    stage.close()


def test_a_program_gets_the_demo_s_clock(demo: Path) -> None:
    """Whoever opens the app or the demo of a folder in Python needs to know nothing of it; times are in UTC."""
    settings = load_settings(demo)
    with open_app(load_profile(settings.profile), settings) as app:
        assert isinstance(app.internals.context.clock, DemoClock)
        assert app.internals.context.clock.now() == END
    with open_demo(demo) as opened:
        assert opened.clock.now() == END
    assert datetime.fromisoformat("2021-09-29T01:00:00+00:00") == END


def test_doctor_says_that_it_is_a_demo(run: Run, demo: Path, folder: Path) -> None:
    """With the time of its clock; of an office it says nothing of the kind."""
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json", "--at", str(demo)).stdout)}
    assert checks["demo"]["what"] == "This is a demo, and its own clock shows 2021-09-29 08:00 (Vietnam time)."
    assert checks["demo"]["level"] == "warning"
    assert '"demo"' not in run("doctor", "--json", "--at", str(folder)).stdout


def test_settings_for_real_work_are_refused(run: Run, demo: Path) -> None:
    """An authority that begins its work in a demo's folder isn't let in, as it would have the demo's clock."""
    text = (demo / FILE_NAME).read_text(encoding="utf-8").replace("unsafe_local_users = true", "")
    (demo / FILE_NAME).write_text(text, encoding="utf-8")
    done = run("tips", "list", "--at", str(demo))
    assert done.exit_code == 2
    assert "make a folder for real work with `anninh init DIR`" in done.stderr


def test_a_play_is_not_begun_in_an_office(folder: Path) -> None:
    """Not even in a trial, whose settings look like a demo's: it keeps the machine's clock."""
    files = {path.name for path in folder.iterdir()}
    before = read_journal(folder)
    with pytest.raises(ConfigurationError, match="holds something other than a demo: name another folder"):
        open_stage(folder)
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings) as app:
        assert isinstance(app.internals.context.clock, SystemClock)
    assert len(read_journal(folder)) == len(before)
    assert {path.name for path in folder.iterdir()} == files


def test_a_demo_warns(demo: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every process that goes by a demo's clock says so in its log."""
    read_journal(demo)
    assert "this is a demo, and its clock begins at 08:00 29/9/2021" in caplog.text


def test_settings_name_no_clock(demo: Path) -> None:
    """No line of `anninh.toml` moves or stops a clock."""
    with (demo / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("\n[demo]\nclock = 2021-09-01T00:00:00Z\n")
    with pytest.raises(ConfigurationError, match=r"The setting demo in .*anninh\.toml doesn't exist: remove it"):
        load_settings(demo)
