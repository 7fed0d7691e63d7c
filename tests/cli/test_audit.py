"""`anninh audit`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Read, Run


def test_an_intact_journal_verifies(run: Run) -> None:
    """With the number of its lines and its last hash."""
    done = run("audit", "verify")

    assert done.exit_code == 0
    assert done.stdout.startswith("The journal is intact: ")
    assert len(done.stdout.split()[-1]) == 64


def test_an_altered_line_is_found(run: Run, folder: Path) -> None:
    """Exit code 1, and the first line that doesn't follow is named."""
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        file.execute("UPDATE journal SET content = CAST(content || ' ' AS BLOB) WHERE seq = 5")

    done = run("audit", "verify")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "The journal is broken at line 5: the content of line 5 was altered.\n"


def test_the_trail_is_read_in_pages(run: Run, read: Read) -> None:
    """Oldest first, each page saying where the next begins."""
    first = run("audit", "trail", "--limit", "2")

    assert [line.split()[0] for line in first.stdout.splitlines() if line[:4].strip().isdigit()] == ["1", "2"]
    assert "--after 2" in first.stderr
    assert [entry["line"] for entry in read("audit", "trail", "--after", "2", "--limit", "2")] == [3, 4]


def test_the_trail_can_be_narrowed(read: Read) -> None:
    """To a room, an actor or a record."""
    (triage,) = read("audit", "trail", "--action", "tips.triage")

    assert triage["actor"].startswith("person:")
    assert read("audit", "trail", "--about", triage["touched"][0], "--actor", triage["actor"])


def test_refusals_are_told(run: Run, read: Read, officer: Callable[..., str]) -> None:
    """Who asked for what they may not is in the trail."""
    auditor = officer("hoa-lu", "auditor")
    run("tips", "list", "--as", auditor)

    (entry,) = read("audit", "trail", "--action", "tips.list")
    assert (entry["actor"], entry["outcome"]) == (f"person:{auditor}", "refused")
    assert "refused" in run("audit", "trail", "--action", "tips.list").stdout


def test_lines_fit(run: Run) -> None:
    """The trail can be read on 80 columns."""
    assert max(len(line) for line in run("audit", "trail").stdout.splitlines()) <= 80
