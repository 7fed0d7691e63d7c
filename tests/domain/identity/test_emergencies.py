"""Tests of emergency openings: one person opens a reporter's address without a second person's approval."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker
from tests.domain.identity.conftest import ADDRESS, NAME
from tests.support.purging import purge_scope

from anninh_core.domain.identity.emergencies import EmergencyOpenings
from anninh_core.domain.identity.emergency_model import OpenedAddress
from anninh_core.domain.identity.states import OpeningState
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused, StorageError, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

REASON = "Nạn nhân không trả lời"


@pytest.fixture
def openings_service(services: Services) -> EmergencyOpenings:
    return services.emergency_openings


@pytest.fixture
def opened_address(openings_service: EmergencyOpenings, handler: Actor, emergency: Tip) -> OpenedAddress:
    return openings_service.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_emergency_opens_the_address_only(opened_address: OpenedAddress, trail: Callable[[], list[Entry]]) -> None:
    """An emergency opening gives the address only, and its entry in the audit log has neither the name nor the reason's
    text.
    """
    assert opened_address.address == ADDRESS
    entry = trail()[-1]
    assert (entry.action, entry.outcome) == ("governance.open_address_in_emergency", "done")
    assert entry.events == ("identity.address_opened",)
    for secret in (NAME, REASON):
        assert secret not in f"{opened_address}{entry}"


def test_unrecorded_opening_gives_no_address(
    *,
    openings_service: EmergencyOpenings,
    handler: Actor,
    emergency: Tip,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the audit entry of an emergency opening can't be stored, no address is returned."""

    def fail_commit(_: object) -> object:
        raise StorageError("the disk is full")

    monkeypatch.setattr(runner.context.storage, "commit", fail_commit)
    with pytest.raises(StorageError):
        openings_service.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_only_open_emergencies_give_the_address(
    *, openings_service: EmergencyOpenings, services: Services, handler: Actor, tip: Tip, emergency: Tip
) -> None:
    """The address behind a case isn't opened in an emergency if the case has no emergency mark or is settled."""
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings_service.open_address_in_emergency(handler, f"tip:{tip.id}", reason=REASON)
    services.tips.handling.triage(handler, emergency.id, category="crime")
    services.tips.settling.settle(handler, emergency.id, TipState.UNFOUNDED, answer="Báo nhầm.", reason="mistaken")
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings_service.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_triage_makes_no_emergency(
    openings_service: EmergencyOpenings, services: Services, handler: Actor, tip: Tip
) -> None:
    """An officer's urgency doesn't make a case an emergency: the mark is set only when the tip is received."""
    services.tips.handling.triage(handler, tip.id, category="crime", urgency="serious")
    services.tips.handling.assign(handler, tip.id, unit=tip.unit, officers=[handler.id])
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings_service.open_address_in_emergency(handler, f"tip:{tip.id}", reason=REASON)


def test_marking_officer_cant_open_alone(
    *,
    openings_service: EmergencyOpenings,
    services: Services,
    custodian: Actor,
    officer: OfficerMaker,
    tip: Tip,
    trail: Callable[[], list[Entry]],
) -> None:
    """The officer who marked an emergency can't open its address; another officer can, both are recorded and listed for
    review, and the marking officer can't review.
    """
    both = officer("tip_supervisor", "hoa-lu")
    another = officer("tip_officer", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    marked = run_step(
        services.tips.intake.receive,
        both,
        "Hôm nay trời đẹp quá",
        unit="ninh-hoa",
        origin="group",
        conversation=tip.conversation,
        emergency=True,
    )
    with pytest.raises(Refused, match="as an emergency: have another officer open the address, or ask"):
        openings_service.open_address_in_emergency(both, f"tip:{marked.id}", reason=REASON)
    assert trail()[-1].outcome == "refused"
    assert openings_service.open_address_in_emergency(another, f"tip:{marked.id}", reason=REASON).address == ADDRESS
    assert trail()[-1].facts["marked_by"] == both.id
    (waiting,) = openings_service.emergency_openings(custodian).items
    assert (waiting.opened_by, waiting.marked_by) == (another.id, both.id)
    with pytest.raises(Refused, match="as the emergency behind opening"):
        openings_service.review_emergency_opening(both, waiting.id, justified=True, reason="Tự xem xét")
    assert openings_service.review_emergency_opening(
        custodian, waiting.id, justified=False, reason="Báo sai"
    ).reviewed_by


def test_mark_by_words_is_recorded(
    openings_service: EmergencyOpenings,
    custodian: Actor,
    opened_address: OpenedAddress,
    trail: Callable[[], list[Entry]],
) -> None:
    """An emergency mark set by the tip's words is recorded as `words`, which differs from an unknown origin."""
    assert (opened_address.address, trail()[-1].facts["marked_by"]) == (ADDRESS, "words")
    (waiting,) = openings_service.emergency_openings(custodian).items
    assert waiting.marked_by == ""


def test_unknown_mark_takes_a_second_person(
    openings_service: EmergencyOpenings, handler: Actor, emergency: Tip, runner: UseCaseRunner
) -> None:
    """An earlier version's tip doesn't record who marked it as an emergency, possibly the officer who opens it, and so
    takes a second person.
    """

    def remove_marking_officer(uow: UnitOfWork) -> None:
        uow.permit(emergency.unit)
        uow.save(TIP, evolve(uow.load(TIP, emergency.id), emergency_by=None))

    runner.run_command(handler, "test.put_back", Permission.TIP_HANDLE, remove_marking_officer)
    with pytest.raises(Refused, match="as an emergency isn't on record, so it may have been you: ask a"):
        openings_service.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_inquiry_is_no_emergency(
    openings_service: EmergencyOpenings, services: Services, handler: Actor, tip: Tip
) -> None:
    """One person alone can't open the address behind an inquiry."""
    receive = services.inquiries.intake.receive
    inquiry = run_step(receive, system("router"), "Ở đâu?", unit="ninh-hoa", conversation=tip.conversation)
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings_service.open_address_in_emergency(handler, f"inquiry:{inquiry.id}", reason=REASON)


def test_unpermitted_openings_are_refused(
    *,
    openings_service: EmergencyOpenings,
    services: Services,
    handler: Actor,
    custodian: Actor,
    officer: OfficerMaker,
    emergency: Tip,
) -> None:
    """An emergency opening is refused without a reason or a permission, for another unit's officer, for an excluded
    officer, and for a system actor.
    """
    case = f"tip:{emergency.id}"
    with pytest.raises(BadInput, match="needs a reason: write why it can't wait"):
        openings_service.open_address_in_emergency(handler, case, reason=" ")
    services.tips.exclusions.exclude(officer("tip_supervisor", "hoa-lu"), emergency.id, handler.id, "người nhà")
    for actor in (handler, custodian, officer("tip_officer", "ninh-hai"), system("delivery")):
        with pytest.raises(Refused):
            openings_service.open_address_in_emergency(actor, case, reason=REASON)


def test_purged_identity_cant_be_opened(
    openings_service: EmergencyOpenings, handler: Actor, emergency: Tip, runner: UseCaseRunner
) -> None:
    """A purged identity can't be opened, even in an emergency."""
    scope = f"identity:{emergency.conversation}"
    purge_scope(runner.context, scope)
    runner.context.encryptor.forget(scope)
    with pytest.raises(DecryptionError):
        openings_service.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_opening_is_listed_until_reviewed(
    openings_service: EmergencyOpenings, custodian: Actor, opened_address: OpenedAddress, clock: FixedClock
) -> None:
    """An emergency opening is listed with its age until it is reviewed, and is overdue after the profile's hours."""
    clock.advance(timedelta(hours=25))
    (waiting,) = openings_service.emergency_openings(custodian).items
    assert (waiting.age(clock.now()), waiting.is_overdue(clock.now())) == (timedelta(hours=25), True)
    reviewed = openings_service.review_emergency_opening(
        custodian, opened_address.opening, justified=True, reason="Đúng quy định"
    )
    assert (reviewed.state, reviewed.reviewed_by) == (OpeningState.JUSTIFIED, custodian.id)
    assert openings_service.emergency_openings(custodian).items == ()
    (kept,) = openings_service.emergency_openings(custodian, pending=False).items
    assert (kept.age(clock.now()), kept.is_overdue(clock.now())) == (timedelta(hours=25), False)


def test_review_needs_a_reason_and_is_final(
    openings_service: EmergencyOpenings, custodian: Actor, opened_address: OpenedAddress, runner: UseCaseRunner
) -> None:
    """The review of an emergency opening needs a reason, is recorded as a decision with its person, and can't be
    changed.
    """
    with pytest.raises(BadInput, match="A review needs a reason: write why the opening was justified or"):
        openings_service.review_emergency_opening(custodian, opened_address.opening, justified=False, reason=" ")
    openings_service.review_emergency_opening(
        custodian, opened_address.opening, justified=False, reason="Không khẩn cấp"
    )
    with pytest.raises(WrongStep, match="reviewed already"):
        openings_service.review_emergency_opening(custodian, opened_address.opening, justified=True, reason="Nhầm")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.by, decision.reason, decision.text) == (custodian.id, "unjustified", "Không khẩn cấp")


def test_own_opening_cant_be_reviewed(
    openings_service: EmergencyOpenings, services: Services, officer: OfficerMaker, emergency: Tip
) -> None:
    """An officer with both roles can't review their own emergency opening."""
    both = officer("tip_supervisor", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    opened = openings_service.open_address_in_emergency(both, f"tip:{emergency.id}", reason=REASON)
    with pytest.raises(Refused, match="second person"):
        openings_service.review_emergency_opening(both, opened.opening, justified=True, reason="Tự xem xét")


def test_excluded_custodian_cant_review(
    *,
    openings_service: EmergencyOpenings,
    services: Services,
    officer: OfficerMaker,
    custodian: Actor,
    emergency: Tip,
    opened_address: OpenedAddress,
) -> None:
    """A custodian who is excluded from the case neither sees nor reviews its emergency opening."""
    chief = officer("tip_supervisor", "hoa-lu")
    services.tips.exclusions.exclude(chief, emergency.id, custodian.id, "người nhà")
    assert openings_service.emergency_openings(custodian).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        openings_service.review_emergency_opening(custodian, opened_address.opening, justified=True, reason="x")
