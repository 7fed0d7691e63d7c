"""Random conversations, incidents and locks, in a process that may be killed at any commit.

Danger always has an alarm, no case or receipt is lost, and the accused can't read accusations.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from anninh_core.app import App
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.incidents.model import Incident
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AnninhError
from anninh_core.messaging.inbound.talk.accusations import find_accusation
from anninh_core.messaging.inbound.talk.commands import extract_receipt
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_services, pump
from anninh_core.testing.apps import CHEAP, shipped_district
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.vocabulary.messages import Attachment

DANGER = (
    "Cháy nhà ở khu phố Ninh Hòa",
    "Cháy xưởng gỗ ở khu phố Trường Yên",
    "cháy to quá, có người kẹt",
    "cướp",
    "nó cầm dao chạy về Ninh Vân rồi",
    "em nhầm, cháy ở Trường Yên cơ",
    "báo thêm việc khác: cháy xưởng gỗ rồi",
    "em không muốn sống nữa",
)
OTHERS = (
    "mất trộm xe máy đêm qua ở xóm 2 xã Ninh Hòa",
    "em sợ quá",
    "tôi muốn báo thêm việc khác",
    "nhà bên cạnh đổ rác ra đường",
    "đốt rác thôi",
    "tìm thấy rồi",
    "ở phòng trọ số 3",
    "ở Trường Yên ạ",
    "1",
    "2",
    "không ạ",
    "cảm ơn các anh",
    "Cho em hỏi làm căn cước ở đâu ạ?",
    "",
)
ACCUSING = (
    "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo",
    "tôi tố cáo chủ tịch huyện tham ô",
    "tố cáo công an xã",
)
BOTH = (
    "Cháy nhà ở khu phố Ninh Hòa. Công an xã Ninh Hòa nhận tiền nên làm ngơ",
    "trưởng công an xã Ninh Hòa đang cầm dao đuổi đánh tôi, cứu với",
    "cháy nhà, cả công an xã, chủ tịch xã, công an huyện đều nhận hối lộ",
)
"""A text with danger and an accusation: it opens two cases, each with its own message."""
_KILLS = st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 8))
PICTURE = Attachment("image", url="https://mock.invalid/files/p")
LEASE = timedelta(minutes=10)
"""A duration longer than the lease of rows that a killed process had claimed."""
_IN_HAND = (OutboxState.CLAIMED, OutboxState.STARTED)
# The phase that shrinks failing examples is left out, because each example takes seconds.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


class ProcessKilled(BaseException):
    """The simulated end of the process."""


class MortalStorage:
    """A storage that kills the process at a commit, before or after the commit takes effect."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self.left = 0
        self.takes_effect = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def close(self) -> None:
        """Do nothing, so that the next process has all data."""

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Commit the change sets, unless the process is killed first."""
        self.left -= 1
        if self.left != 0:
            return self._storage.commit(change_sets)
        if self.takes_effect:
            self._storage.commit(change_sets)
        raise ProcessKilled


class ConversationMachine(RuleBasedStateMachine):
    """A state machine of residents who write, officers who join reports and decide about locks, and processes that are
    killed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
        self.chat = MockChat(self.clock)
        self.storage = MortalStorage()
        self.keys = MemoryKeys()
        self.blobs = MemoryBlobs()
        self.ids = SeededIds(self.clock)
        self.app = self._open_next_process()
        self.residents = [self.chat.person(name) for name in ("Thử Văn An", "Thử Thị Bình", "Thử Văn Cường")]
        users = UnsafeLocalUsers(self.app)
        self.officer = users.appoint("Trực", "hoa-lu", "tip_officer")
        self.supervisor = users.appoint("Chỉ huy", "hoa-lu", "tip_supervisor")
        self.written = 0
        self.danger = 0

    def _open_next_process(self) -> App:
        oa = MockMessenger.on(self.chat, "oa", memory_services(self.clock, self.ids, self.blobs))
        parts = Parts(
            storage=self.storage,
            keys=self.keys,
            blobs=self.blobs,
            clock=self.clock,
            ids=self.ids,
            messengers={"oa": oa},
            passwords=CHEAP,
        )
        return open_app(shipped_district(), None, parts)

    @initialize(accusing=st.sampled_from(ACCUSING))
    def begin(self, accusing: str) -> None:
        """Let two people report one fire, and a third one accuse an official."""
        for resident_index, text in enumerate((DANGER[0], DANGER[0], accusing)):
            self.write(text, resident_index, 0, 0, takes_effect=False)

    @rule(
        text=st.sampled_from((*DANGER, *OTHERS, *ACCUSING, *BOTH)),
        who=st.sampled_from((0, 0, 1, 2)),
        minutes=st.sampled_from((0, 0, 2, 20, 90, 300)),
        kill_at=_KILLS,
        takes_effect=st.booleans(),
    )
    def write(self, text: str, who: int, minutes: int, kill_at: int, *, takes_effect: bool) -> None:
        """Let a resident write while the process is killed at a commit, and let another process continue."""
        self.chat.says(self.residents[who], text, attachments=() if text else (PICTURE,))
        self.written += 2 if text in BOTH else 1
        self.danger += text in DANGER or text in BOTH
        self._run_until_killed(lambda: pump(self.app, self.chat), kill_at, takes_effect=takes_effect)
        self.clock.advance(timedelta(minutes=minutes))
        self._finish_work()

    @rule(number=st.integers(0, 30), kill_at=_KILLS, takes_effect=st.booleans())
    def join(self, number: int, kill_at: int, *, takes_effect: bool) -> None:
        """Let an officer join a case and the next ones to an incident, as far as the rules allow it."""
        ids = [tip.id for tip in self._read_records(TIP)]
        selected = ids[number % len(ids) :][:3]
        self._run_action(lambda: self.app.incidents.join(self.officer, selected), kill_at, takes_effect=takes_effect)

    @precondition(lambda self: any(tip.incident for tip in self._read_records(TIP)))
    @rule(number=st.integers(0, 30), kill_at=_KILLS, takes_effect=st.booleans())
    def separate(self, number: int, kill_at: int, *, takes_effect: bool) -> None:
        """Let an officer separate a case from its incident."""
        joined = [tip for tip in self._read_records(TIP) if tip.incident]
        tip = joined[number % len(joined)]
        self._run_action(
            lambda: self.app.incidents.separate(self.officer, tip.incident, [tip.id]),
            kill_at,
            takes_effect=takes_effect,
        )

    @precondition(lambda self: any(tip.is_locked for tip in self._read_records(TIP)))
    @rule(number=st.integers(0, 30), lifts=st.booleans(), kill_at=_KILLS, takes_effect=st.booleans())
    def decide(self, number: int, kill_at: int, *, lifts: bool, takes_effect: bool) -> None:
        """Let a supervisor confirm or lift a lock."""
        locked = [tip for tip in self._read_records(TIP) if tip.is_locked]
        tip = locked[number % len(locked)]
        decide = self.app.tips.locks.lift if lifts else self.app.tips.locks.confirm
        self._run_action(lambda: decide(self.supervisor, tip.id, "đã xem"), kill_at, takes_effect=takes_effect)

    def _run_action(self, act: Callable[[], object], kill_at: int, *, takes_effect: bool) -> None:
        """Run an action of an officer, which may be refused, and let the app react to it."""

        def act_and_react() -> None:
            with suppress(AnninhError):
                act()
            pump(self.app, self.chat)

        self._run_until_killed(act_and_react, kill_at, takes_effect=takes_effect)
        self._finish_work()

    def _run_until_killed(self, work: Callable[[], object], kill_at: int, *, takes_effect: bool) -> None:
        """Run `work`, and kill the process at commit number `kill_at`, or not at all for 0."""
        self.storage.left = kill_at
        self.storage.takes_effect = takes_effect
        try:
            work()
        except ProcessKilled:
            self.app = self._open_next_process()
        self.storage.left = 0

    def _finish_work(self) -> None:
        """Let the next process finish the work of the killed one."""
        pump(self.app, self.chat)
        queues = self.storage.queues
        claimed = any(row.state in _IN_HAND for row in queues.outbox(limit=1000))
        if claimed or queues.inbox([InboxState.CLAIMED]):
            self.clock.advance(LEASE)
            pump(self.app, self.chat)
        self.app.worker.jobs["retry_failed"].run()
        self.app.worker.jobs["page_officers"].run()
        pump(self.app, self.chat)

    @invariant()
    def no_message_is_lost(self) -> None:
        assert len(self._read_records(MESSAGE)) == self.written

    @invariant()
    def every_danger_has_a_case_and_an_alarm(self) -> None:
        messages: list[Message] = self._read_records(MESSAGE)
        tips: dict[str, Tip] = {f"tip:{tip.id}": tip for tip in self._read_records(TIP)}
        alarms: list[Alarm] = self._read_records(ALARM)
        alarmed = {case for alarm in alarms if alarm.is_emergency for case in (alarm.about, *alarm.also)}
        texts = {
            message_sent.id: message_sent.text
            for person in self.residents
            for message_sent in self.chat.conversation(person)
        }
        dangerous = [message for message in messages if texts.get(message.platform_id) in (*DANGER, *BOTH)]
        assert len(dangerous) == self.danger
        for message in dangerous:
            assert tips[message.case].emergency
            assert message.case in alarmed
        assert {message.case for message in messages if message.case.startswith("tip:")} == tips.keys()

    @invariant()
    def accusations_are_locked(self) -> None:
        """Check that each accusation is locked, and that no emergency is locked."""
        tips: list[Tip] = self._read_records(TIP)
        messages: list[Message] = self._read_records(MESSAGE)
        # The lock may be lifted by a supervisor, but it stays on record.
        locked = {f"tip:{tip.id}" for tip in tips if tip.lock is not None}
        district = self.app.district
        for message in messages:
            if find_accusation(message.text, district) is not None:
                assert message.case in locked or message.is_locked
        for tip in tips:
            assert tip.lock is not None or find_accusation(tip.text, district) is None
            assert not (tip.is_locked and tip.emergency)

    @invariant()
    def cases_and_incidents_agree(self) -> None:
        """Check that cases and incidents name each other, and that no locked case belongs to an incident."""
        tips: list[Tip] = self._read_records(TIP)
        incidents: list[Incident] = self._read_records(INCIDENT)
        of_incidents = {id: incident.id for incident in incidents for id in incident.tips}
        assert of_incidents == {tip.id: tip.incident for tip in tips if tip.incident}
        assert not any(tip.is_locked for tip in tips if tip.incident)

    @invariant()
    def every_case_has_its_receipt(self) -> None:
        """Check that each receipt was sent, except if the process was killed during the send, after which a person has
        to check.
        """
        rows = [row for row in self.storage.queues.outbox(limit=1000) if row.purpose == "tip.receipt"]
        unknown = {row.cause for row in rows if row.state in (OutboxState.UNKNOWN, OutboxState.NEEDS_PERSON)}
        messages = [message for person in self.residents for message in self.chat.conversation(person)]
        texts = [message.text for message in messages if not message.author]
        receipts = {extract_receipt(text) for text in texts if text.startswith("Mã tiếp nhận")}
        for tip in self._read_records(TIP):
            assert tip.receipt in receipts or f"tip:{tip.id}" in unknown

    def _read_records(self, kind: Any) -> list[Any]:
        records = self.storage.maintenance.scan(kind.name)
        return list(self.app.internals.context.iter_readable(kind, records))


class LongConversationMachine(ConversationMachine):
    """The conversation's state machine with more and longer runs."""


TestConversation = ConversationMachine.TestCase
TestConversation.settings = settings(max_examples=4, stateful_step_count=12, deadline=None, phases=_PHASES)
TestLongConversation = pytest.mark.slow(LongConversationMachine.TestCase)
TestLongConversation.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, phases=_PHASES)
