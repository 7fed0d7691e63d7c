"""Far too much at once: nothing is lost, danger reaches a person, and nobody is told the same thing a hundred times."""

from datetime import timedelta

from tests.scenarios.cases.flood.conftest import LAN, Town

from anninh_core.domain.duty.states import AlarmState, Telling

POSSIBLE = "có đứa trộm chó trộm gà lượt {} nhà số {} đó nha, bắt đi chứ"
NONSENSE = "đèn đường ở cột số {} ngõ {} hỏng cả tuần nay rồi"
KARAOKE = "nhà bên cạnh mở karaoke ầm ĩ suốt đêm không ngủ được"
FIRE = "Cháy nhà ở chợ xã Ninh Hòa các anh ơi, đến ngay"


def test_a_child_presses_send_sixty_times(town: Town) -> None:
    """Sixty messages are in one place each, one sentence says that it is too much, and officers are told once."""
    town.write(KARAOKE, *[f"xóm {number}" for number in range(59)], name="Em Bé")
    messages = town.messages()
    assert len(messages) == 60
    assert all(bool(message.case) != (message.kind in ("unassigned", "chatter", "command")) for message in messages)
    assert sum("đều đã được lưu" in text for text in town.hears("Em Bé")) == 1
    assert town.sent()["flood.told"] == 1
    assert town.sent()["notice.flood"] == 2  # Lan and Hùng, once each
    assert len(town.tips()) <= 12


def test_a_drunk_man_cries_fire_forty_times(town: Town) -> None:
    """One case; the first word pages at once, the others within the minute and together; he reads the numbers."""
    town.write(*["cháy cháy cháy"] * 40, name="Ông Say", seconds=3)
    town.tick(60)
    (tip,) = town.tips()
    assert {message.case for message in town.messages()} == {f"tip:{tip.id}"}
    (alarm,) = town.duty.alarms()
    assert alarm.untold == 0
    heard = [alarm.opened_at, *alarm.more_at]
    pages = alarm.pages
    assert len(heard) == 40
    assert len(pages) <= 6
    for moment in heard:
        assert any(0 <= (page.at - moment).total_seconds() <= 60 for page in pages)
    assert any("thêm" in text.lower() for text in town.hears(LAN))
    assert town.hears("Ông Say")[0].startswith("NẾU ĐANG NGUY HIỂM")
    assert town.sent()["flood.told"] == 0


def test_a_crowd_reports_one_fire(town: Town) -> None:
    """Fifty people have a case and a receipt each; the officer on duty is paged a few times and not fifty."""
    town.pour({f"Người {number}": FIRE for number in range(50)})
    town.tick(90)
    assert len(town.tips()) == 50
    assert town.sent()["tip.emergency"] == 50
    assert town.sent()["tip.receipt"] == 50
    told = {case for alarm in town.duty.alarms() for case in (alarm.about, *alarm.also)}
    assert told == {f"tip:{tip.id}" for tip in town.tips()}
    assert all(alarm.pages and alarm.untold == 0 for alarm in town.duty.alarms())
    assert sum(len(alarm.pages) for alarm in town.duty.alarms()) <= 8
    assert town.sent()["notice.flood_unit"] >= 1


def test_what_was_bundled_is_paged_anew_if_its_alarm_ends_unheard(town: Town) -> None:
    """An officer who ends the case that carried the others hides none of them."""
    town.pour({f"Người {number}": FIRE for number in range(12)})
    town.tick(30)
    carrier = next(alarm for alarm in town.duty.alarms() if alarm.also)
    town.duty.app.tips.triage(town.lan, carrier.about[4:], category="crime")
    town.duty.app.tips.merge(town.lan, carrier.about[4:], into=town.tips()[1].id, answer="Đã có tin.")
    town.duty.app.worker.drain()
    alarms = {alarm.about: alarm for alarm in town.duty.alarms()}
    assert alarms[carrier.about].state is AlarmState.ENDED
    told = {case for alarm in alarms.values() if alarm.is_open for case in (alarm.about, *alarm.also)}
    assert told >= {*carrier.also}
    town.tick(60)
    assert all(alarm.pages for alarm in town.duty.alarms() if alarm.is_open)


def test_more_danger_after_a_round_in_vain_begins_the_next_one_at_once(town: Town) -> None:
    """Where each officer was paged and nobody acknowledged, further words of danger page the first one in a minute."""
    town.write(FIRE)
    town.tick(11 * 60 + 45)
    (alarm,) = town.duty.alarms()
    assert {page.officer for page in alarm.pages} == {town.lan.id, town.hung.id}
    town.write(FIRE, FIRE, seconds=1)
    town.tick(60)
    (alarm,) = town.duty.alarms()
    last = alarm.pages[-1]
    assert (last.officer, last.how, last.round) == (town.lan.id, Telling.MORE, alarm.round)
    assert last.at - alarm.more_at[-1] <= timedelta(seconds=60)


def test_twenty_accounts_that_may_be_in_danger(town: Town) -> None:
    """Each is asked; without a reply the first are paged one by one, and the others together."""
    town.pour({f"Tài khoản {number}": POSSIBLE.format(1, number) + " ở xã Ninh Hòa" for number in range(20)})
    town.tick(240)
    assert town.sent()["tip.ask_danger"] == 20
    told = {case for alarm in town.duty.alarms() for case in (alarm.about, *alarm.also)}
    assert told == {f"tip:{tip.id}" for tip in town.tips()}
    emergencies = [alarm for alarm in town.duty.alarms() if alarm.is_emergency]
    assert all(alarm.pages and alarm.untold == 0 for alarm in emergencies)
    assert sum(len(alarm.pages) for alarm in emergencies) <= 8


def test_twenty_accounts_flood_a_commune(town: Town) -> None:
    """Each case is opened; officers hear of them together, and a supervisor that too much comes."""
    for turn in range(3):
        town.pour({f"Tài khoản {number}": NONSENSE.format(turn, number) + " ở xã Ninh Hòa" for number in range(20)})
        town.tick(240)
    assert len(town.messages()) == 60
    many = town.rows("duty.new", "duty.new_many")
    officers = {row.conversation for row in many}
    assert officers
    assert len(many) <= 3 * len(officers)


def tell_matters(town: Town, count: int) -> None:
    """Let one person tell of one matter after the other, with minutes between them."""
    for number in range(count):
        town.write("tôi muốn báo thêm việc khác", f"mất trộm xe máy ở xóm {number} đêm qua", seconds=1)
        town.duty.clock.advance(timedelta(minutes=2))


def test_a_day_s_cases_are_opened_and_no_more(town: Town) -> None:
    """Twelve matters of one person are twelve cases; the thirteenth waits for an officer, and is told of once."""
    tell_matters(town, 16)
    assert len(town.tips()) == 12
    held = [message for message in town.messages() if message.held_back]
    assert len(held) == 4
    assert {message.kind for message in held} == {"unassigned"}
    assert town.sent()["flood.told"] == 1
    assert town.sent()["notice.flood"] == 2
    town.duty.clock.advance(timedelta(days=1))
    tell_matters(town, 1)
    assert len(town.tips()) == 13


def test_danger_opens_a_case_though_the_day_s_are_used_up(town: Town) -> None:
    """Nothing that counts what somebody sends keeps their word of danger back, nor the page."""
    tell_matters(town, 14)
    town.write("cháy nhà ở xóm 3, đến ngay")
    tip = town.tips()[-1]
    assert tip.emergency
    assert town.messages()[-1].case == f"tip:{tip.id}"
    assert any(alarm.about == f"tip:{tip.id}" and alarm.pages for alarm in town.duty.alarms())


def test_a_worker_that_begins_again_tells_nothing_twice(town: Town) -> None:
    """Killed after the notices left and before it noted how far it had read, it finds all of it done."""
    town.write(KARAOKE, *["trợ giúp"] * 35, name="Em Bé", seconds=1)
    town.pour({f"Người {number}": FIRE for number in range(40)})
    town.tick(90)
    sent = town.sent()
    states = town.duty.app.internals.context.storage.states
    for reader in ("reactions", "notices"):
        stored = states.get("dispatch", reader)
        assert stored is not None
        assert states.put("dispatch", reader, b"0", stored.version)
    town.duty.app.worker.drain()
    town.duty.app.worker.jobs["tell_new_tips"].run()
    town.duty.app.worker.drain()
    assert town.sent() == sent
    assert sent["notice.flood"] == 2
    assert sent["notice.flood_unit"] == 1  # the supervisor
