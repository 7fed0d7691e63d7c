"""Reports about our own officers on the board: the supervising unit decides, and the accused unit sees no trace of
them.
"""

from datetime import timedelta

import pytest
from tests.board.conftest import SignIn

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.tips.kind import TIP
from anninh_core.testing import Dialog, FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

ACCUSING = "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo"
_LIMIT = 12  # number of cases that one reporter may open in a day


@pytest.fixture
def chief(app: App) -> Actor:
    """A supervisor of the district who also handles its tips."""
    users = UnsafeLocalUsers(app)
    return users.grant(users.appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor"), "tip_officer", "hoa-lu")


@pytest.fixture
def commune_officer(app: App) -> Actor:
    """An officer who handles and supervises tips of the accused commune."""
    users = UnsafeLocalUsers(app)
    return users.grant(users.appoint("Cán bộ Xã", "ninh-hoa", "tip_supervisor"), "tip_officer", "ninh-hoa")


def send_messages(app: App, clock: FixedClock, *texts: str) -> None:
    """Send messages of one resident, a minute apart."""
    dialog = Dialog.over(app)
    for text in texts:
        dialog.says("Thử Văn An", text)
        clock.advance(timedelta(minutes=1))


def hold_back_accusation(app: App, clock: FixedClock) -> str:
    """Return the id of an accusation whose sender has opened as many cases as a day allows."""
    for number in range(_LIMIT):
        send_messages(
            app, clock, "tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa"
        )
    send_messages(app, clock, ACCUSING)
    records = app.internals.context.storage.maintenance.scan(MESSAGE.name)
    return next(
        message.id for message in app.internals.context.iter_readable(MESSAGE, records) if message.lock is not None
    )


def test_an_undecided_lock_is_work_of_the_supervisor(
    app: App, clock: FixedClock, enter: SignIn, chief: Actor, commune_officer: Actor
) -> None:
    """An undecided lock is work of its supervisor until the decision, and is never shown to the accused unit."""
    send_messages(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    words = "Tin tố cáo cần xác nhận hoặc bỏ khóa"
    browser = enter(chief)
    home = browser.get("/work").main
    assert words in home
    assert f"/tips/{tip.id}" in home
    assert words not in enter(commune_officer).get("/work").main
    app.tips.locks.confirm(chief, tip.id, "Có nêu hành vi cụ thể")
    assert words not in browser.get("/work").main


def test_supervisor_confirms_a_lock(app: App, clock: FixedClock, enter: SignIn, chief: Actor) -> None:
    """A locked case shows the accused officer and the deadline of the decision, and later the officer who confirmed the
    lock.
    """
    send_messages(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    browser = enter(chief)
    list_text = browser.get("/tips/locked").main
    assert "Chờ xác nhận: 1" in list_text
    assert "xác nhận trước 08:00 02/09/2021" in list_text
    assert tip.receipt in list_text
    screen = browser.get(f"/tips/{tip.id}")
    assert "Bị nêu: công an (xã Ninh Hòa). Nơi giám sát: Công an huyện Hoa Lư." in screen.main
    confirmed = browser.send(screen.form("/tips/locks.confirm"), reason="Có nêu hành vi cụ thể")
    assert "Giữ riêng, Chỉ huy Mẫu đã xác nhận" in confirmed.main
    assert not confirmed.has_form("/tips/locks.confirm")
    assert "Đã xác nhận: 1" in browser.get("/tips/locked").main


def test_lifting_a_lock_needs_confirmation(app: App, clock: FixedClock, enter: SignIn, chief: Actor) -> None:
    """Lifting a lock needs a confirmation, and removes the tip from the list of locked ones."""
    send_messages(app, clock, ACCUSING)
    (tip,) = app.tips.list(chief, locked=True).items
    browser = enter(chief)
    form = browser.get(f"/tips/{tip.id}").form("/tips/locks.lift")
    lifted = browser.send(form, reason="Không nói về cán bộ", confirmed="yes")
    assert "Giữ riêng" not in lifted.main
    assert "Không có tin nào đang khóa." in browser.get("/tips/locked").main


def test_locked_tip_is_hidden_from_accused_unit(
    app: App, clock: FixedClock, enter: SignIn, commune_officer: Actor
) -> None:
    """The accused unit finds a locked tip in no list, count or search, nor by its address."""
    send_messages(app, clock, ACCUSING)
    records = app.internals.context.storage.maintenance.scan(TIP.name)
    (tip,) = app.internals.context.iter_readable(TIP, records)
    browser = enter(commune_officer)
    pages = ("/", "/tips", "/tips/received", "/tips/locked", "/tips/dismissed", "/tips/doubts", "/tips/alarms")
    for path in (*pages, "/tips/overdue", "/tips/all", "/tips/all?words=karaoke"):
        main = browser.get(path).text
        assert tip.receipt not in main
        assert tip.id not in main
        assert "Giữ riêng" not in main
    assert browser.get(f"/tips/{tip.id}").status == 404


def test_dismissing_locked_message_takes_two_officers(app: App, clock: FixedClock, enter: SignIn, chief: Actor) -> None:
    """A locked message is dismissed only after one officer proposes it with a listed reason and another agrees."""
    other = UnsafeLocalUsers(app).appoint("Phó Chỉ huy", "hoa-lu", "tip_supervisor")
    id = hold_back_accusation(app, clock)
    first = enter(chief)
    screen = first.get("/tips/doubts")
    assert not screen.has_form(f"/{id}/do/conversations/dismiss_message")
    form = screen.form(f"/{id}/do/conversations/dismiss_locked_message")
    proposed = first.send(form, reason="prank", note="chắc đùa")
    assert "Chỉ huy Mẫu đề nghị bỏ qua" in proposed.main
    second = enter(other)
    form = second.get("/tips/doubts").form(f"/{id}/do/conversations/dismiss_locked_message")
    agreed = second.send(form, reason="prank", note="đồng ý")
    assert id not in agreed.main


def test_unit_above_reads_dismissed_messages(
    app: App, clock: FixedClock, enter: SignIn, chief: Actor, commune_officer: Actor
) -> None:
    """The unit above reads the message that an officer dismissed, with the officer's name; the officer's own unit
    doesn't.
    """
    for number in range(_LIMIT):
        send_messages(
            app, clock, "tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa"
        )
    send_messages(app, clock, "nhà bên cạnh đổ rác ra đường")
    (message,) = app.conversations.unassigned(commune_officer).items
    app.conversations.dismiss_message(commune_officer, message.id, "Không rõ")
    assert "Không rõ" not in enter(commune_officer).get("/tips/dismissed").main
    browser = enter(chief)
    screen = browser.get("/tips/dismissed")
    assert "nhà bên cạnh đổ rác ra đường" in screen.main
    assert "Cán bộ Xã bỏ qua" in screen.main


def test_locked_message_is_work_of_supervisors(
    app: App, clock: FixedClock, enter: SignIn, commune_officer: Actor
) -> None:
    """A locked message is work of the supervising unit, even for its officers who handle no tips, and is hidden from
    the accused unit.
    """
    hold_back_accusation(app, clock)
    police = UnsafeLocalUsers(app).appoint("Thanh tra Mẫu", "cong-an", "tip_supervisor")
    words = "Tin nhắn tố cáo cần quyết định"
    browser = enter(police)
    assert words in browser.get("/work").main
    assert "Không phải làm gì (cần hai người)" in browser.get("/tips/doubts").main
    assert words not in enter(commune_officer).get("/work").main
