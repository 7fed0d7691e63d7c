"""Fixtures: a reporter with a name, officers who request and grant identities, and custodians' keys."""

import pytest
from attrs import frozen
from tests.domain.conftest import OfficerMaker

from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.identity.custody.service import Custodians
from anninh_core.domain.identity.disclosures import Disclosures
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.encryption.envelope import derive_public_key, make_private_key
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

ADDRESS = Address("mock", Place.PERSON, "u1")
NAME = "Người Tố Giác"
ROUTER = system("router")


def ask(identity: Disclosures, officer: Actor, tip: Tip | str, field: IdentityField = IdentityField.NAME) -> Disclosure:
    """Return the request of `officer` for one field of the identity behind a case."""
    case = tip if isinstance(tip, str) else f"tip:{tip.id}"
    return identity.request_identity(officer, case, field=field, purpose="Xác minh tại chỗ", ground="Điều 9")


@pytest.fixture
def services(runner: UseCaseRunner) -> Services:
    return BuiltServices(runner)


@pytest.fixture
def identity(services: Services) -> Disclosures:
    return services.identity


@pytest.fixture
def tip(services: Services, clock: FixedClock) -> Tip:
    """A tip whose sender's name is recorded."""
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
    """Another tip by the same sender, marked as an emergency by its words."""
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
def name_request(identity: Disclosures, handler: Actor, tip: Tip) -> Disclosure:
    return ask(identity, handler, tip)


def list_history(identity: Disclosures, custodian: Actor, disclosure: Disclosure) -> list[str]:
    """Return the acts in a disclosure's history, each with its outcome."""
    steps = [step.entry for step in identity.disclosure_history(custodian, disclosure.id)]
    return [f"{entry.action.partition('.')[2]} {entry.outcome}" for entry in steps]


@frozen
class Office:
    """The officers who enrol custodians' keys, and those who may hold them."""

    chair: Actor
    second: Actor
    holder: Actor
    other: Actor


@pytest.fixture
def office(officer: OfficerMaker) -> Office:
    roles = ("steering_chair", "steering_chair", "identity_custodian", "identity_custodian")
    return Office(*(officer(role, "hoa-lu") for role in roles))


@pytest.fixture
def custody(services: Services) -> Custodians:
    return services.custodians


def enrol_key(custody: Custodians, office: Office, holder: str = "") -> tuple[Custodian, bytes]:
    """Enrol a new custodian's key, and return it with its private key."""
    secret = make_private_key()
    proposed = custody.propose_custodian(office.chair, derive_public_key(secret).hex(), officer_id=holder)
    return custody.confirm_custodian(office.second, proposed.id), secret


def record_named_message(services: Services, clock: FixedClock, name: str = NAME) -> str:
    """Record a message with a sender's name, and return the sender's conversation id."""
    message = InboundMessage(
        id="m-9", conversation=ADDRESS, sender=ADDRESS, text="Có trộm", sent_at=clock.now(), sender_name=name
    )
    return run_step(services.conversations.record_message, ROUTER, message, kind="tip").sender
