"""Officers decide about many messages of a flood at once, each message with its own record, and mark a prank in its own
case only.
"""

import pytest
from tests.scenarios.cases.flood.conftest import FloodTown

from anninh_core.domain.conversations import group_by_sender
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.decision import DECISION

PRANK = "cháy nhà ở xóm 3, cứu với"
NONSENSE = "đèn đường cột số {} ở xóm hỏng cả tuần nay rồi"


def exceed_limit(town: FloodTown, name: str = "Thử Văn An") -> list[str]:
    """Let a person exceed the limit by forty messages, and return the ids of those messages."""
    orders = ["trợ giúp"] * 30
    town.write(*orders, *(NONSENSE.format(number) for number in range(40)), name=name, seconds=1)
    (held_back,) = group_by_sender(town.duty.app.conversations.unassigned(town.lan, held_back=True, limit=200).items)
    assert len(held_back.messages) == 40
    return [message.id for message in held_back.messages]


def report_prank(town: FloodTown, name: str = "Thử Văn An") -> Tip:
    """Let a person report a false fire, and an officer settle it as unfounded and mark it as a prank."""
    town.write(PRANK, name=name)
    app = town.duty.app
    tip = town.tips()[-1]
    app.tips.triage(town.lan, tip.id, category="crime")
    app.tips.settle(town.lan, tip.id, TipState.UNFOUNDED, answer="Đã kiểm tra, không có cháy.", reason="checked")
    return app.tips.false_reports.mark(town.lan, tip.id, reason="prank", note="Cháu bé nhận là đùa")


def test_forty_messages_become_one_case(town: FloodTown) -> None:
    """Forty messages are opened as one case, received with the first of them, and a second call is refused."""
    ids = exceed_limit(town)
    app = town.duty.app
    tip = app.conversations.open_tip(town.lan, ids)
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.open_tip(town.lan, ids)
    messages = {message.id: message for message in town.list_messages()}
    assert {messages[id].case for id in ids} == {f"tip:{tip.id}"}
    assert tip.received_at == messages[ids[0]].received_at
    assert len(town.tips()) == 1


def test_forty_messages_are_dismissed_as_a_prank(town: FloodTown) -> None:
    """Forty messages are dismissed as a prank, each message keeps its text and gets a decision, and a second call is
    refused.
    """
    ids = exceed_limit(town)
    app = town.duty.app
    with pytest.raises(BadInput, match="isn't a reason to dismiss a message: choose one of"):
        app.conversations.dismiss_messages(town.lan, ids, reason="nuisance", note="Phá")
    app.conversations.dismiss_messages(town.lan, ids, reason="prank", note="Cháu bé nghịch máy")
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.dismiss_messages(town.hung, ids, reason="prank", note="Cháu bé nghịch máy")
    messages = {message.id: message for message in town.list_messages()}
    assert {(messages[id].kind, messages[id].case, bool(messages[id].text)) for id in ids} == {("chatter", "", True)}
    records = app.internals.context.storage.maintenance.scan(DECISION.name)
    decisions = [
        decision for decision in app.internals.context.iter_readable(DECISION, records) if decision.rule == "doubt"
    ]
    assert sorted(decision.subject for decision in decisions) == sorted(f"message:{id}" for id in ids)
    assert {(decision.reason, decision.by) for decision in decisions} == {("prank", town.lan.id)}


def test_one_decided_message_refuses_the_whole_call(town: FloodTown) -> None:
    """If one of many messages is already decided, the call changes none of them."""
    ids = exceed_limit(town)
    app = town.duty.app
    app.conversations.dismiss_message(town.hung, ids[7], "Đã xem")
    with pytest.raises(WrongStep):
        app.conversations.open_tip(town.lan, ids)
    assert sum(message.kind == "unassigned" for message in town.list_messages()) == 39


def test_held_back_messages_can_join_their_case(town: FloodTown) -> None:
    """Held-back messages name the running case as a candidate, and an officer can assign the messages to that case."""
    app = town.duty.app
    town.write("mất trộm xe máy đêm qua ở xóm 2", *["trợ giúp"] * 35)
    (tip,) = town.tips()
    held_back = app.conversations.unassigned(town.lan, held_back=True, limit=200).items
    assert {message.candidates for message in held_back} == {(f"tip:{tip.id}",)}
    app.conversations.assign_messages(town.lan, [message.id for message in held_back], f"tip:{tip.id}")
    assert app.conversations.unassigned(town.lan).items == ()
    with pytest.raises(BadInput, match=r"One call can't decide about .* messages: name 1 to "):
        app.conversations.assign_messages(town.lan, [], f"tip:{tip.id}")


def test_prank_mark_can_be_cleared(town: FloodTown) -> None:
    """Only another person can confirm or clear a prank mark; a cleared mark stays on record and no longer counts."""
    tip = report_prank(town)
    app = town.duty.app
    chief = town.chief
    both = UnsafeLocalUsers(app)
    both.grant(town.lan, "tip_supervisor", "hoa-lu")
    for decide in (app.tips.false_reports.confirm, app.tips.false_reports.clear):
        with pytest.raises(Refused, match="another person"):
            decide(town.lan, tip.id, note="Vẫn vậy")
    assert count_false_reports(town) == 1
    with pytest.raises(WrongStep, match="already"):
        app.tips.false_reports.mark(town.hung, tip.id, reason="made_up", note="Khác")
    cleared = app.tips.false_reports.clear(chief, tip.id, note="Có khói thật")
    assert cleared.false_mark is None
    assert (cleared.false_marks[0].by, cleared.false_marks[0].cleared_by) == (town.lan.id, chief.id)
    assert cleared.text == PRANK
    assert count_false_reports(town) == 0


def test_reopening_clears_the_prank_mark(town: FloodTown) -> None:
    """Reopening a case clears its prank mark, which stays on record."""
    tip = report_prank(town)
    app = town.duty.app
    app.tips.reopenings.request(town.hung, tip.id, "Người báo nói cháy thật")
    with pytest.raises(WrongStep, match="unfounded"):
        app.tips.false_reports.mark(town.lan, tip.id, reason="prank", note="Vẫn đùa")
    opened = app.tips.reopenings.judge(town.chief, tip.id, accept=True, reason="Có cơ sở")
    assert (opened.false_mark, len(opened.false_marks)) == (None, 1)
    assert count_false_reports(town) == 0


def test_earlier_pranks_do_not_stop_urgent_notices(town: FloodTown) -> None:
    """After five marked pranks a report of fire still gets the emergency numbers and urgent notices."""
    for _ in range(5):
        report_prank(town)
        town.pass_seconds(30)
    town.hears("Thử Văn An")
    town.write("cháy thật rồi các anh ơi, cháy nhà")
    assert "NẾU ĐANG NGUY HIỂM" in town.hears("Thử Văn An")[0]
    town.pass_seconds(45)
    tip = town.tips()[-1]
    alarm = next(alarm for alarm in town.duty.list_alarms() if f"tip:{tip.id}" in (alarm.about, *alarm.also))
    assert tip.state is TipState.RECEIVED
    assert alarm.is_open
    assert alarm.pages


def test_supervisor_can_count_earlier_pranks(town: FloodTown) -> None:
    """Only a supervisor can count a reporter's confirmed pranks, and each count is an entry of the journal."""
    app = town.duty.app
    chief = town.chief
    first = report_prank(town)
    _ = report_prank(town)
    app.tips.false_reports.confirm(chief, first.id, note="Đã nghe lại")
    with pytest.raises(WrongStep, match="already"):
        app.tips.false_reports.confirm(chief, first.id, note="Đã nghe lại")
    town.write(PRANK)
    last = town.tips()[-1]
    with pytest.raises(Refused):
        app.tips.false_reports.count_before(town.lan, last.id)
    head = app.internals.context.storage.journal.head()[0]
    assert app.tips.false_reports.count_before(chief, last.id) == 1
    assert app.internals.context.storage.journal.head()[0] == head + 1
    assert app.tips.false_reports.count_before(chief, first.id) == 0


def test_danger_in_a_settled_case_is_paged(town: FloodTown) -> None:
    """Danger in a message that names a settled case is a separate case with a separate alarm."""
    tip = report_prank(town)
    app = town.duty.app
    town.pass_seconds(5)
    town.write(f"tin {tip.receipt}: cháy nhà, cứu với")
    town.pass_seconds(60)
    new = town.tips()[-1]
    assert new.id != tip.id
    alarm = app.duty.alarm(town.lan, f"tip.{new.id}")
    assert (alarm.state, alarm.unnotified) == (AlarmState.OPEN, 0)
    assert alarm.pages
    app.tips.record_manual_answer(town.lan, tip.id, "gọi điện")
    app.worker.drain()
    assert app.duty.alarm(town.lan, alarm.id).is_open


def count_false_reports(town: FloodTown) -> int:
    """Return the number of tips that count as false reports."""
    day = town.duty.clock.now().date()
    counters = town.duty.app.internals.context.storage.counters
    units = list(town.duty.app.district.units)
    return sum(counters.total(("tips_false",), units, day.replace(day=1), day.replace(day=30)).values())
