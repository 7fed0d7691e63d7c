"""Floods of messages: nothing is lost, danger reaches an officer, and no one gets the same notice a hundred times."""

from datetime import timedelta

from tests.scenarios.cases.flood.conftest import LAN, FloodTown

from anninh_core.domain.duty.states import AlarmState, NotificationKind

POSSIBLE = "có đứa trộm chó trộm gà lượt {} nhà số {} đó nha, bắt đi chứ"
NONSENSE = "đèn đường ở cột số {} ngõ {} hỏng cả tuần nay rồi"
KARAOKE = "nhà bên cạnh mở karaoke ầm ĩ suốt đêm không ngủ được"
FIRE = "Cháy nhà ở chợ xã Ninh Hòa các anh ơi, đến ngay"


def test_sixty_messages_of_one_person(town: FloodTown) -> None:
    """Of sixty messages none is lost, their sender gets one reply about the flood, and each officer one notice."""
    town.write(KARAOKE, *[f"xóm {number}" for number in range(59)], name="Em Bé")
    messages = town.list_messages()
    assert len(messages) == 60
    assert all(bool(message.case) != (message.kind in ("unassigned", "chatter", "command")) for message in messages)
    assert sum("đều đã được lưu" in text for text in town.hears("Em Bé")) == 1
    assert town.count_rows()["flood.told"] == 1
    assert town.count_rows()["notice.flood"] == 2  # Lan and Hùng each get one notice.
    assert len(town.tips()) <= 12


def test_forty_cries_of_fire_of_one_person(town: FloodTown) -> None:
    """Forty cries of fire are one case, and each cry is covered by one of at most six urgent notices within a
    minute.
    """
    town.write(*["cháy cháy cháy"] * 40, name="Ông Say", seconds=3)
    town.pass_seconds(60)
    (tip,) = town.tips()
    assert {message.case for message in town.list_messages()} == {f"tip:{tip.id}"}
    (alarm,) = town.duty.list_alarms()
    assert alarm.unnotified == 0
    reported_at = [alarm.opened_at, *alarm.more_at]
    pages = alarm.pages
    assert len(reported_at) == 40
    assert len(pages) <= 6
    for moment in reported_at:
        assert any(0 <= (page.at - moment).total_seconds() <= 60 for page in pages)
    assert any("thêm" in text.lower() for text in town.hears(LAN))
    assert town.hears("Ông Say")[0].startswith("NẾU ĐANG NGUY HIỂM")
    assert town.count_rows()["flood.told"] == 0


def test_a_crowd_reports_one_fire(town: FloodTown) -> None:
    """Fifty people who report one fire get a case and a receipt each, and the officer on duty gets few urgent
    notices.
    """
    town.send_at_once({f"Người {number}": FIRE for number in range(50)})
    town.pass_seconds(90)
    assert len(town.tips()) == 50
    assert town.count_rows()["tip.emergency"] == 50
    assert town.count_rows()["tip.receipt"] == 50
    covered = {case for alarm in town.duty.list_alarms() for case in (alarm.about, *alarm.also)}
    assert covered == {f"tip:{tip.id}" for tip in town.tips()}
    assert all(alarm.pages and alarm.unnotified == 0 for alarm in town.duty.list_alarms())
    assert sum(len(alarm.pages) for alarm in town.duty.list_alarms()) <= 8
    assert town.count_rows()["notice.flood_unit"] >= 1


def test_bundled_cases_outlive_their_alarm(town: FloodTown) -> None:
    """If an alarm that covers other cases ends, each of those cases gets urgent notices of its own."""
    town.send_at_once({f"Người {number}": FIRE for number in range(12)})
    town.pass_seconds(30)
    carrier = next(alarm for alarm in town.duty.list_alarms() if alarm.also)
    town.duty.app.tips.triage(town.lan, carrier.about[4:], category="crime")
    town.duty.app.tips.merge(town.lan, carrier.about[4:], into=town.tips()[1].id, answer="Đã có tin.")
    town.duty.app.worker.drain()
    alarms = {alarm.about: alarm for alarm in town.duty.list_alarms()}
    assert alarms[carrier.about].state is AlarmState.ENDED
    covered = {case for alarm in alarms.values() if alarm.is_open for case in (alarm.about, *alarm.also)}
    assert covered >= {*carrier.also}
    town.pass_seconds(60)
    assert all(alarm.pages for alarm in town.duty.list_alarms() if alarm.is_open)


def test_more_danger_begins_the_next_round(town: FloodTown) -> None:
    """After a round without acknowledgement, further danger starts the next round within a minute."""
    town.write(FIRE)
    town.pass_seconds(11 * 60 + 45)
    (alarm,) = town.duty.list_alarms()
    assert {page.officer for page in alarm.pages} == {town.lan.id, town.hung.id}
    town.write(FIRE, FIRE, seconds=1)
    town.pass_seconds(60)
    (alarm,) = town.duty.list_alarms()
    last = alarm.pages[-1]
    assert (last.officer, last.how, last.round) == (town.lan.id, NotificationKind.MORE, alarm.round)
    assert last.at - alarm.more_at[-1] <= timedelta(seconds=60)


def test_twenty_accounts_with_possible_danger(town: FloodTown) -> None:
    """Twenty accounts with possible danger are all asked, and if none replies, few urgent notices cover all cases."""
    town.send_at_once({f"Tài khoản {number}": POSSIBLE.format(1, number) + " ở xã Ninh Hòa" for number in range(20)})
    town.pass_seconds(240)
    assert town.count_rows()["tip.ask_danger"] == 20
    covered = {case for alarm in town.duty.list_alarms() for case in (alarm.about, *alarm.also)}
    assert covered == {f"tip:{tip.id}" for tip in town.tips()}
    emergencies = [alarm for alarm in town.duty.list_alarms() if alarm.is_emergency]
    assert all(alarm.pages and alarm.unnotified == 0 for alarm in emergencies)
    assert sum(len(alarm.pages) for alarm in emergencies) <= 8


def test_twenty_accounts_flood_a_commune(town: FloodTown) -> None:
    """No message of a flood by twenty accounts is lost, and each officer gets few notices of new cases."""
    for turn in range(3):
        town.send_at_once(
            {f"Tài khoản {number}": NONSENSE.format(turn, number) + " ở xã Ninh Hòa" for number in range(20)}
        )
        town.pass_seconds(240)
    assert len(town.list_messages()) == 60
    many = town.list_rows("duty.new", "duty.new_many")
    officers = {row.conversation for row in many}
    assert officers
    assert len(many) <= 3 * len(officers)


def report_matters(town: FloodTown, count: int) -> None:
    """Let one person report several separate matters, with minutes between them."""
    for number in range(count):
        town.write("tôi muốn báo thêm việc khác", f"mất trộm xe máy ở xóm {number} đêm qua", seconds=1)
        town.duty.clock.advance(timedelta(minutes=2))


def test_daily_limit_of_cases(town: FloodTown) -> None:
    """A person's thirteenth matter of a day waits for an officer, who is notified once, and the next day allows cases
    again.
    """
    report_matters(town, 16)
    assert len(town.tips()) == 12
    held_back = [message for message in town.list_messages() if message.held_back]
    assert len(held_back) == 4
    assert {message.kind for message in held_back} == {"unassigned"}
    assert town.count_rows()["flood.told"] == 1
    assert town.count_rows()["notice.flood"] == 2
    town.duty.clock.advance(timedelta(days=1))
    report_matters(town, 1)
    assert len(town.tips()) == 13


def test_danger_opens_a_case_over_the_daily_limit(town: FloodTown) -> None:
    """Danger opens a case and sends urgent notices even after the day's limit of cases."""
    report_matters(town, 14)
    town.write("cháy nhà ở xóm 3, đến ngay")
    tip = town.tips()[-1]
    assert tip.emergency
    assert town.list_messages()[-1].case == f"tip:{tip.id}"
    assert any(alarm.about == f"tip:{tip.id}" and alarm.pages for alarm in town.duty.list_alarms())


def test_restarted_worker_sends_nothing_twice(town: FloodTown) -> None:
    """A worker that was killed before it stored its cursors sends no notice twice."""
    town.write(KARAOKE, *["trợ giúp"] * 35, name="Em Bé", seconds=1)
    town.send_at_once({f"Người {number}": FIRE for number in range(40)})
    town.pass_seconds(90)
    sent = town.count_rows()
    states = town.duty.app.internals.context.storage.states
    for reader in ("reactions", "notices"):
        stored = states.get("dispatch", reader)
        assert stored is not None
        assert states.put("dispatch", reader, b"0", stored.version)
    town.duty.app.worker.drain()
    town.duty.app.worker.jobs["tell_new_tips"].run()
    town.duty.app.worker.drain()
    assert town.count_rows() == sent
    assert sent["notice.flood"] == 2
    assert sent["notice.flood_unit"] == 1  # The supervisor gets this notice.
