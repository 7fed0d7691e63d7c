"""Requests of reporters reach the officer who decides about them."""

from datetime import datetime, timedelta

import pytest
from tests.scenarios.cases.duty_bench import DutyBench

from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM

AN = "Thử Văn An"
LAN = "Cán bộ Lan"
HUY = "Chỉ huy Huy"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"


@pytest.fixture
def duty(duty: DutyBench) -> DutyBench:
    """The duty bench on a Monday morning, when notices that can wait are sent."""
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))
    return duty


def test_withdrawal_is_notified_to_the_handler(duty: DutyBench) -> None:
    """A request to withdraw a tip is notified to the handling officer."""
    duty.appoint_officer(LAN)
    duty.dialog.says(AN, THEFT)
    duty.dialog.says(AN, "thôi em xin rút, em nhầm")
    duty.dialog.hears(LAN, "xin rút tin")


def test_objection_is_notified_to_the_judge(duty: DutyBench) -> None:
    """An objection is notified to the person who judges it, who isn't the officer that answered."""
    lan = duty.appoint_officer(LAN)
    duty.appoint_officer(HUY, "hoa-lu", "tip_supervisor")
    duty.dialog.says(AN, THEFT)
    tip = duty.app.tips.list(lan).items[0]
    duty.app.tips.triage(lan, tip.id, category="crime")
    duty.app.tips.settle(lan, tip.id, TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")
    duty.app.tips.answer(lan, tip.id)
    duty.app.worker.drain()
    duty.clock.advance(timedelta(days=1))
    duty.dialog.says(AN, "tôi không đồng ý với trả lời này")
    duty.dialog.hears(HUY, "đề nghị xem xét lại")


def test_the_digest_counts_doubt_and_requests(duty: DutyBench) -> None:
    """The daily digest counts undecided messages in doubt and requests."""
    duty.appoint_officer(LAN)
    duty.dialog.says(AN, THEFT)
    duty.dialog.says(AN, "tôi muốn báo thêm việc khác")
    duty.dialog.says(AN, "nhà bên mở karaoke ầm ĩ suốt đêm không ai ngủ được")
    duty.dialog.says(AN, "nhà nó số mười hai")
    duty.dialog.says(AN, "HUY " + duty.app.tips.list(duty.boss).items[0].receipt)
    duty.clock.advance(timedelta(days=1))
    duty.app.worker.tick()
    duty.app.worker.drain()
    duty.dialog.hears(LAN, "1 tin nhắn chưa rõ thuộc việc nào, 1 đề nghị")
