"""Disclosures over a store."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.identity import Disclosure, Disclosures, DisclosureState, Identity
from anninh_core.domain.tips import Tip
from anninh_core.domain.units import Units
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.ports.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import DECISION, Actor, ReadSession, person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, Place

WHO = Identity(conversation="mock.1", name="Người Tố Giác", address=Address("mock", Place.PERSON, "u1"))


@pytest.fixture
def identity(runner: UseCaseRunner) -> Disclosures:
    return Disclosures(runner)


@pytest.fixture
def request_(identity: Disclosures, handler: Actor, tip: Tip) -> Disclosure:
    return identity.request_identity(
        handler, case=f"tip:{tip.id}", conversation=tip.conversation, unit=tip.unit, purpose="Xác minh tại chỗ"
    )


def vault(session: ReadSession, conversation: str) -> Identity:
    assert conversation == WHO.conversation
    return WHO


def test_an_identity_takes_two_people(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """One asks, another approves, the first reads, and all of it is on record."""
    with pytest.raises(Refused, match="second person must approve"):
        identity.reveal_identity(handler, request_.id, vault)
    approved = identity.approve_identity(custodian, request_.id, hours=24, reason="Cần xác minh")
    assert approved.state is DisclosureState.APPROVED
    assert identity.reveal_identity(handler, request_.id, vault) == WHO
    assert (trail()[-1].action, trail()[-1].outcome) == ("governance.reveal_identity", "read")
    actions = [step.entry.action for step in identity.disclosure_history(custodian, request_.id)]
    assert actions == [f"governance.{verb}_identity" for verb in ("request", "approve", "reveal")]


def test_the_decision_about_an_identity_is_a_persons(
    identity: Disclosures, custodian: Actor, request_: Disclosure, runner: UseCaseRunner
) -> None:
    """The decision record names who decided and why."""
    identity.refuse_identity(custodian, request_.id, reason="Chưa cần thiết")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.by, decision.text, decision.subject) == (
        custodian.id,
        "Chưa cần thiết",
        f"disclosure:{request_.id}",
    )
    with pytest.raises(Refused):
        identity.approve_identity(system("router"), request_.id, hours=1, reason="x")


def test_whoever_holds_both_roles_still_needs_another(
    identity: Disclosures, runner: UseCaseRunner, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """A custodian who asks can't approve, whatever roles they hold."""
    both = officer("tip_officer", "hoa-lu")
    Units(runner).grant(system("setup"), both.id, "identity_custodian", "hoa-lu")
    asked = identity.request_identity(both, case="tip:1", conversation="mock.1", unit="ninh-hoa", purpose="Xác minh")
    with pytest.raises(Refused, match="second person"):
        identity.approve_identity(both, asked.id, hours=1, reason="tự duyệt")
    assert [one.id for one in identity.disclosures(custodian, state="requested").items] == [asked.id]


def test_an_identity_closes_again(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, clock: FixedClock
) -> None:
    """After the hours granted nothing is read any more."""
    identity.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    clock.advance(timedelta(hours=2))
    with pytest.raises(Refused, match="ended"):
        identity.reveal_identity(handler, request_.id, vault)


def test_another_officer_reads_nothing(
    identity: Disclosures, officer: OfficerMaker, custodian: Actor, request_: Disclosure
) -> None:
    """An approval is for the officer who asked."""
    identity.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    with pytest.raises(Refused, match="another officer"):
        identity.reveal_identity(officer("tip_officer", "hoa-lu"), request_.id, vault)


@pytest.mark.parametrize("hours", [0, -1, 169])
def test_no_identity_opens_without_end(
    identity: Disclosures, custodian: Actor, request_: Disclosure, hours: int
) -> None:
    """An hour at least, a week at most."""
    with pytest.raises(BadInput, match="1 to 168"):
        identity.approve_identity(custodian, request_.id, hours=hours, reason="x")


def test_an_unknown_disclosure(identity: Disclosures, handler: Actor) -> None:
    """Strangers are refused, those who may ask are told."""
    with pytest.raises(Refused):
        identity.reveal_identity(person("nobody"), "x", vault)
    with pytest.raises(NotFound, match="no disclosure"):
        identity.reveal_identity(handler, "x", vault)
