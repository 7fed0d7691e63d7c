"""What a reporter asks for lies before an officer, who hears of it."""

from datetime import datetime, timedelta

import pytest
from tests.scenarios.cases.duty_bench import Duty

from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM

AN = "Thử Văn An"
LAN = "Cán bộ Lan"
HUY = "Chỉ huy Huy"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"


@pytest.fixture
def duty(duty: Duty) -> Duty:
    """A Monday morning: notices that can wait go out by day."""
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))
    return duty


def test_taking_back_is_told_to_who_handles_it(duty: Duty) -> None:
    """A code and no content; who supervises decides nothing here and hears nothing."""
    duty.officer(LAN)
    duty.dialog.says(AN, THEFT)
    duty.dialog.says(AN, "thôi em xin rút, em nhầm")
    duty.dialog.hears(LAN, "xin rút tin")


def test_an_objection_is_told_to_who_judges_it(duty: Duty) -> None:
    """Another person than answered has to look at it."""
    lan = duty.officer(LAN)
    duty.officer(HUY, "hoa-lu", "tip_supervisor")
    duty.dialog.says(AN, THEFT)
    tip = duty.app.tips.list(lan).items[0]
    duty.app.tips.triage(lan, tip.id, category="crime")
    duty.app.tips.settle(lan, tip.id, TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")
    duty.app.tips.answer(lan, tip.id)
    duty.app.worker.drain()
    duty.clock.advance(timedelta(days=1))
    duty.dialog.says(AN, "tôi không đồng ý với trả lời này")
    duty.dialog.hears(HUY, "đề nghị xem xét lại")


def test_the_digest_counts_doubt_and_requests(duty: Duty) -> None:
    """What nobody decided yet is counted every morning, beside what is new."""
    duty.officer(LAN)
    duty.dialog.says(AN, THEFT)
    duty.dialog.says(AN, "tôi muốn báo thêm việc khác")
    duty.dialog.says(AN, "nhà bên mở karaoke ầm ĩ suốt đêm không ai ngủ được")
    duty.dialog.says(AN, "nhà nó số mười hai")
    duty.dialog.says(AN, "HUY " + duty.app.tips.list(duty.boss).items[0].receipt)
    duty.clock.advance(timedelta(days=1))
    duty.app.worker.tick()
    duty.app.worker.drain()
    duty.dialog.hears(LAN, "1 tin nhắn chưa rõ thuộc việc nào, 1 đề nghị")
