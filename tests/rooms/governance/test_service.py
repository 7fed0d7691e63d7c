"""Governance over a store."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput, NotFound, Refused, SealBroken, WrongStep
from anninh_core.ports.changes import ChangeSet, Entry, JournalLine, Outcome
from anninh_core.ports.storage import Journal
from anninh_core.rooms.governance import (
    CHECKPOINT,
    Disclosure,
    DisclosureState,
    Governance,
    Identity,
    Keepsake,
    verify_export,
)
from anninh_core.rooms.tips import TIP, Tip, Tips
from anninh_core.rooms.units import Units
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.work import DECISION, Actor, Desk, Look, person, system

OfficerMaker = Callable[[str, str], Actor]
WHO = Identity(conversation="mock.1", name="Người Tố Giác", address=Address("mock", Place.PERSON, "u1"))


@pytest.fixture
def governance(desk: Desk) -> Governance:
    return Governance(desk)


@pytest.fixture
def auditor(officer: OfficerMaker) -> Actor:
    return officer("auditor", "hoa-lu")


@pytest.fixture
def operator(officer: OfficerMaker) -> Actor:
    return officer("operator", "hoa-lu")


@pytest.fixture
def custodian(officer: OfficerMaker) -> Actor:
    return officer("identity_custodian", "hoa-lu")


@pytest.fixture
def handler(officer: OfficerMaker) -> Actor:
    return officer("tip_officer", "hoa-lu")


@pytest.fixture
def tip(desk: Desk) -> Tip:
    return run_step(
        Tips(desk).receive,
        system("router"),
        "Có trộm ở xóm 2",
        unit="ninh-hoa",
        origin="one_to_one",
        conversation="mock.1",
    )


@pytest.fixture
def request_(governance: Governance, handler: Actor, tip: Tip) -> Disclosure:
    return governance.request_identity(
        handler, case=f"tip:{tip.id}", conversation=tip.conversation, unit=tip.unit, purpose="Xác minh tại chỗ"
    )


def vault(look: Look, conversation: str) -> Identity:
    assert conversation == WHO.conversation
    return WHO


class Altered:
    """A journal of which somebody rewrote a line."""

    def __init__(self, journal: Journal, seq: int) -> None:
        self._journal = journal
        self._seq = seq

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        lines = self._journal.read(after, limit)
        return [evolve(line, content=line.content + b" ") if line.seq == self._seq else line for line in lines]


def test_the_trail_tells_who_did_what(governance: Governance, auditor: Actor, tip: Tip) -> None:
    """Entries are found by what was touched, by actor, and by action or room."""
    (step,) = governance.trail(auditor, about=f"tip:{tip.id}").items
    assert (step.entry.action, step.entry.actor) == ("tips.receive", "system:router")
    assert [s.entry.action for s in governance.trail(auditor, by="system:router").items] == ["tips.receive"]
    assert {s.entry.action for s in governance.trail(auditor, action="units.").items} == {"units.appoint"}
    assert governance.trail(auditor, action="units.nothing").items == ()


def test_reading_the_trail_leaves_a_trail(
    governance: Governance, auditor: Actor, trail: Callable[[], list[Entry]]
) -> None:
    """Auditors are on record too."""
    governance.trail(auditor)
    assert (trail()[-1].action, trail()[-1].actor) == ("governance.trail", auditor.label)


def test_the_trail_comes_in_pages(governance: Governance, auditor: Actor, tip: Tip) -> None:
    """Pages follow each other without gap or overlap."""
    for _ in range(4):
        run_step(Tips(governance.desk).add, system("router"), tip.id)
    whole = [step.seq for step in governance.trail(auditor, action="tips.").items]
    first = governance.trail(auditor, action="tips.", limit=2)
    second = governance.trail(auditor, action="tips.", limit=2, after=first.cursor)
    third = governance.trail(auditor, action="tips.", limit=2, after=second.cursor)
    assert [step.seq for page in (first, second, third) for step in page.items] == whole
    assert (len(whole), third.cursor) == (5, 0)


def test_an_auditor_of_a_commune_reads_that_commune(governance: Governance, officer: OfficerMaker, tip: Tip) -> None:
    """The trail ends where the grant ends; the chain as a whole belongs to the root."""
    mine, other = officer("auditor", "ninh-hoa"), officer("auditor", "ninh-an")
    assert {step.entry.unit for step in governance.trail(mine).items} == {"ninh-hoa"}
    assert {step.entry.unit for step in governance.trail(other).items} == {"ninh-an"}
    with pytest.raises(Refused):
        governance.verify(mine)


def test_only_auditors_read_the_trail(governance: Governance, handler: Actor, operator: Actor) -> None:
    """Neither who handles tips nor who runs the machine reads it."""
    for stranger in (handler, operator, person("nobody")):
        with pytest.raises(Refused):
            governance.trail(stranger)


def test_the_chain_of_a_store_holds(governance: Governance, auditor: Actor, tip: Tip) -> None:
    """The journal verifies, whole and from where one stopped, in the store and exported."""
    whole = governance.verify(auditor)
    assert whole.ok
    run_step(Tips(governance.desk).add, system("router"), tip.id)
    following = governance.verify(auditor, after=whole.seq, hash=whole.hash)
    assert (following.ok, following.seq) == (True, whole.seq + 1)
    assert verify_export(governance.export(auditor)).ok


def test_a_rewritten_journal_is_found(
    governance: Governance, auditor: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line altered in the store breaks the chain where it stands."""
    storage = governance.desk.storage
    monkeypatch.setattr(storage, "journal", Altered(storage.journal, 2))
    verdict = governance.verify(auditor)
    assert (verdict.ok, verdict.broken_at) == (False, 2)


def test_a_checkpoint_binds_the_head(
    governance: Governance, auditor: Actor, operator: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint holds while the journal grows, and finds what was altered after it; `verify` finds the rest."""
    point = governance.checkpoint(operator)
    run_step(Tips(governance.desk).add, system("router"), tip.id)
    assert governance.check_checkpoint(auditor, point.seq).ok
    storage = governance.desk.storage
    journal = storage.journal
    monkeypatch.setattr(storage, "journal", Altered(journal, point.seq - 1))
    assert governance.check_checkpoint(auditor, point.seq).ok
    monkeypatch.setattr(storage, "journal", Altered(journal, point.seq + 1))
    assert governance.check_checkpoint(auditor, point.seq).broken_at == point.seq + 1
    with pytest.raises(NotFound, match="no checkpoint"):
        governance.check_checkpoint(auditor, 999)


@pytest.mark.parametrize(("marked_by_us", "why"), [(False, "not made with"), (True, "not the one")])
def test_a_forged_checkpoint_is_found(
    governance: Governance, auditor: Actor, operator: Actor, marked_by_us: bool, why: str
) -> None:
    """A checkpoint made without our keys, or of a line that the journal doesn't have, isn't believed."""
    point, desk = governance.checkpoint(operator), governance.desk
    forged = evolve(point, hash="f" * 64)
    if marked_by_us:
        forged = evolve(forged, mark=desk.keys.blind("journal.checkpoint", forged.marked))
    record = desk.storage.records.get("checkpoint", point.id)
    assert record is not None
    record = evolve(record, body=CHECKPOINT.encode(forged), version=record.version + 1)
    assert desk.storage.commit([ChangeSet(records=(record,))]) == [Outcome.COMMITTED]
    verdict = governance.check_checkpoint(auditor, point.seq)
    assert (verdict.ok, why in verdict.why) == (False, True)


def test_an_identity_takes_two_people(
    governance: Governance, handler: Actor, custodian: Actor, request_: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """One asks, another approves, the first reads, and all of it is on record."""
    with pytest.raises(Refused, match="second person must approve"):
        governance.reveal_identity(handler, request_.id, vault)
    approved = governance.approve_identity(custodian, request_.id, hours=24, reason="Cần xác minh")
    assert approved.state is DisclosureState.APPROVED
    assert governance.reveal_identity(handler, request_.id, vault) == WHO
    assert (trail()[-1].action, trail()[-1].outcome) == ("governance.reveal_identity", "read")
    actions = [step.entry.action for step in governance.disclosure_history(custodian, request_.id)]
    assert actions == [f"governance.{verb}_identity" for verb in ("request", "approve", "reveal")]


def test_the_decision_about_an_identity_is_a_persons(
    governance: Governance, custodian: Actor, request_: Disclosure, desk: Desk
) -> None:
    """The decision record names who decided and why."""
    governance.refuse_identity(custodian, request_.id, reason="Chưa cần thiết")
    (record,) = desk.storage.maintenance.scan("decision")
    decision = desk.opened(DECISION, record)
    assert (decision.by, decision.text, decision.subject) == (
        custodian.id,
        "Chưa cần thiết",
        f"disclosure:{request_.id}",
    )
    with pytest.raises(Refused):
        governance.approve_identity(system("router"), request_.id, hours=1, reason="x")


def test_whoever_holds_both_roles_still_needs_another(
    governance: Governance, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """A custodian who asks can't approve, whatever roles they hold."""
    both = officer("tip_officer", "hoa-lu")
    Units(governance.desk).grant(system("setup"), both.id, "identity_custodian", "hoa-lu")
    asked = governance.request_identity(both, case="tip:1", conversation="mock.1", unit="ninh-hoa", purpose="Xác minh")
    with pytest.raises(Refused, match="second person"):
        governance.approve_identity(both, asked.id, hours=1, reason="tự duyệt")
    assert [one.id for one in governance.disclosures(custodian, state="requested").items] == [asked.id]


def test_an_identity_closes_again(
    governance: Governance, handler: Actor, custodian: Actor, request_: Disclosure, clock: FixedClock
) -> None:
    """After the hours granted nothing is read any more."""
    governance.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    clock.advance(timedelta(hours=2))
    with pytest.raises(Refused, match="ended"):
        governance.reveal_identity(handler, request_.id, vault)


def test_another_officer_reads_nothing(
    governance: Governance, officer: OfficerMaker, custodian: Actor, request_: Disclosure
) -> None:
    """An approval is for the officer who asked."""
    governance.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    with pytest.raises(Refused, match="another officer"):
        governance.reveal_identity(officer("tip_officer", "hoa-lu"), request_.id, vault)


@pytest.mark.parametrize("hours", [0, -1, 169])
def test_no_identity_opens_without_end(
    governance: Governance, custodian: Actor, request_: Disclosure, hours: int
) -> None:
    """An hour at least, a week at most."""
    with pytest.raises(BadInput, match="1 to 168"):
        governance.approve_identity(custodian, request_.id, hours=hours, reason="x")


def test_an_unknown_disclosure(governance: Governance, handler: Actor) -> None:
    """Strangers are refused, those who may ask are told."""
    with pytest.raises(Refused):
        governance.reveal_identity(person("nobody"), "x", vault)
    with pytest.raises(NotFound, match="no disclosure"):
        governance.reveal_identity(handler, "x", vault)


def test_a_purge_makes_a_case_unreadable(
    governance: Governance, operator: Actor, desk: Desk, tip: Tip, trail: Callable[[], list[Entry]]
) -> None:
    """Ordered, then carried out: the key is gone, the journal and the tombstone stay."""
    scope = f"tip:{tip.id}"
    governance.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    record = desk.storage.records.get("tip", tip.id)
    assert record is not None
    assert desk.opened(TIP, record) == tip
    (done,) = governance.purge(operator)
    assert (done.id, done.done_at) == (scope, desk.clock.now())
    with pytest.raises(SealBroken, match="gone for good"):
        desk.opened(TIP, record)
    assert [entry.events for entry in trail()[-2:]] == [("purge.ordered",), ("purge.done",)]
    assert governance.purge(operator) == ()
    with pytest.raises(WrongStep, match="ordered before"):
        governance.order_purge(operator, scope, unit="ninh-hoa", reason="retention")


def test_a_legal_hold_stops_a_purge(governance: Governance, operator: Actor, desk: Desk, tip: Tip) -> None:
    """What is held isn't destroyed; what is to be destroyed isn't held any more."""
    scope, review = f"tip:{tip.id}", date(2022, 3, 1)
    hold = governance.hold(operator, scope, unit="ninh-hoa", reason="Yêu cầu của cơ quan điều tra", review_on=review)
    with pytest.raises(WrongStep, match="under legal hold"):
        governance.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    old = Keepsake(scope=scope, unit="ninh-hoa", data="chatter", ended_on=date(2021, 1, 1))
    (due,) = governance.preview_purge(operator, [old])
    assert due.held
    assert governance.holds(operator) == (hold,)
    governance.release_hold(operator, hold.id)
    assert governance.holds(operator) == ()
    governance.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    with pytest.raises(WrongStep, match="can't be held"):
        governance.hold(operator, scope, unit="ninh-hoa", reason="Muộn", review_on=review)


def test_only_operators_destroy(governance: Governance, handler: Actor, operator: Actor) -> None:
    """Who handles cases doesn't destroy them; an unknown hold is named."""
    with pytest.raises(Refused):
        governance.order_purge(handler, "tip:1", unit="ninh-hoa", reason="retention")
    with pytest.raises(Refused):
        governance.purge(handler)
    with pytest.raises(NotFound, match="no legal hold"):
        governance.release_hold(operator, "x")


def test_a_purge_of_nothing_is_no_event(
    governance: Governance, operator: Actor, trail: Callable[[], list[Entry]]
) -> None:
    """Where nothing was ordered nothing was destroyed, and the trail doesn't say so."""
    assert governance.purge(operator) == ()
    assert (trail()[-1].action, trail()[-1].events) == ("governance.purge", ())


@pytest.mark.parametrize("scope", ["governance:tombstones", "governance:holds"])
def test_orders_and_holds_are_never_destroyed(governance: Governance, operator: Actor, scope: str) -> None:
    """Whoever may purge can't purge what a purge is checked against."""
    with pytest.raises(BadInput, match="never destroyed"):
        governance.order_purge(operator, scope, unit="hoa-lu", reason="request")
