"""Fixtures with a resident who withdraws from the platform and an operator who decides, and helpers that read what
remains.
"""

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
"""Type of a function that lets a resident withdraw from the platform, and returns the recorded request for erasure."""


@pytest.fixture
def operator(appoint: Appoint, chat: MockChat, app: App) -> Actor:
    """An operator of the whole district with a chat."""
    phone = chat.person("Quản trị")
    chat.says(phone, "chào")
    pump(app, chat)
    message = next(iter(read_messages(app)))
    chat.hears(phone)
    return appoint("operator", conversation=message.conversation)


@pytest.fixture
def withdraw_function(app: App, chat: MockChat, operator: Actor) -> Withdraws:
    def withdraw_resident(name: str = NAME) -> Erasure:
        chat.withdraws(chat.person(name))
        pump(app, chat)
        return app.retention.erasures(operator).items[-1]

    return withdraw_resident


def read_messages(app: App) -> list[Message]:
    """Return every readable message, including those that are marked as erased."""
    return [
        *app.internals.context.iter_readable(MESSAGE, app.internals.context.storage.maintenance.scan(MESSAGE.name, 100))
    ]


def is_readable(app: App, conversation: str) -> bool:
    record = app.internals.context.storage.records.get(CONVERSATION.name, conversation)
    assert record is not None
    try:
        return app.internals.context.open_record(CONVERSATION, record).id == conversation
    except DecryptionError:
        return False


def report_and_end(app: App, dialog: Dialog, handler: Actor, name: str = NAME, into: str = "") -> Tip:
    """Let a resident report a theft, settle or merge the tip, answer it, and return it."""
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


def erase_resident(app: App, operator: Actor, request: Erasure) -> Erasure:
    """Grant an erasure, wait for the days in which a hold can stop it, carry it out, and return it."""
    decided = app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
    if decided.done_at is not None:
        return decided
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.advance(DELAY)
    return app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
