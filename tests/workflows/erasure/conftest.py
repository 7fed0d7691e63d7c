"""A resident who withdraws, an operator who decides, and the records that stay readable."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, Appoint

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import DecryptionError
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor

NAME = "Thử Văn An"
DELAY = timedelta(days=7)
RULE = "91/2025/QH15, điều 14"
REASON = "Người dân yêu cầu."
Withdraws = Callable[..., Erasure]
"""Lets a resident with a given name withdraw; returns the recorded erasure."""


@pytest.fixture
def operator(appoint: Appoint, chat: MockChat, app: App) -> Actor:
    """An operator of the whole district with a chat."""
    phone = chat.person("Quản trị")
    chat.says(phone, "chào")
    pump(app, chat)
    message = next(iter(messages(app)))
    chat.hears(phone)
    return appoint("operator", conversation=message.conversation)


@pytest.fixture
def withdraws(app: App, chat: MockChat, operator: Actor) -> Withdraws:
    def withdraw(name: str = NAME) -> Erasure:
        chat.withdraws(chat.person(name))
        pump(app, chat)
        return app.retention.erasures(operator).items[-1]

    return withdraw


def messages(app: App) -> list[Message]:
    """Return every readable message, and those marked as erased."""
    return [
        *app.internals.context.iter_readable(MESSAGE, app.internals.context.storage.maintenance.scan(MESSAGE.name, 100))
    ]


def readable(app: App, conversation: str) -> bool:
    record = app.internals.context.storage.records.get(CONVERSATION.name, conversation)
    assert record is not None
    try:
        return app.internals.context.open_record(CONVERSATION, record).id == conversation
    except DecryptionError:
        return False


def ended(app: App, dialog: Dialog, handler: Actor, name: str = NAME, into: str = "") -> Tip:
    """Let a resident report, and settle or merge and answer the tip."""
    dialog.says(name, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    if into:
        app.tips.merge(handler, tip.id, into=into, answer="Đã có tin.")
    else:
        app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def erased(app: App, operator: Actor, request: Erasure) -> Erasure:
    """Grant an erasure, wait for the days in which a hold can stop it, and carry it out."""
    decided = app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
    if decided.done_at is not None:
        return decided
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.advance(DELAY)
    return app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
