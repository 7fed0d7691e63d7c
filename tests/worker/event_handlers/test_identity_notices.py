"""Notices about residents' identities, which are sent to officers' private phones."""

import pytest
from tests.messaging.conftest import Appoint, outbox
from tests.support.purging import purge_scope
from tests.worker.event_handlers.test_officer_notices import start_conversation

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
    """An emergency tip that the handler can see."""
    dialog.says(NAME, TEXT)
    (tip,) = app.tips.list(handler).items
    assert tip.emergency
    return tip


@pytest.fixture
def superior(app: App, chat: MockChat, dialog: Dialog, appoint: Appoint) -> Actor:
    """An identity custodian with a chat."""
    return appoint("identity_custodian", conversation=start_conversation(app, chat, dialog, "Chỉ huy trực"))


def test_custodians_are_notified_of_an_opened_address(
    app: App, chat: MockChat, tip: Tip, handler: Actor, superior: Actor
) -> None:
    """When an address is opened, custodians get one notice with unit and review deadline, and without data of the
    resident or the case.
    """
    app.identity.open_address_in_emergency(handler, f"tip:{tip.id}", reason="Nguy hiểm")
    app.worker.drain()
    app.worker.drain()
    (notice,) = chat.hears(chat.person("Chỉ huy trực"))
    assert "khẩn cấp" in notice
    assert find_personal_data(notice) == []
    for secret in (NAME, "xóm", "0912345678", "Nguy hiểm", tip.receipt, handler.id, tip.id):
        assert secret not in notice


def test_opener_and_excluded_officers_are_not_notified(
    *, app: App, chat: MockChat, dialog: Dialog, tip: Tip, superior: Actor, appoint: Appoint
) -> None:
    """Neither the officer who opened an address nor an excluded officer is notified of it, but another custodian is."""
    both = appoint(
        "tip_supervisor", "identity_custodian", conversation=start_conversation(app, chat, dialog, "Kiêm nhiệm")
    )
    appoint("identity_custodian", conversation=start_conversation(app, chat, dialog, "Người khác"))
    app.tips.exclusions.add(both, tip.id, superior.id, "người nhà")
    app.identity.open_address_in_emergency(both, f"tip:{tip.id}", reason="Nguy hiểm")
    app.worker.drain()
    notice_counts = {name: len(chat.hears(chat.person(name))) for name in ("Chỉ huy trực", "Kiêm nhiệm", "Người khác")}
    assert notice_counts == {"Chỉ huy trực": 0, "Kiêm nhiệm": 0, "Người khác": 1}


def test_request_and_approval_are_notified(
    *, app: App, chat: MockChat, dialog: Dialog, tip: Tip, superior: Actor, appoint: Appoint
) -> None:
    """Custodians are notified of a request, and the requester of its approval and its limited time."""
    officer = appoint("tip_officer", conversation=start_conversation(app, chat, dialog, "Cán bộ trực"))
    disclosure = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    app.worker.drain()
    app.identity.approve_identity(superior, disclosure.id, reason="Đồng ý")
    app.worker.drain()
    assert len(outbox(app, "notice.identity_asked")) == 1
    (notice,) = chat.hears(chat.person("Cán bộ trực"))
    assert "một lần" in notice
    assert NAME not in notice


def test_officer_without_chat_gets_no_notice(app: App, tip: Tip, handler: Actor, appoint: Appoint) -> None:
    """If custodian and requester have no chat, no notice is sent and the worker continues."""
    custodian = appoint("identity_custodian")
    disclosure = app.identity.request_identity(
        handler, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    app.identity.approve_identity(custodian, disclosure.id, reason="Đồng ý")
    app.worker.drain()
    assert [*outbox(app, "notice.identity_asked"), *outbox(app, "notice.identity_approved")] == []


def test_purged_officer_is_skipped(
    *,
    app: App,
    chat: MockChat,
    dialog: Dialog,
    tip: Tip,
    superior: Actor,
    appoint: Appoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The notices to an officer whose record was purged are skipped without failing, and those to other officers are
    sent.
    """
    officer = appoint("tip_officer", conversation=start_conversation(app, chat, dialog, "Cán bộ trực"))
    purged = appoint("identity_custodian", conversation=start_conversation(app, chat, dialog, "Người cũ"))
    appoint("identity_custodian", conversation=start_conversation(app, chat, dialog, "Người khác"))
    disclosure = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Tìm nạn nhân", ground="Điều 9"
    )
    destroy_officer_key(app, purged)
    app.worker.drain()
    assert [len(chat.hears(chat.person(name))) for name in ("Chỉ huy trực", "Người khác")] == [1, 1]
    app.identity.approve_identity(superior, disclosure.id, reason="Đồng ý")
    destroy_officer_key(app, officer)
    app.worker.drain()
    assert [chat.hears(chat.person(name)) for name in ("Người cũ", "Cán bộ trực")] == [[], []]
    assert outbox(app, "notice.identity_approved") == []
    assert "failed" not in caplog.text


def destroy_officer_key(app: App, officer: Actor) -> None:
    """Destroy the data key of an officer's record, as the retention job does."""
    purge_scope(app.internals.context, f"officer:{officer.id}")
    app.internals.context.encryptor.forget(f"officer:{officer.id}")
