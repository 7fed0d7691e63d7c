"""A complete in-memory app, and the fixtures that offer it to users."""

import pytest
from tests.support.pictures import build_picture

from anninh_core import testing
from anninh_core.app import App
from anninh_core.kernel.errors import StorageError
from anninh_core.testing.local_users import UnsafeLocalUsers

pytest_plugins = ["pytester"]

TALK = """
def test_talk(dialog, anninh_app):
    dialog.says("Thu Van An", "Nha toi bi mat trom xe may")
    dialog.hears("Thu Van An", "Mã tiếp nhận")
    assert anninh_app.district.id == "hoa_lu_2021"
"""


def test_dialog_drives_an_app(anninh_app: App, dialog: testing.Dialog) -> None:
    """A resident reports a theft and gets a receipt, the officer sees the tip under it, and the resident can look up
    its state.
    """
    dialog.says("Thử Văn An", "Nhà tôi bị mất trộm xe máy ở xóm 2")
    receipt = dialog.hears("Thử Văn An", r"\w{5}-\w{5}")[0]
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Thử", "hoa-lu", "tip_officer")
    (tip,) = anninh_app.tips.list(officer).items
    assert tip.receipt == receipt
    dialog.says("Thử Văn An", f"tra cứu {receipt}")
    dialog.hears("Thử Văn An", "đã tiếp nhận")


def test_fixtures_work_without_imports(pytester: pytest.Pytester) -> None:
    """A test file outside the project can use the fixtures `anninh_app` and `dialog` without an import."""
    pytester.makepyfile(TALK)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_app_has_defaults_for_everything() -> None:
    """Without arguments an app uses the machine's clock, a service of its own and the shipped profile."""
    with testing.memory_app() as app:
        assert app.district.root == "hoa-lu"
        assert app.internals.messengers["oa"].instance == "oa"
    with pytest.raises(StorageError, match="closed"):
        app.internals.context.storage.commit([])


def test_files_arrive_in_the_mock_chat() -> None:
    """A group's founding document from the app's blob store arrives in the mock chat."""
    with testing.memory_app() as app:
        users = UnsafeLocalUsers(app)
        admin = users.grant(users.appoint("Quản Trị", "hoa-lu", "board_admin"), "editor", "hoa-lu")
        paper = app.content.attach(admin, "hoa-lu", build_picture(), kind="image", name="quyet-dinh.png")
        group = app.groups.establish(admin, "ninh-hoa", kind="commune", title="Nhóm Thử", messenger="oa")
        app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Quản Trị")
        app.groups.launch(admin, group.id, documents=[paper])
        app.worker.drain()
        (post,) = testing.MockMessenger.of(app).chat.messages()
        assert [file.blob for file in post.attachments] == [paper.blob]


def test_two_apps_share_nothing(anninh_clock: testing.FixedClock) -> None:
    """A message sent to one app doesn't reach another."""
    chats = [testing.MockChat(anninh_clock) for _ in range(2)]
    app, other_app = (testing.memory_app(chat, clock=anninh_clock) for chat in chats)
    chats[0].says(chats[0].person("Thử Văn An"), "Có trộm ở xóm 2")
    testing.pump(app, chats[0])
    testing.pump(other_app, chats[1])
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
    assert other_app.internals.context.storage.queues.depth() == {}
