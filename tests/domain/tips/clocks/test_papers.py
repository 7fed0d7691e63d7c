"""Papers that officers record: what each does to the clocks, and which ones are refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.tips.conftest import ROUTER, received, worked

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
"""Turns the clock to ten o'clock of a day."""


@pytest.fixture
def later(clock: FixedClock) -> Later:
    return lambda day: clock.set(datetime(day.year, day.month, day.day, 10, tzinfo=VIETNAM))


def clocks(tip: Tip) -> Mapping[str, Deadline]:
    return {clock.rule: clock for clock in tip.clocks}


def ends(tip: Tip, rule: str) -> str:
    return f"{clocks(tip)[rule].due - timedelta(seconds=1):%Y-%m-%d}"


def test_a_complex_case_has_two_months(tips: Tips, lan: Actor, district: District, later: Later) -> None:
    """Instead of twenty days, and the clock says from what to what, and by which decision."""
    tip = worked(tips, lan)
    later(date(2021, 9, 15))
    decided = tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 14), **CQDT)

    assert ends(decided, "resolve_complex") == "2021-11-01"
    assert "resolve" not in clocks(decided)
    why = explain_clock(district, decided, clocks(decided)["resolve_complex"])
    assert "từ 20 ngày thành 2 tháng" in why
    assert "Quyết định số 15/QĐ-CQĐT ngày 14/9/2021 của Cơ quan điều tra" in why


def test_an_extension_comes_once(tips: Tips, lan: Actor, district: District, later: Later) -> None:
    """The procuracy extends a complex case by up to two months; nobody does so a second time."""
    tip = worked(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    later(date(2021, 10, 28))
    asked: Mapping[str, Any] = {"day": date(2021, 10, 28), "asked_on": date(2021, 10, 25)}
    extended = tips.clocks.record_extension(lan, tip.id, **asked, **VKS)

    assert ends(extended, "resolve_extended") == "2022-01-04"  # Saturday the 1st is a holiday, Monday in lieu
    assert clocks(extended)["resolve_extended"].target == datetime(2022, 1, 1, 17, tzinfo=UTC)
    assert "từ 2 tháng thành 4 tháng" in explain_clock(district, extended, clocks(extended)["resolve_extended"])
    with pytest.raises(WrongStep, match="was already recorded for tip"):
        tips.clocks.record_extension(lan, tip.id, **asked, **VKS)


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
def test_an_extension_that_the_law_knows_not_is_refused(
    tips: Tips, lan: Actor, later: Later, fields: Mapping[str, Any], why: str
) -> None:
    """Asked for less than five days before, decided when the limit was over, too long, or without a paper."""
    tip = worked(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    later(date(2021, 11, 3))
    given: dict[str, Any] = {"day": date(2021, 10, 29), "asked_on": date(2021, 10, 27), **VKS}

    with pytest.raises(BadInput, match=why):
        tips.clocks.record_extension(lan, tip.id, **given | dict(fields))
    assert tips.clocks.record_extension(lan, tip.id, **given).decisions[-1].asked_on == date(2021, 10, 27)


def test_only_a_complex_case_is_extended(tips: Tips, lan: Actor) -> None:
    """The law extends the two months, not the twenty days."""
    tip = worked(tips, lan)
    day = date(2021, 9, 1)
    with pytest.raises(WrongStep, match="isn't recorded as complex, and only the limit of a complex case"):
        tips.clocks.record_extension(lan, tip.id, day=day, asked_on=day, **VKS)


def test_a_suspension_stops_resolving_and_nothing_else(tips: Tips, lan: Actor, later: Later) -> None:
    """A year later the case isn't overdue; after it is revoked there is one month, and no more."""
    tip = worked(tips, lan)
    run_step(tips.intake.confirm_receipt, ROUTER, tip.id)
    tips.clocks.record_written_notice(lan, tip.id, number="12/TB", day=date(2021, 9, 1))
    later(date(2021, 9, 20))
    stopped = tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 20), **CQDT)
    assert [clock.rule for clock in stopped.clocks if clock.suspended] == ["resolve"]

    later(date(2022, 9, 20))
    assert tips.queries.overdue(lan).items == ()
    resumed = tips.clocks.revoke_suspension(lan, tip.id, day=date(2022, 9, 19), **VKS)
    assert ends(resumed, "resolve_resumed") == "2022-10-19"
    later(date(2022, 10, 20))
    assert [one.id for one in tips.queries.overdue(lan).items] == [tip.id]


def test_papers_come_in_order(tips: Tips, lan: Actor, later: Later) -> None:
    """Nothing is revoked that isn't suspended, suspended twice, or decided before what it follows."""
    tip = worked(tips, lan)
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


def test_feedback_knows_no_such_paper(tips: Tips, lan: Actor) -> None:
    """The district's own clocks are no matter of the criminal procedure."""
    tip = received(tips, "Đèn đường hỏng", category="")
    for act in (tips.clocks.record_complex, tips.clocks.record_suspension):
        with pytest.raises(BadInput, match="feedback"):
            act(lan, tip.id, day=date(2021, 9, 1), **CQDT)


def test_a_settled_case_takes_no_decision(tips: Tips, lan: Actor) -> None:
    """Its clock runs no more."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    with pytest.raises(WrongStep, match="reopen it first"):
        tips.clocks.record_suspension(lan, tip.id, day=date(2021, 9, 1), **CQDT)


def test_a_chat_receipt_is_no_written_notice(tips: Tips, lan: Actor, later: Later) -> None:
    """It meets the district's first answer; the legal notice waits for a paper with number and date."""
    tip = received(tips)
    told = run_step(tips.intake.confirm_receipt, ROUTER, tip.id)
    assert clocks(told)["first_answer"].met_at is not None
    assert clocks(told)["notify_receipt"].met_at is None

    later(date(2021, 9, 20))
    noticed = tips.clocks.record_written_notice(lan, tip.id, number="12/TB-CAX", day=date(2021, 9, 6))
    assert clocks(noticed)["notify_receipt"].met_at == datetime(2021, 9, 6, 5, tzinfo=UTC)
    assert clocks(noticed)["notify_receipt"].is_in_time(noticed.received_at)
    with pytest.raises(WrongStep, match="was already recorded for tip"):
        tips.clocks.record_written_notice(lan, tip.id, number="13/TB-CAX", day=date(2021, 9, 7))


def test_whoever_refuses_to_be_named_gets_no_notice(tips: Tips, lan: Actor, district: District) -> None:
    """The reason is kept with the case, and shown in no repr."""
    tip = received(tips)
    with pytest.raises(BadInput, match="The refusal to be named has no reason: write why the reporter"):
        tips.clocks.record_identity_refused(lan, tip.id, " ")
    refused = tips.clocks.record_identity_refused(lan, tip.id, "sợ bị trả thù")

    assert clocks(refused)["notify_receipt"].met_at is not None
    assert refused.decisions[-1].reason == "sợ bị trả thù"
    assert "trả thù" not in repr(refused)
    assert "từ chối nêu tên" in explain_clock(district, refused, clocks(refused)["notify_receipt"])


def test_every_paper_stands_in_the_journal(tips: Tips, lan: Actor, trail: Trail) -> None:
    """With who recorded it; a decision is kept beside the case."""
    tip = worked(tips, lan)
    tips.clocks.record_complex(lan, tip.id, day=date(2021, 9, 1), **CQDT)
    entry = trail()[-1]

    assert (entry.action, entry.actor, entry.events) == ("tips.record_complex", lan.label, ("tip.clock_decided",))


def test_strangers_record_nothing(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """An officer of another commune, or one who only reads, is refused."""
    tip = worked(tips, lan)
    for actor in (officer("tip_officer", "ninh-van"), officer("auditor", "hoa-lu")):
        with pytest.raises((Refused, AnninhError)):
            tips.clocks.record_complex(actor, tip.id, day=date(2021, 9, 1), **CQDT)
