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


def test_intact_journal_is_consistent(run: Run) -> None:
    """An intact journal is reported as consistent, with its last hash, what wasn't checked, and the duration."""
    result = run("audit", "verify")

    assert result.exit_code == 0
    assert result.stdout.startswith("The journal is consistent, not proven: ")
    hash, unchecked, duration = result.stdout.splitlines()[-3:]
    assert len(hash) == 64
    assert unchecked.startswith("not checked: ")
    assert duration.endswith(" s.")
    assert "kept elsewhere" in result.stderr


def test_altered_journal_line_is_found(run: Run, folder: Path) -> None:
    """An altered line of the journal leads to exit code 3, and the error has the line's number."""
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        file.execute("UPDATE journal SET content = CAST(content || ' ' AS BLOB) WHERE seq = 5")

    result = run("audit", "verify")

    assert (result.exit_code, result.stdout.partition(":")[0]) == (3, "not checked")
    assert result.stderr.splitlines()[0] == "The journal is broken at line 5: the content of line 5 was altered."


@pytest.fixture
def exported_audit_files(run: Run, tmp_path: Path) -> Path:
    """A folder outside the store with an export of the journal and its signed heads."""
    folder = tmp_path / "kept"
    folder.mkdir()
    result = run("audit", "export", str(folder / "journal.jsonl"), "--heads", str(folder / "heads.jsonl"))
    assert result.exit_code == 0, result.output
    return folder


def verify_offline(*words: str) -> Result:
    """Run `anninh audit verify` without an existing folder."""
    environment = {"ANNINH_AT": "/nowhere", "COLUMNS": "80"}
    return CliRunner().invoke(anninh, ["audit", "verify", *words], env=environment)


def test_exported_journal_is_verified_offline(exported_audit_files: Path) -> None:
    """An exported journal is proven by its heads alone, and only consistent without them."""
    journal = str(exported_audit_files / "journal.jsonl")
    heads = str(exported_audit_files / "heads.jsonl")
    proven = verify_offline(journal, "--heads", heads)
    consistent = verify_offline(journal)
    assert (proven.exit_code, consistent.exit_code) == (0, 0)
    assert proven.stdout.startswith("The journal is proven up to line ")
    assert consistent.stdout.startswith("The journal is consistent, not proven: ")
    assert b"PRIVATE" not in (exported_audit_files / "heads.jsonl").read_bytes()
    data = json.loads(verify_offline(journal, "--heads", heads, "--json").stdout)
    assert (data["verdict"], data["broken_at"]) == ("proven", 0)
    assert data["proven_to"] <= data["lines"]


def test_shortened_export_is_found_by_heads(exported_audit_files: Path) -> None:
    """A shortened export is found only with heads (exit code 3), and heads with another than the pinned key are
    refused.
    """
    journal = exported_audit_files / "journal.jsonl"
    heads = exported_audit_files / "heads.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:5]))
    assert verify_offline(str(journal)).exit_code == 0
    cut = verify_offline(str(journal), "--heads", str(heads))
    note, unchecked = cut.stdout.splitlines()
    assert (cut.exit_code, note) == (3, "note: from the first line on nothing is proven.")
    assert unchecked.startswith("not checked: records")
    assert cut.stderr.startswith("The journal is broken at line 6: the journal ends at line 5, but head 1 of ")
    other = verify_offline(str(journal), "--heads", str(heads), "--key", "f" * 32)
    assert (other.exit_code, "aren't from the expected authority" in other.stderr) == (1, True)


def test_shortened_stored_journal_is_a_break(run: Run, folder: Path, exported_audit_files: Path) -> None:
    """A journal shortened in the store is broken; the next opening notices it by the note file, and records it in the
    journal.

    In a lagging copy the records are missing too, which is a break with exit code 4; here the records remain, which is
    more severe.
    """
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        file.execute("DELETE FROM journal WHERE seq > 6")

    broken = run("audit", "verify", "--heads", str(exported_audit_files / "heads.jsonl"))
    assert (run("audit", "verify").exit_code, broken.exit_code) == (3, 3)
    assert "not checked: records" in broken.stdout
    assert "broken: " in broken.stderr  # The journal has more than one finding of this severity.

    assert run("audit", "trail").exit_code == 0
    result = run("audit", "verify")
    assert result.exit_code == 5
    assert "continued from line 6" in result.stderr
    assert "the journal n" in result.stderr
    outside = run("audit", "verify", "--heads", str(exported_audit_files / "heads.jsonl"))
    assert outside.exit_code == 5
    assert "heads kept elsewhere saw lost lines" in outside.stderr


def test_removed_read_entries_are_found_by_heads(run: Run, folder: Path, exported_audit_files: Path) -> None:
    """Removed read entries are found by the heads (exit code 3), even without the note file."""
    with closing(sqlite3.connect(folder / "anninh.db")) as file, file:
        rows = file.execute("SELECT content FROM journal ORDER BY seq").fetchall()
        file.execute("DELETE FROM journal")
        previous = GENESIS
        read_entries = [content for (content,) in rows if b'"outcome":"read"' in content]
        assert read_entries
        for seq, (content,) in enumerate((row for row in rows if row[0] not in read_entries), 1):
            hash = chain_hash(previous, content)
            file.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (seq, previous, hash, content))
            previous = hash
    result = run("audit", "verify", "--heads", str(exported_audit_files / "heads.jsonl"))
    assert (result.exit_code, result.stderr.count("\nbroken: ")) == (3, 2)
    (folder / "anninh.keys.heads").unlink()
    assert run("audit", "verify", "--heads", str(exported_audit_files / "heads.jsonl")).exit_code == 3


def test_missing_note_file_is_an_alarm(run: Run, folder: Path, exported_audit_files: Path) -> None:
    """A missing note file is an alarm of `verify` and `doctor`; the next opening records it in the journal, so that the
    alarm remains.

    Once a later head is kept outside the store, `verify` reports no alarm.
    """
    note = folder / "anninh.keys.heads"
    note.unlink()
    result = run("audit", "verify")
    assert (result.exit_code, "alarm: the journal has " in result.stderr) == (5, True)
    doctor_result = run("doctor")
    assert (doctor_result.exit_code, "The note of where the audit log ended is missing" in doctor_result.stdout) == (
        1,
        True,
    )
    assert not note.exists()

    assert run("audit", "trail").exit_code == 0
    assert note.exists()
    later = run("audit", "verify")
    assert (later.exit_code, "alarm: break at line " in later.stderr) == (5, True)
    assert "the note of where the audit log ended was missing." in " ".join(run("doctor").stdout.split())
    assert run("audit", "heads", "sign").exit_code == 0
    assert run("audit", "heads", "export", str(exported_audit_files / "later.jsonl")).exit_code == 0
    assert run("audit", "verify", "--heads", str(exported_audit_files / "later.jsonl")).exit_code == 0


def test_verifying_writes_nothing(run: Run, folder: Path) -> None:
    """Verifying writes no entry, note or byte of the database, and the output lists what wasn't checked."""
    assert run("audit", "verify").exit_code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    result = run("audit", "verify")
    assert "not checked: what became of rows of the queues" in result.stdout
    assert json.loads(run("audit", "verify", "--json").stdout)["not_checked"]
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_heads_are_signed_listed_and_rotated(run: Run, read: Read, tmp_path: Path) -> None:
    """Heads are listed with the key that signed each of them."""
    assert run("audit", "heads", "list").stdout == "No head yet.\n"
    assert "signed by" in run("audit", "heads", "sign").stdout
    assert "signed by" in run("audit", "heads", "rotate-key").stdout
    listed = read("audit", "heads", "list")
    assert [head["head"] for head in listed] == [1, 2, 3]
    assert listed[1]["key"] != listed[2]["key"]
    path = tmp_path / "heads.jsonl"
    assert run("audit", "heads", "export", str(path)).exit_code == 0
    assert (
        "already exists: name another file, or replace it with --force"
        in run("audit", "heads", "export", str(path)).stderr
    )
    assert run("audit", "verify", "--heads", str(path)).stdout.startswith("The journal is proven")


def test_received_heads_are_stored(run: Run, tmp_path: Path) -> None:
    """Heads of another authority are stored and exported again, and a fork is refused with exit code 3."""
    keys = MemoryKeys(seed=3)
    at = datetime(2021, 9, 1, tzinfo=UTC)

    def write_head_file(last_hash: str) -> str:
        head = sign_head(SignedHead(number=1, authority="ninh-an", store="a" * 64, seq=1, hash=last_hash, at=at), keys)
        file = HeadFile(authority="ninh-an", store="a" * 64, keys=tuple(keys.public_keys()), heads=(head,))
        path = tmp_path / f"{last_hash[0]}.jsonl"
        path.write_bytes(encode_head_file(file))
        return str(path)

    received = run("audit", "heads", "receive", write_head_file("a" * 64))
    assert (received.exit_code, keys.public_keys()[0].id in received.stdout) == (0, True)
    fork = run("audit", "heads", "receive", write_head_file("b" * 64))
    assert (fork.exit_code, "NOT accepted" in fork.stderr) == (3, True)
    assert (
        "No heads of authority 'nobody' were received"
        in run("audit", "heads", "received", "nobody", str(tmp_path / "x")).stderr
    )
    assert "1 heads written" in run("audit", "heads", "received", "ninh-an", str(tmp_path / "y")).stdout


def test_trail_is_paged(run: Run, read: Read) -> None:
    """The trail is printed in pages, oldest first, each with the cursor of the next one."""
    first = run("audit", "trail", "--limit", "2")

    assert [line.split()[0] for line in first.stdout.splitlines() if line[:4].strip().isdigit()] == ["1", "2"]
    assert "--after 2" in first.stderr
    assert [entry["line"] for entry in read("audit", "trail", "--after", "2", "--limit", "2")] == [3, 4]


def test_trail_can_be_filtered(read: Read) -> None:
    """The trail can be filtered by action, actor or record."""
    (triage,) = read("audit", "trail", "--action", "tips.triage")

    assert triage["actor"].startswith("person:")
    assert read("audit", "trail", "--about", triage["touched"][0], "--actor", triage["actor"])


def test_trail_contains_refusals(run: Run, read: Read, officer: Callable[..., str]) -> None:
    """A refused request of an officer is in the trail."""
    auditor = officer("hoa-lu", "auditor")
    run("tips", "list", "--as", auditor)

    (entry,) = read("audit", "trail", "--action", "tips.list")
    assert (entry["actor"], entry["outcome"]) == (f"person:{auditor}", "refused")
    assert "refused" in run("audit", "trail", "--action", "tips.list").stdout


def test_journal_fits_eighty_columns(run: Run) -> None:
    """The trail fits 80 columns."""
    assert max(len(line) for line in run("audit", "trail").stdout.splitlines()) <= 80
