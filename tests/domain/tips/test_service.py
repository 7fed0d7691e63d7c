"""What people do with tips."""

from datetime import datetime, timedelta

import pytest
from tests.domain.conftest import OfficerMaker, Sent, Trail
from tests.domain.tips.conftest import CHAT, ROUTER, received, taken_back, worked

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork


def test_the_reporter_gets_a_receipt(tips: Tips, sent: Sent) -> None:
    """A tip is acknowledged with the number its reporter can quote."""
    tip = received(tips)
    (text,) = sent(CHAT)
    assert tip.receipt in text


def test_in_danger_the_numbers_go_first(tips: Tips, sent: Sent, runner: UseCaseRunner) -> None:
    """An emergency is answered with the emergency numbers, in the lane before all others."""
    received(tips, "Cháy nhà!", category="fire", emergency=True)
    rows = runner.context.storage.queues.outbox()
    assert [row.lane for row in rows] == ["emergency", "reply"]
    assert "114" in sent(CHAT)[0]


def test_a_caller_without_chat_is_not_written_to(tips: Tips, runner: UseCaseRunner) -> None:
    """A tip entered for a caller sends nothing."""
    received(tips, conversation="", origin="entry")
    assert runner.context.storage.queues.outbox() == []


def test_an_officer_enters_a_walk_in(tips: Tips, lan: Actor, runner: UseCaseRunner, trail: Trail) -> None:
    """Who calls or comes has a tip of their own: nothing is sent, and the entry names the officer and the unit."""
    tip = tips.intake.record_walk_in(lan, "  Mất xe máy", unit="ninh-hoa", category="crime")
    assert (tip.origin, tip.conversation, tip.category) == ("entry", "", "crime")
    assert tip.moments["receipt"] == runner.context.clock.now()
    assert runner.context.storage.queues.outbox() == []
    entry = trail()[-1]
    assert (entry.action, entry.actor, entry.unit) == ("tips.record_walk_in", lan.label, "ninh-hoa")
    assert "tip.received" in entry.events


def test_a_walk_in_entered_later_counts_from_when_they_came(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """The limits of the law run from the conversation, not from the entry."""
    came = runner.context.clock.now() - timedelta(days=1)
    tip = tips.intake.record_walk_in(lan, "Mất xe máy", unit="ninh-hoa", category="crime", received_at=came)
    assert (tip.received_at, tip.received_day) == (came, local_date(came))
    now = tips.intake.record_walk_in(lan, "Mất xe máy", unit="ninh-hoa", category="crime")
    limits = [(early.due, late.due) for early, late in zip(tip.clocks, now.clocks, strict=True)]
    assert limits
    assert all(early < late for early, late in limits)


def test_a_walk_in_needs_words_and_a_moment_that_has_passed(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """What nobody told, or not yet, or at an unknown hour, is refused."""
    with pytest.raises(BadInput, match="A tip entered by an officer needs text: write what the person"):
        tips.intake.record_walk_in(lan, "  ", unit="ninh-hoa")
    with pytest.raises(BadInput, match="in the future"):
        tips.intake.record_walk_in(
            lan, "Mất xe", unit="ninh-hoa", received_at=runner.context.clock.now() + timedelta(hours=1)
        )
    with pytest.raises(BadInput, match="no time zone"):
        tips.intake.record_walk_in(lan, "Mất xe", unit="ninh-hoa", received_at=datetime(2021, 9, 1))  # noqa: DTZ001


def test_a_walk_in_of_another_commune_is_refused(tips: Tips, officer: OfficerMaker) -> None:
    """An officer enters what is told at their own unit."""
    with pytest.raises(Refused):
        tips.intake.record_walk_in(officer("tip_officer", "ninh-an"), "Mất xe", unit="ninh-hoa")


def test_from_triage_to_the_closed_case(tips: Tips, lan: Actor, sent: Sent) -> None:
    """The whole way: triage, assign, verify, ask back, settle, answer, known to have arrived, closed."""
    tip = worked(tips, lan)
    tips.handling.verify(lan, tip.id)
    tips.handling.ask_back(lan, tip.id, "Xe màu gì?")
    run_step(tips.intake.add, ROUTER, tip.id, Addition(text="Màu đỏ"))
    assert tips.queries.get(lan, tip.id).state is TipState.VERIFYING
    done = tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="found", valuable=True)
    assert done.settlements[0].in_time
    tips.settling.answer(lan, tip.id)
    assert tips.queries.get(lan, tip.id).state is TipState.RESOLVED
    run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted")
    closed = tips.settling.close(lan, tip.id)

    assert closed.state is TipState.CLOSED
    assert closed.answer_proof == "accepted"
    assert "Đã tìm thấy xe." in sent(CHAT)[-1]


def test_late_work_is_not_in_time(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """A tip settled after a clock ran out counts as late."""
    tip = worked(tips, lan)
    clock.advance(timedelta(days=200))
    done = tips.settling.settle(lan, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="checked")
    assert not done.settlements[0].in_time


def test_overdue_lists_open_tips_whose_clock_ran_out(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """What is overdue is open and past its limit; settled tips are never overdue."""
    tip = worked(tips, lan)
    other = worked(tips, lan)
    assert tips.queries.overdue(lan).items == ()
    clock.advance(timedelta(days=200))
    tips.settling.settle(lan, other.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    assert [t.id for t in tips.queries.overdue(lan).items] == [tip.id]


def test_another_commune_sees_nothing(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """An officer of another commune neither sees the tip in lists nor opens it."""
    tip = received(tips)
    stranger = officer("tip_officer", "ninh-van")
    assert tips.queries.list(stranger).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        tips.queries.get(stranger, tip.id)


def test_an_officer_of_an_area_sees_that_area_only(tips: Tips, officer: OfficerMaker) -> None:
    """A grant on one residential area opens its tips, not those of the rest of the commune."""
    received(tips)
    own = run_step(tips.intake.receive, ROUTER, "Mất gà", unit="ninh-hoa/kdc-1", origin="entry", category="crime")
    assert [tip.id for tip in tips.queries.list(officer("tip_officer", "ninh-hoa/kdc-1")).items] == [own.id]


def test_whoever_handles_a_tip_finds_it_among_their_own(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """A tip of another commune stands in the list of the officer in whose hands it is."""
    tip = worked(tips, lan)
    other = officer("tip_officer", "ninh-van")
    tips.handling.assign(lan, tip.id, unit="ninh-van", officers=[other.id])
    assert [found.id for found in tips.queries.list(other, mine=True).items] == [tip.id]
    assert tips.queries.list(lan, mine=True).items == ()


def test_the_unit_that_handles_sees_it_too(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """A tip assigned to another unit is open to that unit's officers."""
    tip = worked(tips, lan)
    other = officer("tip_officer", "ninh-van")
    tips.handling.assign(lan, tip.id, unit="ninh-van")
    assert tips.queries.get(other, tip.id).handling_unit == "ninh-van"


def test_an_excluded_officer_is_kept_away(tips: Tips, lan: Actor, boss: Actor) -> None:
    """After a conflict of interest the officer is off the case, in lists and in person."""
    tip = worked(tips, lan)
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert tips.queries.list(lan).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        tips.queries.get(lan, tip.id)
    assert tips.queries.get(boss, tip.id).handlers == ()


def test_a_receipt_alone_opens_nothing(tips: Tips) -> None:
    """Only the reporter's own conversation can ask for the state of a tip."""
    tip = received(tips)
    with pytest.raises(NotFound):
        run_step(tips.intake.send_state, ROUTER, tip.receipt, "oa.somebody-else")


def test_the_reporter_asks(tips: Tips, sent: Sent) -> None:
    """The reporter is told the state."""
    tip = received(tips)
    run_step(tips.intake.send_state, ROUTER, tip.receipt.lower(), CHAT)
    assert tip.receipt in sent(CHAT)[1]


def test_duplicates_are_suggested_and_merged_by_a_person(tips: Tips, lan: Actor) -> None:
    """Tips of the same thing are suggested; merging them keeps each reporter's answer apart."""
    first = worked(tips, lan, text="Cháy to ở chợ Ninh Hòa")
    second = worked(tips, lan, text="Chợ Ninh Hòa cháy rất to", conversation="oa.other")
    assert [one.tip.id for one in tips.sorting.suggest_duplicates(lan, second.id)] == [first.id]
    merged = tips.settling.merge(lan, second.id, into=first.id, answer="Đã có người báo, cảm ơn bác.")

    assert (merged.state, merged.merged_into) == (TipState.DUPLICATE, first.id)
    with pytest.raises(WrongStep, match="merged itself"):
        tips.settling.merge(lan, first.id, into=second.id, answer="x")


def test_wrong_words_are_named(tips: Tips, lan: Actor) -> None:
    """An unknown category, a wrong outcome, an answer too early: each is named with the way out."""
    tip = received(tips)
    with pytest.raises(BadInput, match="There is no category of tips 'x': choose one of situation, crime,"):
        tips.handling.triage(lan, tip.id, category="x")
    with pytest.raises(BadInput, match="A tip can't be settled as"):
        tips.settling.settle(lan, tip.id, TipState.DUPLICATE, answer="a", reason="r")
    with pytest.raises(WrongStep, match=r"is received: settle it with `tips\.settle` before you answer"):
        tips.settling.answer(lan, tip.id)
    with pytest.raises(BadInput, match="There is no category of tips 'x': choose one of situation, crime,"):
        received(tips, category="x")
    with pytest.raises(NotFound, match="no tip"):
        tips.queries.get(lan, "gone")


def test_reopening_counts_as_received_again(tips: Tips, lan: Actor, boss: Actor, runner: UseCaseRunner) -> None:
    """A reopened tip is open again and its balance goes on."""
    tip = worked(tips, lan)
    tips.settling.transfer(lan, tip.id, to="Công an tỉnh", answer="Đã chuyển.", reason="competence")
    reopened = tips.reopening.reopen(boss, tip.id, "Chuyển nhầm")

    assert reopened.settlements[0].to == "Công an tỉnh"
    assert reopened.is_open
    day = reopened.received_day
    sums = runner.context.storage.counters.total(["tips_received", "tips_transferred"], ["ninh-hoa"], day, day)
    assert sum(v for (name, *_), v in sums.items() if name == "tips_received") == 2
    assert sum(v for (name, *_), v in sums.items() if name == "tips_transferred") == 1


def test_told_by_hand_needs_to_say_how(tips: Tips, lan: Actor) -> None:
    """A reporter without chat is told by a person, who says how."""
    tip = worked(tips, lan, conversation="", origin="entry")
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    with pytest.raises(BadInput, match="no chat"):
        tips.settling.answer(lan, tip.id)
    with pytest.raises(BadInput, match="The proof is missing: write how the reporter was informed, such"):
        tips.settling.answered_by_hand(lan, tip.id, " ")
    assert tips.settling.answered_by_hand(lan, tip.id, "Gọi điện").state is TipState.ANSWERED


def test_an_answer_that_arrives_late_changes_nothing(tips: Tips, lan: Actor, boss: Actor) -> None:
    """An answer that arrives after the tip was reopened leaves it open."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.reopening.reopen(boss, tip.id, "Chưa xong")
    assert run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted").state is TipState.REOPENED


def test_an_answer_goes_out_once(tips: Tips, lan: Actor, boss: Actor, officer: OfficerMaker, sent: Sent) -> None:
    """Two officers who both press the button tell the reporter once; a new settlement has an answer of its own."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong một.", reason="handled")
    tips.settling.answer(lan, tip.id)
    with pytest.raises(WrongStep, match="on its way"):
        tips.settling.answer(officer("tip_officer", "hoa-lu"), tip.id)
    tips.reopening.reopen(boss, tip.id, "Chưa xong")
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong hai.", reason="handled")
    tips.settling.answer(lan, tip.id)
    assert [text for text in sent(CHAT) if "Xong" in text] == [
        tips.queries.context.district.say("tip.answer", receipt=tip.receipt, text=f"Xong {n}.") for n in ("một", "hai")
    ]


def test_what_was_told_or_taken_back_is_not_answered(tips: Tips, lan: Actor) -> None:
    """Neither a tip whose reporter was told nor one that was withdrawn has words that wait to be sent."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answered_by_hand(lan, tip.id, "Gọi điện")
    withdrawn = tips.withdrawals.accept_withdrawal(lan, taken_back(tips, worked(tips, lan)).id, "nhầm")
    for one in (tip, withdrawn):
        with pytest.raises(WrongStep, match="before you answer"):
            tips.settling.answer(lan, one.id)


def test_the_answer_of_an_earlier_settlement_answers_nothing(tips: Tips, lan: Actor, boss: Actor) -> None:
    """Words that arrive after the tip was reopened and settled anew were about the settlement before."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answer(lan, tip.id)
    tips.reopening.reopen(boss, tip.id, "Chưa xong")
    tips.settling.settle(lan, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="checked")
    assert run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted").state is TipState.UNFOUNDED


def test_an_officer_named_twice_is_one(tips: Tips, lan: Actor, boss: Actor) -> None:
    """Storages hold each handler and each excluded officer once."""
    tip = received(tips)
    tips.handling.triage(lan, tip.id, category="crime")
    assert tips.handling.assign(lan, tip.id, unit="ninh-hoa", officers=[lan.id, lan.id]).handlers == (lan.id,)
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà").excluded == (lan.id,)


def test_only_a_tip_that_one_may_hold_takes_another_in(tips: Tips, lan: Actor, boss: Actor) -> None:
    """Neither another unit's tip nor one that the officer is excluded from is told about by merging into it."""
    mine = worked(tips, lan)
    barred = worked(tips, lan)
    tips.exclusions.exclude(boss, barred.id, lan.id, "Người nhà")
    away = run_step(tips.intake.receive, ROUTER, "Mất chó", unit="ninh-van", origin="one_to_one", conversation=CHAT)
    for other in (barred, away):
        with pytest.raises(Refused):
            tips.settling.merge(lan, mine.id, into=other.id, answer="Đã có người báo.")


def test_two_tips_merged_into_each_other_at_once_stay_apart(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """Of two officers who merge either way only the first is heard: no circle without a case to work on."""
    one = worked(tips, lan)
    other = worked(tips, lan)
    slower = UnitOfWork(runner.context, runner.permits, lan, "tips.merge")
    slower.include(tips.settling.merge, one.id, into=other.id, answer="Đã có người báo.")
    tips.settling.merge(lan, other.id, into=one.id, answer="Đã có người báo.")
    assert not runner.commit(slower)


def test_an_objection_after_the_answer_asks_to_reopen(tips: Tips, lan: Actor) -> None:
    """Words of objection to an answered case ask a person to open it again; others are added to it."""
    tip = worked(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answer(lan, tip.id)
    run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted")
    assert run_step(tips.intake.add, ROUTER, tip.id, Addition(text="Cảm ơn")).state is TipState.ANSWERED
    objection = Addition(text="Tôi không đồng ý", objects=True)
    assert run_step(tips.intake.add, ROUTER, tip.id, objection).state is TipState.REOPEN_REQUESTED


def test_a_handler_is_suggested_by_the_profiles_rules(tips: Tips, lan: Actor) -> None:
    """Routing names the unit and the rule that matched."""
    tip = received(tips)
    assert tips.queries.suggest_handler(lan, tip.id).reason


def test_every_look_leaves_its_entry(tips: Tips, lan: Actor, trail: Trail) -> None:
    """Reading a tip and searching are written down with how much was opened."""
    tip = received(tips)
    tips.queries.get(lan, tip.id)
    tips.queries.search(lan, "xe")
    read = [entry for entry in trail() if entry.outcome == "read"]
    assert [(entry.action, entry.facts["opened"]) for entry in read] == [("tips.get", 1), ("tips.search", 1)]


def test_a_reason_is_a_code(tips: Tips, lan: Actor) -> None:
    """It stands in clear and is counted: words belong into the answer."""
    tip = worked(tips, lan)
    with pytest.raises(BadInput, match=r"A reason must be a code such as `solved` or `not_ours` \(a-z"):
        tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="Bà Mẫu đã nhận lại xe")
