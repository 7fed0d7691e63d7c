"""Disclosures over a store."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.identity import Disclosure, Disclosures, DisclosureState
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused
from anninh_core.ports.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import DECISION, Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

ADDRESS = Address("mock", Place.PERSON, "u1")
NAME = "Người Tố Giác"
ROUTER = system("router")


@pytest.fixture
def services(runner: UseCaseRunner) -> Services:
    return Services(runner)


@pytest.fixture
def identity(services: Services) -> Disclosures:
    return services.identity


@pytest.fixture
def tip(services: Services, clock: FixedClock) -> Tip:
    """What somebody with a name wrote."""
    message = InboundMessage(
        id="m-1", conversation=ADDRESS, sender=ADDRESS, text="Có trộm", sent_at=clock.now(), sender_name=NAME
    )
    recorded = run_step(services.conversations.record_message, ROUTER, message, kind="tip")
    return run_step(
        services.tips.intake.receive,
        ROUTER,
        "Có trộm ở xóm 2",
        unit="ninh-hoa",
        origin="one_to_one",
        conversation=recorded.conversation,
    )


@pytest.fixture
def request_(identity: Disclosures, handler: Actor, tip: Tip) -> Disclosure:
    return identity.request_identity(handler, f"tip:{tip.id}", purpose="Xác minh tại chỗ")


def test_an_identity_takes_two_people(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """One asks, another approves, the first reads, and all of it is on record."""
    with pytest.raises(Refused, match="second person must approve"):
        identity.reveal_identity(handler, request_.id)
    approved = identity.approve_identity(custodian, request_.id, hours=24, reason="Cần xác minh")
    assert approved.state is DisclosureState.APPROVED
    revealed = identity.reveal_identity(handler, request_.id)
    assert (revealed.name, revealed.address) == (NAME, ADDRESS)
    assert (trail()[-1].action, trail()[-1].outcome) == ("governance.reveal_identity", "read")
    steps = [(step.entry.action, step.entry.outcome) for step in identity.disclosure_history(custodian, request_.id)]
    assert [action for action, outcome in steps if outcome != "refused"] == [
        f"governance.{verb}_identity" for verb in ("request", "approve", "reveal")
    ]


def test_what_another_officer_asked_for_is_not_there(
    *, identity: Disclosures, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """Whoever has a disclosure's id and didn't ask for it isn't told that it was granted."""
    chief = officer("tip_supervisor", "hoa-lu")
    for asker, other in ((handler, chief), (chief, handler)):
        asked = identity.request_identity(asker, f"tip:{tip.id}", purpose="Xác minh")
        identity.approve_identity(custodian, asked.id, hours=24, reason="Cần xác minh")
        with pytest.raises(Refused, match="there is no"):
            identity.reveal_identity(other, asked.id)


@pytest.mark.parametrize("conversation", ["", "\U0010ffff"])
def test_a_disclosure_opens_nobody_but_the_resident_of_its_case(
    *,
    identity: Disclosures,
    runner: UseCaseRunner,
    handler: Actor,
    custodian: Actor,
    request_: Disclosure,
    conversation: str,
) -> None:
    """Whose case it was when it was approved, and is no longer, stays unknown."""
    approved = identity.approve_identity(custodian, request_.id, hours=24, reason="Cần xác minh")
    uow = UnitOfWork(runner.context, runner.permits, ROUTER, "identity.change")
    uow.get(DISCLOSURE, approved.id)
    uow.save(DISCLOSURE, evolve(approved, conversation=conversation))
    assert runner.commit(uow)
    with pytest.raises(Refused, match="no longer"):
        identity.reveal_identity(handler, approved.id)


def test_whose_identity_it_is_is_read_from_the_case(request_: Disclosure, tip: Tip) -> None:
    """Nobody says whose conversation, or which unit, a case is about: the record does."""
    assert (request_.conversation, request_.unit) == (tip.conversation, "ninh-hoa")


@pytest.mark.parametrize("case", ["tip:nothing", "inquiry:nothing"])
def test_an_identity_is_asked_for_a_case_that_is_there(identity: Disclosures, handler: Actor, case: str) -> None:
    """A case that nobody has opens nothing."""
    with pytest.raises(NotFound):
        identity.request_identity(handler, case, purpose="Tò mò")


@pytest.mark.parametrize("case", ["nonsense", "nonsense:1", "officer:x", "conversation:mock.1"])
def test_what_is_no_case_is_bad_input(identity: Disclosures, handler: Actor, case: str) -> None:
    """The way out is said."""
    with pytest.raises(BadInput, match="kind:id"):
        identity.request_identity(handler, case, purpose="Tò mò")


def test_a_case_taken_down_at_the_desk_hides_nobody(identity: Disclosures, services: Services, handler: Actor) -> None:
    """Who came in person has no conversation to open."""
    walk_in = services.tips.intake.record_walk_in(handler, "Mất xe", unit="ninh-hoa")
    with pytest.raises(BadInput, match="nobody wrote"):
        identity.request_identity(handler, f"tip:{walk_in.id}", purpose="Xác minh")


def test_whoever_is_excluded_from_a_case_learns_nothing_of_its_reporter(
    *, identity: Disclosures, services: Services, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """Neither asks, nor reads what was approved before, nor decides, nor sees that somebody asks."""
    chief = officer("tip_supervisor", "hoa-lu")
    asked = identity.request_identity(handler, f"tip:{tip.id}", purpose="Xác minh")
    identity.approve_identity(custodian, asked.id, hours=24, reason="Cần xác minh")
    other = identity.request_identity(chief, f"tip:{tip.id}", purpose="Xác minh")
    for barred in (handler, custodian):
        services.tips.handling.exclude(chief, tip.id, barred.id, "người nhà")
    with pytest.raises(Refused, match="there is no"):
        identity.request_identity(handler, f"tip:{tip.id}", purpose="Xác minh")
    with pytest.raises(Refused, match="there is no"):
        identity.reveal_identity(handler, asked.id)
    with pytest.raises(Refused, match="there is no"):
        identity.approve_identity(custodian, other.id, hours=1, reason="x")
    with pytest.raises(Refused, match="there is no"):
        identity.disclosure_history(custodian, other.id)
    assert identity.disclosures(custodian).items == ()


def test_only_the_program_opens_an_address(
    services: Services, officer: OfficerMaker, tip: Tip, trail: Callable[[], list[Entry]]
) -> None:
    """No role reads a name, an address or words by a conversation's id; whoever tries stands in the journal."""
    conversations = services.conversations
    for role in services.units.context.district.roles:
        actor = officer(role, "hoa-lu")
        for look in (
            lambda actor=actor: conversations.who(actor, tip.conversation),
            lambda actor=actor: conversations.by_platform_id(actor, tip.conversation, "m-1"),
        ):
            before = len(trail())
            with pytest.raises(Refused):
                look()
            assert [entry.outcome for entry in trail()[before:]] == ["refused"]
    for part in ("router", "keeper", "clock", "setup"):
        with pytest.raises(Refused):
            conversations.who(system(part), tip.conversation)


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
    identity: Disclosures, services: Services, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """A custodian who asks can't approve, whatever roles they hold."""
    both = officer("tip_officer", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    asked = identity.request_identity(both, f"tip:{tip.id}", purpose="Xác minh")
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
        identity.reveal_identity(handler, request_.id)


def test_a_purged_identity_opens_no_more(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, runner: UseCaseRunner
) -> None:
    """An approval doesn't outlive what it was about."""
    identity.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    runner.context.storage.keyring.destroy(f"identity:{request_.conversation}")
    runner.context.encryptor.forget(f"identity:{request_.conversation}")
    with pytest.raises(DecryptionError):
        identity.reveal_identity(handler, request_.id)


def test_another_officer_reads_nothing(
    identity: Disclosures, officer: OfficerMaker, custodian: Actor, request_: Disclosure
) -> None:
    """An approval is for the officer who asked."""
    identity.approve_identity(custodian, request_.id, hours=2, reason="Cần xác minh")
    with pytest.raises(Refused, match="there is no"):
        identity.reveal_identity(officer("tip_officer", "hoa-lu"), request_.id)


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
        identity.reveal_identity(person("nobody"), "x")
    with pytest.raises((NotFound, Refused)):
        identity.reveal_identity(handler, "x")
