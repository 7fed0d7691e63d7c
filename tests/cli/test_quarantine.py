"""`anninh quarantine`, and what lists say of records that can't be opened."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

from anninh_core.testing import UnsafeLocalUsers
from anninh_core.worker.quarantine import QuarantineRounds

pytestmark = pytest.mark.slow


def quarantine(folder: Path, about: str, *, released: bool = False) -> str:
    """Quarantine an item for a job, and return its id."""
    with opened(folder) as (app, me):
        rounds = QuarantineRounds(app.internals.services)
        rounds.note("page_officers", about, 1, "Damaged")
        (item,) = app.quarantine.items(me).items
        if released:
            rounds.release(item)
    return item.id


def test_nothing_is_quarantined(run: Run, read: Read) -> None:
    """It says so; a program gets an empty list."""
    assert run("quarantine", "list").output == "Nothing is quarantined.\n"
    assert read("quarantine", "list") == []


def test_an_item_is_listed_and_tried_again(run: Run, read: Read, folder: Path) -> None:
    """With what it is, who leaves it out and why; by the end of its id that is shown; with the way out."""
    id = quarantine(folder, "alarm:a1")
    shown = run("quarantine", "list").output
    assert "alarm:a1" in shown
    assert "restored from a backup" in shown
    (row,) = read("quarantine", "list")
    assert (row["item"], row["consumer"], row["reason"], row["tries"]) == ("alarm:a1", "page_officers", "Damaged", 1)
    ending = shown.splitlines()[1].split()[0]
    assert id.endswith(ending.removeprefix("…"))
    done = run("quarantine", "retry", ending)
    assert done.exit_code == 0, done.output
    assert "alarm:a1 is tried again by page_officers" in done.output
    (row,) = read("quarantine", "list")
    assert datetime.fromisoformat(row["due_at"]) <= datetime.now(UTC)


def test_an_unknown_id_is_refused(run: Run) -> None:
    """With where ids are shown."""
    done = run("quarantine", "retry", "nothing")
    assert done.exit_code == 1
    assert "anninh quarantine list" in done.output


def test_what_was_released_is_not_tried_again(run: Run, read: Read, folder: Path) -> None:
    """It is listed with `--all` alone, and a retry says when it was released."""
    id = quarantine(folder, "alarm:a1", released=True)
    assert read("quarantine", "list") == []
    assert [row["item"] for row in read("quarantine", "list", "--all")] == ["alarm:a1"]
    done = run("quarantine", "retry", id)
    assert done.exit_code == 1
    assert "was released on" in done.output


def test_it_takes_an_operator(run: Run, folder: Path) -> None:
    """A tip officer neither sees nor changes anything of it."""
    id = quarantine(folder, "alarm:a1")
    with opened(folder) as (app, _):
        officer = UnsafeLocalUsers(app).appoint("Cán bộ", "hoa-lu", "tip_officer").id
    for words in (("list",), ("retry", id)):
        done = run("quarantine", *words, "--as", officer)
        assert done.exit_code == 1
        assert "system.operate" in done.output


def test_lists_say_what_is_missing(run: Run, read: Read, folder: Path) -> None:
    """Below the table and beside the JSON: one record can't be opened; the other one is there."""
    first, second = (tip["id"] for tip in read("tips", "list"))
    with sqlite3.connect(folder / "anninh.db") as file:
        (body,) = file.execute("SELECT body FROM r_tip WHERE id = ?", (first,)).fetchone()
        file.execute("UPDATE r_tip SET body = ? WHERE id = ?", (bytes([body[0] ^ 1]) + body[1:], first))
    file.close()
    for words in (("tips", "list"), ("tips", "search", "Cháy")):
        done = run(*words)
        assert done.exit_code == 0
        assert done.stderr.count("1 records can't be opened and aren't shown.") == 1, done.stderr
    assert [tip["id"] for tip in read("tips", "list")] == [second]
