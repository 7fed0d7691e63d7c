"""With any losses in any order no message is delivered twice, and none is left out."""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.messaging.conftest import outbox
from tests.messaging.remembering import AccountMessage, Wall, build_recording_messenger, deliver_echo, queue_text

from anninh_core.app import App
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, SeededIds, memory_app, pump
from anninh_core.testing.apps import SHIPPED
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Address, Place

pytestmark = pytest.mark.slow

MORNING = datetime(2021, 9, 1, 1, tzinfo=UTC)
DISTRICT = load_profile(SHIPPED)
TEXTS = ("Đã ghi nhận", "Cảm ơn bà con")
PLANS = ("taken", "lost_answer", "lost_before")
AN = "Thử Văn An"

ACTS = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from(TEXTS), st.sampled_from(("reply", "broadcast", "emergency"))),
    st.tuples(st.just("plan"), st.sampled_from(PLANS), st.just("")),
    st.tuples(st.just("operator"), st.sampled_from(TEXTS), st.just("")),
    st.tuples(st.just("echo"), st.sampled_from(("first", "last", "lost")), st.just("")),
    st.tuples(st.just("pass"), st.sampled_from(("0.2", "1", "3", "11")), st.just("")),
    st.tuples(st.just("work"), st.just(""), st.just("")),
)


@define
class InterleavedRun:
    """An app with its platform and the echoes that the platform hasn't delivered yet."""

    app: App
    wall: Wall
    clock: FixedClock
    an: Address
    told: Counter[str] = field(factory=Counter)
    on_its_way: deque[AccountMessage] = field(factory=deque)
    seen: int = 0

    def execute_action(self, action: str, what: str, how: str) -> None:
        """Execute one random action, such as a send, an echo or the passing of time."""
        match action:
            case "tell":
                queue_text(self.app, self.app.internals.services.conversations.id_of(self.an), what, lane=Lane(how))
                self.told[what] += 1
            case "plan":
                self.wall.plans.append(what)
            case "operator":
                self.wall.write(self.an, what, by_operator=True)
            case "echo" if self.on_its_way:
                line = self.on_its_way.pop() if what == "last" else self.on_its_way.popleft()
                if what != "lost":
                    deliver_echo(self.app, line)
            case "pass":
                self.clock.advance(timedelta(minutes=float(what)))
            case "work":
                self.app.worker.step()
        self.collect_echoes()

    def collect_echoes(self) -> None:
        """Collect pending echoes, and deliver the echoes of operators' messages at once, since only echoes distinguish
        them from our messages.
        """
        for line in self.wall.lines[self.seen :]:
            if line.by_operator:
                deliver_echo(self.app, line)
                self.app.worker.step()
            else:
                self.on_its_way.append(line)
        self.seen = len(self.wall.lines)

    def finish_work(self) -> None:
        """Let everything succeed from now on, and run the worker until no work is left."""
        self.wall.plans.clear()
        for _ in range(40):
            self.clock.advance(timedelta(minutes=3))
            self.app.worker.step()
            if self.on_its_way:
                deliver_echo(self.app, self.on_its_way.popleft())
        self.app.worker.drain()


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(ACTS, max_size=25))
def test_each_text_is_delivered_as_often_as_sent(acts: list[tuple[str, str, str]]) -> None:
    """Each text is delivered exactly as often as it was sent, with losses, equal texts, operators and echoes in any
    order.
    """
    clock = FixedClock(MORNING)
    chat = MockChat(clock)
    wall = Wall(clock)
    messenger = build_recording_messenger(chat, wall)
    with memory_app(chat, clock=clock, ids=SeededIds(clock), district=DISTRICT, messengers={"oa": messenger}) as app:
        chat.says(chat.person(AN), "chúc mừng năm mới")
        pump(app, chat)
        stage = InterleavedRun(app, wall, clock, Address("oa", Place.PERSON, chat.person(AN)), seen=len(wall.lines))
        for act in acts:
            stage.execute_action(*act)
        stage.finish_work()
        rows = outbox(app, "test.told")
        assert {row.state for row in rows} <= {"delivered"}
        assert {text: len(wall.find_program_messages(text)) for text in TEXTS} == {
            text: stage.told[text] for text in TEXTS
        }
        ours = {line.id for text in TEXTS for line in wall.find_program_messages(text)}
        assert sorted(row.platform_id for row in rows) == sorted(ours)
