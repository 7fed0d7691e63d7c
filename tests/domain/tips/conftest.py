"""Fixtures and helpers that provide the tips service, its officers, and tips in several states."""

import pytest
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.service import Tips
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.runner import UseCaseRunner

ROUTER = system("router")
CHAT = "oa.0123456789abcdef0123456789abcdef"


@pytest.fixture
def tips(runner: UseCaseRunner) -> Tips:
    return Tips(runner)


@pytest.fixture
def lan(officer: OfficerMaker) -> Actor:
    """A tip officer of Ninh Hòa."""
    return officer("tip_officer", "ninh-hoa")


@pytest.fixture
def boss(officer: OfficerMaker) -> Actor:
    """A tip supervisor for the whole district."""
    return officer("tip_supervisor", "hoa-lu")


def receive_tip(
    tips: Tips,
    text: str = "Mất xe máy ở xóm 3",
    *,
    origin: str = "one_to_one",
    conversation: str = CHAT,
    category: str = "crime",
    emergency: bool = False,
) -> Tip:
    return run_step(
        tips.intake.receive,
        ROUTER,
        text,
        unit="ninh-hoa",
        origin=origin,
        conversation=conversation,
        category=category,
        emergency=emergency,
    )


def receive_assigned_tip(
    tips: Tips, lan: Actor, text: str = "Mất xe máy ở xóm 3", *, origin: str = "one_to_one", conversation: str = CHAT
) -> Tip:
    tip = receive_tip(tips, text, origin=origin, conversation=conversation)
    tips.handling.triage(lan, tip.id, category="crime")
    return tips.handling.assign(lan, tip.id, unit="ninh-hoa", officers=[lan.id])


def request_withdrawal(tips: Tips, tip: Tip) -> Tip:
    """Add a message in which the reporter asks to withdraw the tip."""
    return run_step(tips.intake.add, ROUTER, tip.id, Addition(text="Thôi em rút", withdraws=True))
