"""Owners of groups get notices about texts that wait to be posted by hand."""

from tests.messaging.conftest import PILOT, THEFT, Launch, outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.testing import Dialog, MockChat, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def start_conversation(app: App, chat: MockChat, dialog: Dialog, name: str) -> str:
    """Let a person write a message, and return their conversation id."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    return last_conversation(app)


def test_owner_is_notified_once_a_day(app: App, chat: MockChat, dialog: Dialog, launch: Launch) -> None:
    """A group's owner gets, once a day, a notice with the number of texts to post and none of their content."""
    owner = UnsafeLocalUsers(app).appoint(
        "Chủ nhóm", "ninh-hoa", "board_admin", conversation=start_conversation(app, chat, dialog, "Chủ nhóm")
    )
    group = launch()
    app.groups.seat(owner, group.id, "owner", officer=owner.id, name="Chủ nhóm")
    chat.fail_next("expired_token")
    app.groups.remind(owner, group.id)
    app.worker.drain()
    assert [app.worker.jobs["notify_manual_tasks"].run() for _ in range(2)] == [1, 0]
    app.worker.drain()
    (notice,) = chat.hears(chat.person("Chủ nhóm"))
    assert "1" in notice
    assert PILOT not in notice


def test_owner_without_chat_gets_no_notice(app: App, chat: MockChat, admin: Actor, launch: Launch) -> None:
    """Texts to residents, and texts to groups whose owner has no chat, lead to no notice and stay on the screen of
    failed deliveries.
    """
    group = launch()
    chat.fail_next("expired_token")
    app.groups.remind(admin, group.id)
    app.worker.drain()
    chat.fail_next("expired_token")
    chat.says(chat.person("Thử Văn An"), THEFT)
    pump(app, chat)
    assert app.worker.jobs["notify_manual_tasks"].run() == 0
    assert outbox(app, "notice.tasks") == []
