"""A fire at two in the morning, reported on the simulated Zalo, where a message needs an open contact window."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from attrs import frozen
from tests.scenarios.cases.duty_bench import FIRE
from tests.zalo.conftest import Bench, build_bench

from anninh_core.app import App
from anninh_core.app.doctor.duty_checks import check_chat_windows
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.testing import Person

NIGHT = datetime(2026, 11, 3, 2, tzinfo=VIETNAM)
PAGES = ("duty.page", "duty.page_again", "duty.page_handed_up", "duty.page_more")


@frozen
class ZaloBench:
    """An official account on the simulated Zalo, and an app that uses it."""

    bench: Bench
    app: App
    boss: Actor

    def deliver(self) -> None:
        """Deliver the webhooks of Zalo to the app, and run the worker."""
        queue = self.bench.sandbox.world.queue
        while (waiting := queue.take(self.bench.clock.now())) is not None:
            self.app.intake.accept("oa", WebhookRequest(waiting.body, tuple(waiting.headers.items())))
        self.app.worker.drain()

    def says(self, person: Person, text: str) -> None:
        person.says(text)
        self.deliver()

    def appoint_officer(self, name: str) -> tuple[Person, Actor]:
        """Appoint an officer, and bind their Zalo account by a code."""
        actor = UnsafeLocalUsers(self.app).appoint(name, "hoa-lu", "tip_officer")
        person = self.bench.account.person(name)
        self.says(person, self.app.units.begin_binding(self.boss, actor.id).code)
        assert "đã gắn" in person.heard[-1].text
        return person, actor

    def put_on_duty(self, *officers: Actor) -> None:
        shift = Shift(start=time(17), end=time(7), officers=tuple(officer.id for officer in officers))
        self.app.duty.set_roster(self.boss, "hoa-lu", shifts=[shift])

    def wait(self, minutes: int) -> None:
        for _ in range(minutes):
            self.bench.clock.advance(timedelta(minutes=1))
            self.app.worker.jobs["page_officers"].run()
            self.deliver()

    def get_only_alarm(self) -> Alarm:
        (alarm,) = self.app.duty.alarms(self.boss, open=False).items
        return alarm


@pytest.fixture
def zalo(storage: Storage) -> Iterator[ZaloBench]:
    """The official account on the evening before the fire, with a template for urgent notices."""
    template = build_bench().account.template("Khẩn", {"viec": 30})
    options = {f"template.{purpose}": template.id for purpose in PAGES}
    bench = build_bench(more=options | {f"template.{purpose}.viec": "Có việc khẩn" for purpose in PAGES})
    bench.account.template("Khẩn", {"viec": 30})
    bench.clock.set(NIGHT - timedelta(hours=8))
    with memory_app(clock=bench.clock, messengers={"oa": bench.messenger}, storage=storage) as app:
        boss = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "standing_officer")
        yield ZaloBench(bench, app, boss)
    bench.messenger.close()


def test_complete_escalation(zalo: ZaloBench) -> None:
    """The reporter gets a reply, then officers get an urgent notice, a reminder and the next notice until the deputy
    claims the case.
    """
    (first, first_actor) = zalo.appoint_officer("Trực Một")
    (deputy, deputy_actor) = zalo.appoint_officer("Trực Hai")
    zalo.put_on_duty(first_actor, deputy_actor)
    zalo.bench.clock.set(NIGHT)
    reporter = zalo.bench.account.person("Bà Thử")
    zalo.says(reporter, FIRE)
    assert "114" in reporter.heard[0].text
    assert first.heard[-1].text.startswith("KHẨN ")
    assert "xóm 3" not in first.heard[-1].text
    zalo.wait(3)
    assert first.heard[-1].text.startswith("KHẨN, NHẮC LẠI")
    zalo.wait(3)
    assert "Người trực trước chưa trả lời" in deputy.heard[-1].text
    zalo.says(deputy, "1")
    assert "đã nhận xử lý việc" in deputy.heard[-1].text
    received_before = len(first.heard)
    zalo.wait(10)
    assert len(first.heard) == received_before
    alarm = zalo.get_only_alarm()
    minutes = [(rung.how.value, (rung.at - alarm.opened_at) // timedelta(minutes=1)) for rung in alarm.ladder]
    assert minutes == [("page", 0), ("again", 3), ("handed_up", 6)]
    assert alarm.acknowledged_by == deputy_actor.id


def test_template_at_night_pages_the_next_officer(zalo: ZaloBench) -> None:
    """An urgent notice sent as a template makes no sound at night, so the deputy, who has an open window, gets one in
    the same minute.
    """
    (first, first_actor) = zalo.appoint_officer("Trực Một")
    (deputy, deputy_actor) = zalo.appoint_officer("Trực Hai")
    zalo.put_on_duty(first_actor, deputy_actor)
    zalo.bench.clock.set(NIGHT + timedelta(days=10))
    zalo.says(deputy, "chào")
    zalo.says(zalo.bench.account.person("Bà Thử"), FIRE)
    assert first.heard[-1].kind == "template"
    zalo.wait(1)
    assert "Người trực trước chưa trả lời" in deputy.heard[-1].text
    assert [page.missed for page in zalo.get_only_alarm().pages] == ["template_at_night", ""]


def test_fire_reported_in_a_group(zalo: ZaloBench) -> None:
    """A fire in a group gets one reply with emergency numbers and an urgent notice, but no case."""
    officer, actor = zalo.appoint_officer("Trực Một")
    zalo.put_on_duty(actor)
    zalo.bench.account.asset()
    group = zalo.bench.messenger.create_group("Nhóm xã", []).address.id
    zalo.bench.clock.set(NIGHT)
    resident = zalo.bench.account.person("Bà Thử")
    resident.joins(group)
    resident.says_in_group(group, FIRE)
    zalo.deliver()
    assert officer.heard[-1].text.startswith("KHẨN ")
    posted = [message.text for message in resident.heard if "GỌI NGAY" in message.text]
    assert len(posted) == 1
    assert not zalo.app.tips.list(zalo.boss).items


def test_closing_window_is_warned_of(zalo: ZaloBench) -> None:
    """An officer is warned before the shift that the officer's contact window will close, and the check reports it
    until the officer writes.
    """
    officer, actor = zalo.appoint_officer("Trực Một")
    zalo.put_on_duty(actor)
    zalo.bench.clock.advance(timedelta(days=6, hours=20))
    warn = zalo.app.worker.jobs["warn_of_windows"]
    assert warn.run() == 1
    zalo.deliver()
    assert "nhắn một tin bất kỳ" in officer.heard[-1].text
    assert warn.run() == 0
    (check,) = check_chat_windows(zalo.app)
    assert "Trực Một" in check.what
    zalo.says(officer, "vâng")
    assert not [*check_chat_windows(zalo.app)]
