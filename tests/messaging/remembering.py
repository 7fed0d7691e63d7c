"""A mock platform that lists the messages of its conversations and reports them by echoes."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import define, field, frozen

from anninh_core.app import App
from anninh_core.kernel.errors import DeliveryError, UnknownOutcome
from anninh_core.kernel.text import normalize_spaces
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.testing import MockChat, MockMessenger
from anninh_core.usecase import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import (
    Address,
    DeliveryReport,
    Echo,
    InboundMessage,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
    Withdrawal,
)
from anninh_core.vocabulary.permissions import Permission


@frozen
class AccountMessage:
    """A message that the official account sent, by the program or by an operator."""

    id: str
    at: datetime
    to: Address
    text: str
    by_operator: bool = False


@define
class Wall:
    """All messages that the official account sent on a mock platform.

    Attributes:
        plans: outcomes of the next sends: "taken", "lost_answer", "lost_before", or an error to raise.
        blind: whether the platform's messages can't be listed.
        looks: number of attempts to list the messages.
    """

    clock: Clock
    lines: list[AccountMessage] = field(factory=list)
    plans: list[str | DeliveryError] = field(factory=list)
    blind: bool = False
    looks: int = 0

    def write(self, to: Address, text: str, *, by_operator: bool = False) -> AccountMessage:
        """Add a message to the platform."""
        line = AccountMessage(f"m{len(self.lines)}", self.clock.now(), to, text, by_operator)
        self.lines.append(line)
        return line

    def find_program_messages(self, text: str) -> list[AccountMessage]:
        """Return the messages with a text that the program sent, without those of operators."""
        return [line for line in self.lines if line.text == text and not line.by_operator]


class RecordingMessenger(MockMessenger):
    """A messenger that sends to a `RecordingPlatform` and can list the messages there."""

    wall: Wall
    # This function is called with the text of each message that is reconciled.
    asked: Callable[[str], None] | None = None

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send a message with the next planned outcome."""
        plan = self.wall.plans.pop(0) if self.wall.plans else "taken"
        if isinstance(plan, DeliveryError):
            raise plan
        if plan == "lost_before":
            raise UnknownOutcome("nothing came back")
        line = self.wall.write(message.to, message.text)
        if plan == "lost_answer":
            raise UnknownOutcome("nothing came back")
        return Receipt(line.id, line.at)

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict | Sequence[Found]:
        """Return the messages with the same text since a moment, or that the outcome is unknown."""
        self.wall.looks += 1
        if self.asked is not None:
            self.asked(message.text)
        if self.wall.blind:
            return Verdict.UNKNOWN
        lines = [line for line in self.wall.lines if line.to == message.to and line.at >= since]
        return [
            Found(platform_id=line.id, at=line.at)
            for line in lines
            if normalize_spaces(line.text) == normalize_spaces(message.text)
        ]

    def verify(self, request: WebhookRequest) -> bool:
        """Accept echoes without a signature."""
        return _is_echo(request.body) or super().verify(request)

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return the hash of an echo's bytes as its deduplication key."""
        return hashlib.sha256(request.body).hexdigest() if _is_echo(request.body) else super().dedupe_key(request)

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Parse an echo, or an event of the mock chat."""
        if not _is_echo(body):
            return super().parse(body)
        (line,) = (line for line in self.wall.lines if line.id == json.loads(body)["echo"])
        return [
            Echo(
                conversation=line.to,
                platform_id=line.id,
                text=line.text,
                at=line.at,
                by_operator=line.by_operator,
            )
        ]


def _is_echo(body: bytes) -> bool:
    return body.startswith(b'{"echo"')


def build_recording_messenger(chat: MockChat, wall: Wall) -> RecordingMessenger:
    """Build the messenger instance `oa` on a mock chat and a recording platform."""
    messenger = RecordingMessenger.on(chat)
    assert isinstance(messenger, RecordingMessenger)
    messenger.wall = wall
    return messenger


def deliver_echo(app: App, line: AccountMessage) -> Accepted:
    """Deliver the echo of a message to the app, and return how the app accepted it."""
    return app.intake.accept("oa", WebhookRequest(json.dumps({"echo": line.id}).encode()))


def queue_text(app: App, conversation: str, text: str, *, lane: Lane = Lane.REPLY) -> str:
    """Put a text for a conversation into the outbox and return its row's id."""

    def write_text(uow: UnitOfWork) -> str:
        uow.permit(app.district.root)
        return uow.send(
            conversation, text, purpose="test.told", cause="test:1", scope=f"conversation:{conversation}", lane=lane
        )

    return app.internals.runner.run_command(system("delivery"), "test.tell", Permission.INTAKE, write_text)
