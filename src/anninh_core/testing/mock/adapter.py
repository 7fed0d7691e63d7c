"""The messenger adapter for the mock chat service."""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import (
    AnninhError,
    BadInput,
    ConfigurationError,
    RecipientUnreachable,
    RequestRejected,
    Unsupported,
)
from anninh_core.kernel.text import nfc
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import ABILITIES, Found, Verdict
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.ports.messengers.playing import PretendPlatform
from anninh_core.ports.options import AcceptedOptions
from anninh_core.testing.mock.platform import open_mock_platform
from anninh_core.testing.mock.service import DEFAULT_SECRET, MockChat
from anninh_core.testing.mock.signed_webhook import (
    SIGNATURE,
    MockEvent,
    MockMessageEvent,
    MockSeenEvent,
    MockWithdrawEvent,
    sign_body,
)
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    CreatedGroup,
    DeliveryNews,
    DeliveryReport,
    Echo,
    InboundMessage,
    Member,
    OutgoingMessage,
    Place,
    Receipt,
    WebhookRequest,
    Withdrawal,
)

if TYPE_CHECKING:  # The app loads this plugin while it is built, so that an import at run time would be circular.
    from anninh_core.app.app import App

T = TypeVar("T")

# The decoders are created once: msgspec 0.22 crashes if several threads use a class for the first time.
_EVENT = msgspec.json.Decoder(MockEvent)
_MESSAGE = msgspec.json.Decoder(MockMessageEvent)
_SEEN = msgspec.json.Decoder(MockSeenEvent)
_WITHDRAW = msgspec.json.Decoder(MockWithdrawEvent)


class MockMessenger:
    """The messenger adapter for a `MockChat`.

    Args:
        instance: name of the instance in the settings.
        options: `path` of the file that stores the service; without it the service exists in this object only, and the
            next run begins with a new one; `secret` of its webhooks; `rungs`: its delivery methods above a plain
            message, such as `template phone`.
        services: clock for the service, blobs for attachments.
        chat: the service, if a test has it already; `path` and `secret` are then ignored.

    Raises:
        ConfigurationError: an option is unknown, or the secret is blank.
    """

    name = "mock"
    accepted_options = AcceptedOptions(optional=("path", "rungs"), optional_secrets=("secret",))

    def __init__(
        self, instance: str, options: dict[str, str], services: AdapterServices, chat: MockChat | None = None
    ) -> None:
        options = self.accepted_options.read(f"messenger {instance!r}", options)
        self.instance = instance
        self.chat: MockChat = chat or _open_chat(options, services)
        self._services = services
        self._delivery_methods = options.get("rungs", "").split()

    @classmethod
    def on(
        cls, chat: MockChat, instance: str = "oa", services: AdapterServices | None = None, rungs: str = ""
    ) -> "MockMessenger":
        """Build a messenger for a service that a test has already."""
        return cls(instance, {"rungs": rungs}, services or memory_services(), chat)

    @classmethod
    def of(cls, app: "App", instance: str = "oa") -> Self:
        """Return a mock messenger of an app, from which a test reaches the chat by `chat`.

        Raises:
            ConfigurationError: the app has no messenger of this name, or it is no mock.
        """
        messenger = app.internals.messengers.get(instance)
        if isinstance(messenger, cls):
            return messenger
        raise ConfigurationError(
            "The app has no mock messenger {messenger!r}. Its messengers: {allowed}.",
            messenger=instance,
            allowed=tuple(app.internals.messengers),
        )

    @staticmethod
    def pretended(clock: Clock, folder: Path) -> AbstractContextManager[PretendPlatform]:
        """Open a chat for a demo, stored in the folder."""
        return open_mock_platform(clock, folder)

    @property
    def capabilities(self) -> Capabilities:
        """All abilities except creating a group idempotently; delivery reports only report that a message was seen."""
        abilities = dict.fromkeys(ABILITIES, Ability(Support.FULL))
        receipts = Ability(Support.PARTIAL, "reports what a person has seen, one-to-one only")
        no_single_creation = Ability(Support.NOT_YET, "two tries at a group make two groups")
        is_called = Ability(Support.IMPOSSIBLE, "it is called, and polls nothing")
        return Capabilities(
            f"the mock messenger {self.instance!r}",
            abilities | {"receipts": receipts, "create_group_once": no_single_creation, "poll_replay": is_called},
        )

    @property
    def fetches(self) -> bool:
        """Whether the adapter can fetch files that people sent: always."""
        return True

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send text and attachments to a person or a group."""
        address = self._require_own_address(message.to)
        self._read_attachments(message)
        posted = self.chat.account.send(
            address.id,
            message.text,
            group=address.place is Place.GROUP,
            key=message.key,
            attachments=message.attachments,
            reply_to=message.reply_to,
        )
        return Receipt(posted.id, posted.at)

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send the facts of a message as one line, by a delivery method that is in the option `rungs`."""
        if method not in self._delivery_methods:
            raise Unsupported(
                "The mock messenger {messenger!r} has no delivery method {method!r}: name it in the option `rungs`.",
                messenger=self.instance,
                method=method,
            )
        facts = "; ".join(f"{name}: {value}" for name, value in message.facts.items())
        text = f"[{method}] {message.purpose}: {facts}"
        posted = self.chat.account.send(self._require_own_address(message.to).id, text, group=False, key=message.key)
        return Receipt(posted.id, posted.at)

    def _read_attachments(self, message: OutgoingMessage) -> None:
        """Read the files that a real messenger would upload, so that a missing file is noticed here too."""
        for attachment in message.attachments:
            if attachment.blob:
                try:
                    self._services.blobs.get(attachment.blob)
                except AnninhError as error:
                    raise RequestRejected(
                        "An attachment can't be read ({reason}): attach it again.", reason=type(error).__name__
                    ) from error

    def _require_own_address(self, address: Address) -> Address:
        if address.messenger != self.instance:
            raise RecipientUnreachable(
                "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through "
                "{messenger!r}.",
                messenger=address.messenger,
                second_messenger=self.instance,
            )
        return address

    def _require_group(self, group: Address) -> str:
        if self._require_own_address(group).place is not Place.GROUP:
            raise RequestRejected("This is the address of a person: give the address of a group.")
        return group.id

    def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of a file that a person sent."""
        return self.chat.account.fetch(attachment.url)

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict | Sequence[Found]:
        """Return whether the text of a message arrived, which the mock service knows for certain."""
        arrived = any(message_sent.text == message.text for message_sent in self.chat.account.sent(message.key))
        return Verdict.DELIVERED if arrived else Verdict.NOT_DELIVERED

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Create a group and return its address and link."""
        id = self.chat.account.create_group(title, [self._require_own_address(member).id for member in members])
        return CreatedGroup(Address(self.instance, Place.GROUP, id), f"https://mock.invalid/g/{id}")

    def look(self, group: Address) -> GroupLook:
        """Return the number of members of a group, and its link; the right to use the group never expires."""
        members, link = self.chat.account.show(self._require_group(group))
        return GroupLook(members=members, link=link)

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the people in a group, in the order in which they joined; the official account isn't listed."""
        return [
            Member(Address(self.instance, Place.PERSON, id), nfc(name))
            for id, name in self.chat.account.members(self._require_group(group))
        ]

    def remove_member(self, group: Address, member: Address) -> None:
        """Remove a member from a group."""
        self.chat.account.remove(self._require_group(group), self._require_own_address(member).id)

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Lock a group so that only the official account can post, or unlock it."""
        self.chat.account.lock(self._require_group(group), locked)

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Remove a message from a group."""
        self.chat.account.delete(self._require_group(group), platform_id)

    def verify(self, request: WebhookRequest) -> bool:
        """Return whether the mock service signed the request."""
        expected = sign_body(self.chat.secret, request.body)
        return hmac.compare_digest(expected.encode(), request.header(SIGNATURE).encode("utf-8", "replace"))

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return the id of the event in a request."""
        return _decode_event(request.body, _EVENT).id

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Parse an event into a message, a delivery report or a withdrawal; return an empty list for any other
        event.
        """
        match _decode_event(body, _EVENT).event:
            case "message":
                return [self._build_message(_decode_event(body, _MESSAGE))]
            case "seen":
                seen_event = _decode_event(body, _SEEN)
                return [DeliveryReport(self.instance, seen_event.message_id, DeliveryNews.SEEN, seen_event.at)]
            case "withdraw":
                withdraw_event = _decode_event(body, _WITHDRAW)
                return [
                    Withdrawal(
                        conversation=Address(self.instance, Place.PERSON, withdraw_event.person), at=withdraw_event.at
                    )
                ]
            case _:
                return []

    def _build_message(self, event: MockMessageEvent) -> InboundMessage:
        sender = Address(self.instance, Place.PERSON, event.sender)
        return InboundMessage(
            id=event.message_id,
            conversation=Address(self.instance, Place.GROUP, event.group) if event.group else sender,
            sender=sender,
            text=nfc(event.text),
            sent_at=event.at,
            sender_name=nfc(event.sender_name),
            attachments=event.attachments,
            reply_to=event.reply_to,
        )

    def close(self) -> None:
        """Do nothing: the adapter holds no open resources."""


def _open_chat(options: Mapping[str, str], services: AdapterServices) -> MockChat:
    secret = options.get("secret", DEFAULT_SECRET)
    if "path" in options:
        return MockChat(services.clock, Path(options["path"]), secret)
    # The storage may outlive the service. The ids of each run have a prefix of their own, so that its first message
    # isn't taken for an already processed message of the run before, nor its first person for another person.
    return MockChat(services.clock, None, secret, run=f"{services.ids.new()[-8:]}-")


def _decode_event(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(body)
    except DECODE_ERRORS as error:
        raise BadInput(
            "The body isn't an event of the mock chat ({reason}).", reason=describe_decode_error(error, body)
        ) from error
