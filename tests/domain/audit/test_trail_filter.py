"""Tests of filtering the entries of the audit log, and of dividing them into pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from anninh_core.domain.audit.service import Audit
from anninh_core.domain.audit.trail import TrailFilter
from anninh_core.kernel.errors import Refused
from anninh_core.ports.storages.changes import GENESIS, Entry, JournalLine, Touched, entry_bytes
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import Actor, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

AT = datetime(2021, 9, 1, tzinfo=UTC)
ENTRY = Entry(
    id="e",
    at=AT,
    actor="person:o1",
    action="tips.triage",
    unit="ninh-hoa",
    touched=(Touched("tip", "t1", 2, "h"),),
    facts={"receipt": "r1", "case": "inquiry:i1", "count": 3},
    named=("post:p1@4",),
)


class FixedJournal:
    """A journal that returns the same lines for every query."""

    def __init__(self, *contents: bytes) -> None:
        self._lines = [
            JournalLine(seq=seq, previous="", hash="", content=content) for seq, content in enumerate(contents, 1)
        ]
        self.asked: list[str] = []

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        self.asked.append("")
        return self._lines[after : after + limit]

    def about(self, ref: str, after: int = 0, limit: int = 500, *, acts_only: bool = False) -> Sequence[JournalLine]:
        self.asked.append(f"acts on {ref}" if acts_only else ref)
        return self._lines[after : after + limit]


def find_line_numbers(trail_filter: TrailFilter, *contents: bytes, after: int = 0) -> list[int]:
    journal: Journal = FixedJournal(*contents)  # type: ignore[assignment]
    return [numbered.seq for numbered in trail_filter.find(journal, after)]


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"units": None}, True),
        ({"units": ["ninh-hoa", "x"]}, True),
        ({"units": ["x"]}, False),
        ({"units": ()}, False),
        ({"by": "person:o1"}, True),
        ({"by": "person:o2"}, False),
        ({"by": "person:o"}, False),
        ({"by": "a"}, False),
        ({"by": "z"}, False),
        ({"outcome": "done"}, True),
        ({"outcome": "read"}, False),
        ({"outcome": "a"}, False),
        ({"action": "tips.triage"}, True),
        ({"action": "tips."}, True),
        ({"action": "tips"}, False),
        ({"action": "tips.tri"}, False),
        ({"action": "tip."}, False),
        ({"action": "tips.triage."}, False),
        ({"action": "a"}, False),
        ({"action": "zzz"}, False),
        ({"since": AT}, True),
        ({"since": AT - timedelta(seconds=1)}, True),
        ({"since": AT + timedelta(seconds=1)}, False),
        ({"until": AT + timedelta(seconds=1)}, True),
        ({"until": AT}, False),
        ({"until": AT - timedelta(seconds=1)}, False),
        ({"about": "tip:t1"}, True),
        ({"about": "post:p1"}, True),
        ({"about": "inquiry:i1"}, True),
        ({"about": "r1"}, True),
        ({"about": "tip:t2"}, False),
        ({"about": "tip:t0"}, False),
        ({"about": "post:p2"}, False),
        ({"about": "t1"}, False),
        ({"about": "tip:t1", "by": "person:o1", "action": "tips.", "outcome": "done", "units": ["ninh-hoa"]}, True),
        ({"about": "tip:t1", "by": "person:o2"}, False),
        ({"about": "tip:t2", "by": "person:o1"}, False),
    ],
)
def test_filter_applies_all_conditions(conditions: dict[str, Any], matches: bool) -> None:
    """An entry of the audit log matches only if it meets every condition of the filter; an empty filter matches
    everything.
    """
    assert find_line_numbers(TrailFilter(**conditions), entry_bytes(ENTRY)) == ([1] if matches else [])


def test_alias_search_reads_all_lines() -> None:
    """A search by a conversation's alias reads all lines of the journal, because no index has the alias."""
    entry = evolve(ENTRY, touched=(Touched("conversation", "0a1b", 1, "h"),))
    journal = FixedJournal(entry_bytes(entry), entry_bytes(ENTRY))
    matches = TrailFilter(about="conversation:0a1b").find(journal, 0)  # type: ignore[arg-type]
    assert [numbered.seq for numbered in matches] == [1]
    assert {*journal.asked} == {""}
    assert find_line_numbers(TrailFilter(about="conversation:0a1c"), entry_bytes(entry)) == []


def test_unreadable_lines_are_skipped() -> None:
    """A search skips unreadable lines of the journal, because verifying the chain reports them."""
    assert find_line_numbers(TrailFilter(), entry_bytes(ENTRY), b"{", entry_bytes(ENTRY)) == [1, 3]


@pytest.mark.parametrize("about", ["", "tip:t1"])
def test_all_later_lines_are_searched(about: str) -> None:
    """A search reads every line after the given one, however many there are."""
    many = [entry_bytes(ENTRY)] * 1203
    assert find_line_numbers(TrailFilter(about=about), *many) == [*range(1, 1204)]
    assert find_line_numbers(TrailFilter(about=about), *many, after=700) == [*range(701, 1204)]
    assert find_line_numbers(TrailFilter(about=about), *many, after=1203) == []


@pytest.fixture
def audit(runner: UseCaseRunner) -> Audit:
    return Audit(runner, lambda: iter(()))


def add_entries(runner: UseCaseRunner, count: int) -> None:
    """Add `count` entries to the journal."""

    def write_event(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        uow.add_event("x")

    for _ in range(count):
        runner.run_command(system("keeper"), "test.act", Permission.OPERATE, write_event)


def test_a_page_has_a_hundred_entries(audit: Audit, runner: UseCaseRunner, auditor: Actor) -> None:
    """A page of the audit log has a hundred entries by default; its cursor is the number of its last entry, or 0 at the
    end.
    """
    add_entries(runner, 100)
    page = audit.log.trail(auditor, action="test.act")
    assert (len(page.items), page.cursor) == (100, 0)
    add_entries(runner, 1)
    page = audit.log.trail(auditor, action="test.act")
    assert (len(page.items), page.cursor) == (100, page.items[-1].seq)
    assert len(audit.log.trail(auditor, action="test.act", after=page.cursor).items) == 1
    whole = audit.log.trail(auditor, action="test.act", limit=101)
    assert (len(whole.items), whole.cursor) == (101, 0)
    assert audit.log.trail(auditor, action="units.").items[0].seq == 1


def test_reading_records_the_subject(audit: Audit, runner: UseCaseRunner, auditor: Actor) -> None:
    """Reading the audit log about a record adds an entry that names the record, unless it is a conversation."""
    for about, expected in (("tip:t1", {"tip:t1"}), ("conversation:oa.1", set()), ("", set())):
        audit.log.trail(auditor, about=about)
        entry = audit.log.trail(auditor, action="governance.trail", limit=1000).items[-1].entry
        assert {str(entry.facts["about"])} == expected if expected else "about" not in entry.facts


def test_only_the_root_reads_head_and_lines(audit: Audit, runner: UseCaseRunner, auditor: Actor) -> None:
    """Only auditors of the root unit read the journal's head and its lines, from the first line or after a given
    one.
    """
    end = audit.log.head(auditor)
    number = end.seq
    hash = end.hash
    assert (number, hash) == runner.context.storage.journal.head()
    assert hash != GENESIS
    whole = audit.log.export(auditor)
    assert len(whole) == number
    add_entries(runner, 1)
    assert audit.log.export(auditor, after=number, limit=1) != whole[:1]
    assert audit.log.export(auditor, limit=1) == whole[:1]
    with pytest.raises(Refused):
        audit.log.head(system("router"))


def test_export_signs_a_head_if_needed(audit: Audit, runner: UseCaseRunner, auditor: Actor, clock: FixedClock) -> None:
    """An export of the audit log signs a new head if there are new entries; a refused export signs none."""
    add_entries(runner, 1)
    with pytest.raises(Refused):
        audit.export.export_journal(system("router"))
    assert runner.context.storage.records.get("journal_head", "1") is None
    before = runner.context.storage.journal.head()[0]
    lines = audit.export.export_journal(auditor).data.splitlines()
    head = audit.heads.heads(auditor).heads[-1]
    assert (head.number, head.seq) == (1, before)
    assert len(lines) >= before
    audit.export.export_journal(auditor, after=before, limit=1)
    assert [head.number for head in audit.heads.heads(auditor).heads] == [1, 2]


def test_any_unreadable_entry_is_skipped() -> None:
    """An entry of the audit log that was made unreadable, in any way, doesn't prevent finding the others."""
    for content in (b"\xff", b"{", b"[" * 100_000, b"null"):
        assert find_line_numbers(TrailFilter(units=None), content, entry_bytes(ENTRY)) == [2]
