"""`anninh audit show`."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.conftest import Read, Run


@pytest.fixture
def tip(read: Read) -> str:
    """Reference to a triaged tip of the folder."""
    (triage, *_) = read("audit", "trail", "--action", "tips.triage")
    (ref,) = (ref for ref in triage["touched"] if ref.startswith("tip:"))
    return str(ref)


def read_entries(run: Run, *args: str) -> list[dict[str, Any]]:
    result = run("audit", "show", *args, "--format", "jsonl")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_case_history_shows_changes_and_reads(run: Run, tip: str, officer: Callable[..., str]) -> None:
    """The history of a case shows in Vietnamese who changed it, who read it, and who was refused."""
    stranger = officer("ninh-an", "tip_officer")
    run("tips", "show", tip.partition(":")[2])
    run("tips", "list")
    run("tips", "show", tip.partition(":")[2], "--as", stranger)

    history = run("--lang", "vi", "audit", "show", tip).stdout
    assert "Phân loại tin" in history
    assert "Xem danh sách tin; đã xem; @" in history
    assert "bị từ chối" in history
    acts = [(entry["action"], entry["outcome"]) for entry in read_entries(run, tip)]
    assert ("tips.list", "read") in acts
    assert ("tips.get", "refused") in acts
    assert read_entries(run, tip, "--outcome", "refused")[0]["actor"] == f"person:{stranger}"


def test_entries_can_be_filtered(run: Run, tip: str, officer: Callable[..., str]) -> None:
    """Entries can be filtered by action, officer, unit, outcome and time, alone or together."""
    whole = read_entries(run, "--limit", "1000")
    (triage, *_) = read_entries(run, tip, "--action", "tips.triage")
    actor = triage["actor"].removeprefix("person:")
    day = triage["at"][:10]
    assert triage in read_entries(
        run, "--officer", actor, "--unit", triage["unit"], "--since", day, "--action", "tips."
    )
    assert (
        read_entries(run, "--until", "2020-01-01") == read_entries(run, "--officer", officer("hoa-lu", "auditor")) == []
    )
    assert {entry["outcome"] for entry in read_entries(run, "--outcome", "done")} == {"done"}
    assert len(read_entries(run, tip)) < len(whole)


def test_entries_are_paged(run: Run, tip: str) -> None:
    """Each page has the cursor of the next one, for the history of one record too."""
    whole = read_entries(run, tip)
    first = run("audit", "show", tip, "--limit", "1", "--format", "jsonl")
    assert json.loads(first.stdout) == whole[0]
    assert f"--after {whole[0]['line']}" in first.stderr
    assert read_entries(run, tip, "--after", str(whole[0]["line"]), "--limit", "1") == whole[1:2]


def test_csv_has_same_columns_as_json(run: Run, tip: str) -> None:
    """CSV has the same columns as the JSON lines."""
    table = list(csv.DictReader(io.StringIO(run("audit", "show", tip, "--format", "csv").stdout)))
    entries = read_entries(run, tip)
    assert [(row["line"], row["action"]) for row in table] == [
        (str(entry["line"]), entry["action"]) for entry in entries[: len(table)]
    ]
    assert set(table[0]) == set(entries[0])


def test_formulas_are_escaped_in_csv() -> None:
    """A cell that a spreadsheet would evaluate as a formula is escaped as text."""
    from anninh_core.cli.casework.audit_show import _escape_csv_cell  # noqa: PLC0415

    assert [_escape_csv_cell("=1+1"), _escape_csv_cell(["@x", "y"]), _escape_csv_cell("tip:1")] == [
        "'=1+1",
        "'@x y",
        "tip:1",
    ]


def test_entry_fits_eighty_columns(run: Run, tip: str) -> None:
    """An entry fits 80 columns."""
    assert max(len(line) for line in run("audit", "show", tip).stdout.splitlines()) <= 80
