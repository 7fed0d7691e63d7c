"""A new tip is told to those who should handle it, and goes a step up until somebody takes it up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from attrs import evolve
from tests.scenarios.cases.duty_bench import Duty

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.states import AlarmState, Telling
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.redact import find_personal_data
from anninh_core.ports.storages.changes import JournalLine, entry_from
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.worker.jobs.alerts import bundling, opening

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2, anh 0912345678 thấy"


def by_day(duty: Duty) -> None:
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))


def test_the_units_officers_hear_of_it_once(duty: Duty) -> None:
    """Code, category and limit, nothing of its words; and no second time."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    notice = duty.dialog.hears("Cán bộ tin", r"Tin mới ([0-9A-Z]{5}): .* Hạn: \d\d:\d\d").string
    assert find_personal_data(notice) == []
    assert "xóm" not in notice
    duty.wait(30)
    duty.dialog.hears_nothing("Cán bộ tin")


def test_many_come_in_one_notice(duty: Duty) -> None:
    """What came within the profile's minutes is told together, and the codes say which is meant."""
    by_day(duty)
    officer = duty.officer("Cán bộ tin")
    for name in ("Bà Thử", "Ông Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Có 3 tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    codes = [alarm.code for alarm in duty.alarms()]
    duty.dialog.says("Cán bộ tin", f"1 nhận {codes[1]}")
    duty.dialog.hears("Cán bộ tin", f"đã nhận xử lý việc {codes[1]}")
    taken = [alarm.code for alarm in duty.alarms() if alarm.acknowledged_by == officer.id]
    assert taken == [codes[1]]


def test_unacknowledged_it_goes_up(duty: Duty) -> None:
    """After the profile's hours the supervisor hears of it, then the unit above; the ladder says when."""
    by_day(duty)
    duty.officer("Cán bộ xã", "ninh-hoa")
    duty.officer("Chỉ huy xã", "ninh-hoa", "tip_supervisor")
    duty.officer("Cán bộ huyện", "hoa-lu")
    receive = duty.app.internals.services.tips.intake.receive
    run_step(receive, system("router"), "Mất xe đạp", unit="ninh-hoa", origin="one_to_one", category="crime")
    duty.app.worker.drain()
    duty.wait(3)
    duty.dialog.hears("Cán bộ xã", "Tin mới")
    duty.dialog.hears_nothing("Chỉ huy xã")
    duty.clock.advance(timedelta(hours=4))
    duty.wait(1)
    duty.dialog.hears("Chỉ huy xã", "Chưa ai nhận tin")
    duty.dialog.hears_nothing("Cán bộ huyện")
    duty.clock.advance(timedelta(hours=8))
    duty.wait(1)
    duty.dialog.hears("Cán bộ huyện", "Chưa ai nhận tin")
    assert [rung.how for rung in duty.alarm().ladder] == [Telling.NOTICE, Telling.SUPERVISOR, Telling.PARENT]


def test_whoever_works_on_it_has_taken_it_up(duty: Duty) -> None:
    """An officer who triages at the keyboard needs no reply in the chat: nothing goes up any more."""
    by_day(duty)
    officer = duty.officer("Cán bộ tin")
    duty.officer("Chỉ huy tin", "hoa-lu", "tip_supervisor")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    (tip,) = duty.app.tips.list(officer).items
    duty.app.tips.triage(officer, tip.id, category="crime")
    duty.app.worker.drain()
    duty.clock.advance(timedelta(hours=5))
    duty.wait(1)
    duty.dialog.hears_nothing("Chỉ huy tin")
    assert (duty.alarm().state, duty.alarm().acknowledged_by) == (AlarmState.ACKNOWLEDGED, officer.id)


def test_handed_to_another_unit_it_is_told_there(duty: Duty) -> None:
    """`2 chuyển` gives the tip to a unit, whose officers hear of it as new."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    duty.officer("Cán bộ xã", "ninh-hoa")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.says("Cán bộ tin", "2 chuyen Ninh Hoa")
    duty.dialog.hears("Cán bộ tin", "Đã chuyển việc .* cho xã Ninh Hòa")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert (tip.state, tip.handling_unit) == (TipState.ASSIGNED, "ninh-hoa")
    duty.wait(3)
    duty.dialog.hears("Cán bộ xã", "Tin mới")


def test_at_night_a_notice_waits_for_the_morning(duty: Duty) -> None:
    """What is no emergency wakes nobody."""
    duty.officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(5)
    duty.dialog.hears_nothing("Cán bộ tin")
    duty.clock.set(datetime(2021, 9, 18, 6, 1, tzinfo=VIETNAM))
    duty.app.worker.drain()
    duty.dialog.hears("Cán bộ tin", "Tin mới")


def test_the_daily_digest_is_told_once(duty: Duty) -> None:
    """After the profile's time each officer hears numbers of their own units; who has nothing to do hears nothing."""
    by_day(duty)
    duty.officer("Cán bộ huyện")
    duty.officer("Cán bộ xã", "ninh-hoa")
    duty.dialog.says("Bà Thử", THEFT)
    duty.dialog.says("Ông Thử", "Làm căn cước công dân ở đâu?")
    digest = duty.app.worker.jobs["tell_digests"]
    duty.app.worker.jobs["tell_new_tips"].run()
    assert digest.run() == 1
    duty.app.worker.drain()
    duty.dialog.hears("Cán bộ huyện", "1 tin mới.* 1 tin chưa ai nhận, 1 câu hỏi chưa trả lời")
    duty.dialog.hears_nothing("Cán bộ xã")
    assert digest.run() == 0
    duty.clock.set(datetime(2021, 9, 21, 7, 29, tzinfo=VIETNAM))
    assert digest.run() == 0
    for day, line in ((22, "1 tin sắp đến hạn, 0 tin quá hạn"), (24, "0 tin sắp đến hạn, 1 tin quá hạn")):
        duty.clock.set(datetime(2021, 9, day, 7, 31, tzinfo=VIETNAM))
        assert digest.run() == 1
        duty.app.worker.drain()
        duty.dialog.hears("Cán bộ huyện", f"0 tin mới, {line}")


def test_the_digest_counts_as_the_lists_do(duty: Duty) -> None:
    """What is suspended isn't overdue; who was found out for and not told within three days is waited for."""
    by_day(duty)
    lan = duty.officer("Cán bộ huyện")
    tips = duty.app.tips
    digest = duty.app.worker.jobs["tell_digests"]
    for name, words in (("Bà Thử", THEFT), ("Ông Thử", "Có nhóm đánh bạc ăn tiền ở đình đêm qua")):
        duty.dialog.says(name, words)
    stopped, settled = tips.list(lan).items
    for tip in (stopped, settled):
        tips.triage(lan, tip.id, category="crime")
        tips.assign(lan, tip.id, unit="hoa-lu", officers=[lan.id])
        tips.clocks.record_identity_refused(lan, tip.id, "không muốn")
    tips.clocks.suspend(lan, stopped.id, body="Cơ quan điều tra", number="5/QĐ", day=duty.clock.now().date())
    tips.settle(lan, settled.id, TipState.RESOLVED, answer="Đã xử lý.", reason="handled")
    duty.clock.set(datetime(2021, 9, 22, 7, 31, tzinfo=VIETNAM))
    assert [one.id for one in tips.due_soon(lan).items] == [settled.id]
    duty.clock.set(datetime(2021, 10, 25, 7, 31, tzinfo=VIETNAM))
    assert [one.id for one in tips.overdue(lan).items] == [settled.id]
    assert digest.run() == 1
    duty.app.worker.drain()
    duty.dialog.hears("Cán bộ huyện", "0 tin sắp đến hạn, 1 tin quá hạn")
    tips.answer(lan, settled.id)
    duty.app.worker.drain()
    assert tips.overdue(lan).items == ()


def test_what_is_taken_up_at_once_is_told_to_nobody(duty: Duty) -> None:
    """An officer who sees it in the list before the first notice needs none, and nobody above hears of it."""
    by_day(duty)
    officer = duty.officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    (tip,) = duty.app.tips.list(officer).items
    duty.app.tips.triage(officer, tip.id, category="crime")
    duty.wait(3)
    duty.dialog.hears_nothing("Cán bộ tin")
    assert duty.alarms() == []


def test_one_that_fails_keeps_no_other_from_its_notice(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are opened together; where that fails for good each is tried alone."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    for name in ("Bà Thử", "Ông Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    bad = duty.app.tips.list(duty.boss).items[1]
    sound = bundling.open_tip_alarm

    def fails(uow: UnitOfWork, alarms: Alarms, tip: Tip, **words: Any) -> Alarm:
        if tip.id == bad.id:
            raise ValueError("this one can't")
        return sound(uow, alarms, tip, **words)

    monkeypatch.setattr(opening, "open_tip_alarm", fails)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Có 2 tin mới")
    assert f"tip:{bad.id}" not in {alarm.about for alarm in duty.alarms()}


def test_the_first_look_of_a_new_version_tells_nothing_again(duty: Duty) -> None:
    """A store of before knows no reader of its own for notices: what has one keeps it, and what is old gets none."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.clock.advance(timedelta(hours=25))  # it was told in another way, or its alarm is gone
    duty.dialog.says("Ông Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    kept = duty.alarm()
    states = duty.app.internals.context.storage.states
    stored = states.get("dispatch", "notices")
    assert stored is not None
    assert states.put("dispatch", "notices", b"", stored.version)
    duty.wait(3)
    duty.dialog.hears_nothing("Cán bộ tin")
    assert duty.alarm() == kept


@pytest.mark.parametrize("altered", [b"99999", b"x", b"\xff", b"4 00000000"])
def test_a_damaged_position_in_the_journal_keeps_no_notice_back(duty: Duty, altered: bytes) -> None:
    """The last day is read again: a new tip has its notice, and one that had it before has no second."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    states = duty.app.internals.context.storage.states
    stored = states.get("dispatch", "notices")
    assert stored is not None
    assert states.put("dispatch", "notices", altered, stored.version)
    duty.wait(3)
    duty.dialog.hears_nothing("Cán bộ tin")
    duty.dialog.says("Ông Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")


def test_an_unreadable_journal_line_keeps_no_notice_back(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is left out, which `anninh audit verify` names."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    duty.wait(1)
    journal = duty.app.internals.context.storage.journal
    damaged_line = journal.head()[0] + 1
    read = type(journal).read

    def read_damaged(self: Journal, after: int = 0, limit: int = 500) -> list[JournalLine]:
        lines = read(self, after, limit)
        return [evolve(line, content=b"{") if line.seq == damaged_line else line for line in lines]

    duty.officer("Cán bộ khác")
    duty.dialog.says("Bà Thử", THEFT)
    monkeypatch.setattr(type(journal), "read", read_damaged)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")


def test_a_first_look_that_is_broken_off_begins_again(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older version told of isn't told after all because the first look was cut in its middle."""
    by_day(duty)
    duty.officer("Cán bộ tin")
    for name in ("Bà Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    duty.clock.advance(timedelta(hours=25))
    duty.dialog.says("Ông Thử", THEFT)
    sound = vars(opening)["_received"]
    seen = count(1)

    def breaks_off(lines: Sequence[JournalLine]) -> object:
        if any(opening.RECEIVED in entry_from(line.content).events for line in lines) and next(seen) == 1:
            raise StorageError("the disk is away")
        return sound(lines)

    monkeypatch.setattr(opening, "_LINES", 1)
    monkeypatch.setattr(opening, "_received", breaks_off)
    with pytest.raises(StorageError):
        duty.app.worker.jobs["tell_new_tips"].run()
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    assert len(duty.alarms()) == 1
