"""Notices about identities, on officers' private phones."""

import pytest
from tests.messaging.conftest import Appoint, outbox
from tests.support.purging import purge_scope
from tests.worker.event_handlers.test_officer_notices import conversation

from anninh_core.app import App
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.tips import Tip
from anninh_core.kernel.redact import find_personal_data
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

NAME = "Thử Thị Báo"
TEXT = "Cứu tôi với, có người cầm dao đuổi ở xóm 2, số 0912345678"


@pytest.fixture
def tip(app: App, dialog: Dialog, handler: Actor) -> Tip:
    """An emergency, of which the handler knows."""
    dialog.says(NAME, TEXT)
    (tip,) = app.tips.list(handler).items
    assert tip.emergency
    return tip


@pytest.fixture
def superior(app: App, chat: MockChat, dialog: Dialog, appoint: Appoint) -> Actor:
    """Decides about identities, and has a chat."""
    return appoint("identity_custodian", conversation=conversation(app, chat, dialog, "Chỉ huy trực"))


def test_superiors_hear_at_once_that_an_address_was_opened(
    app: App, chat: MockChat, tip: Tip, handler: Actor, superior: Actor
) -> None:
    """Where, and until when it is reviewed; nothing of the resident or of the case, and once only."""
    app.identity.open_address_in_emergency(handler, f"tip:{tip.id}", reason="Nguy hiểm")
    app.worker.drain()
    app.worker.drain()
    (notice,) = chat.hears(chat.person("Chỉ huy trực"))
    assert "khẩn cấp" in notice
    assert find_personal_data(notice) == []
    for secret in (NAME, "xóm", "0912345678", "Nguy hiểm", tip.receipt, handler.id, tip.id):
        assert secret not in notice


def test_neither_the_opener_nor_whoever_is_excluded_is_told(
    *, app: App, chat: MockChat, dialog: Dialog, tip: Tip, superior: Actor, appoint: Appoint
) -> None:
    """Another who decides about identities is."""
    both = appoint("tip_supervisor", "identity_custodian", conversation=conversation(app, chat, dialog, "Kiêm nhiệm"))
    appoint("identity_custodian", conversation=conversation(app, chat, dialog, "Người khác"))
    app.tips.exclusions.add(both, tip.id, superior.id, "người nhà")
    app.identity.open_address_in_emergency(both, f"tip:{tip.id}", reason="Nguy hiểm")
    app.worker.drain()
    told = {name: len(chat.hears(chat.person(name))) for name in ("Chỉ huy trực", "Kiêm nhiệm", "Người khác")}
    assert told == {"Chỉ huy trực": 0, "Kiêm nhiệm": 0, "Người khác": 1}


def test_a_request_and_its_approval_are_told(
    *, app: App, chat: MockChat, dialog: Dialog, tip: Tip, superior: Actor, appoint: Appoint
) -> None:
    """Who decides hears that somebody asks, who asked that the minutes run."""
    officer = appoint("tip_officer", conversation=conversation(app, chat, dialog, "Cán bộ trực"))
    asked = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    app.worker.drain()
    app.identity.approve_identity(superior, asked.id, reason="Đồng ý")
    app.worker.drain()
    assert len(outbox(app, "notice.identity_asked")) == 1
    (notice,) = chat.hears(chat.person("Cán bộ trực"))
    assert "một lần" in notice
    assert NAME not in notice


def test_an_officer_without_a_chat_costs_nobody_anything(app: App, tip: Tip, handler: Actor, appoint: Appoint) -> None:
    """Nothing is sent, and the worker goes on."""
    deciding = appoint("identity_custodian")
    asked = app.identity.request_identity(
        handler, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    app.identity.approve_identity(deciding, asked.id, reason="Đồng ý")
    app.worker.drain()
    assert [*outbox(app, "notice.identity_asked"), *outbox(app, "notice.identity_approved")] == []


def test_an_officer_who_was_purged_is_skipped(
    *,
    app: App,
    chat: MockChat,
    dialog: Dialog,
    tip: Tip,
    superior: Actor,
    appoint: Appoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody has their chat any more; neither the notice to them alone nor one to others fails for it."""
    officer = appoint("tip_officer", conversation=conversation(app, chat, dialog, "Cán bộ trực"))
    gone = appoint("identity_custodian", conversation=conversation(app, chat, dialog, "Người cũ"))
    appoint("identity_custodian", conversation=conversation(app, chat, dialog, "Người khác"))
    asked = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    purge(app, gone)
    app.worker.drain()
    assert [len(chat.hears(chat.person(name))) for name in ("Chỉ huy trực", "Người khác")] == [1, 1]
    app.identity.approve_identity(superior, asked.id, reason="Đồng ý")
    purge(app, officer)
    app.worker.drain()
    assert [chat.hears(chat.person(name)) for name in ("Người cũ", "Cán bộ trực")] == [[], []]
    assert outbox(app, "notice.identity_approved") == []
    assert "failed" not in caplog.text


def purge(app: App, officer: Actor) -> None:
    """Destroy the key of an officer's record, as the clock does."""
    purge_scope(app.internals.context, f"officer:{officer.id}")
    app.internals.context.encryptor.forget(f"officer:{officer.id}")
