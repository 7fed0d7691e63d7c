"""Notices that are sent to officers' private phones."""

from tests.messaging.conftest import THEFT, Appoint, outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.kernel.redact import find_personal_data
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

TEXT = "Anh Thử Văn Trộm ở xóm 2, số 0912345678, biển 35B1-123.45 lấy xe nhà tôi"


def start_conversation(app: App, chat: MockChat, dialog: Dialog, name: str) -> str:
    """Let a person write a message, and return their conversation id."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    return last_conversation(app)


def assign_newest_tip(app: App, handler: Actor, *officers: Actor) -> str:
    """Triage and assign the newest tip, and return its receipt."""
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime", urgency="serious")
    app.tips.assign(handler, tip.id, unit="cong-an", officers=[officer.id for officer in officers])
    return tip.receipt


def test_assignment_notice_has_no_personal_data(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """The notice about an assignment has the tip's code, category, urgency and deadline, and no personal data or words
    of the reporter.
    """
    officer = appoint("tip_officer", conversation=start_conversation(app, chat, dialog, "Cán bộ trực"))
    dialog.says("Thử Thị Báo", TEXT)
    receipt = assign_newest_tip(app, handler, officer)
    app.worker.drain()
    (notice,) = chat.hears(chat.person("Cán bộ trực"))
    assert receipt[:5] in notice
    assert receipt not in notice
    assert find_personal_data(notice) == []
    for personal in ("Trộm", "xóm", "Báo", "0912345678", "35B1"):
        assert personal not in notice


def test_officer_without_chat_gets_no_notice(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """An assigned officer without a conversation gets no notice."""
    dialog.says("Thử Văn An", THEFT)
    assign_newest_tip(app, handler, appoint("tip_officer"))
    app.worker.drain()
    assert outbox(app, "officer.assigned") == []


def test_assignment_to_a_unit_sends_no_notice(app: App, dialog: Dialog, handler: Actor) -> None:
    """An assignment to a unit without an officer sends no notice."""
    dialog.says("Thử Văn An", THEFT)
    assign_newest_tip(app, handler)
    app.worker.drain()
    assert outbox(app, "officer.assigned") == []
