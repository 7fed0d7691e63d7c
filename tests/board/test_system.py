"""The system on the board: failures, quarantined texts, health, backups, officers and their accounts."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.app.backup import back_up
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def chair(app: App, enter: SignIn) -> Visitor:
    return enter(UnsafeLocalUsers(app).appoint("Chủ Tịch", "hoa-lu", "steering_chair"), second_factor=True)


def test_failed_delivery_is_given_up(app: App, officer: Actor, visitor: Visitor) -> None:
    """A failed delivery is listed with its reason and the possible acts until an officer gives it up with a
    confirmation.
    """
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    messenger.chat.fail_next("rejected")
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Mất trộm xe máy ở Ninh Hòa")
    screen = visitor.get("/system/failures")
    assert screen.has_form("/do/failures/resend")
    reason = screen.main.partition("Lý do kỹ thuật")[2].partition("</details>")[0]
    assert "(scripted: rejected)" in reason
    form = screen.form("/do/failures/give_up")
    assert visitor.send(form, reason="Không liên lạc được").status == 422
    screen = visitor.send(form, reason="Không liên lạc được", confirmed="yes")
    assert not screen.has_form("/do/failures/give_up")


def test_invitation_code_is_shown_once(app: App, chair: Visitor) -> None:
    """An officer is appointed and invited by forms; the invitation code is shown once and sets up an account."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    screen = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["trainer"])
    assert app.district.roles["trainer"].name in screen.main
    invited = chair.send(screen.form("/do/accounts/invite"))
    assert "Mã vừa tạo" in invited.main
    code = invited.main.partition("<strong>")[2].partition("</strong>")[0]
    assert code not in chair.get(screen.path).text
    app.accounts.set_up(code, name="moi", password="bốn con bò ăn cỏ")
    screen = chair.send(chair.get(screen.path).form("/do/units/revoke"), confirmed="yes")
    assert "đến hết 01/09/2021" in screen.main


@pytest.mark.parametrize(
    ("password", "reason"),
    [("ngắn", "từ 12 đến 128 ký tự"), ("Can bo Moi Hoa Lu 2021", "không được ghép từ họ tên")],
)
def test_refused_password_keeps_invitation_valid(
    app: App, chair: Visitor, anonymous_visitor: Visitor, password: str, reason: str
) -> None:
    """A refused password is explained, and the invitation code remains valid."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    screen = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["trainer"])
    code = chair.send(screen.form("/do/accounts/invite")).main.partition("<strong>")[2].partition("</strong>")[0]
    page = anonymous_visitor.get("/set-up")
    refused = anonymous_visitor.send(page.form("/set-up"), code=code, name="moi", password=password, again=password)

    assert refused.status == 422
    assert reason in refused.main
    assert "Mã được cấp vẫn còn dùng được." in refused.main
    good_password = "bốn con bò ăn cỏ"
    done = anonymous_visitor.send(
        refused.form("/set-up"), code=code, name="moi", password=good_password, again=good_password
    )
    assert done.path.startswith("/sign-in")


def test_wider_role_needs_second_officer(app: App, enter: SignIn, chair: Visitor) -> None:
    """Granting a role beyond the granter's own rights waits for the confirmation of a second officer."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    screen = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["moderator"])
    assert "chờ người thứ hai" in screen.main
    assert chair.send(screen.form("/do/units/confirm_grant")).status == 403
    second = enter(UnsafeLocalUsers(app).appoint("Phó", "hoa-lu", "standing_officer"), second_factor=True)
    page = second.get(screen.path)
    assert "chờ người thứ hai" not in second.send(page.form("/do/units/confirm_grant")).main


def test_deactivated_account_loses_sessions(officer: Actor, enter: SignIn, chair: Visitor) -> None:
    """Deactivating an account ends its sessions."""
    visitor = enter(officer)
    screen = chair.get(f"/system/officers/{officer.id}")
    chair.send(screen.form("/do/accounts/deactivate"), confirmed="yes")
    assert visitor.get("/tips").path.startswith("/sign-in")


def test_system_pages_follow_roles(app: App, enter: SignIn, officer: Actor, officer_without_tips: Actor) -> None:
    """A tip officer sees failures and quarantined texts, an operator health, backups and keys, and a moderator none of
    them.
    """
    operator = UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator")
    visitor = enter(officer)
    operator_browser = enter(operator)
    moderator_browser = enter(officer_without_tips)
    assert visitor.get("/system").path == "/system/failures"
    assert operator_browser.get("/system").path == "/system/health"
    expected = {
        "/system/failures": (200, 403, 403),
        "/system/leaks": (200, 403, 403),
        "/system/health": (403, 200, 403),
        "/system/backups": (403, 200, 403),
        "/system/state": (403, 200, 403),
    }
    for path, statuses in expected.items():
        assert (
            tuple(browser.get(path).status for browser in (visitor, operator_browser, moderator_browser)) == statuses
        ), path
    for browser in (visitor, operator_browser, moderator_browser):
        assert not browser.get("/system/officers").has_form("/do/units/appoint")


def test_health_problems_show_a_remedy(app: App, enter: SignIn) -> None:
    """The health page lists problems first, with their remedy and in the chosen language, and leaves one journal
    entry.
    """
    browser = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    before = app.internals.context.storage.journal.head()[0]
    screen = browser.get("/system/health")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    bad, _, good = screen.main.partition("<details")
    assert "Chưa biết có bản sao lưu nào" in bad
    assert "Cách xử lý: Hãy chạy <code>anninh backup make FILE</code>" in bad
    assert "Kho lưu đọc và ghi được" in good
    assert "không có gì chờ" in screen.main
    browser.send(screen.form("/language"), language="en")
    assert "No backup is known" in browser.get("/system/health").main


def test_backup_is_listed_with_age(app: App, clock: FixedClock, enter: SignIn, tmp_path: Path) -> None:
    """A backup is listed with its age and as unverified, without its file's path."""
    operator = UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator")
    back_up(app, operator, tmp_path / "sao-luu.zip")
    clock.advance(timedelta(days=9))
    browser = enter(operator)
    screen = browser.get("/system/backups")
    assert "9 ngày trước" in screen.main
    assert "chưa kiểm tra" in screen.main
    assert "sao-luu" not in screen.text
    assert "cách đây 9 ngày" in browser.get("/system/health").main
