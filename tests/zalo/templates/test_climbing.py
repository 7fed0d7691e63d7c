"""A whole app tries one delivery method after the other, from a closed contact window to the delivery report of a
message by telephone.
"""

import logging
from collections.abc import Sequence

import pytest
from attrs import evolve
from tests.zalo.templates.conftest import PHONE, Build, WebhookRecorder, build_options

from anninh_core.app import App
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.queues import InboxState, OutboxRow
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.vocabulary.messages import (
    DeliveryReport,
    Echo,
    InboundMessage,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
    Withdrawal,
)
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.calls import build_post_call
from anninh_zalo.sending import bodies
from anninh_zalo.templates.template_sender import TemplateSender
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate
from anninh_zalo.webhook.deduplication import dedupe_key
from anninh_zalo.webhook.parser import read_event
from anninh_zalo.webhook.translate import parse_event

CONSULT = "/v3.0/oa/message/cs"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"


class TemplateMessenger(MockMessenger):
    """A mock messenger that sends messages and parses events as an official account does."""

    templates: TemplateSender
    api: AccountApi

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send the message through the contact window, that is, as a reply, and return the receipt."""
        answer = self.api.ask(build_post_call(CONSULT, bodies.person_body(message.to.id, bodies.text(message.text))))
        return Receipt(answer["data"]["message_id"], self._services.clock.now())

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        return self.templates.send_by(method, message)

    def verify(self, request: WebhookRequest) -> bool:
        """Accept every request with a body."""
        return bool(request.body)

    def dedupe_key(self, request: WebhookRequest) -> str:
        return dedupe_key(read_event(request.body), request.body)

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Return the messages, reports and other parts that an event has."""
        return parse_event(body, self.instance)


@pytest.fixture
def app(
    *,
    clock: FixedClock,
    services: AdapterServices,
    api: AccountApi,
    sender_builder: Build,
    unit_template: SandboxTemplate,
    sandbox: Sandbox,
) -> App:
    """An app with `TemplateMessenger` connected to the sandbox; Zalo refuses its first message in the contact
    window.
    """
    chat = MockChat(clock)
    oa = TemplateMessenger("oa", {}, services, chat)
    oa.api = api
    oa.templates = sender_builder(build_options(unit_template))
    sandbox.fail_next(-230, CONSULT)
    profile = load_profile("hoa_lu_2021")
    ladders = {**profile.ladders, "tip.receipt": ("window", "template", "phone", "task")}
    return memory_app(chat, clock=clock, district=evolve(profile, ladders=ladders), messengers={"oa": oa})


def deliver_and_work(app: App, sandbox: Sandbox, posted: WebhookRecorder) -> None:
    """Deliver the platform's events to the app, and run its worker."""
    for _ in range(3):
        sandbox.deliver_due()
        received, posted.bodies = posted.bodies, []
        for body in received:
            app.intake.accept("oa", WebhookRequest(body))
        app.worker.drain()


def get_receipt_row(app: App) -> OutboxRow:
    """Return the outbox row of the receipt."""
    return next(row for row in app.internals.context.storage.queues.outbox() if row.purpose == "tip.receipt")


def test_receipt_is_sent_by_template(
    app: App, sandbox: Sandbox, webhook_recorder: WebhookRecorder, person: Person, unit_template: SandboxTemplate
) -> None:
    """A receipt outside the contact window is sent by template with the receipt code."""
    person.says(THEFT)
    deliver_and_work(app, sandbox, webhook_recorder)
    row = get_receipt_row(app)
    (received,) = person.heard

    assert (row.state, row.proof, row.platform_id) == ("delivered", "template", received.id)
    assert received.text.startswith(f"{unit_template.name}\ncode: ")
    assert received.text.endswith("unit: Công an huyện Hoa Lư")


def test_phone_report_stores_no_number(
    *,
    app: App,
    account: SandboxOfficialAccount,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    person: Person,
    unit_template: SandboxTemplate,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A delivery report with a telephone number is matched by the message's id, and the number is neither stored nor
    logged.
    """
    caplog.set_level(logging.DEBUG)
    unit_template.by_uid = False
    person.says(THEFT)
    deliver_and_work(app, sandbox, webhook_recorder)
    row = get_receipt_row(app)
    lines = app.internals.context.storage.journal.read(limit=1000)
    entries = [entry_from(line.content) for line in lines]
    delivered = [entry for entry in entries if "delivery.delivered" in entry.events]
    stored = repr(
        [
            *app.internals.context.storage.queues.outbox(),
            *app.internals.context.storage.queues.inbox((InboxState.NEW, InboxState.DONE, InboxState.FAILED)),
            *lines,
        ]
    )

    assert (row.state, row.proof) == ("delivered", "phone")
    assert account.account.notices[row.platform_id].recipient == PHONE
    assert [entry.facts["outbox"] for entry in delivered] == [row.id]
    assert PHONE not in stored + caplog.text
    assert PHONE[2:] not in stored + caplog.text
