"""Addresses that one person opens in an emergency."""

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
def openings(services: Services) -> EmergencyOpenings:
    return services.emergency_openings


@pytest.fixture
def opened(openings: EmergencyOpenings, handler: Actor, emergency: Tip) -> OpenedAddress:
    return openings.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_one_person_opens_the_address_and_nothing_else(opened: OpenedAddress, trail: Callable[[], list[Entry]]) -> None:
    """The entry is there; neither a name nor the words stand in it or in the answer."""
    assert opened.address == ADDRESS
    entry = trail()[-1]
    assert (entry.action, entry.outcome) == ("governance.open_address_in_emergency", "done")
    assert entry.events == ("identity.address_opened",)
    for secret in (NAME, REASON):
        assert secret not in f"{opened}{entry}"


def test_without_an_entry_no_address(
    *,
    openings: EmergencyOpenings,
    handler: Actor,
    emergency: Tip,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where it can't be written down, nothing is answered."""

    def full(_: object) -> object:
        raise StorageError("the disk is full")

    monkeypatch.setattr(runner.context.storage, "commit", full)
    with pytest.raises(StorageError):
        openings.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_only_an_open_emergency_opens(
    *, openings: EmergencyOpenings, services: Services, handler: Actor, tip: Tip, emergency: Tip
) -> None:
    """Not a case without the mark; nor one about which nothing is left to do."""
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings.open_address_in_emergency(handler, f"tip:{tip.id}", reason=REASON)
    services.tips.handling.triage(handler, emergency.id, category="crime")
    services.tips.settling.settle(handler, emergency.id, TipState.UNFOUNDED, answer="Báo nhầm.", reason="mistaken")
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_no_later_step_makes_an_emergency_of_a_case(
    openings: EmergencyOpenings, services: Services, handler: Actor, tip: Tip
) -> None:
    """However urgent an officer says that it is: the mark comes with the words."""
    services.tips.handling.triage(handler, tip.id, category="crime", urgency="serious")
    services.tips.handling.assign(handler, tip.id, unit=tip.unit, officers=[handler.id])
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings.open_address_in_emergency(handler, f"tip:{tip.id}", reason=REASON)


def test_who_marked_it_an_emergency_opens_nothing_alone(
    *,
    openings: EmergencyOpenings,
    services: Services,
    custodian: Actor,
    officer: OfficerMaker,
    tip: Tip,
    trail: Callable[[], list[Entry]],
) -> None:
    """Another officer does, and both stand in the journal and on the review list; neither reviews it."""
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
        openings.open_address_in_emergency(both, f"tip:{marked.id}", reason=REASON)
    assert trail()[-1].outcome == "refused"
    assert openings.open_address_in_emergency(another, f"tip:{marked.id}", reason=REASON).address == ADDRESS
    assert trail()[-1].facts["marked_by"] == both.id
    (waiting,) = openings.emergency_openings(custodian).items
    assert (waiting.opened_by, waiting.marked_by) == (another.id, both.id)
    with pytest.raises(Refused, match="as the emergency behind opening"):
        openings.review_emergency_opening(both, waiting.id, justified=True, reason="Tự xem xét")
    assert openings.review_emergency_opening(custodian, waiting.id, justified=False, reason="Báo sai").reviewed_by


def test_what_the_words_marked_says_so(
    openings: EmergencyOpenings, custodian: Actor, opened: OpenedAddress, trail: Callable[[], list[Entry]]
) -> None:
    """Nobody's mark is not the same as a mark of which nobody knows."""
    assert (opened.address, trail()[-1].facts["marked_by"]) == (ADDRESS, "words")
    (waiting,) = openings.emergency_openings(custodian).items
    assert waiting.marked_by == ""


def test_an_emergency_of_before_takes_a_second_person(
    openings: EmergencyOpenings, handler: Actor, emergency: Tip, runner: UseCaseRunner
) -> None:
    """A tip of an earlier version doesn't tell who marked it: it may have been whoever asks."""

    def put_back(uow: UnitOfWork) -> None:
        uow.permit(emergency.unit)
        uow.save(TIP, evolve(uow.load(TIP, emergency.id), emergency_by=None))

    runner.run_command(handler, "test.put_back", Permission.TIP_HANDLE, put_back)
    with pytest.raises(Refused, match="as an emergency isn't on record, so it may have been you: ask a"):
        openings.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_a_question_is_no_emergency(openings: EmergencyOpenings, services: Services, handler: Actor, tip: Tip) -> None:
    """No case of that kind opens by one person."""
    receive = services.inquiries.intake.receive
    asked = run_step(receive, system("router"), "Ở đâu?", unit="ninh-hoa", conversation=tip.conversation)
    with pytest.raises(Refused, match="isn't an open emergency: ask a second person with"):
        openings.open_address_in_emergency(handler, f"inquiry:{asked.id}", reason=REASON)


def test_what_is_refused(
    *,
    openings: EmergencyOpenings,
    services: Services,
    handler: Actor,
    custodian: Actor,
    officer: OfficerMaker,
    emergency: Tip,
) -> None:
    """No reason, no such permission, another unit's officer, one who is excluded, the program itself."""
    case = f"tip:{emergency.id}"
    with pytest.raises(BadInput, match="needs a reason: write why it can't wait"):
        openings.open_address_in_emergency(handler, case, reason=" ")
    services.tips.exclusions.exclude(officer("tip_supervisor", "hoa-lu"), emergency.id, handler.id, "người nhà")
    for actor in (handler, custodian, officer("tip_officer", "ninh-hai"), system("delivery")):
        with pytest.raises(Refused):
            openings.open_address_in_emergency(actor, case, reason=REASON)


def test_what_was_purged_opens_no_more(
    openings: EmergencyOpenings, handler: Actor, emergency: Tip, runner: UseCaseRunner
) -> None:
    """An emergency brings nothing back."""
    scope = f"identity:{emergency.conversation}"
    purge_scope(runner.context, scope)
    runner.context.encryptor.forget(scope)
    with pytest.raises(DecryptionError):
        openings.open_address_in_emergency(handler, f"tip:{emergency.id}", reason=REASON)


def test_it_is_listed_with_its_age_until_it_is_reviewed(
    openings: EmergencyOpenings, custodian: Actor, opened: OpenedAddress, clock: FixedClock
) -> None:
    """Overdue after the profile's hours, and listed all the same."""
    clock.advance(timedelta(hours=25))
    (waiting,) = openings.emergency_openings(custodian).items
    assert (waiting.age(clock.now()), waiting.is_overdue(clock.now())) == (timedelta(hours=25), True)
    reviewed = openings.review_emergency_opening(custodian, opened.opening, justified=True, reason="Đúng quy định")
    assert (reviewed.state, reviewed.reviewed_by) == (OpeningState.JUSTIFIED, custodian.id)
    assert openings.emergency_openings(custodian).items == ()
    (kept,) = openings.emergency_openings(custodian, pending=False).items
    assert (kept.age(clock.now()), kept.is_overdue(clock.now())) == (timedelta(hours=25), False)


def test_a_verdict_is_a_persons_with_a_reason_and_stands(
    openings: EmergencyOpenings, custodian: Actor, opened: OpenedAddress, runner: UseCaseRunner
) -> None:
    """The decision record names it; a second click changes nothing."""
    with pytest.raises(BadInput, match="A review needs a reason: write why the opening was justified or"):
        openings.review_emergency_opening(custodian, opened.opening, justified=False, reason=" ")
    openings.review_emergency_opening(custodian, opened.opening, justified=False, reason="Không khẩn cấp")
    with pytest.raises(WrongStep, match="reviewed already"):
        openings.review_emergency_opening(custodian, opened.opening, justified=True, reason="Nhầm")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.by, decision.reason, decision.text) == (custodian.id, "unjustified", "Không khẩn cấp")


def test_nobody_reviews_their_own(
    openings: EmergencyOpenings, services: Services, officer: OfficerMaker, emergency: Tip
) -> None:
    """A superior with both roles needs another."""
    both = officer("tip_supervisor", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    opened = openings.open_address_in_emergency(both, f"tip:{emergency.id}", reason=REASON)
    with pytest.raises(Refused, match="second person"):
        openings.review_emergency_opening(both, opened.opening, justified=True, reason="Tự xem xét")


def test_whoever_is_excluded_reviews_nothing(
    *,
    openings: EmergencyOpenings,
    services: Services,
    officer: OfficerMaker,
    custodian: Actor,
    emergency: Tip,
    opened: OpenedAddress,
) -> None:
    """Nor sees that there is something."""
    chief = officer("tip_supervisor", "hoa-lu")
    services.tips.exclusions.exclude(chief, emergency.id, custodian.id, "người nhà")
    assert openings.emergency_openings(custodian).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        openings.review_emergency_opening(custodian, opened.opening, justified=True, reason="x")
