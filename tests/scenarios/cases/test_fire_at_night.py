"""A fire at two in the morning: reply, urgent notice, reminder, next officer and acknowledgement, in the order of the
clock.
"""

from datetime import timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.duty.states import AlarmState, Gap, NotificationKind
from anninh_core.domain.tips import TipState
from anninh_core.kernel.redact import find_personal_data
from anninh_core.ports.storages.queues import OutboxState

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"
ABOVE = "Trực Huyện"


def list_log_times(duty: DutyBench) -> list[tuple[str, int]]:
    """Return the kind of each line in the alarm's log, with the minutes since the alarm was opened."""
    alarm = duty.get_only_alarm()
    return [(rung.how.value, (rung.at - alarm.opened_at) // timedelta(minutes=1)) for rung in alarm.ladder]


def test_complete_escalation_by_message(duty: DutyBench) -> None:
    """The reporter gets a reply and the officer on duty an urgent notice at once, then a reminder, then the deputy, who
    claims the case.
    """
    first = duty.appoint_officer(FIRST)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(REPORTER, "114")
    page = duty.dialog.hears(FIRST, r"KHẨN ([0-9A-Z]{5}): .*02:00")
    assert find_personal_data(page.string) == []
    assert "xóm 3" not in page.string
    duty.dialog.hears_nothing(DEPUTY)
    duty.wait(3)
    duty.dialog.hears(FIRST, "NHẮC LẠI " + page[1])
    duty.dialog.hears_nothing(DEPUTY)
    duty.wait(3)
    duty.dialog.hears_nothing(FIRST)
    duty.dialog.hears(DEPUTY, page[1] + ".*Người trực trước chưa trả lời")
    duty.clock.advance(timedelta(minutes=1))
    duty.dialog.says(DEPUTY, "1")
    duty.dialog.hears(DEPUTY, "đã nhận xử lý việc " + page[1])
    duty.dialog.hears(FIRST, f"{DEPUTY} đã nhận xử lý")
    duty.wait(29)
    duty.dialog.hears_nothing(FIRST)
    alarm = duty.get_only_alarm()
    assert list_log_times(duty) == [("page", 0), ("again", 3), ("handed_up", 6)]
    assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, deputy.id)
    assert alarm.acknowledged_at == alarm.opened_at + timedelta(minutes=7)
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.claim is not None
    assert tip.claim.by == deputy.id


def test_reply_is_sent_before_the_urgent_notice(duty: DutyBench) -> None:
    """The reply to the reporter is sent before any urgent notice."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    texts = [message.text for message in duty.chat.messages() if not message.author]
    assert next(n for n, text in enumerate(texts) if "GỌI NGAY" in text) < next(
        n for n, text in enumerate(texts) if text.startswith("KHẨN")
    )


def test_fire_reported_in_a_group(duty: DutyBench) -> None:
    """A fire in a group gets one reply with emergency numbers and an urgent notice without its text, but no case."""
    officer = duty.appoint_officer(FIRST)
    duty.put_on_duty(officer)
    group = duty.chat.found_group("Nhóm xã", [duty.chat.person(REPORTER)])
    duty.dialog.says(REPORTER, FIRE, to="Nhóm xã")
    duty.dialog.reads("Nhóm xã", "113.*114.*115")
    page = duty.dialog.hears(FIRST, "KHẨN ([0-9A-Z]{5})")
    assert "xóm 3" not in page.string
    duty.clock.advance(timedelta(minutes=2))
    duty.dialog.says("Ông Thử", "Cháy to quá, có người mắc kẹt", to="Nhóm xã")
    duty.dialog.hears(FIRST, "CÓ TIN THÊM " + page[1])
    assert len(duty.chat.group_posts(group)) == 1
    assert not duty.app.tips.list(duty.boss).items
    duty.dialog.says(FIRST, "1 nhan")
    duty.dialog.hears(FIRST, "đã nhận xử lý việc " + page[1])
    assert duty.get_only_alarm().acknowledged_by == officer.id


@pytest.mark.parametrize("is_danger", [False, True])
def test_case_from_group_message_ends_its_alarm(duty: DutyBench, is_danger: bool) -> None:
    """Making a case of a group message ends the message's alarm, and an emergency gets an alarm of its own."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.chat.found_group("Nhóm xã", [duty.chat.person(REPORTER)])
    duty.dialog.says(REPORTER, FIRE, to="Nhóm xã")
    page = duty.dialog.hears(FIRST, "KHẨN ([0-9A-Z]{5})")
    (message,) = duty.app.conversations.suggested_messages(duty.boss).items
    duty.app.conversations.create_tip(duty.boss, [message.id], category="fire", emergency=is_danger)
    duty.app.worker.drain()
    if is_danger:
        assert duty.dialog.hears(FIRST, "KHẨN ([0-9A-Z]{5})")[1] != page[1]
        duty.dialog.hears_nothing(FIRST)
    duty.wait(4)
    if is_danger:
        assert duty.dialog.hears(FIRST, "NHẮC LẠI ([0-9A-Z]{5})")[1] != page[1]
    of_group = next(alarm for alarm in duty.list_alarms() if alarm.about == f"message:{message.id}")
    assert (of_group.state, of_group.ended_by) == (AlarmState.ENDED, f"person:{duty.boss.id}")
    duty.dialog.hears_nothing(FIRST)


def test_missing_roster_notifies_the_operators(duty: DutyBench) -> None:
    """Without a roster the operators are notified at once, and any officer of tips gets an urgent notice."""
    duty.appoint_officer(FIRST, "hoa-lu")
    duty.appoint_officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    duty.dialog.hears(FIRST, "KHẨN")
    assert [rung.how for rung in duty.get_only_alarm().ladder] == [NotificationKind.UNHEARD, NotificationKind.PAGE]


def test_operators_are_notified_without_any_officer(duty: DutyBench) -> None:
    """If no officer has a chat, the operators are notified at once and again after an hour."""
    duty.appoint_officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    duty.wait(20)
    duty.dialog.hears_nothing("Quản trị")
    duty.wait(50)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    assert duty.get_only_alarm().state is AlarmState.OPEN


def test_unreachable_officer_is_passed_over_at_once(duty: DutyBench) -> None:
    """An officer who can't be reached is passed over in the same minute, and the alarm records the reason."""
    lapsed = duty.appoint_officer(FIRST)
    mute = duty.appoint_officer("Không máy", bind=False)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(lapsed, mute, deputy)
    duty.app.units.revoke(
        duty.boss, lapsed.id, "tip_officer", "hoa-lu", last_day=duty.clock.now().date() - timedelta(2)
    )
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(DEPUTY, "KHẨN")
    duty.dialog.hears_nothing(FIRST)
    gaps = {rung.officer: rung.gap for rung in duty.get_only_alarm().ladder if rung.gap}
    assert gaps == {lapsed.id: Gap.NO_GRANT, mute.id: Gap.NO_CHAT}


def test_an_officer_who_is_excluded_is_not_paged_again(duty: DutyBench) -> None:
    """An excluded officer gets no further urgent notice, and a reply of theirs doesn't claim the case."""
    first = duty.appoint_officer(FIRST)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.exclusions.add(duty.boss, tip.id, first.id, "Người nhà")
    duty.app.worker.drain()
    duty.dialog.says(FIRST, "1 nhận")
    duty.dialog.hears(FIRST, "Không có việc nào")
    duty.wait(3)
    duty.dialog.hears(DEPUTY, "KHẨN")
    duty.dialog.hears_nothing(FIRST)
    assert duty.get_only_alarm().state is AlarmState.OPEN


def test_a_page_that_fails_is_handed_up_in_the_same_minute(duty: DutyBench) -> None:
    """After a failed delivery the next officer gets the urgent notice in the same minute."""
    duty.put_on_duty(duty.appoint_officer(FIRST), duty.appoint_officer(DEPUTY))
    duty.chat.says(duty.chat.person(REPORTER), FIRE)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    duty.app.worker.inbox.run()
    duty.app.worker.outbox.run()
    duty.chat.fail_next("recipient_gone")
    duty.app.worker.drain()
    duty.wait(1)
    duty.dialog.hears(DEPUTY, "KHẨN")
    assert [rung.missed for rung in duty.get_only_alarm().pages] == ["failed", ""]


def test_escalation_starts_a_new_round(duty: DutyBench) -> None:
    """After the last officer the escalation starts a new round, until the alarm is acknowledged or its case ends."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.appoint_officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(30)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    pages = duty.get_only_alarm().pages
    assert len(pages) > 5
    assert {page.round for page in pages} > {0, 1}


def test_withdrawal_stops_no_urgent_notice(duty: DutyBench) -> None:
    """A withdrawal stops no urgent notice, as the offender may hold the phone."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    receipt = duty.dialog.hears(REPORTER, r"[0-9A-Z]{5}-[0-9A-Z]{5}")[0]
    duty.dialog.hears(FIRST, "KHẨN")
    duty.dialog.says(REPORTER, f"HUY {receipt}")
    duty.wait(3)
    duty.dialog.hears(FIRST, "NHẮC LẠI")


def test_the_end_of_the_case_stops_the_pages(duty: DutyBench) -> None:
    """Settling the case ends its alarm, and the alarm names the officer who settled it."""
    handler = duty.appoint_officer(FIRST)
    duty.put_on_duty(handler)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    (tip,) = duty.app.tips.list(handler).items
    duty.app.tips.triage(handler, tip.id, category="crime")
    duty.app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã dập tắt.", reason="solved")
    duty.app.worker.drain()
    duty.wait(10)
    duty.dialog.hears_nothing(FIRST)
    assert (duty.get_only_alarm().state, duty.get_only_alarm().ended_by) == (AlarmState.ENDED, f"person:{handler.id}")


def test_any_officer_can_claim_the_case(duty: DutyBench) -> None:
    """Any officer with permission for the case can claim it, even without an urgent notice to them."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    other = duty.appoint_officer(ABOVE)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.app.duty.claim(other, duty.get_only_alarm().id)
    duty.wait(10)
    duty.dialog.hears(FIRST, f"{ABOVE} đã nhận xử lý")
    duty.dialog.hears_nothing(FIRST)
    assert duty.get_only_alarm().acknowledged_by == other.id


def test_urgent_notice_is_sent_in_quiet_hours(duty: DutyBench) -> None:
    """Urgent notices are sent in quiet hours."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    rows = duty.app.internals.context.storage.queues.outbox((OutboxState.DELIVERED,), limit=100)
    assert [row.lane.value for row in rows if row.purpose.startswith("duty.page")] == ["emergency"]


def test_more_danger_in_the_same_case_pages_again(duty: DutyBench) -> None:
    """Further danger in a claimed case sends another urgent notice, which needs another claim; case and alarm stay the
    same.
    """
    officer = duty.appoint_officer(FIRST)
    duty.put_on_duty(officer)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")
    duty.clock.advance(timedelta(minutes=2))
    duty.dialog.says(REPORTER, "Cháy to quá, có người mắc kẹt")
    duty.dialog.hears(FIRST, "CÓ TIN THÊM")
    assert duty.get_only_alarm().state is AlarmState.OPEN
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")
    assert len(duty.app.tips.list(duty.boss).items) == 1
    assert duty.get_only_alarm().acknowledged_by == officer.id
