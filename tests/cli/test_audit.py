"""`anninh audit`."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.conftest import Read, Run

from anninh_core.cli.root import anninh
from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file
from anninh_core.domain.audit.heads.model import SignedHead, sign_head
from anninh_core.ports.storages.changes import GENESIS, chain_hash
from anninh_core.testing.memory import MemoryKeys


def test_an_intact_journal_verifies(run: Run) -> None:
    """With the number of its lines, its last hash, and how long it took."""
    done = run("audit", "verify")

    assert done.exit_code == 0
    assert done.stdout.startswith("The journal is consistent, not proven: ")
    hash, unchecked, took = done.stdout.splitlines()[-3:]
    assert len(hash) == 64
    assert unchecked.startswith("not checked: ")
    assert took.endswith(" s.")
    assert "kept elsewhere" in done.stderr


def test_an_altered_line_is_found(run: Run, folder: Path) -> None:
    """Exit code 3, and the first line that doesn't follow is named."""
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        file.execute("UPDATE journal SET content = CAST(content || ' ' AS BLOB) WHERE seq = 5")

    done = run("audit", "verify")

    assert (done.exit_code, done.stdout.partition(":")[0]) == (3, "not checked")
    assert done.stderr.splitlines()[0] == "The journal is broken at line 5: the content of line 5 was altered."


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> Path:
    """A folder elsewhere with an export of the journal and its heads."""
    folder = tmp_path / "kept"
    folder.mkdir()
    done = run("audit", "export", str(folder / "journal.jsonl"), "--heads", str(folder / "heads.jsonl"))
    assert done.exit_code == 0, done.output
    return folder


def offline(*words: str) -> Result:
    """Run `anninh audit verify` where there is no folder of an office."""
    environment = {"ANNINH_AT": "/nowhere", "COLUMNS": "80"}
    return CliRunner().invoke(anninh, ["audit", "verify", *words], env=environment)


def test_an_exported_journal_is_verified_without_a_store(kept: Path) -> None:
    """By its heads and nothing else; without them it is consistent and no more."""
    journal = str(kept / "journal.jsonl")
    heads = str(kept / "heads.jsonl")
    proven = offline(journal, "--heads", heads)
    consistent = offline(journal)
    assert (proven.exit_code, consistent.exit_code) == (0, 0)
    assert proven.stdout.startswith("The journal is proven up to line ")
    assert consistent.stdout.startswith("The journal is consistent, not proven: ")
    assert b"PRIVATE" not in (kept / "heads.jsonl").read_bytes()
    data = json.loads(offline(journal, "--heads", heads, "--json").stdout)
    assert (data["verdict"], data["broken_at"]) == ("proven", 0)
    assert data["proven_to"] <= data["lines"]


def test_a_cut_export_is_found_by_heads_only(kept: Path) -> None:
    """Exit code 3 with them; the heads' first key can be pinned, and another one is refused."""
    journal = kept / "journal.jsonl"
    heads = kept / "heads.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:5]))
    assert offline(str(journal)).exit_code == 0
    cut = offline(str(journal), "--heads", str(heads))
    note, unchecked = cut.stdout.splitlines()
    assert (cut.exit_code, note) == (3, "note: from the first line on nothing is proven.")
    assert unchecked.startswith("not checked: records")
    assert cut.stderr.startswith("The journal is broken at line 6: the journal ends at line 5, but head 1 of ")
    other = offline(str(journal), "--heads", str(heads), "--key", "f" * 32)
    assert (other.exit_code, "aren't from the expected authority" in other.stderr) == (1, True)


def test_a_journal_that_was_cut_in_the_store_is_a_break(run: Run, folder: Path, kept: Path) -> None:
    """Before the store is opened again it is broken; the next opening notices by the note, and says so in the journal.

    A copy that lags lacks the records too, and is a break (exit code 4); here they are there, which is worse.
    """
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        file.execute("DELETE FROM journal WHERE seq > 6")

    broken = run("audit", "verify", "--heads", str(kept / "heads.jsonl"))
    assert (run("audit", "verify").exit_code, broken.exit_code) == (3, 3)
    assert "not checked: records" in broken.stdout
    assert "broken: " in broken.stderr  # more than one finding of that severity

    assert run("audit", "trail").exit_code == 0
    done = run("audit", "verify")
    assert done.exit_code == 5
    assert "continued from line 6" in done.stderr
    assert "the journal n" in done.stderr
    outside = run("audit", "verify", "--heads", str(kept / "heads.jsonl"))
    assert outside.exit_code == 5
    assert "heads kept elsewhere saw lost lines" in outside.stderr


def test_looks_that_were_dropped_are_found_by_heads(run: Run, folder: Path, kept: Path) -> None:
    """Exit code 3, also where several heads contradict the journal; without a note, too."""
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        rows = file.execute("SELECT content FROM journal ORDER BY seq").fetchall()
        file.execute("DELETE FROM journal")
        previous = GENESIS
        looks = [content for (content,) in rows if b'"outcome":"read"' in content]
        assert looks
        for seq, (content,) in enumerate((row for row in rows if row[0] not in looks), 1):
            hash = chain_hash(previous, content)
            file.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (seq, previous, hash, content))
            previous = hash
    done = run("audit", "verify", "--heads", str(kept / "heads.jsonl"))
    assert (done.exit_code, done.stderr.count("\nbroken: ")) == (3, 2)
    (folder / "anninh.keys.heads").unlink()
    assert run("audit", "verify", "--heads", str(kept / "heads.jsonl")).exit_code == 3


def test_a_missing_note_is_an_alarm(run: Run, folder: Path, kept: Path) -> None:
    """For `verify` and `doctor` at once; the next opening says so in the journal, which both tell from then on.

    Once a head from after that is kept elsewhere, `verify` is content.
    """
    note = folder / "anninh.keys.heads"
    note.unlink()
    done = run("audit", "verify")
    assert (done.exit_code, "alarm: the journal has " in done.stderr) == (5, True)
    looked = run("doctor")
    assert (looked.exit_code, "The note of where the audit log ended is missing" in looked.stdout) == (1, True)
    assert not note.exists()

    assert run("audit", "trail").exit_code == 0
    assert note.exists()
    later = run("audit", "verify")
    assert (later.exit_code, "alarm: break at line " in later.stderr) == (5, True)
    assert "the note of where the audit log ended was missing." in " ".join(run("doctor").stdout.split())
    assert run("audit", "heads", "sign").exit_code == 0
    assert run("audit", "heads", "export", str(kept / "later.jsonl")).exit_code == 0
    assert run("audit", "verify", "--heads", str(kept / "later.jsonl")).exit_code == 0


def test_verifying_writes_nothing(run: Run, folder: Path) -> None:
    """No entry, no note, no byte of the database; the output says what was not checked."""
    assert run("audit", "verify").exit_code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = run("audit", "verify")
    assert "not checked: what became of rows of the queues" in done.stdout
    assert json.loads(run("audit", "verify", "--json").stdout)["not_checked"]
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_heads_are_signed_listed_and_rotated(run: Run, read: Read, tmp_path: Path) -> None:
    """Each with the key that signed it."""
    assert run("audit", "heads", "list").stdout == "No head yet.\n"
    assert "signed by" in run("audit", "heads", "sign").stdout
    assert "signed by" in run("audit", "heads", "rotate-key").stdout
    listed = read("audit", "heads", "list")
    assert [one["head"] for one in listed] == [1, 2, 3]
    assert listed[1]["key"] != listed[2]["key"]
    path = tmp_path / "heads.jsonl"
    assert run("audit", "heads", "export", str(path)).exit_code == 0
    assert (
        "already exists: name another file, or replace it with --force"
        in run("audit", "heads", "export", str(path)).stderr
    )
    assert run("audit", "verify", "--heads", str(path)).stdout.startswith("The journal is proven")


def test_heads_of_another_authority_are_kept(run: Run, tmp_path: Path) -> None:
    """And given out again for a verification; a fork is told with exit code 3."""
    keys = MemoryKeys(seed=3)
    at = datetime(2021, 9, 1, tzinfo=UTC)

    def written(hash: str) -> str:
        head = sign_head(SignedHead(number=1, authority="ninh-an", store="a" * 64, seq=1, hash=hash, at=at), keys)
        file = HeadFile(authority="ninh-an", store="a" * 64, keys=tuple(keys.public_keys()), heads=(head,))
        path = tmp_path / f"{hash[0]}.jsonl"
        path.write_bytes(encode_head_file(file))
        return str(path)

    taken = run("audit", "heads", "receive", written("a" * 64))
    assert (taken.exit_code, keys.public_keys()[0].id in taken.stdout) == (0, True)
    fork = run("audit", "heads", "receive", written("b" * 64))
    assert (fork.exit_code, "NOT accepted" in fork.stderr) == (3, True)
    assert (
        "No heads of authority 'nobody' were received"
        in run("audit", "heads", "received", "nobody", str(tmp_path / "x")).stderr
    )
    assert "1 heads written" in run("audit", "heads", "received", "ninh-an", str(tmp_path / "y")).stdout


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


def test_journal_fits_eighty_columns(run: Run) -> None:
    """The trail can be read on 80 columns."""
    assert max(len(line) for line in run("audit", "trail").stdout.splitlines()) <= 80
