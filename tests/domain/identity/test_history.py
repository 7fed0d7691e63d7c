"""Tests that a disclosure's history has the right entries of the journal."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from attrs import evolve
from tests.domain.identity.test_model import ASKED

from anninh_core.domain.identity.history import read_disclosure_history
from anninh_core.ports.storages.changes import Entry, JournalLine, Touched, entry_bytes
from anninh_core.ports.storages.storage import Journal

LOOK = Entry(
    id="e", at=datetime(2021, 9, 1, tzinfo=UTC), actor="person:o1", action="governance.look", unit="u", outcome="read"
)
ACT = evolve(LOOK, outcome="done")


def build_entry(kind: str, id: str) -> Entry:
    return evolve(ACT, touched=(Touched(kind, id, 1, ""),))


class DisclosureJournal:
    """A journal with lines about the disclosure `d` only."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = entries
        self.asked: list[tuple[str, int]] = []

    def about(self, ref: str, after: int = 0, limit: int = 100) -> Sequence[JournalLine]:
        self.asked.append((ref, after))
        lines = [
            JournalLine(seq=seq, previous="", hash="", content=entry_bytes(entry))
            for seq, entry in enumerate(self._entries, 1)
            if seq > after
        ]
        return lines[:limit]


def find_history_lines(*entries: Entry, asked_seq: int = 0) -> list[int]:
    history = read_disclosure_history(as_journal(DisclosureJournal(*entries)), evolve(ASKED, asked_seq=asked_seq))
    assert [numbered.entry for numbered in history] == [entries[numbered.seq - 1] for numbered in history]
    return [numbered.seq for numbered in history]


def as_journal(lines: DisclosureJournal) -> Journal:
    return lines  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("entry", "belongs"),
    [
        (build_entry("disclosure", "d"), True),
        (build_entry("disclosure", "e"), False),
        (build_entry("tip", "d"), False),
        (build_entry("zebra", "d"), False),
        (build_entry("disclosure", "c"), False),
        (evolve(ACT, touched=(Touched("tip", "x", 1, ""), Touched("disclosure", "d", 2, ""))), True),
        (evolve(LOOK, outcome="refused"), True),
        (evolve(LOOK, facts={"disclosure": "d"}), True),
        (evolve(LOOK, facts={"disclosure": "c"}), False),
        (evolve(LOOK, facts={"disclosure": "e"}), False),
        (evolve(LOOK, facts={"case": "d"}), False),
        (evolve(LOOK, named=("disclosure:d@1",)), False),
        (LOOK, False),
        (ACT, False),
    ],
)
def test_history_has_acts_and_refusals(entry: Entry, belongs: bool) -> None:
    """A disclosure's history has its changes, refusals and earlier versions' reading entries, but not the reading of
    lists.
    """
    assert find_history_lines(entry) == ([1] if belongs else [])


def test_history_is_read_completely_in_order() -> None:
    """A disclosure's history is read in order from its request to its end, however long it is."""
    many = [build_entry("disclosure", "d") if number % 2 else LOOK for number in range(1203)]
    assert find_history_lines(*many) == list(range(2, 1204, 2))
    assert find_history_lines(*many, asked_seq=600) == list(range(602, 1204, 2))
    assert find_history_lines() == []


def test_only_lines_about_the_disclosure_are_read() -> None:
    """A disclosure's history reads only lines about this disclosure, after the line before its request."""
    journal = DisclosureJournal(LOOK)
    read_disclosure_history(as_journal(journal), ASKED)
    assert journal.asked == [("disclosure:d", 0), ("disclosure:d", 1)]
