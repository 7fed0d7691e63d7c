"""Random conversations with random acts of officers: no message is lost, and every case can be found by its receipt."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.scenarios.cases.talk.conftest import TalkScene

from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.states import OPEN_STATES
from anninh_core.kernel.dates import VIETNAM
from anninh_core.messaging.inbound.talk.commands import extract_receipt
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers

SAYINGS = (
    "mất trộm xe máy đêm qua ở xóm 2",
    "nhà bên cạnh mở karaoke ầm ĩ suốt đêm không ngủ được ở xóm 3",
    "cháy nhà",
    "có người kẹt",
    "Biển số 35B1-123.45",
    "Cảm ơn anh, nó lại sang phá nữa",
    "cảm ơn các anh",
    "vâng ạ",
    "ok",
    "em nhầm, em xin rút",
    "tôi không đồng ý",
    "Cho em hỏi làm căn cước ở đâu ạ?",
    "tôi muốn báo thêm việc khác",
    "1",
    "2",
    "3",
    "tra cứu",
    "hỗ trợ vay tiền nhanh",
    "😀",
)
PLACES = {"tip", "question", "continuation", "unassigned", "chatter", "command"}


class TalkMachine(RuleBasedStateMachine):
    """A state machine of a resident who writes, an officer who works, and a clock that advances."""

    def __init__(self) -> None:
        super().__init__()
        clock = FixedClock(datetime(2021, 9, 1, 8, tzinfo=VIETNAM))
        chat = MockChat(clock)
        app = memory_app(chat, clock=clock)
        users = UnsafeLocalUsers(app)
        officer = users.appoint("Lan", "hoa-lu", "tip_officer")
        boss = users.appoint("Huy", "hoa-lu", "tip_supervisor")
        self.scene = TalkScene(app, chat, clock, Dialog(chat, partial(pump, app, chat)), officer, boss)
        self.said = 0
        self.heard: list[str] = []

    def teardown(self) -> None:
        self.scene.app.close()

    @rule(text=st.sampled_from(SAYINGS), minutes=st.sampled_from((0.5, 10, 90)))
    def write(self, text: str, minutes: float) -> None:
        self.scene.says(text, pause=minutes)
        self.said += 1

    @rule()
    def send_a_picture(self) -> None:
        self.scene.sends("image")
        self.said += 1

    @rule(hours=st.sampled_from((5, 30)))
    def let_time_pass(self, hours: int) -> None:
        self.scene.clock.advance(timedelta(hours=hours))

    @precondition(lambda self: self._list_open_tips())
    @rule(data=st.data())
    def ask_back(self, data: st.DataObject) -> None:
        tip = data.draw(st.sampled_from(self._list_open_tips()), label="tip")
        if tip.state in (TipState.RECEIVED, TipState.TRIAGED):
            self.scene.asks_back(tip)

    @precondition(lambda self: self._list_open_tips())
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        tip = data.draw(st.sampled_from(self._list_open_tips()), label="tip")
        if tip.state in (TipState.RECEIVED, TipState.TRIAGED):
            self.scene.settle_and_answer(tip)

    @precondition(lambda self: len(self._list_joinable_tips()) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        first, second = data.draw(st.permutations(self._list_joinable_tips()), label="tips")[:2]
        self.scene.app.tips.threads.join(self.scene.officer, first.id, into=second.id, reason="Cùng một việc")

    @precondition(lambda self: self._list_open_tips())
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        tip = data.draw(st.sampled_from(self._list_open_tips()), label="tip")
        messages = [
            message.id for message in self.scene.list_messages() if message.case == f"tip:{tip.id}" and message.sender
        ]
        if len(messages) > 1:
            self.scene.app.tips.threads.split(
                self.scene.officer, tip.id, [data.draw(st.sampled_from(messages))], "Hai việc"
            )
            self.scene.app.worker.drain()

    @rule()
    def decide_about_doubt(self) -> None:
        app = self.scene.app
        lan = self.scene.officer
        for message in app.conversations.unassigned(lan).items:
            app.conversations.open_tip(lan, [message.id])
        app.worker.drain()

    @invariant()
    def every_message_has_one_place(self) -> None:
        messages = self.scene.list_messages()
        assert len(messages) == self.said
        cases = {f"tip:{tip.id}" for tip in self.scene.tips() if tip.state is not TipState.JOINED}
        for message in messages:
            assert message.kind in PLACES
            in_case = message.case in cases or message.case.startswith("inquiry:")
            assert in_case or (message.case == "" and message.kind in ("unassigned", "chatter", "command"))
            assert message.kind == "unassigned" or not message.candidates

    @invariant()
    def every_case_has_one_receipt_and_is_reached_by_it(self) -> None:
        self.heard += self.scene.hears()
        receipts = Counter(extract_receipt(text) for text in self.heard if text.startswith("Mã tiếp nhận"))
        tips = self.scene.tips()
        assert receipts == Counter(tip.receipt for tip in tips)
        for tip in tips:
            assert self.scene.app.tips.by_receipt(self.scene.officer, tip.receipt).state is not TipState.JOINED

    @invariant()
    def what_counts_is_what_there_is(self) -> None:
        tips = [tip for tip in self.scene.tips() if tip.state is not TipState.JOINED]
        assert self.scene.count_received_tips() == sum(1 + len(tip.reopened_days) for tip in tips)

    def _list_open_tips(self) -> list[Tip]:
        return [tip for tip in self.scene.tips() if tip.state in OPEN_STATES]

    def _list_joinable_tips(self) -> list[Tip]:
        return [tip for tip in self._list_open_tips() if not tip.settlements]


class LongTalkMachine(TalkMachine):
    """The talk's state machine with more and longer runs."""


TestTalk = TalkMachine.TestCase
TestTalk.settings = settings(max_examples=6, stateful_step_count=20)
TestLongTalk = pytest.mark.slow(LongTalkMachine.TestCase)
TestLongTalk.settings = settings(max_examples=60, stateful_step_count=30)
