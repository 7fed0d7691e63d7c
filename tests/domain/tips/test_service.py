from datetime import datetime, timedelta

import pytest
from tests.domain.conftest import OfficerMaker, Sent, Trail
from tests.domain.tips.conftest import CHAT, ROUTER, receive_assigned_tip, receive_tip, request_withdrawal

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
    """A reporter gets a receipt with the number to quote."""
    tip = receive_tip(tips)
    (text,) = sent(CHAT)
    assert tip.receipt in text


def test_emergency_numbers_are_sent_first(tips: Tips, sent: Sent, runner: UseCaseRunner) -> None:
    """An emergency is first answered with the emergency numbers, in a lane before all others."""
    receive_tip(tips, "Cháy nhà!", category="fire", emergency=True)
    rows = runner.context.storage.queues.outbox()
    assert [row.lane for row in rows] == ["emergency", "reply"]
    assert "114" in sent(CHAT)[0]


def test_caller_without_chat_gets_no_message(tips: Tips, runner: UseCaseRunner) -> None:
    """A tip entered for a caller sends no message."""
    receive_tip(tips, conversation="", origin="entry")
    assert runner.context.storage.queues.outbox() == []


def test_an_officer_enters_a_walk_in(tips: Tips, lan: Actor, runner: UseCaseRunner, trail: Trail) -> None:
    """A walk-in tip counts as acknowledged, sends no message, and its entry names the officer and the unit."""
    tip = tips.intake.record_walk_in(lan, "  Mất xe máy", unit="ninh-hoa", category="crime")
    assert (tip.origin, tip.conversation, tip.category) == ("entry", "", "crime")
    assert tip.moments["receipt"] == runner.context.clock.now()
    assert runner.context.storage.queues.outbox() == []
    entry = trail()[-1]
    assert (entry.action, entry.actor, entry.unit) == ("tips.record_walk_in", lan.label, "ninh-hoa")
    assert "tip.received" in entry.events


def test_walk_in_limits_run_from_the_visit(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """The limits of a walk-in that is entered later run from the conversation with the reporter, not from the entry."""
    received_at = runner.context.clock.now() - timedelta(days=1)
    tip = tips.intake.record_walk_in(lan, "Mất xe máy", unit="ninh-hoa", category="crime", received_at=received_at)
    assert (tip.received_at, tip.received_day) == (received_at, local_date(received_at))
    current = tips.intake.record_walk_in(lan, "Mất xe máy", unit="ninh-hoa", category="crime")
    limits = [(early.due, late.due) for early, late in zip(tip.clocks, current.clocks, strict=True)]
    assert limits
    assert all(early < late for early, late in limits)


def test_walk_in_needs_text_and_past_time(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """A walk-in without text, in the future or without a time zone is refused."""
    with pytest.raises(BadInput, match="A tip entered by an officer needs text: write what the person"):
        tips.intake.record_walk_in(lan, "  ", unit="ninh-hoa")
    with pytest.raises(BadInput, match="in the future"):
        tips.intake.record_walk_in(
            lan, "Mất xe", unit="ninh-hoa", received_at=runner.context.clock.now() + timedelta(hours=1)
        )
    with pytest.raises(BadInput, match="no time zone"):
        tips.intake.record_walk_in(lan, "Mất xe", unit="ninh-hoa", received_at=datetime(2021, 9, 1))  # noqa: DTZ001


def test_a_walk_in_of_another_commune_is_refused(tips: Tips, officer: OfficerMaker) -> None:
    """An officer can't enter a walk-in for another commune."""
    with pytest.raises(Refused):
        tips.intake.record_walk_in(officer("tip_officer", "ninh-an"), "Mất xe", unit="ninh-hoa")


def test_from_triage_to_the_closed_case(tips: Tips, lan: Actor, sent: Sent) -> None:
    """A tip runs from triage through assignment, verification, a question, settlement and a delivered answer to
    closing.
    """
    tip = receive_assigned_tip(tips, lan)
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


def test_late_settlement_is_not_in_time(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """A tip settled after its limit isn't in time."""
    tip = receive_assigned_tip(tips, lan)
    clock.advance(timedelta(days=200))
    done = tips.settling.settle(lan, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="checked")
    assert not done.settlements[0].in_time


def test_overdue_list_has_open_late_tips(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """Open tips past their limit are overdue; settled tips never are."""
    tip = receive_assigned_tip(tips, lan)
    other = receive_assigned_tip(tips, lan)
    assert tips.queries.overdue(lan).items == ()
    clock.advance(timedelta(days=200))
    tips.settling.settle(lan, other.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    assert [overdue.id for overdue in tips.queries.overdue(lan).items] == [tip.id]


def test_another_commune_sees_nothing(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """An officer of another commune neither sees a tip in lists nor can open it."""
    tip = receive_tip(tips)
    stranger = officer("tip_officer", "ninh-van")
    assert tips.queries.list(stranger).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        tips.queries.get(stranger, tip.id)


def test_an_officer_of_an_area_sees_that_area_only(tips: Tips, officer: OfficerMaker) -> None:
    """A grant on one residential area opens its tips, not those of the rest of the commune."""
    receive_tip(tips)
    own = run_step(tips.intake.receive, ROUTER, "Mất gà", unit="ninh-hoa/kdc-1", origin="entry", category="crime")
    assert [tip.id for tip in tips.queries.list(officer("tip_officer", "ninh-hoa/kdc-1")).items] == [own.id]


def test_handler_finds_tip_in_own_list(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """The officer's own list has the tips that the officer handles, also those of another commune."""
    tip = receive_assigned_tip(tips, lan)
    other = officer("tip_officer", "ninh-van")
    tips.handling.assign(lan, tip.id, unit="ninh-van", officers=[other.id])
    assert [listed.id for listed in tips.queries.list(other, mine=True).items] == [tip.id]
    assert tips.queries.list(lan, mine=True).items == ()


def test_handling_unit_can_open_the_tip(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """A tip assigned to another unit is open to that unit's officers."""
    tip = receive_assigned_tip(tips, lan)
    other = officer("tip_officer", "ninh-van")
    tips.handling.assign(lan, tip.id, unit="ninh-van")
    assert tips.queries.get(other, tip.id).handling_unit == "ninh-van"


def test_an_excluded_officer_is_kept_away(tips: Tips, lan: Actor, boss: Actor) -> None:
    """An excluded officer no longer handles the tip, finds it in no list and can't open it."""
    tip = receive_assigned_tip(tips, lan)
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert tips.queries.list(lan).items == ()
    with pytest.raises(Refused, match="for which you have the permission"):
        tips.queries.get(lan, tip.id)
    assert tips.queries.get(boss, tip.id).handlers == ()


def test_receipt_needs_the_reporters_conversation(tips: Tips) -> None:
    """Only the reporter's own conversation can query the state of a tip."""
    tip = receive_tip(tips)
    with pytest.raises(NotFound):
        run_step(tips.intake.send_state, ROUTER, tip.receipt, "oa.somebody-else")


def test_reporter_gets_the_state(tips: Tips, sent: Sent) -> None:
    """A reporter who sends the receipt gets the state of the tip."""
    tip = receive_tip(tips)
    run_step(tips.intake.send_state, ROUTER, tip.receipt.lower(), CHAT)
    assert tip.receipt in sent(CHAT)[1]


def test_duplicates_are_suggested_and_merged_by_a_person(tips: Tips, lan: Actor) -> None:
    """Tips about the same matter are suggested, an officer merges them with an answer for each reporter, and a merged
    tip takes no other tip.
    """
    first = receive_assigned_tip(tips, lan, text="Cháy to ở chợ Ninh Hòa")
    second = receive_assigned_tip(tips, lan, text="Chợ Ninh Hòa cháy rất to", conversation="oa.other")
    assert [suggestion.tip.id for suggestion in tips.sorting.suggest_duplicates(lan, second.id)] == [first.id]
    merged = tips.settling.merge(lan, second.id, into=first.id, answer="Đã có người báo, cảm ơn bác.")

    assert (merged.state, merged.merged_into) == (TipState.DUPLICATE, first.id)
    with pytest.raises(WrongStep, match="merged itself"):
        tips.settling.merge(lan, first.id, into=second.id, answer="x")


def test_invalid_input_names_the_choices(tips: Tips, lan: Actor) -> None:
    """An unknown category, a wrong outcome and a premature answer are refused with the valid choice."""
    tip = receive_tip(tips)
    with pytest.raises(BadInput, match="There is no category of tips 'x': choose one of situation, crime,"):
        tips.handling.triage(lan, tip.id, category="x")
    with pytest.raises(BadInput, match="A tip can't be settled as"):
        tips.settling.settle(lan, tip.id, TipState.DUPLICATE, answer="a", reason="r")
    with pytest.raises(WrongStep, match=r"is received: settle it with `tips\.settle` before you answer"):
        tips.settling.answer(lan, tip.id)
    with pytest.raises(BadInput, match="There is no category of tips 'x': choose one of situation, crime,"):
        receive_tip(tips, category="x")
    with pytest.raises(NotFound, match="no tip"):
        tips.queries.get(lan, "gone")


def test_reopening_counts_as_received_again(tips: Tips, lan: Actor, boss: Actor, runner: UseCaseRunner) -> None:
    """A reopened tip is open again and counts as received again."""
    tip = receive_assigned_tip(tips, lan)
    tips.settling.transfer(lan, tip.id, to="Công an tỉnh", answer="Đã chuyển.", reason="competence")
    reopened = tips.reopening.reopen(boss, tip.id, "Chuyển nhầm")

    assert reopened.settlements[0].to == "Công an tỉnh"
    assert reopened.is_open
    day = reopened.received_day
    sums = runner.context.storage.counters.total(["tips_received", "tips_transferred"], ["ninh-hoa"], day, day)
    assert sum(amount for (name, *_), amount in sums.items() if name == "tips_received") == 2
    assert sum(amount for (name, *_), amount in sums.items() if name == "tips_transferred") == 1


def test_answer_by_hand_needs_a_proof(tips: Tips, lan: Actor) -> None:
    """A reporter without a chat is informed by an officer, who records the proof."""
    tip = receive_assigned_tip(tips, lan, conversation="", origin="entry")
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    with pytest.raises(BadInput, match="no chat"):
        tips.settling.answer(lan, tip.id)
    with pytest.raises(BadInput, match="The proof is missing: write how the reporter was informed, such"):
        tips.settling.answered_by_hand(lan, tip.id, " ")
    assert tips.settling.answered_by_hand(lan, tip.id, "Gọi điện").state is TipState.ANSWERED


def test_an_answer_that_arrives_late_changes_nothing(tips: Tips, lan: Actor, boss: Actor) -> None:
    """An answer that is delivered after the tip was reopened leaves it open."""
    tip = receive_assigned_tip(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.reopening.reopen(boss, tip.id, "Chưa xong")
    assert run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted").state is TipState.REOPENED


def test_an_answer_goes_out_once(tips: Tips, lan: Actor, boss: Actor, officer: OfficerMaker, sent: Sent) -> None:
    """Two officers can send an answer only once; a new settlement has its own answer."""
    tip = receive_assigned_tip(tips, lan)
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


def test_answered_or_withdrawn_tip_sends_no_answer(tips: Tips, lan: Actor) -> None:
    """Neither a tip answered by hand nor a withdrawn tip has an answer to send."""
    tip = receive_assigned_tip(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answered_by_hand(lan, tip.id, "Gọi điện")
    withdrawn = tips.withdrawals.accept_withdrawal(
        lan, request_withdrawal(tips, receive_assigned_tip(tips, lan)).id, "nhầm"
    )
    for ended_tip in (tip, withdrawn):
        with pytest.raises(WrongStep, match="before you answer"):
            tips.settling.answer(lan, ended_tip.id)


def test_answer_to_earlier_settlement_does_not_count(tips: Tips, lan: Actor, boss: Actor) -> None:
    """The answer to an earlier settlement, delivered after the tip was reopened and settled again, doesn't answer the
    new settlement.
    """
    tip = receive_assigned_tip(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answer(lan, tip.id)
    tips.reopening.reopen(boss, tip.id, "Chưa xong")
    tips.settling.settle(lan, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="checked")
    assert run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted").state is TipState.UNFOUNDED


def test_repeated_officer_is_stored_once(tips: Tips, lan: Actor, boss: Actor) -> None:
    """Each handler and each excluded officer is stored once."""
    tip = receive_tip(tips)
    tips.handling.triage(lan, tip.id, category="crime")
    assert tips.handling.assign(lan, tip.id, unit="ninh-hoa", officers=[lan.id, lan.id]).handlers == (lan.id,)
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà").excluded == (lan.id,)


def test_merge_needs_access_to_both_tips(tips: Tips, lan: Actor, boss: Actor) -> None:
    """A tip can't be merged into a tip of another unit or into one from which the officer is excluded."""
    mine = receive_assigned_tip(tips, lan)
    barred = receive_assigned_tip(tips, lan)
    tips.exclusions.exclude(boss, barred.id, lan.id, "Người nhà")
    away = run_step(tips.intake.receive, ROUTER, "Mất chó", unit="ninh-van", origin="one_to_one", conversation=CHAT)
    for other in (barred, away):
        with pytest.raises(Refused):
            tips.settling.merge(lan, mine.id, into=other.id, answer="Đã có người báo.")


def test_concurrent_mutual_merges_fail(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """Of two concurrent merges of two tips into each other only the first succeeds, so that an open case remains."""
    first = receive_assigned_tip(tips, lan)
    second = receive_assigned_tip(tips, lan)
    slower = UnitOfWork(runner.context, runner.permits, lan, "tips.merge")
    slower.include(tips.settling.merge, first.id, into=second.id, answer="Đã có người báo.")
    tips.settling.merge(lan, second.id, into=first.id, answer="Đã có người báo.")
    assert not runner.commit(slower)


def test_an_objection_after_the_answer_asks_to_reopen(tips: Tips, lan: Actor) -> None:
    """An objection to an answered tip requests its reopening; any other message is added to it."""
    tip = receive_assigned_tip(tips, lan)
    tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    tips.settling.answer(lan, tip.id)
    run_step(tips.intake.confirm_answer, system("delivery"), tip.id, "accepted")
    assert run_step(tips.intake.add, ROUTER, tip.id, Addition(text="Cảm ơn")).state is TipState.ANSWERED
    objection = Addition(text="Tôi không đồng ý", objects=True)
    assert run_step(tips.intake.add, ROUTER, tip.id, objection).state is TipState.REOPEN_REQUESTED


def test_a_handler_is_suggested_by_the_profiles_rules(tips: Tips, lan: Actor) -> None:
    """The suggested route names the unit and the rule that matched."""
    tip = receive_tip(tips)
    assert tips.queries.suggest_handler(lan, tip.id).reason


def test_reading_leaves_an_entry(tips: Tips, lan: Actor, trail: Trail) -> None:
    """Reading a tip and searching leave audit log entries with the number of opened tips."""
    tip = receive_tip(tips)
    tips.queries.get(lan, tip.id)
    tips.queries.search(lan, "xe")
    read = [entry for entry in trail() if entry.outcome == "read"]
    assert [(entry.action, entry.facts["opened"]) for entry in read] == [("tips.get", 1), ("tips.search", 1)]


def test_a_reason_is_a_code(tips: Tips, lan: Actor) -> None:
    """A reason must be a code, because it is stored unencrypted and counted; free text belongs to the answer."""
    tip = receive_assigned_tip(tips, lan)
    with pytest.raises(BadInput, match=r"A reason must be a code such as `solved` or `not_ours` \(a-z"):
        tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="Bà Mẫu đã nhận lại xe")
