"""A whole app with the simulated Zalo survives a webhook that fails for an hour, and lost responses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zalo.conftest import BEGIN, build_required_options
from tests.zalo.history.conftest import MINUTE, AccountWithHistory

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
class AppWithAccount:
    """A running app with an official account of the simulated Zalo.

    Attributes:
        answers: whether our webhook address accepts requests.
        app: set when it is opened.
    """

    clock: FixedClock = field(factory=lambda: FixedClock(BEGIN))
    answers: bool = True
    sandbox: Sandbox = field(init=False)
    pretend: PretendApp = field(init=False)
    account: PretendAccount = field(init=False)
    messenger: AccountWithHistory = field(init=False)
    app: App = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sandbox = Sandbox(self.clock, post=self.accept_webhook)
        self.pretend = self.sandbox.app(webhook="https://door.invalid/hook/oa")
        self.account = self.sandbox.account("Công an thử")
        self.account.account.per_minute = 1000
        services = memory_services(self.clock)
        options = build_required_options(self.pretend, self.account)
        self.messenger = AccountWithHistory("oa", options, services, self.sandbox.transport)
        self.messenger.history = History(
            self.messenger.api, services, "oa", oa_id=self.account.id, app_id=self.pretend.id
        )
        grant = self.sandbox.grant(self.pretend, self.account)
        self.messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))
        ids_of = SeededIds(self.clock)
        self.app = memory_app(clock=self.clock, ids=ids_of, district=DISTRICT, messengers={"oa": self.messenger})

    def accept_webhook(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Accept a webhook request, or raise ConnectionError while `answers` is false."""
        if not self.answers:
            raise ConnectionError("nobody listens")
        self.app.intake.accept("oa", WebhookRequest(body, tuple(headers.items())))
        return 200

    def run_minutes(self, minutes: float) -> None:
        """Let minutes pass; in each minute webhooks are delivered, and the worker drains its queue and runs its
        periodic jobs.
        """
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
def running_app() -> Iterator[AppWithAccount]:
    new_town = AppWithAccount()
    yield new_town
    new_town.app.close()
    new_town.messenger.close()


def test_hour_of_outage_loses_no_message(running_app: AppWithAccount) -> None:
    """Messages that are sent while the webhook fails are stored once, whether from the lists or from a late webhook."""
    people = [running_app.account.person(f"Thử Thị {n}") for n in range(12)]
    running_app.run_minutes(1)
    people[0].says(THEFT)
    running_app.run_minutes(12)
    assert [message.text for message in running_app.heard()] == [THEFT]
    running_app.answers = False
    sent_ids = [_write_message(running_app, person, n) for n in range(14) for person in people]
    assert len(sent_ids) == 168
    running_app.answers = True
    running_app.run_minutes(40)

    counts = Counter(message.platform_id for message in running_app.heard())
    assert counts.keys() >= set(sent_ids)
    assert set(counts.values()) == {1}
    by_time = sorted(running_app.heard(), key=lambda message: message.sent_at)
    assert [message.platform_id for message in by_time][1:] == sent_ids
    assert by_time[0].conversation == by_time[1].conversation


def _write_message(town: AppWithAccount, person: Person, n: int) -> str:
    town.clock.advance(timedelta(seconds=21))
    town.sandbox.deliver_due()
    return person.says(f"câu {n}", *([parts.image("http://f6.photo.talk.zdn.vn/a")] if n == 3 else [])).id


def test_lists_replace_a_disabled_webhook(running_app: AppWithAccount) -> None:
    """After its last failed attempt Zalo disables the webhook, and messages are read from the lists until an operator
    enables it.
    """
    person = running_app.account.person("Thử Văn An")
    running_app.run_minutes(1)
    running_app.answers = False
    person.says(THEFT)
    running_app.run_minutes(130)
    assert not running_app.pretend.subscribed
    person.says("câu sau")
    running_app.run_minutes(12)

    assert [message.text for message in running_app.heard()] == [THEFT, "câu sau"]


def test_receipt_with_lost_response_is_sent_once(running_app: AppWithAccount) -> None:
    """A receipt whose response is lost is found in the conversation or by its echo, and isn't sent again."""
    person = running_app.account.person("Thử Văn An")
    running_app.sandbox.fail_next("lost_answer", "/message/cs")
    person.says(THEFT)
    running_app.run_minutes(5)
    (row,) = running_app.app.internals.context.storage.queues.outbox()

    assert (row.state, row.platform_id, row.proof) == ("delivered", person.heard[0].id, "reconciled")
    assert len(person.heard) == 1


def test_operator_message_is_part_of_the_case(running_app: AppWithAccount) -> None:
    """A message written in the OA Manager is stored in the person's case."""
    person = running_app.account.person("Thử Văn An")
    person.says(THEFT)
    running_app.run_minutes(1)
    running_app.account.operator_says(person.id, "Tôi gọi lại cho bác ngay")
    running_app.run_minutes(1)
    (tip, operator_message) = running_app.heard()

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
    town = AppWithAccount(answers=True)
    people = [town.account.person(f"Thử Thị {n}") for n in range(3)]
    for person in people:
        person.says(THEFT)
    town.sandbox.deliver_due()
    town.answers = not deaf
    for mishap in filter(None, mishaps):
        town.sandbox.fail_next(mishap, "/message/cs")
    if blind:
        town.sandbox.fail_next("server_error", "/oa/conversation", times=blind)
    town.run_minutes(150)
    rows = town.app.internals.context.storage.queues.outbox()
    town.app.close()
    town.messenger.close()

    assert [row.state for row in rows] == ["delivered"] * 3
    assert [len(person.heard) for person in people] == [1, 1, 1]
    assert sorted(row.platform_id for row in rows) == sorted(person.heard[0].id for person in people)
