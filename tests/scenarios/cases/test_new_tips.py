"""A notice of a new tip goes to the responsible officers, and to higher levels until an officer claims the tip."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from attrs import evolve
from tests.scenarios.cases.duty_bench import DutyBench

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.states import AlarmState, NotificationKind
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


def set_daytime(duty: DutyBench) -> None:
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))


def test_unit_officers_are_notified_once(duty: DutyBench) -> None:
    """The unit's officers get one notice with code, category and limit, but without the tip's text."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    notice = duty.dialog.hears("Cán bộ tin", r"Tin mới ([0-9A-Z]{5}): .* Hạn: \d\d:\d\d").string
    assert find_personal_data(notice) == []
    assert "xóm" not in notice
    duty.wait(30)
    duty.dialog.hears_nothing("Cán bộ tin")


def test_several_tips_share_one_notice(duty: DutyBench) -> None:
    """Tips within the profile's minutes share one notice, and each can be claimed by its code."""
    set_daytime(duty)
    officer = duty.appoint_officer("Cán bộ tin")
    for name in ("Bà Thử", "Ông Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Có 3 tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    codes = [alarm.code for alarm in duty.list_alarms()]
    duty.dialog.says("Cán bộ tin", f"1 nhận {codes[1]}")
    duty.dialog.hears("Cán bộ tin", f"đã nhận xử lý việc {codes[1]}")
    claimed = [alarm.code for alarm in duty.list_alarms() if alarm.acknowledged_by == officer.id]
    assert claimed == [codes[1]]


def test_unclaimed_tip_is_escalated(duty: DutyBench) -> None:
    """An unclaimed tip is notified to the supervisor after the profile's hours, and later to the unit above."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ xã", "ninh-hoa")
    duty.appoint_officer("Chỉ huy xã", "ninh-hoa", "tip_supervisor")
    duty.appoint_officer("Cán bộ huyện", "hoa-lu")
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
    assert [rung.how for rung in duty.get_only_alarm().ladder] == [
        NotificationKind.NOTICE,
        NotificationKind.SUPERVISOR,
        NotificationKind.PARENT,
    ]


def test_work_on_a_tip_acknowledges_it(duty: DutyBench) -> None:
    """Work on a tip acknowledges its notice, and the tip isn't escalated."""
    set_daytime(duty)
    officer = duty.appoint_officer("Cán bộ tin")
    duty.appoint_officer("Chỉ huy tin", "hoa-lu", "tip_supervisor")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    (tip,) = duty.app.tips.list(officer).items
    duty.app.tips.triage(officer, tip.id, category="crime")
    duty.app.worker.drain()
    duty.clock.advance(timedelta(hours=5))
    duty.wait(1)
    duty.dialog.hears_nothing("Chỉ huy tin")
    assert (duty.get_only_alarm().state, duty.get_only_alarm().acknowledged_by) == (AlarmState.ACKNOWLEDGED, officer.id)


def test_moved_tip_is_notified_in_its_new_unit(duty: DutyBench) -> None:
    """The order `2 chuyển` moves the tip to a unit, and the officers there get a notice of a new tip."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    duty.appoint_officer("Cán bộ xã", "ninh-hoa")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.says("Cán bộ tin", "2 chuyen Ninh Hoa")
    duty.dialog.hears("Cán bộ tin", "Đã chuyển việc .* cho xã Ninh Hòa")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert (tip.state, tip.handling_unit) == (TipState.ASSIGNED, "ninh-hoa")
    duty.wait(3)
    duty.dialog.hears("Cán bộ xã", "Tin mới")


def test_at_night_a_notice_waits_for_the_morning(duty: DutyBench) -> None:
    """At night a notice that isn't urgent waits until the morning."""
    duty.appoint_officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(5)
    duty.dialog.hears_nothing("Cán bộ tin")
    duty.clock.set(datetime(2021, 9, 18, 6, 1, tzinfo=VIETNAM))
    duty.app.worker.drain()
    duty.dialog.hears("Cán bộ tin", "Tin mới")


def test_digest_is_sent_once_a_day(duty: DutyBench) -> None:
    """Each officer with work gets one digest a day after the profile's time, with figures of their own units."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ huyện")
    duty.appoint_officer("Cán bộ xã", "ninh-hoa")
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


def test_the_digest_counts_as_the_lists_do(duty: DutyBench) -> None:
    """The digest counts due and overdue tips as the lists do: suspended tips are left out, but tips settled without an
    answer within three days are counted.
    """
    set_daytime(duty)
    lan = duty.appoint_officer("Cán bộ huyện")
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
    assert [tip_listed.id for tip_listed in tips.due_soon(lan).items] == [settled.id]
    duty.clock.set(datetime(2021, 10, 25, 7, 31, tzinfo=VIETNAM))
    assert [tip_listed.id for tip_listed in tips.overdue(lan).items] == [settled.id]
    assert digest.run() == 1
    duty.app.worker.drain()
    duty.dialog.hears("Cán bộ huyện", "0 tin sắp đến hạn, 1 tin quá hạn")
    tips.answer(lan, settled.id)
    duty.app.worker.drain()
    assert tips.overdue(lan).items == ()


def test_tip_claimed_at_once_sends_no_notice(duty: DutyBench) -> None:
    """A tip that an officer works on before the first notice sends no notice at all."""
    set_daytime(duty)
    officer = duty.appoint_officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    (tip,) = duty.app.tips.list(officer).items
    duty.app.tips.triage(officer, tip.id, category="crime")
    duty.wait(3)
    duty.dialog.hears_nothing("Cán bộ tin")
    assert duty.list_alarms() == []


def test_failing_tip_stops_no_other_notice(duty: DutyBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tip whose alarm can't be opened doesn't stop the notices of the others."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    for name in ("Bà Thử", "Ông Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    bad = duty.app.tips.list(duty.boss).items[1]
    original = bundling.open_tip_alarm

    def fail_for_one_tip(uow: UnitOfWork, alarms: Alarms, tip: Tip, **words: Any) -> Alarm:
        if tip.id == bad.id:
            raise ValueError("this one can't")
        return original(uow, alarms, tip, **words)

    monkeypatch.setattr(opening, "open_tip_alarm", fail_for_one_tip)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Có 2 tin mới")
    assert f"tip:{bad.id}" not in {alarm.about for alarm in duty.list_alarms()}


def test_missing_cursor_repeats_no_notice(duty: DutyBench) -> None:
    """Without a stored cursor, no notice is sent for old tips and for tips that already have a notice."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    duty.dialog.says("Bà Thử", THEFT)
    # An earlier version has sent the notice of this tip, or its alarm no longer exists.
    duty.clock.advance(timedelta(hours=25))
    duty.dialog.says("Ông Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    kept = duty.get_only_alarm()
    states = duty.app.internals.context.storage.states
    stored = states.get("dispatch", "notices")
    assert stored is not None
    assert states.put("dispatch", "notices", b"", stored.version)
    duty.wait(3)
    duty.dialog.hears_nothing("Cán bộ tin")
    assert duty.get_only_alarm() == kept


@pytest.mark.parametrize("altered", [b"99999", b"x", b"\xff", b"4 00000000"])
def test_damaged_cursor_stops_no_notice(duty: DutyBench, altered: bytes) -> None:
    """With a damaged cursor the last day of the journal is read again, new tips get a notice, and none gets a second
    one.
    """
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
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


def test_unreadable_journal_line_stops_no_notice(duty: DutyBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable line of the journal is skipped, and notices of later tips are sent; `anninh audit verify` names the
    line.
    """
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    duty.wait(1)
    journal = duty.app.internals.context.storage.journal
    damaged_line = journal.head()[0] + 1
    read = type(journal).read

    def read_damaged(self: Journal, after: int = 0, limit: int = 500) -> list[JournalLine]:
        lines = read(self, after, limit)
        return [evolve(line, content=b"{") if line.seq == damaged_line else line for line in lines]

    duty.appoint_officer("Cán bộ khác")
    duty.dialog.says("Bà Thử", THEFT)
    monkeypatch.setattr(type(journal), "read", read_damaged)
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")


def test_interrupted_first_run_repeats_no_notice(duty: DutyBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the first run without a cursor is interrupted, the next run sends no notice of old tips."""
    set_daytime(duty)
    duty.appoint_officer("Cán bộ tin")
    for name in ("Bà Thử", "Cô Thử"):
        duty.dialog.says(name, THEFT)
    duty.clock.advance(timedelta(hours=25))
    duty.dialog.says("Ông Thử", THEFT)
    original = vars(opening)["_received"]
    seen = count(1)

    def fail_once(lines: Sequence[JournalLine]) -> object:
        if any(opening.RECEIVED in entry_from(line.content).events for line in lines) and next(seen) == 1:
            raise StorageError("the disk is away")
        return original(lines)

    monkeypatch.setattr(opening, "_LINES", 1)
    monkeypatch.setattr(opening, "_received", fail_once)
    with pytest.raises(StorageError):
        duty.app.worker.jobs["tell_new_tips"].run()
    duty.wait(3)
    duty.dialog.hears("Cán bộ tin", "Tin mới")
    duty.dialog.hears_nothing("Cán bộ tin")
    assert len(duty.list_alarms()) == 1
