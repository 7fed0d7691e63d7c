"""`anninh quarantine`, and the number of damaged records in lists."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.testing import UnsafeLocalUsers
from anninh_core.worker.quarantine import QuarantineRounds

pytestmark = pytest.mark.slow


def quarantine_item(folder: Path, about: str, *, released: bool = False) -> str:
    """Quarantine the item `about` for a job of the worker, and return the id of the quarantined item."""
    with open_folder(folder) as (app, me):
        rounds = QuarantineRounds(app.internals.services)
        rounds.note("page_officers", about, 1, "Damaged")
        (item,) = app.quarantine.items(me).items
        if released:
            rounds.release(item)
    return item.id


def test_empty_quarantine_prints_sentence(run: Run, read: Read) -> None:
    """An empty quarantine prints a sentence, and JSON is an empty list."""
    assert run("quarantine", "list").output == "Nothing is quarantined.\n"
    assert read("quarantine", "list") == []


def test_quarantined_item_is_retried(run: Run, read: Read, folder: Path) -> None:
    """A quarantined item is listed with consumer, reason and remedy, and can be retried by the end of its id."""
    id = quarantine_item(folder, "alarm:a1")
    output = run("quarantine", "list").output
    assert "alarm:a1" in output
    assert "restored from a backup" in output
    (row,) = read("quarantine", "list")
    assert (row["item"], row["consumer"], row["reason"], row["tries"]) == ("alarm:a1", "page_officers", "Damaged", 1)
    ending = output.splitlines()[1].split()[0]
    assert id.endswith(ending.removeprefix("…"))
    result = run("quarantine", "retry", ending)
    assert result.exit_code == 0, result.output
    assert "alarm:a1 is tried again by page_officers" in result.output
    (row,) = read("quarantine", "list")
    assert datetime.fromisoformat(row["due_at"]) <= datetime.now(UTC)


def test_unknown_quarantine_id_is_refused(run: Run) -> None:
    """An unknown id is refused, and the error mentions the command that lists ids."""
    result = run("quarantine", "retry", "nothing")
    assert result.exit_code == 1
    assert "anninh quarantine list" in result.output


def test_released_item_cannot_be_retried(run: Run, read: Read, folder: Path) -> None:
    """A released item is listed only with `--all`, and can't be retried."""
    id = quarantine_item(folder, "alarm:a1", released=True)
    assert read("quarantine", "list") == []
    assert [row["item"] for row in read("quarantine", "list", "--all")] == ["alarm:a1"]
    result = run("quarantine", "retry", id)
    assert result.exit_code == 1
    assert "was released on" in result.output


def test_quarantine_needs_an_operator(run: Run, folder: Path) -> None:
    """A tip officer can neither list nor retry quarantined items."""
    id = quarantine_item(folder, "alarm:a1")
    with open_folder(folder) as (app, _):
        officer = UnsafeLocalUsers(app).appoint("Cán bộ", "hoa-lu", "tip_officer").id
    for words in (("list",), ("retry", id)):
        result = run("quarantine", *words, "--as", officer)
        assert result.exit_code == 1
        assert "system.operate" in result.output


def test_lists_count_damaged_records(run: Run, read: Read, folder: Path) -> None:
    """A list prints the number of damaged records on stderr, and shows the other records."""
    first, second = (tip["id"] for tip in read("tips", "list"))
    with sqlite3.connect(folder / "anninh.db") as file:
        (body,) = file.execute("SELECT body FROM r_tip WHERE id = ?", (first,)).fetchone()
        file.execute("UPDATE r_tip SET body = ? WHERE id = ?", (bytes([body[0] ^ 1]) + body[1:], first))
    file.close()
    for words in (("tips", "list"), ("tips", "search", "Cháy")):
        result = run(*words)
        assert result.exit_code == 0
        assert result.stderr.count("1 records can't be opened and aren't shown.") == 1, result.stderr
    assert [tip["id"] for tip in read("tips", "list")] == [second]
