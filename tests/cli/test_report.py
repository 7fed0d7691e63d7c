"""`anninh report`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

SHOW = ("report", "show", "roll-out", "2021", "--unit", "ninh-hoa")


def test_reports_are_listed(run: Run) -> None:
    """Every unit that owes one, where somebody began it."""
    lines = run("report", "list").stdout.splitlines()

    assert len(lines) == 12
    assert [line.split()[:3] for line in lines if line.endswith("ninh-hoa")] == [["roll-out", "2021", "draft"]]


def test_programs_read_the_list(read: Read) -> None:
    """With the id of each report that was begun."""
    (line,) = (line for line in read("report", "list") if line["unit"] == "ninh-hoa")
    assert (line["report"], line["state"]) == ("roll-out.2021.ninh-hoa.v1", "draft")


def test_a_year_can_be_asked_for(run: Run) -> None:
    """Also one in which nobody has begun; an obligation not due in it is left out."""
    assert "half-year" in run("report", "list", "--year", "2022").stdout
    assert "half-year" not in run("report", "list", "--year", "2021").stdout
    assert run("report", "list", "--obligation", "half-year").stdout.startswith("No report was begun")


def test_an_unknown_obligation_is_told(run: Run) -> None:
    """With those of the profile."""
    assert "roll-out" in run("report", "list", "--obligation", "weekly").stderr


def test_a_commune_sees_its_own(run: Run, read: Read, officer: Callable[..., str]) -> None:
    """And isn't refused in the trail for what it never asked for."""
    mine = run("report", "list", "--as", officer("ninh-hoa", "report_officer"))

    assert [line.split()[-1] for line in mine.stdout.splitlines()] == ["unit", "ninh-hoa"]
    assert [entry for entry in read("audit", "trail", "--action", "reports.") if entry["outcome"] == "refused"] == []


def test_the_consolidated_report_is_listed_too(run: Run, folder: Path) -> None:
    """Beside those it is made of."""
    with opened(folder) as (app, me):
        report = app.reports.begin(me, "hoa-lu", "roll-out", 2021)

    assert report.unit == "hoa-lu"
    assert run("report", "list").stdout.splitlines()[-1].split() == ["roll-out", "2021", "draft", "hoa-lu"]
    assert "UBND HUYỆN HOA LƯ" in run("report", "show", "roll-out", "2021").stdout


def test_a_report_is_read(run: Run, read: Read) -> None:
    """As text, or as data whose numbers programs take."""
    assert "UBND XÃ NINH HÒA" in run(*SHOW).stdout
    assert read(*SHOW)["unit"]


def test_a_terminal_shows_it_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the signs of Markdown."""
    monkeypatch.setattr("anninh_core.cli.daily.report.on_terminal", lambda: True)

    shown = run(*SHOW).stdout

    assert "UBND XÃ NINH HÒA" in shown
    assert "BAN CHỈ ĐẠO 138" in shown
    assert "**" not in shown


def test_a_file_is_written(run: Run, tmp_path: Path) -> None:
    """Under the name given, or under its own in a folder."""
    assert run(*SHOW, "--format", "docx", "--out", str(tmp_path)).exit_code == 0
    assert run(*SHOW, "--format", "docx", "--out", str(tmp_path / "x.docx")).exit_code == 0

    own = tmp_path / "bao-cao-trien-khai-ninh-hoa-2021.docx"
    assert own.read_bytes() == (tmp_path / "x.docx").read_bytes()
    assert own.read_bytes().startswith(b"PK")


def test_bytes_go_through_a_pipe(run: Run) -> None:
    """A format that isn't text can be passed on to another program."""
    assert run(*SHOW, "--format", "docx").stdout_bytes.startswith(b"PK")


def test_bytes_dont_go_to_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would only spoil it."""
    monkeypatch.setattr("anninh_core.cli.daily.report.on_terminal", lambda: True)

    done = run(*SHOW, "--format", "docx")

    assert done.exit_code == 2
    assert "--out" in done.stderr


def test_what_isnt_there_is_told(run: Run) -> None:
    """No report, or no such format."""
    assert (
        "Unit 'hoa-lu' hasn't begun a report for 'half-year' of 2022"
        in run("report", "show", "half-year", "2022").stderr
    )
    assert "No loaded plugin has the format 'odt': choose one of csv, docx, " in run(*SHOW, "--format", "odt").stderr


@pytest.mark.slow
def test_a_commune_reads_its_own_where_the_province_consolidates(run: Run, tmp_path: Path) -> None:
    """Nobody has to name the only unit whose report lies here; what lies at the province isn't asked for."""
    profile = str(tmp_path / "tan_mau")
    office = str(tmp_path / "office")
    answers = (
        "Tân Mẫu",
        "xa",
        "tỉnh Đồng Nai",
        "Ấp 1",
        "Ban Chỉ đạo 138",
        "0251 385 1234",
        "Số 1 đường Mẫu",
        "2026-01-01",
    )
    names = ("name", "kind", "province", "areas", "agency", "hotline", "address", "start")
    given = [word for name, answer in zip(names, answers, strict=True) for word in (f"--{name}", answer)]
    assert run("profiles", "new", "--at", profile, *given).exit_code == 0
    assert run("init", office, "--profile", profile, "--mock").exit_code == 0
    begun = run(
        "reports", "begin", "--obligation", "half-year", "--year", "2026", "--unit", "xa-tan-mau", "--at", office
    )
    assert begun.exit_code == 0, begun.stderr
    assert "UBND XÃ TÂN MẪU" in run("report", "show", "half-year", "2026", "--at", office).stdout
