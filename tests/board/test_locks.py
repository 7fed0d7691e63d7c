"""Reports about our own people on the board: who supervises decides; the accused unit has no trace of them."""

from datetime import timedelta

import pytest
from tests.board.conftest import Enter

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.tips.kind import TIP
from anninh_core.testing import Dialog, FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

ACCUSING = "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo"
_LIMIT = 12  # cases of one person in a day


@pytest.fixture
def chief(app: App) -> Actor:
    """Supervises the district and handles its tips."""
    users = UnsafeLocalUsers(app)
    return users.grant(users.appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor"), "tip_officer", "hoa-lu")


@pytest.fixture
def local(app: App) -> Actor:
    """Handles and supervises tips of the accused commune."""
    users = UnsafeLocalUsers(app)
    return users.grant(users.appoint("Cán bộ Xã", "ninh-hoa", "tip_supervisor"), "tip_officer", "ninh-hoa")


def say(app: App, clock: FixedClock, *texts: str) -> None:
    """Let a resident write, with minutes between the messages."""
    dialog = Dialog.over(app)
    for text in texts:
        dialog.says("Thử Văn An", text)
        clock.advance(timedelta(minutes=1))


def hold_back_accusation(app: App, clock: FixedClock) -> str:
    """Return the id of an accusation by somebody who has opened as many cases as a day allows."""
    for number in range(_LIMIT):
        say(app, clock, "tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa")
    say(app, clock, ACCUSING)
    records = app.internals.context.storage.maintenance.scan(MESSAGE.name)
    return next(one.id for one in app.internals.context.iter_readable(MESSAGE, records) if one.lock is not None)


def test_an_undecided_lock_is_work_of_the_supervisor(
    app: App, clock: FixedClock, enter: Enter, chief: Actor, local: Actor
) -> None:
    """Their home names it until they decide; the home of the accused unit never does."""
    say(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    words = "Tin tố cáo cần xác nhận hoặc bỏ khóa"
    browser = enter(chief)
    home = browser.get("/work").main
    assert words in home
    assert f"/tips/{tip.id}" in home
    assert words not in enter(local).get("/work").main
    app.tips.locks.confirm(chief, tip.id, "Có nêu hành vi cụ thể")
    assert words not in browser.get("/work").main


def test_the_supervisor_confirms_on_the_case(app: App, clock: FixedClock, enter: Enter, chief: Actor) -> None:
    """The case says who is accused and until when a person decides; afterwards it says who confirmed it."""
    say(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    browser = enter(chief)
    listed = browser.get("/tips/locked").main
    assert "Chờ xác nhận: 1" in listed
    assert "xác nhận trước 08:00 02/09/2021" in listed
    assert tip.receipt in listed
    shown = browser.get(f"/tips/{tip.id}")
    assert "Bị nêu: công an (xã Ninh Hòa). Nơi giám sát: Công an huyện Hoa Lư." in shown.main
    confirmed = browser.send(shown.form("/tips/locks.confirm"), reason="Có nêu hành vi cụ thể")
    assert "Giữ riêng, Chỉ huy Mẫu đã xác nhận" in confirmed.main
    assert not confirmed.has_form("/tips/locks.confirm")
    assert "Đã xác nhận: 1" in browser.get("/tips/locked").main


def test_who_lifts_the_lock_ticks_that_it_is_meant(app: App, clock: FixedClock, enter: Enter, chief: Actor) -> None:
    """The report goes to the commune, and the list is empty again."""
    say(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    browser = enter(chief)
    form = browser.get(f"/tips/{tip.id}").form("/tips/locks.lift")
    lifted = browser.send(form, reason="Không nói về cán bộ", confirmed="yes")
    assert "Giữ riêng" not in lifted.main
    assert "Không có tin nào đang khóa." in browser.get("/tips/locked").main


def test_the_accused_unit_has_no_trace_of_it(app: App, clock: FixedClock, enter: Enter, local: Actor) -> None:
    """Neither in a list, a count, a search nor by its address."""
    say(app, clock, ACCUSING)
    records = app.internals.context.storage.maintenance.scan(TIP.name)
    (tip,) = app.internals.context.iter_readable(TIP, records)
    browser = enter(local)
    pages = ("/", "/tips", "/tips/received", "/tips/locked", "/tips/dismissed", "/tips/doubts", "/tips/alarms")
    for path in (*pages, "/tips/overdue", "/tips/all", "/tips/all?words=karaoke"):
        main = browser.get(path).text
        assert tip.receipt not in main
        assert tip.id not in main
        assert "Giữ riêng" not in main
    assert browser.get(f"/tips/{tip.id}").status == 404


def test_two_persons_dismiss_a_locked_message(app: App, clock: FixedClock, enter: Enter, chief: Actor) -> None:
    """One proposes with a reason from the list, another agrees; the page offers no way to dismiss it alone."""
    other = UnsafeLocalUsers(app).appoint("Phó Chỉ huy", "hoa-lu", "tip_supervisor")
    id = hold_back_accusation(app, clock)
    first = enter(chief)
    shown = first.get("/tips/doubts")
    assert not shown.has_form(f"/{id}/do/conversations/dismiss_message")
    form = shown.form(f"/{id}/do/conversations/dismiss_locked_message")
    proposed = first.send(form, reason="prank", note="chắc đùa")
    assert "Chỉ huy Mẫu đề nghị bỏ qua" in proposed.main
    second = enter(other)
    form = second.get("/tips/doubts").form(f"/{id}/do/conversations/dismiss_locked_message")
    agreed = second.send(form, reason="prank", note="đồng ý")
    assert id not in agreed.main


def test_the_unit_above_reads_what_one_officer_dismissed(
    app: App, clock: FixedClock, enter: Enter, chief: Actor, local: Actor
) -> None:
    """With the words, the officer and the reason; a tip can be opened of it."""
    for number in range(_LIMIT):
        say(app, clock, "tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa")
    say(app, clock, "nhà bên cạnh đổ rác ra đường")
    (message,) = app.conversations.unassigned(local).items
    app.conversations.dismiss_message(local, message.id, "Không rõ")
    assert "Không rõ" not in enter(local).get("/tips/dismissed").main
    browser = enter(chief)
    shown = browser.get("/tips/dismissed")
    assert "nhà bên cạnh đổ rác ra đường" in shown.main
    assert "Cán bộ Xã bỏ qua" in shown.main


def test_a_locked_message_is_work_of_supervisors_alone(app: App, clock: FixedClock, enter: Enter, local: Actor) -> None:
    """Those of the supervising unit find it without handling tips; the accused unit has no word of it."""
    hold_back_accusation(app, clock)
    police = UnsafeLocalUsers(app).appoint("Thanh tra Mẫu", "cong-an", "tip_supervisor")
    words = "Tin nhắn tố cáo cần quyết định"
    browser = enter(police)
    assert words in browser.get("/work").main
    assert "Không phải làm gì (cần hai người)" in browser.get("/tips/doubts").main
    assert words not in enter(local).get("/work").main
