"""A district in which residents write in the way people usually do, on each storage."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from attrs import frozen

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

AN = "Thử Văn An"
STORY = ("mất trộm xe máy đêm qua ở xóm 2", "Biển số 35B1-123.45", "Nhà em cạnh đình")


@frozen
class TalkScene:
    """An app with one resident, one officer and a supervisor."""

    app: App
    chat: MockChat
    clock: FixedClock
    dialog: Dialog
    officer: Actor
    boss: Actor

    def says(self, *texts: str, pause: float = 0.5, name: str = AN) -> None:
        """Send texts from the resident one by one, with `pause` minutes after each."""
        for text in texts:
            self.dialog.says(name, text)
            self.wait(pause)

    def sends(self, kind: str) -> None:
        """Send an attachment without text from the resident."""
        self.dialog.says(AN, "", attachments=[Attachment(kind)])

    def quotes(self, purpose: str, text: str) -> None:
        """Send a text from the resident that quotes our newest message for a purpose."""
        rows = [row for row in self.app.internals.context.storage.queues.outbox(limit=1000) if row.purpose == purpose]
        self.chat.says(self.chat.person(AN), text, reply_to=rows[-1].platform_id)
        pump(self.app, self.chat)

    def wait(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def hears(self) -> list[str]:
        """Return the texts that the resident received since the last call."""
        return self.chat.hears(self.chat.person(AN))

    def tips(self) -> list[Tip]:
        """Return every stored tip, oldest first."""
        records = self.app.internals.context.storage.maintenance.scan(TIP.name)
        return sorted(self.app.internals.context.iter_readable(TIP, records), key=lambda tip: tip.id)

    def get_only_tip(self) -> Tip:
        (tip,) = self.tips()
        return tip

    def list_messages(self) -> list[Message]:
        """Return every stored message, oldest first."""
        records = self.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        return sorted(
            self.app.internals.context.iter_readable(MESSAGE, records),
            key=lambda message: (message.received_at, message.id),
        )

    def asks_back(self, tip: Tip, question: str = "Xe màu gì ạ?") -> None:
        self.app.tips.triage(self.officer, tip.id, category=tip.category or "crime")
        self.app.tips.ask_back(self.officer, tip.id, question)
        self.app.worker.drain()

    def settle_and_answer(self, tip: Tip) -> None:
        """Settle a tip and deliver its answer."""
        self.app.tips.triage(self.officer, tip.id, category=tip.category or "crime")
        self.app.tips.settle(
            self.officer, tip.id, TipState.UNFOUNDED, answer="Đã kiểm tra, chưa có căn cứ.", reason="checked"
        )
        self.app.tips.answer(self.officer, tip.id)
        self.app.worker.drain()

    def count_received_tips(self) -> int:
        """Return the number of tips that the counters have as received."""
        day = self.clock.now().date()
        units = list(self.app.district.units)
        counters = self.app.internals.context.storage.counters
        total = counters.total(("tips_received",), units, day - timedelta(days=60), day + timedelta(days=1))
        return sum(total.values())


@pytest.fixture
def scene(storage: Storage, anninh_clock: FixedClock) -> Iterator[TalkScene]:
    """A talk scenario on an app with an officer and a supervisor."""
    chat = MockChat(anninh_clock)
    with memory_app(chat, clock=anninh_clock, storage=storage) as app:
        users = UnsafeLocalUsers(app)
        officer = users.appoint("Cán bộ Lan", "hoa-lu", "tip_officer")
        boss = users.appoint("Chỉ huy", "hoa-lu", "tip_supervisor")
        yield TalkScene(app, chat, anninh_clock, Dialog(chat, partial(pump, app, chat)), officer, boss)
