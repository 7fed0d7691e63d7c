"""The whole core with the pretend Zalo: a webhook that fails for an hour, and lost responses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zalo.conftest import BEGIN, minimal_options
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
    """A running app with an official account.

    Attributes:
        answers: whether our webhook address accepts requests.
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
        options = minimal_options(self.pretend, self.account)
        self.messenger = Remembering("oa", options, services, self.sandbox.transport)
        self.messenger.history = History(
            self.messenger.api, services, "oa", oa_id=self.account.id, app_id=self.pretend.id
        )
        grant = self.sandbox.grant(self.pretend, self.account)
        self.messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))
        ids_of = SeededIds(self.clock)
        self.app = memory_app(clock=self.clock, ids=ids_of, district=DISTRICT, messengers={"oa": self.messenger})

    def door(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Accept a webhook request, or fail while `answers` is false."""
        if not self.answers:
            raise ConnectionError("nobody listens")
        self.app.intake.accept("oa", WebhookRequest(body, tuple(headers.items())))
        return 200

    def go_on(self, minutes: float) -> None:
        """Let minutes pass; in each, webhooks are delivered and the worker drains its queue and runs its round."""
        for _ in range(max(1, round(minutes))):
            self.clock.advance(MINUTE)
            self.sandbox.deliver_due()
            self.app.worker.drain()
            self.app.worker.tick()
            self.app.worker.drain()

    def heard(self) -> list[Message]:
        """Return the stored messages in the order of their ids."""
        records = self.app.internals.context.storage.maintenance.scan(MESSAGE.name)
        return sorted(
            (self.app.internals.context.open_record(MESSAGE, record) for record in records),
            key=lambda message: message.id,
        )


@pytest.fixture
def town() -> Iterator[Town]:
    new_town = Town()
    yield new_town
    new_town.app.close()
    new_town.messenger.close()


def test_hour_of_outage_loses_no_message(town: Town) -> None:
    """Messages sent during an outage are stored once, from the lists or from a late webhook."""
    people = [town.account.person(f"Thử Thị {n}") for n in range(12)]
    town.go_on(1)
    people[0].says(THEFT)
    town.go_on(12)
    assert [message.text for message in town.heard()] == [THEFT]
    town.answers = False
    sent_ids = [_write_message(town, person, n) for n in range(14) for person in people]
    assert len(sent_ids) == 168
    town.answers = True
    town.go_on(40)

    counts = Counter(message.platform_id for message in town.heard())
    assert counts.keys() >= set(sent_ids)
    assert set(counts.values()) == {1}
    by_time = sorted(town.heard(), key=lambda message: message.sent_at)
    assert [message.platform_id for message in by_time][1:] == sent_ids
    assert by_time[0].conversation == by_time[1].conversation


def _write_message(town: Town, person: Person, n: int) -> str:
    town.clock.advance(timedelta(seconds=21))
    town.sandbox.deliver_due()
    return person.says(f"câu {n}", *([parts.image("http://f6.photo.talk.zdn.vn/a")] if n == 3 else [])).id


def test_lists_replace_a_disabled_webhook(town: Town) -> None:
    """After its last attempt Zalo disables the webhook, and messages come from the lists until an operator enables
    it.
    """
    person = town.account.person("Thử Văn An")
    town.go_on(1)
    town.answers = False
    person.says(THEFT)
    town.go_on(130)
    assert not town.pretend.subscribed
    person.says("câu sau")
    town.go_on(12)

    assert [message.text for message in town.heard()] == [THEFT, "câu sau"]


def test_receipt_with_lost_response_is_sent_once(town: Town) -> None:
    """A receipt with a lost response is found in the conversation or by its echo, and isn't sent again."""
    person = town.account.person("Thử Văn An")
    town.sandbox.fail_next("lost_answer", "/message/cs")
    person.says(THEFT)
    town.go_on(5)
    (row,) = town.app.internals.context.storage.queues.outbox()

    assert (row.state, row.platform_id, row.proof) == ("delivered", person.heard[0].id, "reconciled")
    assert len(person.heard) == 1


def test_operator_message_is_part_of_the_case(town: Town) -> None:
    """A message written in the OA Manager is stored in the person's case."""
    person = town.account.person("Thử Văn An")
    person.says(THEFT)
    town.go_on(1)
    town.account.operator_says(person.id, "Tôi gọi lại cho bác ngay")
    town.go_on(1)
    (tip, operator_message) = town.heard()

    assert (operator_message.kind, operator_message.sender, operator_message.text, operator_message.case) == (
        "operator",
        "",
        "Tôi gọi lại cho bác ngay",
        tip.case,
    )


MISHAPS = st.lists(
    st.sampled_from(["", "lost_answer", "lost_before", "timeout_after", "timeout_before", "server_error"])
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(mishaps=MISHAPS, deaf=st.booleans(), blind=st.integers(0, 3))
def test_failures_give_each_person_one_receipt(mishaps: list[str], deaf: bool, blind: int) -> None:
    """Each person gets exactly one receipt in spite of lost responses, missing webhooks and an unreadable history."""
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
