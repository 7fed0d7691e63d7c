"""Tests of the audit log and its chain of hashes over a store."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker

from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.audit.chain import verify_export
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.audit.service import Audit
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.ports.storages.changes import ChangeSet, Entry, JournalLine, Outcome
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, Place


@pytest.fixture
def audit(runner: UseCaseRunner) -> Audit:
    return Audit(runner, lambda: iter(()))


class JournalWithRewrittenLine:
    """A journal with one rewritten line."""

    def __init__(self, journal: Journal, seq: int) -> None:
        self._journal = journal
        self._seq = seq

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        lines = self._journal.read(after, limit)
        return [evolve(line, content=line.content + b" ") if line.seq == self._seq else line for line in lines]


def test_trail_is_filtered(audit: Audit, auditor: Actor, tip: Tip) -> None:
    """Entries of the audit log are found by the record that they touched, by actor, and by action or its prefix."""
    (step,) = audit.log.trail(auditor, about=f"tip:{tip.id}").items
    assert (step.entry.action, step.entry.actor) == ("tips.receive", "system:router")
    assert [s.entry.action for s in audit.log.trail(auditor, by="system:router").items] == ["tips.receive"]
    assert {s.entry.action for s in audit.log.trail(auditor, action="units.").items} == {"units.record_officer"}
    assert audit.log.trail(auditor, action="units.nothing").items == ()
    for about in ("a:a", "zz:zz"):
        assert audit.log.trail(auditor, about=about).items == ()


def test_conversation_is_found_by_its_alias(
    audit: Audit, runner: UseCaseRunner, auditor: Actor, clock: FixedClock, tip: Tip
) -> None:
    """An entry about a conversation is found although it has only the alias of one version, which is in no index."""
    sender = Address("mock", Place.PERSON, "u1")
    message = InboundMessage(id="m-1", conversation=sender, sender=sender, text="Có trộm", sent_at=clock.now())
    run_step(BuiltServices(runner).conversations.record_message, system("router"), message, kind="tip")
    steps = audit.log.trail(auditor).items
    named = {f"{reference.kind}:{reference.id}": step.seq for step in steps for reference in step.entry.touched}
    (about,) = [ref for ref in named if ref.startswith("conversation:")]
    assert [step.seq for step in audit.log.trail(auditor, about=about).items] == [named[about]]


def test_reading_the_trail_is_recorded(audit: Audit, auditor: Actor, trail: Callable[[], list[Entry]]) -> None:
    """Reading the audit log is itself recorded."""
    audit.log.trail(auditor)
    assert (trail()[-1].action, trail()[-1].actor) == ("governance.trail", auditor.label)


def test_the_trail_comes_in_pages(audit: Audit, runner: UseCaseRunner, auditor: Actor, tip: Tip) -> None:
    """Pages of the audit log follow each other without gap or overlap."""
    for _ in range(4):
        run_step(Tips(runner).intake.add, system("router"), tip.id, Addition(text="Thêm"))
    whole = [step.seq for step in audit.log.trail(auditor, action="tips.").items]
    first = audit.log.trail(auditor, action="tips.", limit=2)
    second = audit.log.trail(auditor, action="tips.", limit=2, after=first.cursor)
    third = audit.log.trail(auditor, action="tips.", limit=2, after=second.cursor)
    assert [step.seq for page in (first, second, third) for step in page.items] == whole
    assert (len(whole), third.cursor) == (5, 0)
    assert [step.seq for step in audit.log.trail(auditor, about=f"tip:{tip.id}").items] == whole


def test_trail_is_limited_to_a_span(
    audit: Audit, runner: UseCaseRunner, auditor: Actor, clock: FixedClock, tip: Tip
) -> None:
    """A search of the audit log by time includes the first moment of the span, and excludes the last."""
    begun = clock.now()
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        run_step(Tips(runner).intake.add, system("router"), tip.id, Addition(text="Thêm"))

    def list_hours_between(since: int | None, until: int | None) -> list[int]:
        first, last = (None if hour is None else begun + timedelta(hours=hour) for hour in (since, until))
        page = audit.log.trail(auditor, action="tips.", since=first, until=last)
        return [(step.entry.at - begun) // timedelta(hours=1) for step in page.items]

    assert (
        list_hours_between(None, None),
        list_hours_between(1, 3),
        list_hours_between(2, None),
        list_hours_between(None, 2),
    ) == ([0, 1, 2, 3], [1, 2], [2, 3], [0, 1])


def test_an_auditor_of_a_commune_reads_that_commune(audit: Audit, officer: OfficerMaker, tip: Tip) -> None:
    """An auditor of a commune reads only that commune's entries, and can't verify the chain, which belongs to the
    root.
    """
    mine = officer("auditor", "ninh-hoa")
    other = officer("auditor", "ninh-an")
    assert {step.entry.unit for step in audit.log.trail(mine).items} == {"ninh-hoa"}
    assert {step.entry.unit for step in audit.log.trail(other).items} == {"ninh-an"}
    with pytest.raises(Refused):
        audit.verification.verify(mine)


def test_only_auditors_read_the_trail(audit: Audit, handler: Actor, operator: Actor) -> None:
    """Officers who handle tips and operators can't read the audit log."""
    for stranger in (handler, operator, person("nobody")):
        with pytest.raises(Refused):
            audit.log.trail(stranger)


def test_the_chain_of_a_store_holds(audit: Audit, runner: UseCaseRunner, auditor: Actor, tip: Tip) -> None:
    """An unaltered journal is verified in full and from an already verified line on, both in the store and as an
    export.
    """
    whole = audit.verification.verify(auditor)
    assert whole.ok
    run_step(Tips(runner).intake.add, system("router"), tip.id, Addition(text="Thêm"))
    following = audit.verification.verify(auditor, after=whole.seq, hash=whole.hash)
    assert (following.ok, following.seq) == (True, whole.seq + 1)
    assert verify_export(audit.log.export(auditor)).ok


def test_a_rewritten_journal_is_found(
    audit: Audit, runner: UseCaseRunner, auditor: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal line altered in the store breaks the chain of hashes at that line."""
    storage = runner.context.storage
    monkeypatch.setattr(storage, "journal", JournalWithRewrittenLine(storage.journal, 2))
    verdict = audit.verification.verify(auditor)
    assert (verdict.ok, verdict.broken_at) == (False, 2)


def test_a_checkpoint_binds_the_head(
    *, audit: Audit, runner: UseCaseRunner, auditor: Actor, operator: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint stays valid while the journal grows, and reveals alterations after its line; `verify` finds earlier
    ones.
    """
    point = audit.verification.checkpoint(operator)
    run_step(Tips(runner).intake.add, system("router"), tip.id, Addition(text="Thêm"))
    assert audit.verification.check_checkpoint(auditor, point.seq).ok
    storage = runner.context.storage
    journal = storage.journal
    monkeypatch.setattr(storage, "journal", JournalWithRewrittenLine(journal, point.seq - 1))
    assert audit.verification.check_checkpoint(auditor, point.seq).ok
    monkeypatch.setattr(storage, "journal", JournalWithRewrittenLine(journal, point.seq + 1))
    assert audit.verification.check_checkpoint(auditor, point.seq).broken_at == point.seq + 1
    with pytest.raises(NotFound, match="no checkpoint"):
        audit.verification.check_checkpoint(auditor, 999)


@pytest.mark.parametrize(("marked_by_us", "why"), [(False, "wasn't made with"), (True, "isn't the one")])
def test_a_forged_checkpoint_is_found(
    *, audit: Audit, runner: UseCaseRunner, auditor: Actor, operator: Actor, marked_by_us: bool, why: str
) -> None:
    """A checkpoint made without the authority's keys, or about a line that the journal doesn't have, is rejected."""
    point = audit.verification.checkpoint(operator)
    forged = evolve(point, hash="f" * 64)
    if marked_by_us:
        forged = evolve(forged, mark=runner.context.keys.blind("journal.checkpoint", forged.mark_content))
    record = runner.context.storage.records.get("checkpoint", point.id)
    assert record is not None
    record = evolve(record, body=CHECKPOINT.encode(forged), version=record.version + 1)
    assert runner.context.storage.commit([ChangeSet(records=(record,))]) == [Outcome.COMMITTED]
    verdict = audit.verification.check_checkpoint(auditor, point.seq)
    assert (verdict.ok, verdict.seq, why in verdict.why) == (False, 0, True)
