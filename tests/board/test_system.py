"""The system on the board: failures, held texts, keys, officers and their accounts."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.app.backup import back_up
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def chair(app: App, enter: Enter) -> Visitor:
    return enter(UnsafeLocalUsers(app).appoint("Chủ Tịch", "hoa-lu", "steering_chair"), second_factor=True)


def test_a_failed_send_is_tried_again(app: App, officer: Actor, visitor: Visitor) -> None:
    """What couldn't be sent stands there with what may be done, and is gone once it was."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    messenger.chat.fail_next("rejected")
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Mất trộm xe máy ở Ninh Hòa")
    shown = visitor.get("/system/failures")
    assert shown.has_form("/do/failures/resend")
    reason = shown.main.partition("Lý do kỹ thuật")[2].partition("</details>")[0]
    assert "(scripted: rejected)" in reason
    form = shown.form("/do/failures/give_up")
    assert visitor.send(form, reason="Không liên lạc được").status == 422
    shown = visitor.send(form, reason="Không liên lạc được", confirmed="yes")
    assert not shown.has_form("/do/failures/give_up")


def test_an_officer_is_appointed_and_invited(app: App, chair: Visitor) -> None:
    """By forms; the code is on that one page, and good for an account."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    shown = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["trainer"])
    assert app.district.roles["trainer"].name in shown.main
    invited = chair.send(shown.form("/do/accounts/invite"))
    assert "Mã vừa tạo" in invited.main
    code = invited.main.partition("<strong>")[2].partition("</strong>")[0]
    assert code not in chair.get(shown.path).text
    app.accounts.set_up(code, name="moi", password="bốn con bò ăn cỏ")
    shown = chair.send(chair.get(shown.path).form("/do/units/revoke"), confirmed="yes")
    assert "đến hết 01/09/2021" in shown.main


@pytest.mark.parametrize(
    ("password", "reason"),
    [("ngắn", "từ 12 đến 128 ký tự"), ("Can bo Moi Hoa Lu 2021", "không được ghép từ họ tên")],
)
def test_setting_up_says_what_is_wrong_with_a_password(
    app: App, chair: Visitor, nobody: Visitor, password: str, reason: str
) -> None:
    """The page names its own reason, and the code that was handed over still holds."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    shown = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["trainer"])
    code = chair.send(shown.form("/do/accounts/invite")).main.partition("<strong>")[2].partition("</strong>")[0]
    page = nobody.get("/set-up")
    refused = nobody.send(page.form("/set-up"), code=code, name="moi", password=password, again=password)

    assert refused.status == 422
    assert reason in refused.main
    assert "Mã được cấp vẫn còn dùng được." in refused.main
    chosen = "bốn con bò ăn cỏ"
    done = nobody.send(refused.form("/set-up"), code=code, name="moi", password=chosen, again=chosen)
    assert done.path.startswith("/sign-in")


def test_what_goes_beyond_takes_two(app: App, enter: Enter, chair: Visitor) -> None:
    """A role that gives more than whoever grants it has waits for a second person, who finds the form for it."""
    form = chair.get("/system/officers").form("/do/units/appoint")
    shown = chair.send(form, name="Cán bộ Mới", unit="hoa-lu", roles=["moderator"])
    assert "chờ người thứ hai" in shown.main
    assert chair.send(shown.form("/do/units/confirm_grant")).status == 403
    second = enter(UnsafeLocalUsers(app).appoint("Phó", "hoa-lu", "standing_officer"), second_factor=True)
    page = second.get(shown.path)
    assert "chờ người thứ hai" not in second.send(page.form("/do/units/confirm_grant")).main


def test_an_account_is_deactivated(officer: Actor, enter: Enter, chair: Visitor) -> None:
    """And its sessions end."""
    visitor = enter(officer)
    shown = chair.get(f"/system/officers/{officer.id}")
    chair.send(shown.form("/do/accounts/deactivate"), confirmed="yes")
    assert visitor.get("/tips").path.startswith("/sign-in")


def test_who_reaches_which_part(app: App, enter: Enter, officer: Actor, stranger: Actor) -> None:
    """A tip officer sees failures and held texts, an operator keys; a moderator nothing."""
    operator = UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator")
    visitor = enter(officer)
    running = enter(operator)
    moderating = enter(stranger)
    assert visitor.get("/system").path == "/system/failures"
    assert running.get("/system").path == "/system/health"
    expected = {
        "/system/failures": (200, 403, 403),
        "/system/leaks": (200, 403, 403),
        "/system/health": (403, 200, 403),
        "/system/backups": (403, 200, 403),
        "/system/state": (403, 200, 403),
    }
    for path, statuses in expected.items():
        assert tuple(one.get(path).status for one in (visitor, running, moderating)) == statuses, path
    for one in (visitor, running, moderating):
        assert not one.get("/system/officers").has_form("/do/units/appoint")


def test_what_is_not_well_is_told_with_a_way_out(app: App, enter: Enter) -> None:
    """First what has to be put right, in Vietnamese or in English; no entry but one, and no place of the machine."""
    running = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    before = app.internals.context.storage.journal.head()[0]
    shown = running.get("/system/health")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    bad, _, good = shown.main.partition("<details")
    assert "Chưa biết có bản sao lưu nào" in bad
    assert "Cách xử lý: Hãy chạy <code>anninh backup make FILE</code>" in bad
    assert "Kho lưu đọc và ghi được" in good
    assert "không có gì chờ" in shown.main
    running.send(shown.form("/language"), language="en")
    assert "No backup is known" in running.get("/system/health").main


def test_a_backup_is_seen_with_its_age(app: App, clock: FixedClock, enter: Enter, tmp_path: Path) -> None:
    """When it was made and that nobody has read it yet; where it lies is not told."""
    operator = UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator")
    back_up(app, operator, tmp_path / "sao-luu.zip")
    clock.advance(timedelta(days=9))
    running = enter(operator)
    shown = running.get("/system/backups")
    assert "9 ngày trước" in shown.main
    assert "chưa kiểm tra" in shown.main
    assert "sao-luu" not in shown.text
    assert "cách đây 9 ngày" in running.get("/system/health").main
