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
    """A tip of the folder that was triaged."""
    (triage, *_) = read("audit", "trail", "--action", "tips.triage")
    (ref,) = (ref for ref in triage["touched"] if ref.startswith("tip:"))
    return str(ref)


def lines(run: Run, *args: str) -> list[dict[str, Any]]:
    done = run("audit", "show", *args, "--format", "jsonl")
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_story_of_a_case_tells_who_changed_and_who_saw_it(run: Run, tip: str, officer: Callable[..., str]) -> None:
    """In the catalogue's words: what was done with it, who was shown it in which version, and who was refused."""
    stranger = officer("ninh-an", "tip_officer")
    run("tips", "show", tip.partition(":")[2])
    run("tips", "list")
    run("tips", "show", tip.partition(":")[2], "--as", stranger)

    story = run("--lang", "vi", "audit", "show", tip).stdout
    assert "Phân loại tin" in story
    assert "Xem danh sách tin; đã xem; @" in story
    assert "bị từ chối" in story
    acts = [(entry["action"], entry["outcome"]) for entry in lines(run, tip)]
    assert ("tips.list", "read") in acts
    assert ("tips.get", "refused") in acts
    assert lines(run, tip, "--outcome", "refused")[0]["actor"] == f"person:{stranger}"


def test_it_is_filtered(run: Run, tip: str, officer: Callable[..., str]) -> None:
    """By act, officer, unit, outcome and time, alone or together."""
    whole = lines(run, "--limit", "1000")
    (triage, *_) = lines(run, tip, "--action", "tips.triage")
    actor = triage["actor"].removeprefix("person:")
    day = triage["at"][:10]
    assert triage in lines(run, "--officer", actor, "--unit", triage["unit"], "--since", day, "--action", "tips.")
    assert lines(run, "--until", "2020-01-01") == lines(run, "--officer", officer("hoa-lu", "auditor")) == []
    assert {entry["outcome"] for entry in lines(run, "--outcome", "done")} == {"done"}
    assert len(lines(run, tip)) < len(whole)


def test_it_comes_in_pages(run: Run, tip: str) -> None:
    """Each says where the next begins, for one record too."""
    whole = lines(run, tip)
    first = run("audit", "show", tip, "--limit", "1", "--format", "jsonl")
    assert json.loads(first.stdout) == whole[0]
    assert f"--after {whole[0]['line']}" in first.stderr
    assert lines(run, tip, "--after", str(whole[0]["line"]), "--limit", "1") == whole[1:2]


def test_a_spreadsheet_reads_it(run: Run, tip: str) -> None:
    """As CSV, with the same columns as the lines of JSON."""
    table = list(csv.DictReader(io.StringIO(run("audit", "show", tip, "--format", "csv").stdout)))
    found = lines(run, tip)
    assert [(row["line"], row["action"]) for row in table] == [
        (str(one["line"]), one["action"]) for one in found[: len(table)]
    ]
    assert set(table[0]) == set(found[0])


def test_nothing_is_a_formula() -> None:
    """A cell that a spreadsheet would compute is shown as text."""
    from anninh_core.cli.casework.audit_show import _cell  # noqa: PLC0415

    assert [_cell("=1+1"), _cell(["@x", "y"]), _cell("tip:1")] == ["'=1+1", "'@x y", "tip:1"]


def test_entry_fits_eighty_columns(run: Run, tip: str) -> None:
    """It can be read on 80 columns."""
    assert max(len(line) for line in run("audit", "show", tip).stdout.splitlines()) <= 80
