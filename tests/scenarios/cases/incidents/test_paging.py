"""Reports of one incident share one alarm with a growing count, and other reports have alarms of their own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import NIGHT, DangerScenario, MockScenario

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.states import AlarmState, NotificationKind
from anninh_core.domain.tips import TipState
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.vocabulary.messages import Attachment

WORDS = (
    "Cháy chợ Ninh Hòa, khói đen kín cả chợ",
    "Cháy to ở chợ Ninh Hòa, có người kẹt trên gác xép",
    "Cháy nhà ở khu phố Ninh Hòa",
)
NEAR = (20.2560, 105.9170)
NEARER = (20.2590, 105.9170)  # This point is 0.33 km away from `NEAR`.
FAR = (20.2640, 105.9170)  # This point is 0.89 km away from `NEAR`.


class Crowd(MockScenario):
    """A scenario with many people who write on the mock chat."""

    def report(self, count: int, seconds: float = 60) -> None:
        """Let `count` people report the fire one by one within `seconds`, with the worker running."""
        for number in range(count):
            self.write(f"Người {number}", WORDS[number % len(WORDS)])
            self.pass_time(seconds / count)

    def pass_time(self, seconds: float) -> None:
        """Advance the clock, and run the worker every fifteen seconds."""
        while seconds > 0:
            self.clock.advance(timedelta(seconds=min(seconds, 15)))
            seconds -= 15
            self.app.worker.jobs["page_officers"].run()
            self.work()

    def send_location(self, name: str, text: str, point: tuple[float, float]) -> None:
        """Send a text with the location of a person's phone."""
        place = Attachment("location", latitude=point[0], longitude=point[1])
        self._chat.says(self._chat.person(name), text, attachments=[place])
        self.work()

    def list_danger_alarms(self) -> list[Alarm]:
        """Return every alarm about danger, the newest first."""
        return [alarm for alarm in self.app.duty.alarms(self.boss, open=False, limit=200).items if alarm.is_emergency]

    def list_covered_cases(self) -> set[str]:
        """Return the references of all cases that alarms cover."""
        return {case for alarm in self.list_danger_alarms() for case in (alarm.about, *alarm.also)}


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """A crowd on Saturday, 18 September 2021, at two in the morning, with an officer on duty in each of three units."""
    clock = FixedClock(NIGHT)
    chat = MockChat(clock)
    with memory_app(chat, clock=clock) as app:
        yield Crowd(app, clock, chat)


@pytest.mark.parametrize(("count", "pages"), [(12, 2), (200, 2)])
def test_reports_of_one_fire_share_one_alarm(crowd: Crowd, count: int, pages: int) -> None:
    """All reports of a fire within a minute share one alarm with two urgent notices, and the second notice has the
    number of reports.
    """
    crowd.report(count)
    crowd.pass_time(30)
    (alarm,) = crowd.list_danger_alarms()
    assert crowd.list_covered_cases() == {f"tip:{tip.id}" for tip in crowd.tips()}
    assert len(crowd.tips()) == count
    assert len(alarm.pages) == pages
    assert alarm.unnotified == 0
    assert f"THÊM {count - 1} TIN" in crowd.list_texts("Trực Hòa")[-1]


def test_next_officer_is_paged_during_continuing_reports(crowd: Crowd) -> None:
    """Continuing reports don't delay the urgent notice to the next officer."""
    crowd.report(20, seconds=600)
    (alarm,) = crowd.list_danger_alarms()
    assert crowd.huyen.id in {rung.officer for rung in alarm.pages}
    handed_up = next(rung for rung in alarm.pages if rung.how is NotificationKind.HANDED_UP)
    assert handed_up.at - alarm.pages[0].at <= timedelta(minutes=6, seconds=30)


def test_claimant_has_three_minutes_for_new_reports(crowd: Crowd) -> None:
    """Reports after a claim go to the claimant in few notices, and without an act the next officer gets an urgent
    notice after three minutes.
    """
    crowd.report(1, seconds=1)
    crowd.app.tips.claim(crowd.hoa, crowd.tips()[0].id)
    crowd.pass_time(300)
    crowd.hears("Trực Hòa")
    crowd.report(10, seconds=170)
    (alarm,) = crowd.list_danger_alarms()
    assert {rung.officer for rung in alarm.pages} == {crowd.hoa.id}
    assert len(crowd.hears("Trực Hòa")) <= 3
    for number in range(6):
        crowd.write(f"Người mới {number}", WORDS[0])
        crowd.pass_time(15)
    assert crowd.huyen.id in {rung.officer for rung in crowd.list_danger_alarms()[0].pages}


def test_claiming_any_report_claims_the_alarm(crowd: Crowd) -> None:
    """Claiming any of the reports claims their common alarm, and releasing the claim notifies the next officer at
    once.
    """
    crowd.report(3, seconds=10)
    last = crowd.tips()[-1]
    crowd.app.tips.claim(crowd.hoa, last.id)
    pages = len(crowd.list_danger_alarms()[0].pages)
    crowd.pass_time(600)
    assert len(crowd.list_danger_alarms()[0].pages) == pages
    (ladder,) = crowd.app.duty.ladder(crowd.hoa, f"tip:{last.id}")
    assert ladder.claim is not None
    assert ladder.claim.by == crowd.hoa.id
    crowd.app.tips.release_claim(crowd.hoa, last.id)
    crowd.pass_time(15)
    assert len(crowd.list_danger_alarms()[0].pages) > pages


def test_reports_stay_claimed_when_the_first_one_is_settled(crowd: Crowd) -> None:
    """If the first of three claimed reports is settled, the others stay claimed, and without work they get urgent
    notices again.
    """
    crowd.report(3, seconds=10)
    first, *others = crowd.tips()
    crowd.app.tips.claim(crowd.hoa, first.id)
    crowd.app.tips.triage(crowd.hoa, first.id, category="fire")
    crowd.app.tips.settle(crowd.hoa, first.id, TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")
    crowd.work()
    remaining, ended = crowd.list_danger_alarms()
    assert ended.state is AlarmState.ENDED
    assert remaining.cases == tuple(f"tip:{tip.id}" for tip in others)
    assert (remaining.acknowledged_by, remaining.pages) == (crowd.hoa.id, ())
    crowd.pass_time(20 * 60)
    assert not crowd.list_danger_alarms()[0].pages
    crowd.pass_time(11 * 60)
    assert crowd.list_danger_alarms()[0].pages


@pytest.mark.parametrize(
    "other",
    [
        "Cháy xưởng gỗ ở khu phố Trường Yên",
        "Cứu với, có người bị đâm ở khu phố Ninh Hòa",
    ],
)
def test_other_place_or_category_has_its_own_alarm(crowd: Crowd, other: str) -> None:
    """A fire at another place has its own alarm, and so has another danger at the same place."""
    crowd.write("Thử Văn An", WORDS[0])
    crowd.write("Thử Thị Bình", other)
    assert len(crowd.list_danger_alarms()) == 2
    assert all(not alarm.also for alarm in crowd.list_danger_alarms())


def test_later_report_has_its_own_alarm(crowd: Crowd) -> None:
    """A report after the minutes that the profile sets has its own alarm."""
    crowd.write("Thử Văn An", WORDS[0])
    crowd.clock.advance(timedelta(minutes=31))
    crowd.write("Thử Thị Bình", WORDS[0])
    assert len(crowd.list_danger_alarms()) == 2


@pytest.mark.parametrize(("point", "count"), [(NEARER, 1), (FAR, 2)])
def test_positions_at_most_half_a_kilometre_apart(crowd: Crowd, point: tuple[float, float], count: int) -> None:
    """If the texts name no place, positions at most half a kilometre apart are one incident."""
    crowd.send_location("Thử Văn An", "Cháy nhà, đến ngay", NEAR)
    crowd.send_location("Thử Thị Bình", "Cháy nhà, đến ngay", point)
    assert len(crowd.list_danger_alarms()) == count


def test_reports_with_and_without_place_are_separate(crowd: Crowd) -> None:
    """Reports with a place and reports without one have separate alarms, and the alarm for those without a place goes
    to the district.
    """
    crowd.write("Thử Văn An", "Cháy to quá, đến ngay")
    crowd.write("Thử Thị Bình", WORDS[0])
    crowd.write("Thử Văn Cảnh", "Cháy lớn lắm các anh ơi")
    units = sorted(alarm.unit for alarm in crowd.list_danger_alarms())
    assert units == ["hoa-lu", "ninh-hoa"]
    assert crowd.list_covered_cases() == {f"tip:{tip.id}" for tip in crowd.tips()}


def test_moved_or_restricted_report_has_its_own_alarm(crowd: Crowd) -> None:
    """A report that moves to another unit or from which an officer is excluded gets its own alarm."""
    crowd.report(3, seconds=10)
    _, second, third = crowd.tips()
    crowd.app.tips.triage(crowd.huyen, second.id, category=second.category, unit="truong-yen")
    crowd.app.tips.exclusions.add(crowd.boss, third.id, crowd.hoa.id, reason="relative")
    crowd.pass_time(15)
    alarms = {alarm.about: alarm for alarm in crowd.list_danger_alarms()}
    assert crowd.yen.id in {rung.officer for rung in alarms[f"tip:{second.id}"].pages}
    assert crowd.hoa.id not in {rung.officer for rung in alarms[f"tip:{third.id}"].pages}
    assert all(not alarm.also for alarm in alarms.values())
    assert len(alarms) == 3


def test_one_alarm_on_each_messenger(play: DangerScenario) -> None:
    """On each messenger, two people who report one fire share one alarm."""
    play.says(WORDS[0])
    play.says(WORDS[1], name="Thử Thị Bình")
    first, second = play.tips()
    assert play.get_alarm(first).also == (f"tip:{second.id}",)
