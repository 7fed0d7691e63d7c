"""A fire at two in the morning: reply, page, second page, hand-up, acknowledgement, in the order of the clock."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, Duty

from anninh_core.domain.duty.states import AlarmState, Gap, Telling
from anninh_core.domain.tips import TipState
from anninh_core.kernel.redact import find_personal_data
from anninh_core.ports.storages.queues import OutboxState

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"
ABOVE = "Trực Huyện"


def times(duty: Duty) -> list[tuple[str, int]]:
    """Return how somebody was told and how many minutes after the alarm was raised."""
    alarm = duty.alarm()
    return [(rung.how.value, (rung.at - alarm.opened_at) // timedelta(minutes=1)) for rung in alarm.ladder]


def test_the_whole_ladder_by_message(duty: Duty) -> None:
    """The reporter is answered and the duty officer paged at once; then again, then the deputy, who takes it up."""
    first = duty.officer(FIRST)
    deputy = duty.officer(DEPUTY)
    duty.roster(first, deputy)
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
    alarm = duty.alarm()
    assert times(duty) == [("page", 0), ("again", 3), ("handed_up", 6)]
    assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, deputy.id)
    assert alarm.acknowledged_at == alarm.opened_at + timedelta(minutes=7)
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.claim is not None
    assert tip.claim.by == deputy.id


def test_the_reply_to_the_reporter_leaves_before_the_page(duty: Duty) -> None:
    """Whoever is in danger is answered before anybody else hears of it."""
    duty.roster(duty.officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    texts = [message.text for message in duty.chat.messages() if not message.author]
    assert next(n for n, text in enumerate(texts) if "GỌI NGAY" in text) < next(
        n for n, text in enumerate(texts) if text.startswith("KHẨN")
    )


def test_a_fire_told_of_in_a_group(duty: Duty) -> None:
    """The group reads the numbers once, the duty officer is paged without a word of it, and nothing becomes a case."""
    officer = duty.officer(FIRST)
    duty.roster(officer)
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
    assert duty.alarm().acknowledged_by == officer.id


@pytest.mark.parametrize("is_danger", [False, True])
def test_who_makes_a_case_of_it_ends_the_pages(duty: Duty, is_danger: bool) -> None:
    """A person read what the group was told: its alarm is over; where danger goes on, the case has one of its own."""
    duty.roster(duty.officer(FIRST))
    duty.chat.found_group("Nhóm xã", [duty.chat.person(REPORTER)])
    duty.dialog.says(REPORTER, FIRE, to="Nhóm xã")
    page = duty.dialog.hears(FIRST, "KHẨN ([0-9A-Z]{5})")
    (said,) = duty.app.conversations.suggested_messages(duty.boss).items
    duty.app.conversations.create_tip(duty.boss, [said.id], category="fire", emergency=is_danger)
    duty.app.worker.drain()
    if is_danger:
        assert duty.dialog.hears(FIRST, "KHẨN ([0-9A-Z]{5})")[1] != page[1]
        duty.dialog.hears_nothing(FIRST)
    duty.wait(4)
    if is_danger:
        assert duty.dialog.hears(FIRST, "NHẮC LẠI ([0-9A-Z]{5})")[1] != page[1]
    of_group = next(alarm for alarm in duty.alarms() if alarm.about == f"message:{said.id}")
    assert (of_group.state, of_group.ended_by) == (AlarmState.ENDED, f"person:{duty.boss.id}")
    duty.dialog.hears_nothing(FIRST)


def test_without_a_roster_the_operators_hear_of_it_at_once(duty: Duty) -> None:
    """Nobody on duty is an alarm of its own; whoever may handle tips is paged all the same."""
    duty.officer(FIRST, "hoa-lu")
    duty.officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    duty.dialog.hears(FIRST, "KHẨN")
    assert [rung.how for rung in duty.alarm().ladder] == [Telling.UNHEARD, Telling.PAGE]


def test_nobody_at_all_is_told_to_the_operators(duty: Duty) -> None:
    """Where not a single officer has a chat, those who run the system are told, again after an hour, until morning."""
    duty.officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    duty.wait(20)
    duty.dialog.hears_nothing("Quản trị")
    duty.wait(50)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    assert duty.alarm().state is AlarmState.OPEN


def test_who_cannot_be_told_is_passed_over_at_once(duty: Duty) -> None:
    """A lapsed grant, no chat, a conflict of interest: the next one is paged in the same minute, and it stands why."""
    lapsed = duty.officer(FIRST)
    mute = duty.officer("Không máy", bind=False)
    deputy = duty.officer(DEPUTY)
    duty.roster(lapsed, mute, deputy)
    duty.app.units.revoke(
        duty.boss, lapsed.id, "tip_officer", "hoa-lu", last_day=duty.clock.now().date() - timedelta(2)
    )
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(DEPUTY, "KHẨN")
    duty.dialog.hears_nothing(FIRST)
    gaps = {rung.officer: rung.gap for rung in duty.alarm().ladder if rung.gap}
    assert gaps == {lapsed.id: Gap.NO_GRANT, mute.id: Gap.NO_CHAT}


def test_an_officer_who_is_excluded_is_not_paged_again(duty: Duty) -> None:
    """From the exclusion on the next one is paged, and the excluded one's reply takes nothing up."""
    first = duty.officer(FIRST)
    deputy = duty.officer(DEPUTY)
    duty.roster(first, deputy)
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
    assert duty.alarm().state is AlarmState.OPEN


def test_a_page_that_fails_is_handed_up_in_the_same_minute(duty: Duty) -> None:
    """Whoever can't be reached any more costs nobody minutes."""
    duty.roster(duty.officer(FIRST), duty.officer(DEPUTY))
    duty.chat.says(duty.chat.person(REPORTER), FIRE)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    duty.app.worker.inbox.run()
    duty.app.worker.outbox.run()
    duty.chat.fail_next("recipient_gone")
    duty.app.worker.drain()
    duty.wait(1)
    duty.dialog.hears(DEPUTY, "KHẨN")
    assert [rung.missed for rung in duty.alarm().pages] == ["failed", ""]


def test_the_ladder_begins_anew_after_its_end(duty: Duty) -> None:
    """A page stops by an acknowledgement or by the end of the case, and by nothing else."""
    duty.roster(duty.officer(FIRST))
    duty.officer("Quản trị", "hoa-lu", "operator")
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(30)
    duty.dialog.hears("Quản trị", "chưa người trực nào nhận việc")
    pages = duty.alarm().pages
    assert len(pages) > 5
    assert {page.round for page in pages} > {0, 1}


def test_a_withdrawal_stops_no_page(duty: Duty) -> None:
    """Who holds the phone may be the offender."""
    duty.roster(duty.officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    receipt = duty.dialog.hears(REPORTER, r"[0-9A-Z]{5}-[0-9A-Z]{5}")[0]
    duty.dialog.hears(FIRST, "KHẨN")
    duty.dialog.says(REPORTER, f"HUY {receipt}")
    duty.wait(3)
    duty.dialog.hears(FIRST, "NHẮC LẠI")


def test_the_end_of_the_case_stops_the_pages(duty: Duty) -> None:
    """An officer who settles the case ends its alarm, and the ladder says who."""
    handler = duty.officer(FIRST)
    duty.roster(handler)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    (tip,) = duty.app.tips.list(handler).items
    duty.app.tips.triage(handler, tip.id, category="crime")
    duty.app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã dập tắt.", reason="solved")
    duty.app.worker.drain()
    duty.wait(10)
    duty.dialog.hears_nothing(FIRST)
    assert (duty.alarm().state, duty.alarm().ended_by) == (AlarmState.ENDED, f"person:{handler.id}")


def test_somebody_elses_acknowledgement_counts(duty: Duty) -> None:
    """Whoever may handle the case may take it up, paged or not, in the chat or at the keyboard."""
    duty.roster(duty.officer(FIRST))
    other = duty.officer(ABOVE)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.app.duty.claim(other, duty.alarm().id)
    duty.wait(10)
    duty.dialog.hears(FIRST, f"{ABOVE} đã nhận xử lý")
    duty.dialog.hears_nothing(FIRST)
    assert duty.alarm().acknowledged_by == other.id


def test_a_page_is_never_held_in_quiet_hours(duty: Duty) -> None:
    """At two in the morning every page has left."""
    duty.roster(duty.officer(FIRST))
    duty.dialog.says(REPORTER, FIRE)
    rows = duty.app.internals.context.storage.queues.outbox((OutboxState.DELIVERED,), limit=100)
    assert [row.lane.value for row in rows if row.purpose.startswith("duty.page")] == ["emergency"]


def test_more_danger_in_the_same_case_pages_anew(duty: Duty) -> None:
    """Whoever has taken it up hears that there is more, and has to say so again; it stays one case and one alarm."""
    officer = duty.officer(FIRST)
    duty.roster(officer)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")
    duty.clock.advance(timedelta(minutes=2))
    duty.dialog.says(REPORTER, "Cháy to quá, có người mắc kẹt")
    duty.dialog.hears(FIRST, "CÓ TIN THÊM")
    assert duty.alarm().state is AlarmState.OPEN
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")
    assert len(duty.app.tips.list(duty.boss).items) == 1
    assert duty.alarm().acknowledged_by == officer.id
