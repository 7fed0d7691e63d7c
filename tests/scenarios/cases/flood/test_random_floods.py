"""Random conversations with floods: nothing is lost, officers get urgent notices of danger, and notices aren't
repeated.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.scenarios.cases.duty_bench import DutyBench
from tests.scenarios.cases.flood.conftest import FloodTown, open_town

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.states import OPEN_STATES
from anninh_core.kernel.dates import VIETNAM
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump
from anninh_core.vocabulary.rules import FloodRules

RULES = FloodRules(person_messages=5, person_cases=3, person_dangers=2, unit_cases=4, unit_dangers=3)
DISTRICT = evolve(load_profile("hoa_lu_2021"), flood=RULES)
PEOPLE = ("Thử Văn An", "Thử Thị Bình", "Thử Văn Cảnh")
DANGER = ("cháy nhà", "cứu với, có người bị đâm")
SAYINGS = (
    *DANGER,
    "mất trộm xe máy đêm qua ở xóm 2",
    "nhà bên cạnh mở karaoke ầm ĩ suốt đêm không ngủ được ở xóm 3",
    "Cho em hỏi làm căn cước ở đâu ạ?",
    "tôi muốn báo thêm việc khác",
    "cảm ơn các anh",
    "trợ giúp",
    "1",
    "3",
    "alo",
    "😀",
)
PLACES = {"tip", "question", "continuation", "unassigned", "chatter", "command"}
MINUTE = timedelta(seconds=60)
GATHERED = timedelta(seconds=75)  # Further cases are collected for a minute, and the worker runs every 15 seconds.


class FloodMachine(RuleBasedStateMachine):
    """A state machine of residents who write without end, an officer who works, and a clock that advances."""

    def __init__(self) -> None:
        super().__init__()
        clock = FixedClock(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
        chat = MockChat(clock)
        app = memory_app(chat, clock=clock, district=DISTRICT)
        self.town: FloodTown = open_town(DutyBench.of(app, chat, clock, Dialog(chat, partial(pump, app, chat))))
        self.app = app
        self.lan = self.town.lan
        self.clock = clock
        self.said = 0
        self.told: dict[str, datetime] = {}
        self.danger_since: dict[str, datetime] = {}
        self.uow_class: set[str] = set()  # This set has the ids of alarms with urgent notices about further cases.

    def teardown(self) -> None:
        self.app.close()

    @rule(name=st.sampled_from(PEOPLE), text=st.sampled_from(SAYINGS), times=st.sampled_from((1, 1, 4, 9)))
    def write(self, name: str, text: str, times: int) -> None:
        for _ in range(times):
            before = self.town.count_rows()["flood.told"]
            self.town.write(text, name=name, seconds=1)
            self.said += 1
            if self.town.count_rows()["flood.told"] > before:
                now = self.clock.now()
                assert name not in self.told or now - self.told[name] >= RULES.person_window
                self.told[name] = now
            if text in DANGER:
                self._check_danger()

    def _check_danger(self) -> None:
        """Check that the last reported danger has a case and an open alarm."""
        message = self.town.list_messages()[-1]
        assert message.case.startswith("tip:")
        open_alarms = [alarm for alarm in self._list_alarms() if alarm.is_open]
        about = [alarm for alarm in open_alarms if message.case in (alarm.about, *alarm.also)]
        assert about
        for alarm in about:
            self.danger_since.setdefault(alarm.id, message.received_at)

    @rule(minutes=st.sampled_from((1, 6, 90, 60 * 25)))
    def let_time_pass(self, minutes: int) -> None:
        self.town.pass_seconds(75)
        self.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: any(alarm.is_open and alarm.is_emergency for alarm in self._list_alarms()))
    @rule()
    def claim_an_alarm(self) -> None:
        self.town.pass_seconds(60)
        alarm = next((alarm for alarm in self._list_alarms() if alarm.is_open and alarm.is_emergency), None)
        if alarm is not None:
            self.app.duty.claim(self.lan, alarm.id)

    @precondition(lambda self: self._list_new_tips())
    @rule(data=st.data())
    def end_a_case(self, data: st.DataObject) -> None:
        tip = data.draw(st.sampled_from(self._list_new_tips()), label="tip")
        self.app.tips.triage(self.lan, tip.id, category=tip.category or "crime")
        self.app.tips.settle(self.lan, tip.id, TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")
        self.app.tips.false_reports.mark(self.lan, tip.id, reason="prank", note="Đùa")
        self.app.worker.drain()

    @rule(as_tip=st.booleans())
    def decide_about_held_back_messages(self, as_tip: bool) -> None:
        held_back = self.app.conversations.unassigned(self.lan, held_back=True).items
        ids = [message.id for message in held_back if message.sender == held_back[0].sender]
        if ids and as_tip:
            self.app.conversations.open_tip(self.lan, ids)
        elif ids:
            self.app.conversations.dismiss_messages(self.lan, ids, reason="prank", note="Đùa")
        self.app.worker.drain()

    @invariant()
    def every_message_has_one_place(self) -> None:
        messages = self.town.list_messages()
        assert len(messages) == self.said
        cases = {f"tip:{tip.id}" for tip in self.town.tips()}
        for message in messages:
            assert message.kind in PLACES
            in_case = message.case in cases or message.case.startswith("inquiry:")
            assert in_case or (message.case == "" and message.kind in ("unassigned", "chatter", "command"))

    @invariant()
    def every_danger_is_paged_within_a_minute(self) -> None:
        for alarm in self._list_alarms():
            first = self.danger_since.get(alarm.id)  # No time is known for an alarm that was a notice before.
            if alarm.also:
                self.uow_class.add(alarm.id)
            within = GATHERED if alarm.id in self.uow_class else MINUTE
            for reported_at in () if first is None else (first, *alarm.more_at):
                if self.clock.now() - reported_at > within and (
                    alarm.ended_at is None or alarm.ended_at > reported_at + within
                ):
                    assert any(timedelta(0) <= page.at - reported_at <= within for page in alarm.pages), (
                        reported_at,
                        alarm,
                    )

    @invariant()
    def what_counts_is_what_there_is(self) -> None:
        counters = self.app.internals.context.storage.counters
        day = self.clock.now().date()
        total = counters.total(
            ("tips_received",), list(self.app.district.units), day - timedelta(days=90), day + timedelta(days=1)
        )
        assert sum(total.values()) == len(self.town.tips())

    @invariant()
    def flood_is_notified_once(self) -> None:
        floods = len(self.town.list_rows("flood.told"))
        notices = Counter(row.conversation for row in self.town.list_rows("notice.flood"))
        assert all(count <= floods for count in notices.values())

    def _list_alarms(self) -> list[Alarm]:
        return self.town.duty.list_alarms()

    def _list_new_tips(self) -> list[Tip]:
        return [tip for tip in self.town.tips() if tip.state in OPEN_STATES and tip.state is TipState.RECEIVED]


class LongFloodMachine(FloodMachine):
    """The flood's state machine with more and longer runs."""


TestFlood = FloodMachine.TestCase
TestFlood.settings = settings(max_examples=6, stateful_step_count=12)
TestLongFlood = pytest.mark.slow(LongFloodMachine.TestCase)
TestLongFlood.settings = settings(max_examples=40, stateful_step_count=25)
