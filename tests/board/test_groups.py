"""On the board groups are founded, staffed and cared for, and posts are listed that officers publish by hand."""

from html import unescape

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.groups.states import GroupState
from anninh_core.testing import Dialog, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def admin(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Quản Trị", "hoa-lu", "board_admin")


@pytest.fixture
def desk(admin: Actor, enter: SignIn) -> Visitor:
    return enter(admin)


def test_group_is_founded_by_forms(app: App, admin: Actor, desk: Visitor) -> None:
    """A group is planned, created and staffed by forms alone, and its page shows management board, link and QR code."""
    form = desk.get("/groups/new").form("/groups/do/groups/plan")
    screen = desk.send(form, unit="ninh-hoa", kind="commune", title="Nhóm xã Ninh Hòa")
    assert "Nhóm xã Ninh Hòa" in screen.main
    (group,) = app.groups.list(admin)
    assert group.state is GroupState.PLANNED
    screen = desk.send(screen.form("/do/groups/create"), messenger="oa")
    assert app.groups.get(admin, group.id).state is GroupState.FORMING
    screen = desk.send(screen.form("/do/groups/seat"), post="owner", officer=admin.id, name="Ông Quản Trị")
    assert "Ông Quản Trị" in screen.main
    screen = desk.send(screen.form("/do/groups/relink"), link="https://zalo.me/g/abc")
    assert "https://zalo.me/g/abc" in screen.main
    code = desk.get(f"/groups/{group.id}/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<?xml")


def test_group_without_link_has_no_qr_code(app: App, admin: Actor, desk: Visitor) -> None:
    """A group without a link has no QR code, neither on its page nor by the code's address."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    assert "qr.svg" not in desk.get(f"/groups/{group.id}").main
    assert desk.get(f"/groups/{group.id}/qr.svg").status == 404


def test_group_needing_care_shows_reason(app: App, admin: Actor, desk: Visitor) -> None:
    """A group that needs care is listed with the reason."""
    group = app.groups.establish(admin, "ninh-hoa", kind="commune", title="Nhóm Thử", messenger="oa")
    group = app.groups.seat(admin, group.id, post="owner", officer=admin.id, name="Quản Trị")
    app.groups.launch(admin, group.id)
    app.groups.vacate(admin, group.id, admin.id)
    screen = desk.get("/groups/care")
    assert group.id in screen.main
    assert "Chưa có trưởng nhóm" in screen.main


def test_group_offers_only_possible_acts(app: App, admin: Actor, desk: Visitor) -> None:
    """A group's page offers no act that its state forbids."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    screen = desk.get(f"/groups/{group.id}")
    assert not screen.has_form("/do/groups/launch")
    assert not screen.has_form("/do/groups/resume")


def test_officer_without_groups_has_no_acts(app: App, admin: Actor, enter: SignIn, officer_without_tips: Actor) -> None:
    """An officer without permission for groups has no menu link to them, and no act on a group's page."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    visitor = enter(officer_without_tips)
    assert 'href="/groups"' not in visitor.get("/").text
    assert not visitor.get(f"/groups/{group.id}").has_form("/do/groups/seat")
    assert visitor.get("/groups/tasks").status == 403


def test_manual_post_is_listed_until_confirmed(app: App, admin: Actor, desk: Visitor) -> None:
    """A post to publish by hand is shown with the group's name and link, until an officer confirms it."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    group = app.groups.establish(admin, "ninh-hoa", kind="commune", title="Nhóm xã Ninh Hòa", messenger="oa")
    messenger.chat.fail_next("expired_token")
    group = app.groups.seat(admin, group.id, post="owner", officer=admin.id, name="Quản Trị")
    app.groups.launch(admin, group.id)
    pump(app, messenger.chat)
    before = app.internals.context.storage.journal.head()[0]
    screen = desk.get("/groups/tasks")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert "Nhóm xã Ninh Hòa" in screen.main
    assert app.district.charter.rules[0].text in unescape(screen.main)
    assert group.link in screen.main
    assert group.conversation not in screen.main
    app.groups.relink(admin, group.id, link="https://zalo.me/g/abc")
    screen = desk.get("/groups/tasks")
    assert 'href="https://zalo.me/g/abc"' in screen.main
    done = desk.send(screen.form("/do/failures/confirm_posted"))
    assert "Không có bài nào phải đăng tay." in done.main


def test_undelivered_reply_hides_its_text(app: App, desk: Visitor) -> None:
    """An undelivered reply to a resident is listed as a task without its text, which only the case shows."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    messenger.chat.fail_next("expired_token")
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Mất trộm xe máy ở Ninh Hòa")
    screen = desk.get("/groups/tasks")
    assert screen.has_form("/do/failures/give_up")
    assert "Mã tiếp nhận" not in screen.main
