"""A journal that goes on from an earlier line says so: signed, with a reason, and for good."""

from collections.abc import Callable

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, rechained, storage_of

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
    """Take lines and their heads away, as a standby lacks them that lagged."""
    lost = [head for head in office.outside.heads if head.seq >= seq]
    office.put(office.lines[:seq])
    for head in lost:
        storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop(head.id)
    office.drop_unnamed()


def breaks(report: AuditReport) -> list[tuple[Severity, str]]:
    return [(found.severity, found.sentence) for found in report.findings if found.name == "break"]


def test_a_standby_that_lagged_continues_with_an_entry(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """It names the line from which it goes on, how many are known to be lost, and is signed; the operator is told."""
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
    """Exit 4 is for a break that nobody outside knows of; heads that saw lost lines are told, not called forged."""
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


def test_a_break_that_somebody_outside_knows_of_is_a_note(office: Office) -> None:
    """Once a head from after it is kept elsewhere, the journal is proven again, and the break still told."""
    fall_behind(office, 6)
    watch_journal(office.app.internals.runner)
    office.app.audit.sign_head(office.boss)
    office.app.audit.sign_head(office.boss)
    later = parse_head_file(office.app.audit.export_heads(office.boss))
    report = office.exported(office.outside.merged(later))
    assert report.verdict is AuditVerdict.PROVEN
    assert [severity for severity, _ in breaks(report)] == [Severity.NOTE]


def test_a_line_that_is_another_is_a_break_too(office: Office) -> None:
    """A standby that went on by itself, or a journal rewritten with its heads taken out: found by the note."""
    office.put(rechained([*office.lines[:8], *office.lines[9:], office.lines[8]]))
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].clear()
    watch_journal(office.app.internals.runner)
    assert (last_entry(office).facts["reason"], last_entry(office).facts["lost"]) == ("diverged", None)
    assert breaks(office.examined())[0][0] is Severity.BREAK


@pytest.mark.parametrize("hash", ["0" * 64, "f" * 64])
def test_any_other_hash_than_was_noted_is_a_break(office: Office, hash: str) -> None:
    """The line that is there is never taken for the one that was."""
    noted = vars(office.app.internals.context.keys)["_noted"]
    noted.update({name: evolve(one, hash=hash) for name, one in noted.items()})
    found = find_break(office.app.internals.context)
    assert found is not None
    assert found.reason is BreakReason.DIVERGED


def test_another_journal_is_a_break(office: Office) -> None:
    """An emptied store that begins anew says in its first line that there was another journal."""
    office.put([])
    watch_journal(office.app.internals.runner)
    entry = last_entry(office)
    assert (len(office.lines), entry.facts["reason"], entry.facts["lost"]) == (1, "replaced", 12)
    office.app.audit.sign_head(office.boss)
    file = parse_head_file(office.app.audit.export_heads(office.boss))
    assert file.heads
    assert {head.store for head in file.heads} == {file.store} == {office.lines[0].hash}


@pytest.mark.parametrize(("keep", "lost"), [(12, 0), (8, 4)])
def test_a_storage_that_was_filled_says_so(office: Office, keep: int, lost: int) -> None:
    """After a restore there is an entry in any case; declared and uncontradicted it is a note."""
    fall_behind(office, keep)
    watch_journal(office.app.internals.runner, "restore")
    assert (last_entry(office).facts["reason"], last_entry(office).facts["lost"]) == ("restore", lost)
    report = office.examined()
    assert (report.verdict, [severity for severity, _ in breaks(report)]) == (AuditVerdict.CONSISTENT, [Severity.NOTE])


def test_without_a_note_nobody_knows_how_much_is_lost(office: Office) -> None:
    """Keys that came to a new machine have noted nothing."""
    vars(office.app.internals.context.keys)["_noted"].clear()
    watch_journal(office.app.internals.runner, BreakReason.BUNDLE.value)
    assert last_entry(office).facts["lost"] is None
    assert "how many lines are lost wasn't noted" in breaks(office.examined())[0][1]


def test_heads_kept_elsewhere_tell_how_much_is_lost_at_least(office: Office) -> None:
    """Where nobody noted it: the lines behind the break that they saw."""
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
def test_a_made_up_break_explains_nothing(office: Office, forge: Callable[[str], str], name: str) -> None:
    """Without the signing key nobody can pass off a rewritten journal as a failover."""
    fall_behind(office, 6)
    watch_journal(office.app.internals.runner)
    entry = last_entry(office)
    facts = {**entry.facts, HEAD_FACT: forge(str(entry.facts[HEAD_FACT]))}
    line = evolve(office.lines[-1], content=entry_bytes(evolve(entry, facts=facts)))
    office.put(rechained([*office.lines[:-1], line]))
    report = office.exported(office.outside)
    assert (report.verdict, report.broken_at) == (AuditVerdict.BROKEN, 8)
    assert [found.severity for found in report.findings if found.name == name] == [Severity.ALARM]


def test_who_goes_on_as_usual_leaves_no_entry(office: Office) -> None:
    """Looking at a journal that grew writes nothing into it."""
    UnsafeLocalUsers(office.app).appoint("Cán bộ Mới", office.app.district.root, "editor")
    before = len(office.lines)
    assert not watch_journal(office.app.internals.runner)
    assert len(office.lines) == before
