"""The whole core and the pretend Zalo: a webhook that fails for an hour, and answers that get lost."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zalo.conftest import BEGIN, options_of
from tests.zalo.history.conftest import MINUTE, Remembering

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, SeededIds, memory_app
from anninh_core.testing.apps import SHIPPED
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.history.history import History
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.testing import Person, Sandbox
from anninh_zalo.testing import SandboxOfficialAccount as PretendAccount
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.state import SandboxApplication as PretendApp

pytestmark = pytest.mark.slow

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
DISTRICT = load_profile(SHIPPED)


@define
class Town:
    """An app at work for an official account.

    Attributes:
        answers: whether our address answers.
        app: set when it is opened.
    """

    clock: FixedClock = field(factory=lambda: FixedClock(BEGIN))
    answers: bool = True
    sandbox: Sandbox = field(init=False)
    pretend: PretendApp = field(init=False)
    account: PretendAccount = field(init=False)
    messenger: Remembering = field(init=False)
    app: App = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sandbox = Sandbox(self.clock, post=self.door)
        self.pretend = self.sandbox.app(webhook="https://door.invalid/hook/oa")
        self.account = self.sandbox.account("Công an thử")
        self.account.account.per_minute = 1000
        services = memory_services(self.clock)
        options = options_of(self.pretend, self.account)
        self.messenger = Remembering("oa", options, services, self.sandbox.transport)
        self.messenger.history = History(
            self.messenger.api, services, "oa", oa_id=self.account.id, app_id=self.pretend.id
        )
        given = self.sandbox.grant(self.pretend, self.account)
        self.messenger.tokens.adopt(TokenPair(given.access, given.refresh, timedelta(hours=25)))
        ids_of = SeededIds(self.clock)
        self.app = memory_app(clock=self.clock, ids=ids_of, district=DISTRICT, messengers={"oa": self.messenger})

    def door(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take a webhook as the web door would."""
        if not self.answers:
            raise ConnectionError("nobody listens")
        self.app.intake.accept("oa", WebhookRequest(body, tuple(headers.items())))
        return 200

    def go_on(self, minutes: float) -> None:
        """Let time pass, webhooks come and the worker work, its round once a minute."""
        for _ in range(max(1, round(minutes))):
            self.clock.advance(MINUTE)
            self.sandbox.deliver_due()
            self.app.worker.drain()
            self.app.worker.tick()
            self.app.worker.drain()

    def heard(self) -> list[Message]:
        """Return what was written down, in the order of its writing down."""
        records = self.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        return sorted(
            (self.app.internals.context.open_record(MESSAGE, record) for record in records),
            key=lambda message: message.id,
        )


@pytest.fixture
def town() -> Iterator[Town]:
    """A town."""
    made = Town()
    yield made
    made.app.close()
    made.messenger.close()


def test_an_outage_of_an_hour_loses_nothing(town: Town) -> None:
    """What people wrote meanwhile is heard once, by the lists or by a webhook that comes late."""
    people = [town.account.person(f"Thử Thị {n}") for n in range(12)]
    town.go_on(1)
    people[0].says(THEFT)
    town.go_on(12)
    assert [message.text for message in town.heard()] == [THEFT]
    town.answers = False
    said = [_writes(town, person, n) for n in range(14) for person in people]
    assert len(said) == 168
    town.answers = True
    town.go_on(40)

    found = Counter(message.platform_id for message in town.heard())
    assert found.keys() >= set(said)
    assert set(found.values()) == {1}
    told = sorted(town.heard(), key=lambda message: message.sent_at)
    assert [message.platform_id for message in told][1:] == said
    assert told[0].conversation == told[1].conversation


def _writes(town: Town, person: Person, n: int) -> str:
    town.clock.advance(timedelta(seconds=21))
    town.sandbox.deliver_due()
    return person.says(f"câu {n}", *([parts.image("http://f6.photo.talk.zdn.vn/a")] if n == 3 else [])).id


def test_a_webhook_that_was_turned_off_is_made_up_for(town: Town) -> None:
    """After the last try Zalo sends nothing any more: until somebody turns it on again, the lists tell."""
    person = town.account.person("Thử Văn An")
    town.go_on(1)
    town.answers = False
    person.says(THEFT)
    town.go_on(130)
    assert not town.pretend.subscribed
    person.says("câu sau")
    town.go_on(12)

    assert [message.text for message in town.heard()] == [THEFT, "câu sau"]


def test_a_lost_answer_reaches_nobody_twice(town: Town) -> None:
    """The receipt stands in the conversation: it is settled under its id at once, or by its echo."""
    person = town.account.person("Thử Văn An")
    town.sandbox.fail_next("lost_answer", "/message/cs")
    person.says(THEFT)
    town.go_on(5)
    (row,) = town.app.internals.context.storage.queues.outbox()

    assert (row.state, row.platform_id, row.proof) == ("delivered", person.heard[0].id, "reconciled")
    assert len(person.heard) == 1


def test_an_operators_words_stand_in_the_case(town: Town) -> None:
    """What somebody writes in the OA Manager is seen by whoever handles the case."""
    person = town.account.person("Thử Văn An")
    person.says(THEFT)
    town.go_on(1)
    town.account.operator_says(person.id, "Tôi gọi lại cho bác ngay")
    town.go_on(1)
    (tip, said) = town.heard()

    assert (said.kind, said.sender, said.text, said.case) == ("operator", "", "Tôi gọi lại cho bác ngay", tip.case)


MISHAPS = st.lists(
    st.sampled_from(["", "lost_answer", "lost_before", "timeout_after", "timeout_before", "server_error"])
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(mishaps=MISHAPS, deaf=st.booleans(), blind=st.integers(0, 3))
def test_whatever_happens_to_the_sends_everybody_is_answered_once(mishaps: list[str], deaf: bool, blind: int) -> None:
    """Answers lost before and after, webhooks that don't come, a history that can't be read for a while."""
    town = Town(answers=True)
    people = [town.account.person(f"Thử Thị {n}") for n in range(3)]
    for person in people:
        person.says(THEFT)
    town.sandbox.deliver_due()
    town.answers = not deaf
    for mishap in filter(None, mishaps):
        town.sandbox.fail_next(mishap, "/message/cs")
    if blind:
        town.sandbox.fail_next("server_error", "/oa/conversation", times=blind)
    town.go_on(150)
    rows = town.app.internals.context.storage.queues.outbox()
    town.app.close()
    town.messenger.close()

    assert [row.state for row in rows] == ["delivered"] * 3
    assert [len(person.heard) for person in people] == [1, 1, 1]
    assert sorted(row.platform_id for row in rows) == sorted(person.heard[0].id for person in people)
