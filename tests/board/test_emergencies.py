"""Emergencies on the board without scripts: who claimed each, who gets the next urgent notice, and which actions are
offered.
"""

from datetime import time, timedelta

import pytest
from tests.board.conftest import SignIn
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
    """Another officer who handles tips of Hoa Lư."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")


@pytest.fixture
def chief(app: App) -> Actor:
    """A supervisor of tips of Hoa Lư who handles none."""
    return UnsafeLocalUsers(app).appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor")


@pytest.fixture
def roster(app: App, officer: Actor, deputy: Actor, clock: FixedClock) -> None:
    """Put the officer on duty first, and the deputy second."""
    boss = UnsafeLocalUsers(app).appoint("Lập lịch", "hoa-lu", "standing_officer", "tip_supervisor")
    shift = Shift(start=time(0), end=time(0), officers=(officer.id, deputy.id))
    app.duty.set_roster(boss, "hoa-lu", shifts=[shift], valid_from=clock.now().date() - timedelta(days=2))


@pytest.fixture
def fire_tip(app: App, officer: Actor) -> str:
    """Id of a tip about a fire reported just now, with an open alarm."""
    tip = app.tips.record_walk_in(officer, FIRE, unit="ninh-hoa", emergency=True)
    app.worker.drain()
    return tip.id


def report_further_danger(app: App, tip_id: str) -> None:
    """Report further danger about a tip, and send the urgent notices about it."""

    def add(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        app.internals.services.duty.alarms.add_danger(uow, f"tip.{tip_id}")

    app.internals.runner.run_command(system("delivery").with_request("more"), "duty.follow", Permission.INTAKE, add)
    app.worker.drain()


@pytest.mark.usefixtures("roster")
def test_others_see_unanswered_danger(app: App, enter: SignIn, deputy: Actor, visitor: Visitor, fire_tip: str) -> None:
    """After further danger other officers read that the claimant hasn't answered, and can't claim the tip."""
    visitor.send(visitor.get(f"/tips/{fire_tip}").form("/tips/claim"))
    report_further_danger(app, fire_tip)
    screen = enter(deputy).get(f"/tips/{fire_tip}")
    assert "Người giữ chưa trả lời" in screen.main
    assert not screen.has_form("/tips/claim")


@pytest.mark.usefixtures("roster")
def test_fire_is_claimed_by_one_button(
    app: App, officer: Actor, clock: FixedClock, visitor: Visitor, fire_tip: str
) -> None:
    """A fire is claimed by one button; before, the page shows that no officer has it, and afterwards until when the
    claim lasts.
    """
    clock.advance(timedelta(minutes=1))
    text = visitor.get(f"/tips/{fire_tip}").main
    assert f"“{FIRE}”" in text
    assert "Chưa ai nhận" in text
    assert text.count('class="big"') == 1
    claimed = visitor.send(visitor.get(f"/tips/{fire_tip}").form("/tips/claim"))
    assert claimed.status == 200
    tip = app.tips.get(officer, fire_tip)
    assert tip.claim is not None
    assert f"Anh/chị đang giữ đến {(clock.now() + timedelta(minutes=30)).astimezone(VIETNAM):%H:%M}" in claimed.main
    assert "chưa giao" not in claimed.main
    assert "Chưa ai nhận" not in claimed.main


@pytest.mark.usefixtures("roster")
def test_second_claim_shows_claimant(enter: SignIn, deputy: Actor, visitor: Visitor, fire_tip: str) -> None:
    """An officer whose claim comes second is refused, sees the claimant's name, and has no form to claim."""
    second = enter(deputy)
    form = second.get(f"/tips/{fire_tip}").form("/tips/claim")
    visitor.send(visitor.get(f"/tips/{fire_tip}").form("/tips/claim"))
    refused = second.send(form)
    assert refused.status == 409
    assert "Chưa làm được: Nhận xử lý." in refused.main
    assert "Cán bộ Mẫu đã nhận trước" in refused.main
    assert "Cán bộ Mẫu đang giữ đến" in refused.main
    assert not refused.has_form("/tips/claim")
    assert not refused.has_form("/duty/hand_up")
    row = second.get("/tips/all").main
    assert "Cán bộ Mẫu giữ đến" in row
    assert "chưa giao" not in row


@pytest.mark.usefixtures("roster")
def test_claim_ignores_changes_meanwhile(app: App, officer: Actor, visitor: Visitor, fire_tip: str) -> None:
    """A claim is accepted although the tip changed while the officer read the page."""
    form = visitor.get(f"/tips/{fire_tip}").form("/tips/claim")
    app.tips.triage(officer, fire_tip, category="fire")
    assert visitor.send(form).status == 200


@pytest.mark.usefixtures("roster")
def test_giving_up_claim_resumes_escalation(app: App, officer: Actor, visitor: Visitor, fire_tip: str) -> None:
    """One button ends the claim and resumes the escalation."""
    visitor.send(visitor.get(f"/tips/{fire_tip}").form("/tips/claim"))
    screen = visitor.send(visitor.get(f"/tips/{fire_tip}").form("/duty/hand_up"))
    assert "Đã xong: Không ai đi được" in screen.main
    assert "Chưa ai nhận" in screen.main
    assert app.tips.get(officer, fire_tip).claim is None


@pytest.mark.usefixtures("roster")
def test_supervisor_assigns_a_claim(app: App, chief: Actor, deputy: Actor, enter: SignIn, fire_tip: str) -> None:
    """A supervisor without the permission to handle can't claim a tip, but assigns the claim to an officer who may
    handle it.
    """
    browser = enter(chief)
    page = browser.get(f"/tips/{fire_tip}")
    assert not page.has_form("/tips/claim")
    assert f'<option value="{deputy.id}">' in page.main
    assert f'<option value="{chief.id}">' not in page.main.partition('id="talk"')[0]
    claimed = browser.send(page.form("/tips/claim_for"), officer=deputy.id)
    assert "Cán bộ Hai đang giữ đến" in claimed.main
    claim = app.tips.get(chief, fire_tip).claim
    assert claim is not None
    assert claim.by == deputy.id


@pytest.mark.usefixtures("roster")
def test_claimant_confirms_further_danger(app: App, clock: FixedClock, visitor: Visitor, fire_tip: str) -> None:
    """After further danger the claimant sees it with the time of the next escalation, and confirms it by one button."""
    visitor.send(visitor.get(f"/tips/{fire_tip}").form("/tips/claim"))
    clock.advance(timedelta(minutes=4))
    report_further_danger(app, fire_tip)
    screen = visitor.get(f"/tips/{fire_tip}")
    assert "Tin thêm" in screen.main
    assert "Không trả lời thì" in screen.main
    clock.advance(timedelta(seconds=20))
    confirmed = visitor.send(screen.form("/tips/claim")).main
    assert "Tin thêm" not in confirmed
    assert "Anh/chị đang giữ đến" in confirmed


@pytest.mark.usefixtures("roster")
def test_unclaimed_alarms_come_first(
    app: App, officer: Actor, clock: FixedClock, visitor: Visitor, fire_tip: str
) -> None:
    """The list of alarms shows unclaimed emergencies before claimed ones, each with its text and receipt."""
    clock.advance(timedelta(minutes=11))
    second = app.tips.record_walk_in(officer, "Có người nhảy cầu", unit="ninh-hoa", emergency=True)
    app.tips.record_walk_in(officer, "Mất hai con gà", unit="ninh-hoa")
    app.worker.drain()
    unclaimed = visitor.get("/tips/alarms").main
    assert unclaimed.index(FIRE) < unclaimed.index("Có người nhảy cầu")
    assert second.receipt in unclaimed
    assert " báo " in unclaimed
    visitor.send(visitor.get("/tips/alarms").form(f"/tips/{fire_tip}/do/tips/claim"))
    after_claim = visitor.get("/tips/alarms").main
    assert after_claim.index("Có người nhảy cầu") < after_claim.index(FIRE)
    assert "Khẩn cấp, đã có người nhận: 1" in after_claim
    assert "Anh/chị giữ" in after_claim


@pytest.mark.usefixtures("roster")
def test_possible_danger_follows_emergencies(app: App, visitor: Visitor, fire_tip: str) -> None:
    """Possible danger is listed after the emergencies, under its own heading."""
    Dialog.over(app).says("Thử Văn Bé", "em sợ quá")
    text = visitor.get("/tips/alarms").main
    assert "Cần xem sớm, đã hỏi người báo: 1" in text
    assert text.index(f"/tips/{fire_tip}") < text.index("Cần xem sớm") < text.index("em sợ quá")


@pytest.mark.usefixtures("roster")
@pytest.mark.parametrize("role", ["tip_supervisor", "tip_officer"])
def test_work_page_shows_emergencies(app: App, enter: SignIn, fire_tip: str, role: str) -> None:
    """The page of work shows running emergencies, once each, to every role that may read them."""
    viewer = UnsafeLocalUsers(app).appoint("Người Xem", "hoa-lu", role)
    text = enter(viewer).get("/work").main
    assert text.count(FIRE) == 1
    assert "Đang khẩn cấp: 1, 1 chưa ai nhận" in text
    assert app.duty.running(viewer).items[0].alarm.about == f"tip:{fire_tip}"


def test_work_page_without_emergency(
    app: App, officer: Actor, visitor: Visitor, officer_without_tips: Actor, enter: SignIn
) -> None:
    """Without an emergency the page of work shows the time of the last one, and nothing to officers who may read
    none.
    """
    assert "Không có việc khẩn cấp." in visitor.get("/work").main
    tip = app.tips.record_walk_in(officer, FIRE, unit="ninh-hoa", emergency=True)
    app.worker.drain()
    app.tips.triage(officer, tip.id, category="fire")
    app.tips.settle(officer, tip.id, outcome=TipState.RESOLVED, answer="Đã dập tắt.", reason="handled")
    app.worker.drain()
    text = visitor.get("/work").main
    assert "Không có việc khẩn cấp. Lần cuối: 08:0" in text
    assert "khẩn cấp" not in enter(officer_without_tips).get("/work").main


def test_claimed_case_is_work_of_claimant(app: App, officer: Actor, deputy: Actor, visitor: Visitor) -> None:
    """A claimed case is the claimant's own work, no longer counts as new, and is no work of others."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy ở xóm 3", unit="ninh-hoa")
    app.tips.claim(officer, tip.id)
    reasons = [(item.reason.value, item.mine) for item in app.work.mine(officer).items]
    assert reasons == [("tips.mine", True)]
    assert app.work.mine(deputy).items == ()
    counts = {total.reason.value: total.count for total in app.work.counts(officer)}
    assert (counts["tips.mine"], counts["tips.new"]) == (1, 0)
    assert "chưa ai nhận" not in visitor.get("/work").main.lower()
    assert tip.receipt in visitor.get("/tips/mine").main


def test_lost_picture_is_shown_with_reason(app: App, officer: Actor, visitor: Visitor) -> None:
    """A picture that couldn't be downloaded is shown as lost with the reason, and has no link."""
    dialog = Dialog.over(app)
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    picture = Attachment("image", "xe.png", url=messenger.chat.file(b"x"))
    messenger.chat.forget_file(picture.url)
    dialog.says("Thử Văn An", "Đêm qua nhà tôi ở xóm 3 xã Ninh Hòa bị trộm xe máy", attachments=[picture])
    (tip,) = app.tips.list(officer).items
    text = visitor.get(f"/tips/{tip.id}").main
    assert "Một ảnh không tải được." in text
    assert "Đã hết hạn tải" in text
    assert "/files/" not in text


def test_reporter_correction_marks_the_case(app: App, officer: Actor, visitor: Visitor) -> None:
    """A case shows that its reporter took the danger back or corrected the place, until an officer ends it."""
    dialog = Dialog.over(app)
    for text in ("Cháy nhà ở khu phố Ninh Hòa", "nhầm, cháy ở Trường Yên", "đốt rác thôi ạ"):
        dialog.says("Thử Văn An", text)
    (tip,) = app.tips.list(officer).items
    page_text = visitor.get(f"/tips/{tip.id}").main
    assert "Người báo viết là việc đã xong hoặc không phải nguy hiểm" in page_text
    assert "người báo sửa nơi xảy ra: xã Trường Yên, không phải xã Ninh Hòa" in page_text
    app.tips.triage(officer, tip.id, category="fire")
    app.tips.settle(officer, tip.id, outcome=TipState.RESOLVED, answer="Đã xem.", reason="handled")
    assert "việc đã xong hoặc" not in visitor.get(f"/tips/{tip.id}").main
