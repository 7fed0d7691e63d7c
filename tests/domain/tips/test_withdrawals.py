"""A reporter who wants to take a tip back asks; an officer decides."""

import pytest
from tests.domain.conftest import Sent
from tests.domain.tips.conftest import CHAT, received, taken_back

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.actor import Actor


def test_taking_back_is_a_request(tips: Tips, sent: Sent) -> None:
    """The reporter is told that an officer decides; the tip stays open, and asked twice it is one request."""
    asked = taken_back(tips, received(tips))
    assert asked.is_open
    assert asked.withdrawal_asked_at is not None
    assert taken_back(tips, asked).withdrawal_asked_at == asked.withdrawal_asked_at
    assert sum("xin rút tin" in text and "cán bộ" in text for text in sent(CHAT)) == 1


def test_an_officer_accepts_what_was_taken_back(tips: Tips, lan: Actor, sent: Sent) -> None:
    """With a reason; the tip ends, and its reporter is told."""
    asked = taken_back(tips, received(tips))
    with pytest.raises(BadInput, match="needs a reason: write it for the record"):
        tips.withdrawals.accept_withdrawal(lan, asked.id, " ")
    ended = tips.withdrawals.accept_withdrawal(lan, asked.id, "Nhìn nhầm xe")
    assert (ended.state, ended.withdrawal_asked_at) == (TipState.WITHDRAWN, None)
    assert "rút tin" in sent(CHAT)[-1]
    with pytest.raises(WrongStep, match="has no open request to withdraw it"):
        tips.withdrawals.accept_withdrawal(lan, asked.id, "lần hai")


def test_an_officer_goes_on_with_what_was_taken_back(tips: Tips, lan: Actor, sent: Sent) -> None:
    """A denunciation is handled all the same; its reporter hears why, and the request is decided."""
    asked = taken_back(tips, received(tips))
    with pytest.raises(BadInput, match="asked to withdraw it: write in `answer` what to reply"):
        tips.withdrawals.decline_withdrawal(lan, asked.id, "Tội phạm", answer="")
    kept = tips.withdrawals.decline_withdrawal(lan, asked.id, "Tội phạm", answer="Việc này phải được làm rõ.")
    assert kept.is_open
    assert kept.withdrawal_asked_at is None
    assert "Việc này phải được làm rõ." in sent(CHAT)[-1]


def test_nobody_takes_back_for_the_reporter(tips: Tips, lan: Actor) -> None:
    """Without a request there is nothing to accept or decline."""
    tip = received(tips)
    with pytest.raises(WrongStep, match="has no open request to withdraw it"):
        tips.withdrawals.accept_withdrawal(lan, tip.id, "phiền quá")
