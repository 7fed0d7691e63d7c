"""What the owners of groups are told of texts that wait to be posted by hand."""

from tests.messaging.conftest import PILOT, THEFT, Launch, outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.testing import Dialog, MockChat, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def conversation(app: App, chat: MockChat, dialog: Dialog, name: str) -> str:
    """Let somebody speak once and return their conversation id."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    return last_conversation(app)


def test_a_groups_owner_hears_once_a_day_what_waits_to_be_posted(
    app: App, chat: MockChat, dialog: Dialog, launch: Launch
) -> None:
    """How many texts wait, once a day however often the clock looks, and nothing of what they say."""
    owner = UnsafeLocalUsers(app).appoint(
        "Chủ nhóm", "ninh-hoa", "board_admin", conversation=conversation(app, chat, dialog, "Chủ nhóm")
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


def test_an_owner_without_a_chat_costs_nobody_a_notice(app: App, chat: MockChat, admin: Actor, launch: Launch) -> None:
    """What waits for people in private, and for owners without a chat, is left to the failure desk."""
    group = launch()
    chat.fail_next("expired_token")
    app.groups.remind(admin, group.id)
    app.worker.drain()
    chat.fail_next("expired_token")
    chat.says(chat.person("Thử Văn An"), THEFT)
    pump(app, chat)
    assert app.worker.jobs["notify_manual_tasks"].run() == 0
    assert outbox(app, "notice.tasks") == []
