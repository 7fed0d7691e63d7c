"""A journal that continues from an earlier line records this break: signed, with a reason, and permanently."""

from collections.abc import Callable

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, rechain, storage_of

from anninh_core.domain.audit.findings import AuditReport, AuditVerdict, Severity
from anninh_core.domain.audit.heads.head_file import parse_head_file
from anninh_core.domain.audit.heads.journal_monitor import watch_journal
from anninh_core.domain.audit.heads.key_keeper_notes import find_break
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import BreakReason, decode_head, encode_head
from anninh_core.domain.audit.heads.proof import HEAD_FACT
from anninh_core.ports.storages.changes import Entry, entry_bytes, entry_from
from anninh_core.testing import UnsafeLocalUsers


@pytest.fixture
def office() -> Office:
    return Office.open()


def last_entry(office: Office) -> Entry:
    return entry_from(office.lines[-1].content)


def fall_behind(office: Office, seq: int) -> None:
    """Remove the last lines and their heads, as on a lagging standby."""
    lost = [head for head in office.outside.heads if head.seq >= seq]
    office.put(office.lines[:seq])
    for head in lost:
        storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop(head.id)
    office.drop_unnamed()


def breaks(report: AuditReport) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.sentence) for finding in report.findings if finding.name == "break"]


def test_lagging_standby_records_the_break(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """The break's entry names the line from which the journal continues and the number of lost lines, is signed, and is
    logged for the operator.
    """
    fall_behind(office, 10)
    assert watch_journal(office.app.internals.runner)
    assert "a break at line 10 (behind); lines known to be lost: 2" in caplog.text
    entry = last_entry(office)
    assert (entry.action, entry.actor, entry.events[-1]) == (
        "governance.continue_journal",
        "system:keeper",
        "journal.continued",
    )
    assert (entry.facts["reason"], entry.facts["seq"], entry.facts["lost"], entry.facts["seen"]) == (
        "behind",
        10,
        2,
        12,
    )
    assert decode_head(str(entry.facts[HEAD_FACT])).is_signed
    assert not watch_journal(office.app.internals.runner)


def test_verify_shows_the_break(office: Office) -> None:
    """`verify` reports a break that no head outside covers, and treats heads of lost lines as lost, not forged."""
    fall_behind(office, 6)
    watch_journal(office.app.internals.runner)
    report = office.examined()
    assert report.verdict is AuditVerdict.BREAK
    ((severity, sentence),) = breaks(report)
    assert severity is Severity.BREAK
    assert sentence.startswith("break at line 7: continued from line 6, because it was found to end before")
    assert sentence.endswith("at least 6 lines are lost")
    outside = office.exported(office.outside)
    assert (outside.verdict, outside.proven_to) == (AuditVerdict.BREAK, 4)
    assert breaks(outside)[0][1].endswith("heads kept elsewhere saw lost lines up to 9")


def test_break_covered_by_an_outside_head_is_a_note(office: Office) -> None:
    """Once a head from after the break is kept elsewhere, the journal is proven again, and the break remains as a
    note.
    """
    fall_behind(office, 6)
    watch_journal(office.app.internals.runner)
    office.app.audit.sign_head(office.boss)
    office.app.audit.sign_head(office.boss)
    later = parse_head_file(office.app.audit.export_heads(office.boss))
    report = office.exported(office.outside.merged(later))
    assert report.verdict is AuditVerdict.PROVEN
    assert [severity for severity, _ in breaks(report)] == [Severity.NOTE]


def test_diverged_line_is_a_break(office: Office) -> None:
    """A standby that diverged, or a journal rewritten without its heads, is found by the note."""
    office.put(rechain([*office.lines[:8], *office.lines[9:], office.lines[8]]))
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].clear()
    watch_journal(office.app.internals.runner)
    assert (last_entry(office).facts["reason"], last_entry(office).facts["lost"]) == ("diverged", None)
    assert breaks(office.examined())[0][0] is Severity.BREAK


@pytest.mark.parametrize("hash", ["0" * 64, "f" * 64])
def test_unnoted_hash_is_a_break(office: Office, hash: str) -> None:
    """A line with a hash other than the noted one is a break."""
    noted = vars(office.app.internals.context.keys)["_noted"]
    noted.update({name: evolve(head, hash=hash) for name, head in noted.items()})
    continuation = find_break(office.app.internals.context)
    assert continuation is not None
    assert continuation.reason is BreakReason.DIVERGED


def test_another_journal_is_a_break(office: Office) -> None:
    """A new journal in an emptied store records in its first line that there was another journal."""
    office.put([])
    watch_journal(office.app.internals.runner)
    entry = last_entry(office)
    assert (len(office.lines), entry.facts["reason"], entry.facts["lost"]) == (1, "replaced", 12)
    office.app.audit.sign_head(office.boss)
    file = parse_head_file(office.app.audit.export_heads(office.boss))
    assert file.heads
    assert {head.store for head in file.heads} == {file.store} == {office.lines[0].hash}


@pytest.mark.parametrize(("keep", "lost"), [(12, 0), (8, 4)])
def test_restore_is_recorded_as_break(office: Office, keep: int, lost: int) -> None:
    """A restore always leaves an entry, which is a note if it was declared and nothing contradicts it."""
    fall_behind(office, keep)
    watch_journal(office.app.internals.runner, "restore")
    assert (last_entry(office).facts["reason"], last_entry(office).facts["lost"]) == ("restore", lost)
    report = office.examined()
    assert (report.verdict, [severity for severity, _ in breaks(report)]) == (AuditVerdict.CONSISTENT, [Severity.NOTE])


def test_loss_is_unknown_without_a_note(office: Office) -> None:
    """With keys on a new machine nothing was noted, so the number of lost lines is unknown."""
    vars(office.app.internals.context.keys)["_noted"].clear()
    watch_journal(office.app.internals.runner, BreakReason.BUNDLE.value)
    assert last_entry(office).facts["lost"] is None
    assert "how many lines are lost wasn't noted" in breaks(office.examined())[0][1]


def test_outside_heads_give_a_minimal_loss(office: Office) -> None:
    """Without a note, heads kept elsewhere give the minimal number of lost lines after the break."""
    fall_behind(office, 6)
    vars(office.app.internals.context.keys)["_noted"].clear()
    watch_journal(office.app.internals.runner, BreakReason.BUNDLE.value)
    ((_, sentence),) = breaks(office.exported(office.outside))
    assert sentence.endswith("at least 3 lines are lost, and heads kept elsewhere saw lost lines up to 9")


def unsigned(statement: str) -> str:
    return encode_head(evolve(decode_head(statement), key="", signature=b"")).decode()


def elsewhere(statement: str) -> str:
    return encode_head(evolve(decode_head(statement), seq=3)).decode()


@pytest.mark.parametrize(("forge", "name"), [(unsigned, "break_unsigned"), (elsewhere, "break_unfit")])
def test_forged_break_is_an_alarm(office: Office, forge: Callable[[str], str], name: str) -> None:
    """Without the signing key a rewritten journal can't pass as a failover."""
    fall_behind(office, 6)
    watch_journal(office.app.internals.runner)
    entry = last_entry(office)
    facts = {**entry.facts, HEAD_FACT: forge(str(entry.facts[HEAD_FACT]))}
    line = evolve(office.lines[-1], content=entry_bytes(evolve(entry, facts=facts)))
    office.put(rechain([*office.lines[:-1], line]))
    report = office.exported(office.outside)
    assert (report.verdict, report.broken_at) == (AuditVerdict.BROKEN, 8)
    assert [finding.severity for finding in report.findings if finding.name == name] == [Severity.ALARM]


def test_unbroken_journal_gets_no_entry(office: Office) -> None:
    """Watching a journal that only grew writes nothing into it."""
    UnsafeLocalUsers(office.app).appoint("Cán bộ Mới", office.app.district.root, "editor")
    before = len(office.lines)
    assert not watch_journal(office.app.internals.runner)
    assert len(office.lines) == before
