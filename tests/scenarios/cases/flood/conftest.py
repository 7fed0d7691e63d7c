"""A district at night in which far more is written than usual, on each storage."""

from collections import Counter
from datetime import timedelta

import pytest
from attrs import frozen
from tests.scenarios.cases.duty_bench import Duty

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import pump
from anninh_core.usecase import Actor

LAN = "Trần Thị Lan"
HUNG = "Lê Văn Hùng"


@frozen
class Town:
    """A district with two officers on duty and a supervisor, all of them with chats."""

    duty: Duty
    lan: Actor
    hung: Actor
    chief: Actor

    def write(self, *texts: str, name: str = "Thử Văn An", seconds: float = 2) -> None:
        """Let somebody write one text after the other, with the worker at work."""
        for text in texts:
            self.duty.dialog.says(name, text)
            self.tick(seconds)

    def tick(self, seconds: float) -> None:
        """Let time pass, with the worker paging and telling what is due every fifteen seconds at most."""
        while seconds > 0:
            self.duty.clock.advance(timedelta(seconds=min(seconds, 15)))
            seconds -= 15
            self.duty.app.worker.jobs["page_officers"].run()
            self.duty.app.worker.jobs["tell_new_tips"].run()
            self.duty.app.worker.drain()

    def pour(self, texts: dict[str, str]) -> None:
        """Let many people write at once, before the worker looks."""
        for name, text in texts.items():
            self.duty.chat.says(self.duty.chat.person(name), text)
        pump(self.duty.app, self.duty.chat)

    def messages(self) -> list[Message]:
        """Return every private message as it is stored, oldest first, without what officers wrote."""
        records = self.duty.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        found = self.duty.app.internals.context.iter_readable(MESSAGE, records)
        return sorted((one for one in found if one.kind != "officer"), key=lambda one: (one.received_at, one.id))

    def tips(self) -> list[Tip]:
        """Return every tip as it is stored, oldest first."""
        records = self.duty.app.internals.context.storage.maintenance.scan(TIP.name)
        return sorted(self.duty.app.internals.context.iter_readable(TIP, records), key=lambda tip: tip.id)

    def rows(self, *purposes: str) -> list[OutboxRow]:
        """Return what was sent, or waits, for some purposes."""
        return [
            row for row in self.duty.app.internals.context.storage.queues.outbox(limit=5000) if row.purpose in purposes
        ]

    def sent(self) -> Counter[str]:
        """Return how many texts were sent, or wait, by their purpose."""
        return Counter(row.purpose for row in self.duty.app.internals.context.storage.queues.outbox(limit=5000))

    def hears(self, name: str) -> list[str]:
        """Return what somebody heard since the last look."""
        return self.duty.chat.hears(self.duty.chat.person(name))


@pytest.fixture
def town(duty: Duty) -> Town:
    """Two in the morning; Lan is on duty, and Hùng after her."""
    return open_town(duty)


def open_town(duty: Duty) -> Town:
    """Appoint the officers, and let them bind their chats."""
    lan = duty.officer(LAN)
    hung = duty.officer(HUNG)
    duty.roster(lan, hung)
    chief = duty.officer("Chỉ huy trực", "hoa-lu", "tip_supervisor")
    return Town(duty, lan, hung, chief)
