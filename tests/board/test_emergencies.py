"""Emergencies on the board, without a script: who has each, who is paged next, and what can be done about it."""

from datetime import time, timedelta

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.duty import Shift
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

FIRE = "Cháy nhà trong ngõ 3 sau chợ, còn bà cụ ở trong"


@pytest.fixture
def deputy(app: App) -> Actor:
    """Handles tips of Hoa Lư, too."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")


@pytest.fixture
def chief(app: App) -> Actor:
    """Supervises tips of Hoa Lư and handles none."""
    return UnsafeLocalUsers(app).appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor")


@pytest.fixture
def roster(app: App, officer: Actor, deputy: Actor, clock: FixedClock) -> None:
    """The officer is on duty, then the deputy."""
    boss = UnsafeLocalUsers(app).appoint("Lập lịch", "hoa-lu", "standing_officer", "tip_supervisor")
    shift = Shift(start=time(0), end=time(0), officers=(officer.id, deputy.id))
    app.duty.set_roster(boss, "hoa-lu", shifts=[shift], valid_from=clock.now().date() - timedelta(days=2))


@pytest.fixture
def fire(app: App, officer: Actor) -> str:
    """Id of a tip about a fire that was reported just now, whose alarm rings."""
    tip = app.tips.record_walk_in(officer, FIRE, unit="ninh-hoa", emergency=True)
    app.worker.drain()
    return tip.id


def report_more(app: App, tip_id: str) -> None:
    """Let more danger be reported about a tip, and the pages that follow leave."""

    def add(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        app.internals.services.duty.alarms.add_danger(uow, f"tip.{tip_id}")

    app.internals.runner.run_command(system("delivery").with_request("more"), "duty.follow", Permission.INTAKE, add)
    app.worker.drain()


@pytest.mark.usefixtures("roster")
def test_others_read_of_more_danger(app: App, enter: Enter, deputy: Actor, visitor: Visitor, fire: str) -> None:
    """That the officer who has it hasn't answered, and who is paged when; they have nothing to confirm."""
    visitor.send(visitor.get(f"/tips/{fire}").form("/tips/claim"))
    report_more(app, fire)
    shown = enter(deputy).get(f"/tips/{fire}")
    assert "Người giữ chưa trả lời" in shown.main
    assert not shown.has_form("/tips/claim")


@pytest.mark.usefixtures("roster")
def test_one_act_claims_a_fire(app: App, officer: Actor, clock: FixedClock, visitor: Visitor, fire: str) -> None:
    """The bar says who is paged next and when; the button says what follows; afterwards it says until when."""
    clock.advance(timedelta(minutes=1))
    shown = visitor.get(f"/tips/{fire}").main
    assert f"“{FIRE}”" in shown
    assert "Chưa ai nhận" in shown
    assert shown.count('class="big"') == 1
    claimed = visitor.send(visitor.get(f"/tips/{fire}").form("/tips/claim"))
    assert claimed.status == 200
    tip = app.tips.get(officer, fire)
    assert tip.claim is not None
    assert f"Anh/chị đang giữ đến {(clock.now() + timedelta(minutes=30)).astimezone(VIETNAM):%H:%M}" in claimed.main
    assert "chưa giao" not in claimed.main
    assert "Chưa ai nhận" not in claimed.main


@pytest.mark.usefixtures("roster")
def test_who_comes_second_reads_who_has_it(enter: Enter, deputy: Actor, visitor: Visitor, fire: str) -> None:
    """The page that the act is refused on shows the officer, and no form of a claim."""
    second = enter(deputy)
    form = second.get(f"/tips/{fire}").form("/tips/claim")
    visitor.send(visitor.get(f"/tips/{fire}").form("/tips/claim"))
    lost = second.send(form)
    assert lost.status == 409
    assert "Chưa làm được: Nhận xử lý." in lost.main
    assert "Cán bộ Mẫu đã nhận trước" in lost.main
    assert "Cán bộ Mẫu đang giữ đến" in lost.main
    assert not lost.has_form("/tips/claim")
    assert not lost.has_form("/duty/hand_up")
    row = second.get("/tips/all").main
    assert "Cán bộ Mẫu giữ đến" in row
    assert "chưa giao" not in row


@pytest.mark.usefixtures("roster")
def test_what_changed_meanwhile_bars_no_claim(app: App, officer: Actor, visitor: Visitor, fire: str) -> None:
    """The reporter wrote more while the officer read the page."""
    form = visitor.get(f"/tips/{fire}").form("/tips/claim")
    app.tips.triage(officer, fire, category="fire")
    assert visitor.send(form).status == 200


@pytest.mark.usefixtures("roster")
def test_nobody_can_come_pages_the_next(app: App, officer: Actor, visitor: Visitor, fire: str) -> None:
    """One button ends the claim and resumes the ladder."""
    visitor.send(visitor.get(f"/tips/{fire}").form("/tips/claim"))
    shown = visitor.send(visitor.get(f"/tips/{fire}").form("/duty/hand_up"))
    assert "Đã xong: Không ai đi được" in shown.main
    assert "Chưa ai nhận" in shown.main
    assert app.tips.get(officer, fire).claim is None


@pytest.mark.usefixtures("roster")
def test_a_supervisor_names_an_officer(app: App, chief: Actor, deputy: Actor, enter: Enter, fire: str) -> None:
    """Who only reads can't claim it; the choice has officers who may handle it, and not the supervisor."""
    screen = enter(chief)
    shown = screen.get(f"/tips/{fire}")
    assert not shown.has_form("/tips/claim")
    assert f'<option value="{deputy.id}">' in shown.main
    assert f'<option value="{chief.id}">' not in shown.main.partition('id="talk"')[0]
    given = screen.send(shown.form("/tips/claim_for"), officer=deputy.id)
    assert "Cán bộ Hai đang giữ đến" in given.main
    claim = app.tips.get(chief, fire).claim
    assert claim is not None
    assert claim.by == deputy.id


@pytest.mark.usefixtures("roster")
def test_more_danger_stands_first(app: App, clock: FixedClock, visitor: Visitor, fire: str) -> None:
    """With when the ladder goes on; the claimant confirms it by one button."""
    visitor.send(visitor.get(f"/tips/{fire}").form("/tips/claim"))
    clock.advance(timedelta(minutes=4))
    report_more(app, fire)
    shown = visitor.get(f"/tips/{fire}")
    assert "Tin thêm" in shown.main
    assert "Không trả lời thì" in shown.main
    clock.advance(timedelta(seconds=20))
    known = visitor.send(shown.form("/tips/claim")).main
    assert "Tin thêm" not in known
    assert "Anh/chị đang giữ đến" in known


@pytest.mark.usefixtures("roster")
def test_alarms_by_urgency_and_age(app: App, officer: Actor, clock: FixedClock, visitor: Visitor, fire: str) -> None:
    """What nobody has comes first, then what somebody has; each with words, receipt and who is paged next."""
    clock.advance(timedelta(minutes=11))
    second = app.tips.record_walk_in(officer, "Có người nhảy cầu", unit="ninh-hoa", emergency=True)
    app.tips.record_walk_in(officer, "Mất hai con gà", unit="ninh-hoa")
    app.worker.drain()
    both = visitor.get("/tips/alarms").main
    assert both.index(FIRE) < both.index("Có người nhảy cầu")
    assert second.receipt in both
    assert " báo " in both
    visitor.send(visitor.get("/tips/alarms").form(f"/tips/{fire}/do/tips/claim"))
    held = visitor.get("/tips/alarms").main
    assert held.index("Có người nhảy cầu") < held.index(FIRE)
    assert "Khẩn cấp, đã có người nhận: 1" in held
    assert "Anh/chị giữ" in held


@pytest.mark.usefixtures("roster")
def test_possible_danger_is_to_be_looked_at(app: App, visitor: Visitor, fire: str) -> None:
    """It comes after emergencies, under a heading of its own, and says when it becomes an alarm."""
    Dialog.over(app).says("Thử Văn Bé", "em sợ quá")
    shown = visitor.get("/tips/alarms").main
    assert "Cần xem sớm, đã hỏi người báo: 1" in shown
    assert shown.index(f"/tips/{fire}") < shown.index("Cần xem sớm") < shown.index("em sợ quá")


@pytest.mark.usefixtures("roster")
@pytest.mark.parametrize("role", ["tip_supervisor", "tip_officer"])
def test_home_begins_with_emergencies(app: App, enter: Enter, fire: str, role: str) -> None:
    """For whoever may see them; with none there is one quiet line."""
    viewer = UnsafeLocalUsers(app).appoint("Người Xem", "hoa-lu", role)
    shown = enter(viewer).get("/work").main
    assert shown.count(FIRE) == 1
    assert "Đang khẩn cấp: 1, 1 chưa ai nhận" in shown
    assert app.duty.running(viewer).items[0].alarm.about == f"tip:{fire}"


def test_home_without_an_emergency(app: App, officer: Actor, visitor: Visitor, stranger: Actor, enter: Enter) -> None:
    """It says when the last one was, and says nothing to those who may see none."""
    assert "Không có việc khẩn cấp." in visitor.get("/work").main
    tip = app.tips.record_walk_in(officer, FIRE, unit="ninh-hoa", emergency=True)
    app.worker.drain()
    app.tips.triage(officer, tip.id, category="fire")
    app.tips.settle(officer, tip.id, outcome=TipState.RESOLVED, answer="Đã dập tắt.", reason="handled")
    app.worker.drain()
    shown = visitor.get("/work").main
    assert "Không có việc khẩn cấp. Lần cuối: 08:0" in shown
    assert "khẩn cấp" not in enter(stranger).get("/work").main


def test_a_claimed_case_is_ones_own_work(app: App, officer: Actor, deputy: Actor, visitor: Visitor) -> None:
    """It is mine by its claim, and not a tip that nobody handles; for others it is no work."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy ở xóm 3", unit="ninh-hoa")
    app.tips.claim(officer, tip.id)
    reasons = [(item.reason.value, item.mine) for item in app.work.mine(officer).items]
    assert reasons == [("tips.mine", True)]
    assert app.work.mine(deputy).items == ()
    counted = {one.reason.value: one.count for one in app.work.counts(officer)}
    assert (counted["tips.mine"], counted["tips.new"]) == (1, 0)
    assert "chưa ai nhận" not in visitor.get("/work").main.lower()
    assert tip.receipt in visitor.get("/tips/mine").main


def test_a_lost_picture_is_shown_as_lost(app: App, officer: Actor, visitor: Visitor) -> None:
    """Its place in the talk says so and why; nothing can be opened there."""
    dialog = Dialog.over(app)
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    picture = Attachment("image", "xe.png", url=messenger.chat.file(b"x"))
    messenger.chat.forget_file(picture.url)
    dialog.says("Thử Văn An", "Đêm qua nhà tôi ở xóm 3 xã Ninh Hòa bị trộm xe máy", attachments=[picture])
    (tip,) = app.tips.list(officer).items
    shown = visitor.get(f"/tips/{tip.id}").main
    assert "Một ảnh không tải được." in shown
    assert "Đã hết hạn tải" in shown
    assert "/files/" not in shown


def test_what_the_reporter_corrects_marks_the_case(app: App, officer: Actor, visitor: Visitor) -> None:
    """That it is over, and which other place was named, with the time; an officer ends it, and then no mark is left."""
    dialog = Dialog.over(app)
    for text in ("Cháy nhà ở khu phố Ninh Hòa", "nhầm, cháy ở Trường Yên", "đốt rác thôi ạ"):
        dialog.says("Thử Văn An", text)
    (tip,) = app.tips.list(officer).items
    shown = visitor.get(f"/tips/{tip.id}").main
    assert "Người báo viết là việc đã xong hoặc không phải nguy hiểm" in shown
    assert "người báo sửa nơi xảy ra: xã Trường Yên, không phải xã Ninh Hòa" in shown
    app.tips.triage(officer, tip.id, category="fire")
    app.tips.settle(officer, tip.id, outcome=TipState.RESOLVED, answer="Đã xem.", reason="handled")
    assert "việc đã xong hoặc" not in visitor.get(f"/tips/{tip.id}").main
