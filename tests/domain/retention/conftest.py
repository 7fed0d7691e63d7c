"""Fixtures with services and ended cases over the in-memory storage."""

from collections.abc import Callable

import pytest

from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.conversations.model import CONVERSATION, Conversation
from anninh_core.domain.retention.service import Retention
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip, TipState
from anninh_core.usecase import Actor, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, Place

Ended = Callable[..., Tip]
"""Function that takes a unit and optionally the case into which the tip is merged, and returns an answered tip."""


@pytest.fixture
def services(runner: UseCaseRunner) -> Services:
    return BuiltServices(runner)


@pytest.fixture
def retention(services: Services) -> Retention:
    return services.retention


@pytest.fixture
def resident(runner: UseCaseRunner) -> Conversation:
    """The conversation of the resident who reports `tip`; request this fixture before `tip`."""
    address = Address("mock", Place.PERSON, "1")
    resident = Conversation(id="mock.1", address=address, name="", pseudonym="R-1", unit="ninh-hoa")
    return runner.run_command(
        system("setup"), "setup.record_resident", None, lambda uow: uow.save(CONVERSATION, resident)
    )


@pytest.fixture
def make_ended_tip(services: Services, handler: Actor) -> Ended:
    tips = services.tips

    def create_answered_tip(unit: str = "ninh-hoa", into: str = "") -> Tip:
        tip = tips.intake.record_walk_in(handler, "Có trộm ở xóm 2", unit=unit, category="crime")
        tips.handling.triage(handler, tip.id, category=tip.category)
        if into:
            tips.settling.merge(handler, tip.id, into=into, answer="Đã có tin.")
        else:
            tips.settling.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
        return tips.settling.answered_by_hand(handler, tip.id, "gọi điện")

    return create_answered_tip
