"""Groups on the board: founded, seated, cared for, and what is posted in them by hand."""

from html import unescape

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.groups.states import GroupState
from anninh_core.testing import Dialog, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def admin(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Quản Trị", "hoa-lu", "board_admin")


@pytest.fixture
def desk(admin: Actor, enter: Enter) -> Visitor:
    return enter(admin)


def test_a_group_is_founded_and_seated(app: App, admin: Actor, desk: Visitor) -> None:
    """By forms alone; the page then shows board, link and QR code."""
    form = desk.get("/groups/new").form("/groups/do/groups/plan")
    shown = desk.send(form, unit="ninh-hoa", kind="commune", title="Nhóm xã Ninh Hòa")
    assert "Nhóm xã Ninh Hòa" in shown.main
    (group,) = app.groups.list(admin)
    assert group.state is GroupState.PLANNED
    shown = desk.send(shown.form("/do/groups/create"), messenger="oa")
    assert app.groups.get(admin, group.id).state is GroupState.FORMING
    shown = desk.send(shown.form("/do/groups/seat"), post="owner", officer=admin.id, name="Ông Quản Trị")
    assert "Ông Quản Trị" in shown.main
    shown = desk.send(shown.form("/do/groups/relink"), link="https://zalo.me/g/abc")
    assert "https://zalo.me/g/abc" in shown.main
    code = desk.get(f"/groups/{group.id}/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<?xml")


def test_a_group_without_a_link_has_no_code(app: App, admin: Actor, desk: Visitor) -> None:
    """Neither on its page nor by its address."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    assert "qr.svg" not in desk.get(f"/groups/{group.id}").main
    assert desk.get(f"/groups/{group.id}/qr.svg").status == 404


def test_what_needs_care(app: App, admin: Actor, desk: Visitor) -> None:
    """Is told in words."""
    group = app.groups.found(admin, "ninh-hoa", kind="commune", title="Nhóm Thử", messenger="oa")
    group = app.groups.seat(admin, group.id, post="owner", officer=admin.id, name="Quản Trị")
    app.groups.launch(admin, group.id)
    app.groups.vacate(admin, group.id, admin.id)
    shown = desk.get("/groups/care")
    assert group.id in shown.main
    assert "Chưa có trưởng nhóm" in shown.main


def test_only_the_acts_that_are_possible(app: App, admin: Actor, desk: Visitor) -> None:
    """What the state doesn't allow isn't offered."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    shown = desk.get(f"/groups/{group.id}")
    assert not shown.has_form("/do/groups/launch")
    assert not shown.has_form("/do/groups/resume")


def test_who_runs_no_groups(app: App, admin: Actor, enter: Enter, stranger: Actor) -> None:
    """Is offered no act, and sees no part of the menu for it."""
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Thử")
    visitor = enter(stranger)
    assert 'href="/groups"' not in visitor.get("/").text
    assert not visitor.get(f"/groups/{group.id}").has_form("/do/groups/seat")
    assert visitor.get("/groups/tasks").status == 403


def test_what_is_posted_by_hand(app: App, admin: Actor, desk: Visitor) -> None:
    """Words to copy, with the group's name and its link; gone once it was posted."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    group = app.groups.found(admin, "ninh-hoa", kind="commune", title="Nhóm xã Ninh Hòa", messenger="oa")
    messenger.chat.fail_next("expired_token")
    group = app.groups.seat(admin, group.id, post="owner", officer=admin.id, name="Quản Trị")
    app.groups.launch(admin, group.id)
    pump(app, messenger.chat)
    before = app.internals.context.storage.journal.head()[0]
    shown = desk.get("/groups/tasks")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert "Nhóm xã Ninh Hòa" in shown.main
    assert app.district.charter.rules[0].text in unescape(shown.main)
    assert group.link in shown.main
    assert group.conversation not in shown.main
    app.groups.relink(admin, group.id, link="https://zalo.me/g/abc")
    shown = desk.get("/groups/tasks")
    assert 'href="https://zalo.me/g/abc"' in shown.main
    done = desk.send(shown.form("/do/failures/confirm_posted"))
    assert "Không có bài nào phải đăng tay." in done.main


def test_an_answer_to_a_resident_is_no_post(app: App, desk: Visitor) -> None:
    """Neither its words nor where they write stands on the list: the case has them."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    messenger.chat.fail_next("expired_token")
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Mất trộm xe máy ở Ninh Hòa")
    shown = desk.get("/groups/tasks")
    assert shown.has_form("/do/failures/give_up")
    assert "Mã tiếp nhận" not in shown.main
