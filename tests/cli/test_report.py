"""`anninh report`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

SHOW = ("report", "show", "roll-out", "2021", "--unit", "ninh-hoa")


def test_reports_are_listed(run: Run) -> None:
    """The list has a line for each unit that owes a report, for obligations with at least one begun report."""
    lines = run("report", "list").stdout.splitlines()

    assert len(lines) == 12
    assert [line.split()[:3] for line in lines if line.endswith("ninh-hoa")] == [["roll-out", "2021", "draft"]]


def test_report_list_json_has_ids(read: Read) -> None:
    """JSON has the id of each begun report."""
    (line,) = (line for line in read("report", "list") if line["unit"] == "ninh-hoa")
    assert (line["report"], line["state"]) == ("roll-out.2021.ninh-hoa.v1", "draft")


def test_reports_are_listed_by_year(run: Run) -> None:
    """`--year` lists the obligations due in that year, also if no report was begun."""
    assert "half-year" in run("report", "list", "--year", "2022").stdout
    assert "half-year" not in run("report", "list", "--year", "2021").stdout
    assert run("report", "list", "--obligation", "half-year").stdout.startswith("No report was begun")


def test_unknown_obligation_lists_valid_ones(run: Run) -> None:
    """An unknown obligation is refused, and the error lists the profile's."""
    assert "roll-out" in run("report", "list", "--obligation", "weekly").stderr


def test_commune_lists_only_its_report(run: Run, read: Read, officer: Callable[..., str]) -> None:
    """An officer of a commune sees only its report, and the list leaves no refusals in the journal."""
    result = run("report", "list", "--as", officer("ninh-hoa", "report_officer"))

    assert [line.split()[-1] for line in result.stdout.splitlines()] == ["unit", "ninh-hoa"]
    assert [entry for entry in read("audit", "trail", "--action", "reports.") if entry["outcome"] == "refused"] == []


def test_consolidated_report_is_listed(run: Run, folder: Path) -> None:
    """The consolidated report is listed with those of the communes."""
    with open_folder(folder) as (app, me):
        report = app.reports.begin(me, "hoa-lu", "roll-out", 2021)

    assert report.unit == "hoa-lu"
    assert run("report", "list").stdout.splitlines()[-1].split() == ["roll-out", "2021", "draft", "hoa-lu"]
    assert "UBND HUYỆN HOA LƯ" in run("report", "show", "roll-out", "2021").stdout


def test_report_is_printed_as_text_or_json(run: Run, read: Read) -> None:
    """A report is printed as text, or as JSON."""
    assert "UBND XÃ NINH HÒA" in run(*SHOW).stdout
    assert read(*SHOW)["unit"]


def test_terminal_shows_no_markdown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows the report without Markdown characters."""
    monkeypatch.setattr("anninh_core.cli.daily.report.on_terminal", lambda: True)

    output = run(*SHOW).stdout

    assert "UBND XÃ NINH HÒA" in output
    assert "BAN CHỈ ĐẠO 138" in output
    assert "**" not in output


def test_report_file_is_written(run: Run, tmp_path: Path) -> None:
    """A report file is written under the given name, or under its own name in a given folder."""
    assert run(*SHOW, "--format", "docx", "--out", str(tmp_path)).exit_code == 0
    assert run(*SHOW, "--format", "docx", "--out", str(tmp_path / "x.docx")).exit_code == 0

    named_file = tmp_path / "bao-cao-trien-khai-ninh-hoa-2021.docx"
    assert named_file.read_bytes() == (tmp_path / "x.docx").read_bytes()
    assert named_file.read_bytes().startswith(b"PK")


def test_binary_report_goes_to_pipe(run: Run) -> None:
    """A binary format can be piped to another program."""
    assert run(*SHOW, "--format", "docx").stdout_bytes.startswith(b"PK")


def test_binary_report_is_not_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A binary format isn't printed on a terminal, and the error mentions `--out`."""
    monkeypatch.setattr("anninh_core.cli.daily.report.on_terminal", lambda: True)

    result = run(*SHOW, "--format", "docx")

    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_missing_report_is_reported(run: Run) -> None:
    """A missing report and an unknown format are reported."""
    assert (
        "Unit 'hoa-lu' hasn't begun a report for 'half-year' of 2022"
        in run("report", "show", "half-year", "2022").stderr
    )
    assert "No loaded plugin has the format 'odt': choose one of csv, docx, " in run(*SHOW, "--format", "odt").stderr


@pytest.mark.slow
def test_only_unit_needs_no_unit_option(run: Run, tmp_path: Path) -> None:
    """Where the province consolidates, a commune's report is shown without `--unit`, because it is the only one stored
    here.
    """
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
    options = [word for name, answer in zip(names, answers, strict=True) for word in (f"--{name}", answer)]
    assert run("profiles", "new", "--at", profile, *options).exit_code == 0
    assert run("init", office, "--profile", profile, "--mock").exit_code == 0
    result = run(
        "reports", "begin", "--obligation", "half-year", "--year", "2026", "--unit", "xa-tan-mau", "--at", office
    )
    assert result.exit_code == 0, result.stderr
    assert "UBND XÃ TÂN MẪU" in run("report", "show", "half-year", "2026", "--at", office).stdout
