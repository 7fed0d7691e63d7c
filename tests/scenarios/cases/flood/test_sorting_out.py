"""What officers do with a flood: many messages at once, each with its record. A prank is marked in its case alone."""

import pytest
from tests.scenarios.cases.flood.conftest import Town

from anninh_core.domain.conversations import group_by_sender
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.decision import DECISION

PRANK = "cháy nhà ở xóm 3, cứu với"
NONSENSE = "đèn đường cột số {} ở xóm hỏng cả tuần nay rồi"


def flood(town: Town, name: str = "Thử Văn An") -> list[str]:
    """Let somebody send so much that forty messages are over the limit; return their ids."""
    orders = ["trợ giúp"] * 30
    town.write(*orders, *(NONSENSE.format(number) for number in range(40)), name=name, seconds=1)
    (held,) = group_by_sender(town.duty.app.conversations.unassigned(town.lan, held_back=True, limit=200).items)
    assert len(held.messages) == 40
    return [message.id for message in held.messages]


def prank(town: Town, name: str = "Thử Văn An") -> Tip:
    """Let somebody cry fire, and an officer find that there is none, and mark it."""
    town.write(PRANK, name=name)
    app = town.duty.app
    tip = town.tips()[-1]
    app.tips.triage(town.lan, tip.id, category="crime")
    app.tips.settle(town.lan, tip.id, TipState.UNFOUNDED, answer="Đã kiểm tra, không có cháy.", reason="checked")
    return app.tips.false_reports.mark(town.lan, tip.id, reason="prank", note="Cháu bé nhận là đùa")


def test_forty_messages_become_one_case(town: Town) -> None:
    """Its clocks run from the first of them; pressed twice, it is one case all the same."""
    ids = flood(town)
    app = town.duty.app
    tip = app.conversations.open_tip(town.lan, ids)
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.open_tip(town.lan, ids)
    messages = {message.id: message for message in town.messages()}
    assert {messages[id].case for id in ids} == {f"tip:{tip.id}"}
    assert tip.received_at == messages[ids[0]].received_at
    assert len(town.tips()) == 1


def test_forty_messages_are_noted_as_a_prank(town: Town) -> None:
    """Each keeps its words and a decision of its own; pressed twice, nothing is decided twice."""
    ids = flood(town)
    app = town.duty.app
    with pytest.raises(BadInput, match="isn't a reason to dismiss a message: choose one of"):
        app.conversations.dismiss_messages(town.lan, ids, reason="nuisance", note="Phá")
    app.conversations.dismiss_messages(town.lan, ids, reason="prank", note="Cháu bé nghịch máy")
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.dismiss_messages(town.hung, ids, reason="prank", note="Cháu bé nghịch máy")
    messages = {message.id: message for message in town.messages()}
    assert {(messages[id].kind, messages[id].case, bool(messages[id].text)) for id in ids} == {("chatter", "", True)}
    records = app.internals.context.storage.maintenance.scan(DECISION.name)
    decisions = [one for one in app.internals.context.iter_readable(DECISION, records) if one.rule == "doubt"]
    assert sorted(one.subject for one in decisions) == sorted(f"message:{id}" for id in ids)
    assert {(one.reason, one.by) for one in decisions} == {("prank", town.lan.id)}


def test_one_decided_before_keeps_all_of_them_back(town: Town) -> None:
    """Of many at once it's all or none, so that nobody wonders which."""
    ids = flood(town)
    app = town.duty.app
    app.conversations.dismiss_message(town.hung, ids[7], "Đã xem")
    with pytest.raises(WrongStep):
        app.conversations.open_tip(town.lan, ids)
    assert sum(message.kind == "unassigned" for message in town.messages()) == 39


def test_held_back_messages_join_the_case_that_goes_on(town: Town) -> None:
    """They stand beside it as what may belong there, and counted nowhere until then."""
    app = town.duty.app
    town.write("mất trộm xe máy đêm qua ở xóm 2", *["trợ giúp"] * 35)
    (tip,) = town.tips()
    held = app.conversations.unassigned(town.lan, held_back=True, limit=200).items
    assert {message.candidates for message in held} == {(f"tip:{tip.id}",)}
    app.conversations.assign_messages(town.lan, [message.id for message in held], f"tip:{tip.id}")
    assert app.conversations.unassigned(town.lan).items == ()
    with pytest.raises(BadInput, match=r"One call can't decide about .* messages: name 1 to "):
        app.conversations.assign_messages(town.lan, [], f"tip:{tip.id}")


def test_a_prank_is_marked_and_the_mark_taken_back(town: Town) -> None:
    """Its record stays; who marked it neither confirms nor takes it back; counted apart until then."""
    tip = prank(town)
    app = town.duty.app
    chief = town.chief
    both = UnsafeLocalUsers(app)
    both.grant(town.lan, "tip_supervisor", "hoa-lu")
    for decide in (app.tips.false_reports.confirm, app.tips.false_reports.clear):
        with pytest.raises(Refused, match="another person"):
            decide(town.lan, tip.id, note="Vẫn vậy")
    assert counted(town) == 1
    with pytest.raises(WrongStep, match="already"):
        app.tips.false_reports.mark(town.hung, tip.id, reason="made_up", note="Khác")
    cleared = app.tips.false_reports.clear(chief, tip.id, note="Có khói thật")
    assert cleared.false_mark is None
    assert (cleared.false_marks[0].by, cleared.false_marks[0].cleared_by) == (town.lan.id, chief.id)
    assert cleared.text == PRANK
    assert counted(town) == 0


def test_an_objection_ends_the_mark(town: Town) -> None:
    """Opened again by another person, a case is no prank; what was decided before stays on record."""
    tip = prank(town)
    app = town.duty.app
    app.tips.reopenings.request(town.hung, tip.id, "Người báo nói cháy thật")
    with pytest.raises(WrongStep, match="unfounded"):
        app.tips.false_reports.mark(town.lan, tip.id, reason="prank", note="Vẫn đùa")
    opened = app.tips.reopenings.judge(town.chief, tip.id, accept=True, reason="Có cơ sở")
    assert (opened.false_mark, len(opened.false_marks)) == (None, 1)
    assert counted(town) == 0


def test_who_played_pranks_is_answered_and_paged(town: Town) -> None:
    """Five marked pranks change nothing for the sixth word of fire: the numbers go out, and somebody is paged."""
    for _ in range(5):
        prank(town)
        town.tick(30)
    town.hears("Thử Văn An")
    town.write("cháy thật rồi các anh ơi, cháy nhà")
    assert "NẾU ĐANG NGUY HIỂM" in town.hears("Thử Văn An")[0]
    town.tick(45)
    tip = town.tips()[-1]
    alarm = next(one for one in town.duty.alarms() if f"tip:{tip.id}" in (one.about, *one.also))
    assert tip.state is TipState.RECEIVED
    assert alarm.is_open
    assert alarm.pages


def test_earlier_pranks_are_counted_for_a_supervisor_who_asks(town: Town) -> None:
    """Those that two people stand for; it is an entry who asked, and an officer may not."""
    app = town.duty.app
    chief = town.chief
    first = prank(town)
    _ = prank(town)
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


def test_danger_in_a_settled_case_is_paged(town: Town) -> None:
    """An officer ended it, the reporter names it and cries for help: that is a case of its own, with its own alarm."""
    tip = prank(town)
    app = town.duty.app
    town.tick(5)
    town.write(f"tin {tip.receipt}: cháy nhà, cứu với")
    town.tick(60)
    new = town.tips()[-1]
    assert new.id != tip.id
    alarm = app.duty.alarm(town.lan, f"tip.{new.id}")
    assert (alarm.state, alarm.untold) == (AlarmState.OPEN, 0)
    assert alarm.pages
    app.tips.answered_by_hand(town.lan, tip.id, "gọi điện")
    app.worker.drain()
    assert app.duty.alarm(town.lan, alarm.id).is_open


def counted(town: Town) -> int:
    """Return how many tips count as false reports."""
    day = town.duty.clock.now().date()
    counters = town.duty.app.internals.context.storage.counters
    units = list(town.duty.app.district.units)
    return sum(counters.total(("tips_false",), units, day.replace(day=1), day.replace(day=30)).values())
