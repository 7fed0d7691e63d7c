"""Residents and officers on duty of two communes, on the mock chat and on the simulated Zalo."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from tests.zalo.conftest import Bench, build_bench

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.services import memory_services
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.messages import Attachment, WebhookRequest
from anninh_zalo.testing import Person
from anninh_zalo.testing.simulation.parts import image

AN = "Thử Văn An"
NIGHT = datetime(2021, 9, 18, 2, tzinfo=VIETNAM)
FIRE = "Cháy nhà ở khu phố Ninh Hòa"
OTHER_FIRE = "Cháy xưởng gỗ ở khu phố Trường Yên"


class DangerScenario(ABC):
    """An app with a messenger, a resident, and an officer on duty in each of three units.

    Attributes:
        boss: supervisor of the district, with all permissions of an officer.
        hoa, yen, huyen: officers on duty in Ninh Hòa, in Trường Yên, and in the district.
    """

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock
        self.boss = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "standing_officer")
        self._read: dict[str, int] = {}
        self.hoa = self._put_on_duty("Trực Hòa", "ninh-hoa")
        self.yen = self._put_on_duty("Trực Yên", "truong-yen")
        self.huyen = self._put_on_duty("Trực Huyện", "hoa-lu")

    @abstractmethod
    def write(self, name: str, text: str, quote: str = "", picture: str = "") -> None:
        """Send a message from a person, with a text, a quote or the link of a picture, and let the app process it."""

    @abstractmethod
    def list_texts(self, name: str) -> list[str]:
        """Return every text that a person received, oldest first."""

    @abstractmethod
    def work(self) -> None:
        """Let the app process everything that is due now."""

    def says(self, *texts: str, name: str = AN, pause: float = 0.5) -> None:
        """Send texts from a person one by one, with `pause` minutes after each."""
        for text in texts:
            self.write(name, text)
            self.clock.advance(timedelta(minutes=pause))
            self.work()

    def quotes(self, tip: Tip, text: str) -> None:
        """Send a text from the resident that quotes our newest message about a tip."""
        rows = [
            row for row in self.app.internals.context.storage.queues.outbox(limit=1000) if row.cause == f"tip:{tip.id}"
        ]
        newest = next(row for row in reversed(rows) if row.platform_id)
        self.write(AN, text, newest.platform_id)

    def send_picture(self, link: str) -> None:
        """Send a picture without text from the resident."""
        self.write(AN, "", picture=link)

    def lose_files(self, reason: str) -> None:
        """Mark all files of the resident as lost, as if they could no longer be fetched."""
        for message in self.list_messages():
            for number, file in enumerate(message.attachments):
                if not file.lost:
                    lose = self.app.internals.services.conversations.lose_attachment
                    run_step(lose, system("router"), message.id, number, reason)

    def wait(self, minutes: float) -> None:
        """Advance the clock in steps of half a minute, and run the worker at each step."""
        for _ in range(int(minutes * 2)):
            self.clock.advance(timedelta(seconds=30))
            self.app.worker.jobs["page_officers"].run()
            self.app.worker.jobs["tell_new_tips"].run()
            self.work()

    def hears(self, name: str = AN) -> list[str]:
        """Return the texts that a person received since the last call."""
        texts = self.list_texts(name)
        new = texts[self._read.get(name, 0) :]
        self._read[name] = len(texts)
        return new

    def tips(self) -> list[Tip]:
        """Return every stored tip, oldest first."""
        records = self.app.internals.context.storage.maintenance.scan(TIP.name)
        return sorted(self.app.internals.context.iter_readable(TIP, records), key=lambda tip: tip.id)

    def get_only_tip(self) -> Tip:
        (tip,) = self.tips()
        return tip

    def list_messages(self) -> list[Message]:
        """Return every stored message of the resident, oldest first."""
        records = self.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        messages = self.app.internals.context.iter_readable(MESSAGE, records)
        return sorted(
            (message for message in messages if message.kind != "officer"),
            key=lambda message: (message.received_at, message.id),
        )

    def get_alarm(self, tip: Tip) -> Alarm:
        """Return the alarm of a tip, which must exist."""
        records = self.app.internals.context.storage.maintenance.scan(ALARM.name)
        alarms = self.app.internals.context.iter_readable(ALARM, records)
        (alarm,) = [alarm for alarm in alarms if f"tip:{tip.id}" in alarm.cases]
        return alarm

    def list_paged_officers(self, tip: Tip) -> list[str]:
        """Return the ids of the officers who got an urgent notice about a tip, in order."""
        return [rung.officer for rung in self.get_alarm(tip).pages]

    def _put_on_duty(self, name: str, unit: str) -> Actor:
        officer = UnsafeLocalUsers(self.app).appoint(name, unit, "tip_officer")
        self.write(name, self.app.units.begin_binding(self.boss, officer.id).code)
        assert "đã gắn" in self.hears(name)[-1]
        shift = Shift(start=time(0), end=time(0), officers=(officer.id,))
        self.app.duty.set_roster(self.boss, unit, shifts=[shift])
        return officer


class MockScenario(DangerScenario):
    """The danger scenario on the mock chat."""

    def __init__(self, app: App, clock: FixedClock, chat: MockChat) -> None:
        self._chat = chat
        super().__init__(app, clock)

    def write(self, name: str, text: str, quote: str = "", picture: str = "") -> None:
        attachments = [Attachment("image", url=picture)] if picture else []
        self._chat.says(self._chat.person(name), text, attachments=attachments, reply_to=quote)
        self.work()

    def list_texts(self, name: str) -> list[str]:
        person = self._chat.person(name)
        return [message.text for message in self._chat.conversation(person) if not message.author]

    def work(self) -> None:
        pump(self.app, self._chat)


class ZaloScenario(DangerScenario):
    """The danger scenario on the simulated Zalo."""

    def __init__(self, app: App, clock: FixedClock, bench: Bench) -> None:
        self._bench = bench
        self._people: dict[str, Person] = {}
        super().__init__(app, clock)

    def write(self, name: str, text: str, quote: str = "", picture: str = "") -> None:
        if name not in self._people:
            self._people[name] = self._bench.account.person(name)
        person = self._people[name]
        parts = [image(picture)] if picture else []
        person.says(text, *parts, quote=quote)
        self.work()

    def list_texts(self, name: str) -> list[str]:
        return [message.text for message in self._people[name].heard] if name in self._people else []

    def work(self) -> None:
        queue = self._bench.sandbox.world.queue
        while (waiting := queue.take(self.clock.now())) is not None:
            self.app.intake.accept("oa", WebhookRequest(waiting.body, tuple(waiting.headers.items())))
        self.app.worker.drain()


@pytest.fixture(params=["mock", "zalo"])
def play(request: pytest.FixtureRequest) -> Iterator[DangerScenario]:
    """The danger scenario on each messenger, on Saturday, 18 September 2021, at two in the morning."""
    clock = FixedClock(NIGHT)
    if request.param == "mock":
        chat = MockChat(clock)
        with memory_app(chat, clock=clock) as app:
            yield MockScenario(app, clock, chat)
        return
    bench = build_bench(services=memory_services(clock))
    with memory_app(clock=clock, messengers={"oa": bench.messenger}) as app:
        yield ZaloScenario(app, clock, bench)
    bench.messenger.close()
