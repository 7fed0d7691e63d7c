"""Somebody who wrote under a name, and an officer who asks who it is."""

import pytest

from anninh_core.domain.identity import Disclosure, Disclosures, IdentityField
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

ADDRESS = Address("mock", Place.PERSON, "u1")
NAME = "Người Tố Giác"
ROUTER = system("router")


def ask(identity: Disclosures, officer: Actor, tip: Tip | str, field: IdentityField = IdentityField.NAME) -> Disclosure:
    """Ask for one field of whoever is behind a case."""
    case = tip if isinstance(tip, str) else f"tip:{tip.id}"
    return identity.request_identity(officer, case, field=field, purpose="Xác minh tại chỗ", ground="Điều 9")


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
def emergency(services: Services, tip: Tip) -> Tip:
    """Another tip of theirs, which its words mark as an emergency."""
    return run_step(
        services.tips.intake.receive,
        ROUTER,
        "Cháy nhà ở xóm 2",
        unit="ninh-hoa",
        origin="one_to_one",
        conversation=tip.conversation,
        emergency=True,
    )


@pytest.fixture
def request_(identity: Disclosures, handler: Actor, tip: Tip) -> Disclosure:
    return ask(identity, handler, tip)


def story(identity: Disclosures, custodian: Actor, disclosure: Disclosure) -> list[str]:
    """Return what a disclosure's history says, act by act."""
    steps = [step.entry for step in identity.disclosure_history(custodian, disclosure.id)]
    return [f"{entry.action.partition('.')[2]} {entry.outcome}" for entry in steps]
