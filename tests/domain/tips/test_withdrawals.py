"""A reporter requests the withdrawal of a tip, and an officer decides."""

import pytest
from tests.domain.conftest import Sent
from tests.domain.tips.conftest import CHAT, receive_tip, request_withdrawal

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.actor import Actor


def test_withdrawal_is_a_request(tips: Tips, sent: Sent) -> None:
    """After a withdrawal request, the reporter is informed once that an officer decides; the tip stays open, and a
    repeated request is the same one.
    """
    tip = request_withdrawal(tips, receive_tip(tips))
    assert tip.is_open
    assert tip.withdrawal_asked_at is not None
    assert request_withdrawal(tips, tip).withdrawal_asked_at == tip.withdrawal_asked_at
    assert sum("xin rút tin" in text and "cán bộ" in text for text in sent(CHAT)) == 1


def test_officer_accepts_a_withdrawal(tips: Tips, lan: Actor, sent: Sent) -> None:
    """An officer accepts a withdrawal with a reason; the tip ends, and its reporter is informed."""
    tip = request_withdrawal(tips, receive_tip(tips))
    with pytest.raises(BadInput, match="needs a reason: write it for the record"):
        tips.withdrawals.accept_withdrawal(lan, tip.id, " ")
    ended = tips.withdrawals.accept_withdrawal(lan, tip.id, "Nhìn nhầm xe")
    assert (ended.state, ended.withdrawal_asked_at) == (TipState.WITHDRAWN, None)
    assert "rút tin" in sent(CHAT)[-1]
    with pytest.raises(WrongStep, match="has no open request to withdraw it"):
        tips.withdrawals.accept_withdrawal(lan, tip.id, "lần hai")


def test_officer_declines_a_withdrawal(tips: Tips, lan: Actor, sent: Sent) -> None:
    """An officer can decline the withdrawal of a tip, such as a denunciation, with an answer to the reporter; the tip
    stays open.
    """
    tip = request_withdrawal(tips, receive_tip(tips))
    with pytest.raises(BadInput, match="asked to withdraw it: write in `answer` what to reply"):
        tips.withdrawals.decline_withdrawal(lan, tip.id, "Tội phạm", answer="")
    kept = tips.withdrawals.decline_withdrawal(lan, tip.id, "Tội phạm", answer="Việc này phải được làm rõ.")
    assert kept.is_open
    assert kept.withdrawal_asked_at is None
    assert "Việc này phải được làm rõ." in sent(CHAT)[-1]


def test_withdrawal_needs_a_request(tips: Tips, lan: Actor) -> None:
    """An officer can't withdraw a tip without the reporter's request."""
    tip = receive_tip(tips)
    with pytest.raises(WrongStep, match="has no open request to withdraw it"):
        tips.withdrawals.accept_withdrawal(lan, tip.id, "phiền quá")
