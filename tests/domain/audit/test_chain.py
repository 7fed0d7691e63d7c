"""The hash chain of the journal is verified in the store and in an export."""

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.audit.chain import export_line, parse_line, verify_chain, verify_export
from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.ports.storages.changes import GENESIS, Entry, JournalLine, chain_hash, entry_bytes


def build_chain(length: int) -> list[JournalLine]:
    lines: list[JournalLine] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        entry = Entry(
            id=str(seq), at=datetime(2021, 9, 1, tzinfo=UTC), actor="person:o1", action="tips.triage", unit="xã"
        )
        content = entry_bytes(entry)
        lines.append(JournalLine(seq=seq, previous=previous, hash=chain_hash(previous, content), content=content))
        previous = lines[-1].hash
    return lines


LINES = build_chain(12)


def test_intact_chain_is_verified() -> None:
    """Verifying an intact chain returns its last line, from which the next verification can start."""
    verdict = verify_chain(LINES)
    assert (verdict.ok, verdict.seq, verdict.hash, verdict.broken_at) == (True, 12, LINES[-1].hash, 0)
    assert verify_chain([]).hash == GENESIS


def test_a_chain_is_verified_piece_by_piece() -> None:
    """The journal's chain can be verified in parts, without reading verified lines again."""
    first = verify_chain(LINES[:5])
    assert verify_chain(LINES[5:], after=first.seq, hash=first.hash) == verify_chain(LINES)


@given(st.integers(0, 11), st.integers(0, 2**31))
def test_one_altered_bit_is_found(at: int, place: int) -> None:
    """Any flipped bit in any line of the journal breaks the chain at this line."""
    content = bytearray(LINES[at].content)
    content[place // 8 % len(content)] ^= 1 << place % 8
    altered = [*LINES[:at], evolve(LINES[at], content=bytes(content)), *LINES[at + 1 :]]
    verdict = verify_chain(altered)
    assert (verdict.ok, verdict.broken_at, verdict.seq) == (False, at + 1, at)


@given(st.integers(0, 10))
def test_a_line_taken_out_is_found(at: int) -> None:
    """A missing line of the journal breaks the chain at its place."""
    verdict = verify_chain(LINES[:at] + LINES[at + 1 :])
    assert (verdict.ok, verdict.broken_at) == (False, at + 1)
    assert "missing" in verdict.why


def test_inserted_line_is_described() -> None:
    """A repeated line of the journal and a line chained between two others are described as inserted."""
    twice = verify_chain([*LINES, LINES[11]])
    assert (twice.broken_at, twice.why) == (13, "line 12 was inserted: it is there twice")
    assert (twice.seq, twice.hash) == (12, LINES[11].hash)
    content = LINES[6].content.replace(b"triage", b"settle")
    stranger = evolve(LINES[6], content=content, hash=chain_hash(LINES[6].previous, content))
    later = [evolve(line, seq=line.seq + 1) for line in LINES[6:]]
    verdict = verify_chain([*LINES[:6], stranger, *later])
    assert (verdict.broken_at, verdict.why) == (7, "line 7 was inserted: line 8 follows from line 6")
    assert (verdict.seq, verdict.hash) == (6, LINES[5].hash)


def test_a_rewritten_line_breaks_the_next() -> None:
    """A line of the journal that is rewritten with a fitting hash breaks the chain at the next line."""
    content = LINES[3].content.replace(b"triage", b"settle")
    rewritten = evolve(LINES[3], content=content, hash=chain_hash(LINES[3].previous, content))
    verdict = verify_chain([*LINES[:3], rewritten, *LINES[4:]])
    assert (verdict.broken_at, "another line before it" in verdict.why) == (5, True)


def test_an_export_is_verified_without_a_store() -> None:
    """Exported lines of the journal are read back unchanged, and their chain breaks like that of lines in the store."""
    lines = [export_line(line) for line in LINES]
    assert [parse_line(line, 1) for line in lines] == LINES
    assert verify_export(lines).ok
    assert verify_export(line.decode() for line in lines[4:]).ok is False
    lines[6] = lines[6].replace(b"triage", b"settle")
    assert verify_export(lines).broken_at == 7


@pytest.mark.parametrize("junk", [b"", b"{}", b"[1]", b'{"seq":1,"previous":"x","hash":"y","content":""}', "không"])
def test_invalid_export_line_is_named(junk: bytes | str) -> None:
    """A file that isn't an export of the journal gives an error with the number of the invalid line."""
    problem = r"^Line 2 of the export (has no valid|isn't).*: export it again with `audit\.export`\.$"
    with pytest.raises(BadInput, match=problem):
        verify_export([export_line(LINES[0]), junk])


def test_line_that_isnt_text_gives_an_error() -> None:
    """A line of the journal that is altered into invalid text breaks the chain, and its export gives an error with a
    remedy.
    """
    altered = evolve(LINES[3], content=b"\xff\xfe")
    assert verify_chain([*LINES[:3], altered, *LINES[4:]]).broken_at == 4
    with pytest.raises(StorageError, match="Line 4 of the audit log isn't text any more because it was altered: run"):
        export_line(altered)
