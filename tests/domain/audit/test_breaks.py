"""If a journal continues from an earlier line, the journal records this break permanently in a signed entry with the
reason.
"""

from collections.abc import Callable

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, get_storage, rechain_lines

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


def read_last_entry(office: Office) -> Entry:
    return entry_from(office.lines[-1].content)


def remove_last_lines(office: Office, seq: int) -> None:
    """Remove the journal's lines after line `seq` and the heads about them, as on a lagging standby."""
    lost = [head for head in office.outside.heads if head.seq >= seq]
    office.put(office.lines[:seq])
    for head in lost:
        get_storage(office.app).tables.records[JOURNAL_HEAD.name].pop(head.id)
    office.drop_unnamed_records()


def find_breaks(report: AuditReport) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.sentence) for finding in report.findings if finding.name == "break"]


def test_lagging_standby_records_the_break(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """The break's entry names the line from which the journal continues and the number of lost lines, is signed, and is
    logged for the operator.
    """
    remove_last_lines(office, 10)
    assert watch_journal(office.app.internals.runner)
    assert "a break at line 10 (behind); lines known to be lost: 2" in caplog.text
    entry = read_last_entry(office)
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
    """`verify` reports a break of the journal that no head kept elsewhere covers, and treats heads of lost lines as
    lost, not forged.
    """
    remove_last_lines(office, 6)
    watch_journal(office.app.internals.runner)
    report = office.verify_store()
    assert report.verdict is AuditVerdict.BREAK
    ((severity, sentence),) = find_breaks(report)
    assert severity is Severity.BREAK
    assert sentence.startswith("break at line 7: continued from line 6, because it was found to end before")
    assert sentence.endswith("at least 6 lines are lost")
    outside = office.verify_export(office.outside)
    assert (outside.verdict, outside.proven_to) == (AuditVerdict.BREAK, 4)
    assert find_breaks(outside)[0][1].endswith("heads kept elsewhere saw lost lines up to 9")


def test_break_covered_by_an_outside_head_is_a_note(office: Office) -> None:
    """Once a head from after the break is kept elsewhere, the journal is proven again, and the report keeps the break
    as a note.
    """
    remove_last_lines(office, 6)
    watch_journal(office.app.internals.runner)
    office.app.audit.sign_head(office.boss)
    office.app.audit.sign_head(office.boss)
    later = parse_head_file(office.app.audit.export_heads(office.boss))
    report = office.verify_export(office.outside.merged(later))
    assert report.verdict is AuditVerdict.PROVEN
    assert [severity for severity, _ in find_breaks(report)] == [Severity.NOTE]


def test_diverged_line_is_a_break(office: Office) -> None:
    """A journal that diverged on a standby, or was rewritten without its heads, is recorded as a break, because it
    doesn't fit the note in the keys.
    """
    office.put(rechain_lines([*office.lines[:8], *office.lines[9:], office.lines[8]]))
    get_storage(office.app).tables.records[JOURNAL_HEAD.name].clear()
    watch_journal(office.app.internals.runner)
    assert (read_last_entry(office).facts["reason"], read_last_entry(office).facts["lost"]) == ("diverged", None)
    assert find_breaks(office.verify_store())[0][0] is Severity.BREAK


@pytest.mark.parametrize("hash", ["0" * 64, "f" * 64])
def test_unnoted_hash_is_a_break(office: Office, hash: str) -> None:
    """A line of the journal whose hash differs from the noted hash is a break."""
    noted = vars(office.app.internals.context.keys)["_noted"]
    noted.update({name: evolve(head, hash=hash) for name, head in noted.items()})
    continuation = find_break(office.app.internals.context)
    assert continuation is not None
    assert continuation.reason is BreakReason.DIVERGED


def test_another_journal_is_a_break(office: Office) -> None:
    """A new journal in an emptied store records in its first line that there was another journal."""
    office.put([])
    watch_journal(office.app.internals.runner)
    entry = read_last_entry(office)
    assert (len(office.lines), entry.facts["reason"], entry.facts["lost"]) == (1, "replaced", 12)
    office.app.audit.sign_head(office.boss)
    file = parse_head_file(office.app.audit.export_heads(office.boss))
    assert file.heads
    assert {head.store for head in file.heads} == {file.store} == {office.lines[0].hash}


@pytest.mark.parametrize(("keep", "lost"), [(12, 0), (8, 4)])
def test_restore_is_recorded_as_break(office: Office, keep: int, lost: int) -> None:
    """A restore always leaves an entry in the journal, which is reported as a note if the restore was declared and
    nothing contradicts it.
    """
    remove_last_lines(office, keep)
    watch_journal(office.app.internals.runner, "restore")
    assert (read_last_entry(office).facts["reason"], read_last_entry(office).facts["lost"]) == ("restore", lost)
    report = office.verify_store()
    assert (report.verdict, [severity for severity, _ in find_breaks(report)]) == (
        AuditVerdict.CONSISTENT,
        [Severity.NOTE],
    )


def test_loss_is_unknown_without_a_note(office: Office) -> None:
    """On a new machine the keys have no note about the journal, so the number of lost lines is unknown."""
    vars(office.app.internals.context.keys)["_noted"].clear()
    watch_journal(office.app.internals.runner, BreakReason.BUNDLE.value)
    assert read_last_entry(office).facts["lost"] is None
    assert "how many lines are lost wasn't noted" in find_breaks(office.verify_store())[0][1]


def test_outside_heads_give_a_minimal_loss(office: Office) -> None:
    """Without a note about the journal, heads kept elsewhere give the minimal number of lost lines after the break."""
    remove_last_lines(office, 6)
    vars(office.app.internals.context.keys)["_noted"].clear()
    watch_journal(office.app.internals.runner, BreakReason.BUNDLE.value)
    ((_, sentence),) = find_breaks(office.verify_export(office.outside))
    assert sentence.endswith("at least 3 lines are lost, and heads kept elsewhere saw lost lines up to 9")


def remove_signature(statement: str) -> str:
    return encode_head(evolve(decode_head(statement), key="", signature=b"")).decode()


def move_head(statement: str) -> str:
    return encode_head(evolve(decode_head(statement), seq=3)).decode()


@pytest.mark.parametrize(("forge", "name"), [(remove_signature, "break_unsigned"), (move_head, "break_unfit")])
def test_forged_break_is_an_alarm(office: Office, forge: Callable[[str], str], name: str) -> None:
    """An attacker without the signing key can't pass off a rewritten journal as a failover."""
    remove_last_lines(office, 6)
    watch_journal(office.app.internals.runner)
    entry = read_last_entry(office)
    facts = {**entry.facts, HEAD_FACT: forge(str(entry.facts[HEAD_FACT]))}
    line = evolve(office.lines[-1], content=entry_bytes(evolve(entry, facts=facts)))
    office.put(rechain_lines([*office.lines[:-1], line]))
    report = office.verify_export(office.outside)
    assert (report.verdict, report.broken_at) == (AuditVerdict.BROKEN, 8)
    assert [finding.severity for finding in report.findings if finding.name == name] == [Severity.ALARM]


def test_unbroken_journal_gets_no_entry(office: Office) -> None:
    """Watching a journal that has only grown writes nothing into it."""
    UnsafeLocalUsers(office.app).appoint("Cán bộ Mới", office.app.district.root, "editor")
    before = len(office.lines)
    assert not watch_journal(office.app.internals.runner)
    assert len(office.lines) == before
