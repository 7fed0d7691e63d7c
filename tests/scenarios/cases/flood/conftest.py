"""A district at night with far more messages than usual, on each storage."""

from collections import Counter
from datetime import timedelta

import pytest
from attrs import frozen
from tests.scenarios.cases.duty_bench import DutyBench

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import pump
from anninh_core.usecase import Actor

LAN = "Trần Thị Lan"
HUNG = "Lê Văn Hùng"


@frozen
class FloodTown:
    """A district with two officers on duty and a supervisor, all of them with chats."""

    duty: DutyBench
    lan: Actor
    hung: Actor
    chief: Actor

    def write(self, *texts: str, name: str = "Thử Văn An", seconds: float = 2) -> None:
        """Send texts from a person one by one, and run the worker after each."""
        for text in texts:
            self.duty.dialog.says(name, text)
            self.pass_seconds(seconds)

    def pass_seconds(self, seconds: float) -> None:
        """Advance the clock, and run the worker every fifteen seconds."""
        while seconds > 0:
            self.duty.clock.advance(timedelta(seconds=min(seconds, 15)))
            seconds -= 15
            self.duty.app.worker.jobs["page_officers"].run()
            self.duty.app.worker.jobs["tell_new_tips"].run()
            self.duty.app.worker.drain()

    def send_at_once(self, texts: dict[str, str]) -> None:
        """Let many people write before the worker runs."""
        for name, text in texts.items():
            self.duty.chat.says(self.duty.chat.person(name), text)
        pump(self.duty.app, self.duty.chat)

    def list_messages(self) -> list[Message]:
        """Return every stored private message, oldest first, without those of officers."""
        records = self.duty.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        messages = self.duty.app.internals.context.iter_readable(MESSAGE, records)
        return sorted(
            (message for message in messages if message.kind != "officer"),
            key=lambda message: (message.received_at, message.id),
        )

    def tips(self) -> list[Tip]:
        """Return every stored tip, oldest first."""
        records = self.duty.app.internals.context.storage.maintenance.scan(TIP.name)
        return sorted(self.duty.app.internals.context.iter_readable(TIP, records), key=lambda tip: tip.id)

    def list_rows(self, *purposes: str) -> list[OutboxRow]:
        """Return the outbox rows for some purposes."""
        return [
            row for row in self.duty.app.internals.context.storage.queues.outbox(limit=5000) if row.purpose in purposes
        ]

    def count_rows(self) -> Counter[str]:
        """Return the number of outbox rows for each purpose."""
        return Counter(row.purpose for row in self.duty.app.internals.context.storage.queues.outbox(limit=5000))

    def hears(self, name: str) -> list[str]:
        """Return the texts that a person received since the last call."""
        return self.duty.chat.hears(self.duty.chat.person(name))


@pytest.fixture
def town(duty: DutyBench) -> FloodTown:
    """The flood scenario at two in the morning, with Lan on duty, and Hùng next in the roster."""
    return open_town(duty)


def open_town(duty: DutyBench) -> FloodTown:
    """Appoint the officers and the supervisor, bind their chats, and put the officers on duty."""
    lan = duty.appoint_officer(LAN)
    hung = duty.appoint_officer(HUNG)
    duty.put_on_duty(lan, hung)
    chief = duty.appoint_officer("Chỉ huy trực", "hoa-lu", "tip_supervisor")
    return FloodTown(duty, lan, hung, chief)
