"""Officers record decisions of other authorities, which change the clocks of a tip or are refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.tips.conftest import ROUTER, receive_assigned_tip, receive_tip

from anninh_core.domain.tips import Tip, TipState, explain_clock
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AnninhError, BadInput, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

CQDT: Mapping[str, Any] = {"body": "Cơ quan điều tra", "number": "15/QĐ-CQĐT"}
VKS: Mapping[str, Any] = {"body": "Viện kiểm sát nhân dân", "number": "7/QĐ-VKS"}
Later = Callable[[date], None]
"""Function that sets the clock to ten o'clock of a given day."""


@pytest.fixture
def later(clock: FixedClock) -> Later:
    return lambda day: clock.set(datetime(day.year, day.month, day.day, 10, tzinfo=VIETNAM))


def clocks_by_rule(tip: Tip) -> Mapping[str, Deadline]:
    return {clock.rule: clock for clock in tip.clocks}


def last_day_of(tip: Tip, rule: str) -> str:
    return f"{clocks_by_rule(tip)[rule].due - timedelta(seconds=1):%Y-%m-%d}"


def test_a_complex_case_has_two_months(tips: Tips, lan: Actor, district: District, later: Later) -> None:
    """A complex case has a limit of two months instead of twenty days, and the explanation names both limits and the
    decision.
    """
    tip = receive_assigned_tip(tips, lan)
    later(date(2021, 9, 15))
    complex_case = tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 14), **CQDT)

    assert last_day_of(complex_case, "resolve_complex") == "2021-11-01"
    assert "resolve" not in clocks_by_rule(complex_case)
    why = explain_clock(district, complex_case, clocks_by_rule(complex_case)["resolve_complex"])
    assert "từ 20 ngày thành 2 tháng" in why
    assert "Quyết định số 15/QĐ-CQĐT ngày 14/9/2021 của Cơ quan điều tra" in why


def test_complex_case_is_extended_once(tips: Tips, lan: Actor, district: District, later: Later) -> None:
    """The procuracy can extend a complex case once, by at most two months."""
    tip = receive_assigned_tip(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    later(date(2021, 10, 28))
    fields: Mapping[str, Any] = {"day": date(2021, 10, 28), "asked_on": date(2021, 10, 25)}
    extended = tips.clocks.record_extension(lan, tip.id, **fields, **VKS)

    # Saturday, 1 January, is a holiday, and Monday is a day off in lieu.
    assert last_day_of(extended, "resolve_extended") == "2022-01-04"
    assert clocks_by_rule(extended)["resolve_extended"].target == datetime(2022, 1, 1, 17, tzinfo=UTC)
    assert "từ 2 tháng thành 4 tháng" in explain_clock(district, extended, clocks_by_rule(extended)["resolve_extended"])
    with pytest.raises(WrongStep, match="was already recorded for tip"):
        tips.clocks.record_extension(lan, tip.id, **fields, **VKS)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"asked_on": date(2021, 10, 28)}, "five days ahead"),
        ({"day": date(2021, 11, 2)}, "ended on 2021-11-01"),
        ({"months": 3}, "allows 1 or 2"),
        ({"day": date(2021, 10, 20)}, "decided on 2021-10-20"),
        ({"body": " "}, "The body that decided is missing: write it as in the head of"),
        ({"number": ""}, "number and symbol"),
        ({"day": date(2021, 11, 4)}, "ended on 2021-11-01"),
    ],
)
def test_unlawful_extension_is_refused(
    tips: Tips, lan: Actor, later: Later, fields: Mapping[str, Any], why: str
) -> None:
    """An extension that was requested less than five days ahead, decided after the limit, too long or without a
    document is refused.
    """
    tip = receive_assigned_tip(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    later(date(2021, 11, 3))
    valid: dict[str, Any] = {"day": date(2021, 10, 29), "asked_on": date(2021, 10, 27), **VKS}

    with pytest.raises(BadInput, match=why):
        tips.clocks.record_extension(lan, tip.id, **valid | dict(fields))
    assert tips.clocks.record_extension(lan, tip.id, **valid).decisions[-1].asked_on == date(2021, 10, 27)


def test_only_a_complex_case_is_extended(tips: Tips, lan: Actor) -> None:
    """Only the two-month limit of a complex case can be extended, not the limit of twenty days."""
    tip = receive_assigned_tip(tips, lan)
    day = date(2021, 9, 1)
    with pytest.raises(WrongStep, match="isn't recorded as complex, and only the limit of a complex case"):
        tips.clocks.record_extension(lan, tip.id, day=day, asked_on=day, **VKS)


def test_suspension_stops_only_the_resolve_clock(tips: Tips, lan: Actor, later: Later) -> None:
    """A suspended case isn't overdue a year later, and has one month after the suspension is revoked."""
    tip = receive_assigned_tip(tips, lan)
    run_step(tips.intake.confirm_receipt, ROUTER, tip.id)
    tips.clocks.record_written_notice(lan, tip.id, number="12/TB", day=date(2021, 9, 1))
    later(date(2021, 9, 20))
    stopped = tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 20), **CQDT)
    assert [clock.rule for clock in stopped.clocks if clock.suspended] == ["resolve"]

    later(date(2022, 9, 20))
    assert tips.queries.overdue(lan).items == ()
    resumed = tips.clocks.revoke_suspension(lan, tip.id, day=date(2022, 9, 19), **VKS)
    assert last_day_of(resumed, "resolve_resumed") == "2022-10-19"
    later(date(2022, 10, 20))
    assert [overdue.id for overdue in tips.queries.overdue(lan).items] == [tip.id]


def test_decisions_out_of_order_are_refused(tips: Tips, lan: Actor, later: Later) -> None:
    """A revocation without a suspension, a second suspension and a decision dated before its predecessor are
    refused.
    """
    tip = receive_assigned_tip(tips, lan)
    later(date(2021, 9, 10))
    with pytest.raises(WrongStep, match="isn't suspended"):
        tips.clocks.revoke_suspension(lan, tip.id, day=date(2021, 9, 9), **CQDT)
    tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 9), **CQDT)
    with pytest.raises(WrongStep, match="is suspended by decision 15/QĐ-CQĐT: record first"):
        tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 10), **CQDT)
    with pytest.raises(WrongStep, match="is suspended by decision 15/QĐ-CQĐT: record first"):
        tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 10), **CQDT)
    with pytest.raises(BadInput, match="can't follow one of 2021-09-09"):
        tips.clocks.revoke_suspension(lan, tip.id, day=date(2021, 9, 8), **CQDT)
    with pytest.raises(
        BadInput, match=r"isn't possible for a tip received on 2021-09-01 \(today is 2021-09-10\): check the"
    ):
        tips.clocks.revoke_suspension(lan, tip.id, day=date(2021, 9, 11), **CQDT)


def test_feedback_takes_no_criminal_decision(tips: Tips, lan: Actor) -> None:
    """Feedback takes no decision of the criminal procedure, because its clocks are the district's own."""
    tip = receive_tip(tips, "Đèn đường hỏng", category="")
    for act in (tips.clocks.record_complex, tips.clocks.record_suspension):
        with pytest.raises(BadInput, match="feedback"):
            act(lan, tip.id, day=date(2021, 9, 1), **CQDT)


def test_a_settled_case_takes_no_decision(tips: Tips, lan: Actor) -> None:
    """A settled case takes no decision, because its clock no longer runs."""
    tip = receive_assigned_tip(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    with pytest.raises(WrongStep, match="reopen it first"):
        tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 1), **CQDT)


def test_chat_receipt_is_no_legal_notice(tips: Tips, lan: Actor, later: Later) -> None:
    """A receipt in the chat meets the first answer; the legal notice needs a document with number and date."""
    tip = receive_tip(tips)
    confirmed = run_step(tips.intake.confirm_receipt, ROUTER, tip.id)
    assert clocks_by_rule(confirmed)["first_answer"].met_at is not None
    assert clocks_by_rule(confirmed)["notify_receipt"].met_at is None

    later(date(2021, 9, 20))
    noticed = tips.clocks.record_written_notice(lan, tip.id, number="12/TB-CAX", day=date(2021, 9, 6))
    assert clocks_by_rule(noticed)["notify_receipt"].met_at == datetime(2021, 9, 6, 5, tzinfo=UTC)
    assert clocks_by_rule(noticed)["notify_receipt"].is_in_time(noticed.received_at)
    with pytest.raises(WrongStep, match="was already recorded for tip"):
        tips.clocks.record_written_notice(lan, tip.id, number="13/TB-CAX", day=date(2021, 9, 7))


def test_unnamed_reporter_gets_no_notice(tips: Tips, lan: Actor, district: District) -> None:
    """A reporter who refuses to give a name gets no written notice, and the reason is stored with the case but not in
    its repr.
    """
    tip = receive_tip(tips)
    with pytest.raises(BadInput, match="The refusal to be named has no reason: write why the reporter"):
        tips.clocks.record_identity_refused(lan, tip.id, " ")
    refused = tips.clocks.record_identity_refused(lan, tip.id, "sợ bị trả thù")

    assert clocks_by_rule(refused)["notify_receipt"].met_at is not None
    assert refused.decisions[-1].reason == "sợ bị trả thù"
    assert "trả thù" not in repr(refused)
    assert "từ chối nêu tên" in explain_clock(district, refused, clocks_by_rule(refused)["notify_receipt"])


def test_every_decision_is_in_the_audit_log(tips: Tips, lan: Actor, trail: Trail) -> None:
    """Each recorded decision leaves an entry with its officer in the audit log."""
    tip = receive_assigned_tip(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    entry = trail()[-1]

    assert (entry.action, entry.actor, entry.events) == ("tips.record_complex", lan.label, ("tip.clock_decided",))


def test_unauthorized_officers_record_nothing(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """An officer of another commune and an auditor can't record a decision."""
    tip = receive_assigned_tip(tips, lan)
    for actor in (officer("tip_officer", "ninh-van"), officer("auditor", "hoa-lu")):
        with pytest.raises((Refused, AnninhError)):
            tips.clocks.record_complex(actor, tip.id, day=date(2021, 9, 1), **CQDT)
