"""The messenger port: sends messages to people and groups, and parses the platform's events.

Its capabilities declare every ability truthfully: send_person, send_group, media (a picture out of the blob store),
file (any other attachment), reply (a message quotes another), create_group, list_members, remove_member, lock_posting,
delete_message, webhook (the platform calls us; a polling messenger declares that it can't), reconcile, receipts (later
reports), create_group_once, signed_webhook (requests are signed over their body, not only accompanied by a secret),
poll_replay (polled events that were not stored come again).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from attrs import frozen

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.messages import (
    Address,
    CreatedGroup,
    DeliveryReport,
    Echo,
    InboundMessage,
    Member,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
    Withdrawal,
)

ABILITIES: tuple[str, ...] = (
    "send_person",
    "send_group",
    "media",
    "file",
    "reply",
    "create_group",
    "list_members",
    "remove_member",
    "lock_posting",
    "delete_message",
    "webhook",
    "reconcile",
    "receipts",
    "create_group_once",
    "signed_webhook",
    "poll_replay",
)


class Verdict(Enum):
    """Answer of the platform about a send with an unknown outcome."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not delivered"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Found:
    """A message that the system sent, as found on the platform.

    Attributes:
        platform_id: id as in a receipt.
        at: time of sending, aware.
    """

    platform_id: str
    at: datetime


class Messenger(Protocol):
    """A messenger instance as configured in the settings. Methods may be called from several threads.

    Every method that calls the platform raises one of the `DeliveryError` classes and nothing else, with a message that
    names no person and repeats no content: it is stored in clear; a method whose ability is not `FULL` or `PARTIAL`
    raises `Unsupported`. A messenger with an expiring platform permission should also be a `TellsHealth`
    (`ports.health`).
    """

    instance: str

    @property
    def capabilities(self) -> Capabilities:
        """Abilities that this messenger declares truthfully."""
        ...

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send a message, its text and attachments, to a person or a group."""
        ...

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict | Sequence[Found]:
        """Determine on the platform whether a message arrived, for a send with an unknown outcome.

        Args:
            message: the message to send.
            since: a moment before the send.

        Returns:
            A verdict if the platform knows the send by our own key, and `UNKNOWN` if the platform can't decide, for
            instance because its list doesn't reach back to `since`. If messages can only be matched by their text, the
            messages with exactly this text in the recipient's conversation since that moment, oldest first, possibly
            none: the caller assigns them to sends.
        """
        ...

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Create a group and return its address.

        Args:
            title: name of the group.
            members: initial members.
            key: our own id of the group, "" for none. A messenger with `create_group_once` returns the group that an
                earlier attempt under this key has created, whatever happened to that attempt: no answer, an unrecorded
                answer, or the end of the process. All others ignore it.

        Raises:
            UnknownOutcome: the group may have been created. On a retry under the same key, a messenger with
                `create_group_once` searches for it first.
        """
        ...

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the members of a group."""
        ...

    def remove_member(self, group: Address, member: Address) -> None:
        """Remove a member from a group."""
        ...

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Restrict posting to the group's administrators, or allow it for all members again."""
        ...

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Remove a message from a group."""
        ...

    def verify(self, request: WebhookRequest) -> bool:
        """Return whether a webhook request really comes from the platform. Never raises, and changes nothing."""
        ...

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return a key that is equal for repeated deliveries of the same event. If this raises, the hash of the body is
        used.

        Raises:
            BadInput: the body can't be parsed at all.
        """
        ...

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Parse a verified body into messages, reports, echoes and withdrawals; unknown events give nothing.

        A person's request to delete all their data is a `Withdrawal`: return it if the platform reports such requests.
        If parsing raises, the event is stored, retried, and ends on the failure desk; its text is shown to no one.

        Raises:
            BadInput: the body can't be parsed at all.
        """
        ...

    def close(self) -> None:
        """Release the messenger's connections; it may be called repeatedly."""
        ...


@runtime_checkable
class ByHand(Protocol):
    """A messenger whose sends are tasks for people: when a person has posted the message, the task is confirmed."""

    def confirm(self, key: str, by: str, link: str = "") -> object:
        """Mark the task of a message (`OutgoingMessage.key`) as done; a repeated confirmation changes nothing.

        Raises:
            NotFound: there is no task for this message.
            RetryLater: the task can't be marked now.
        """
        ...


class MessengerType(Protocol):
    """Class or factory that a plugin registers, which builds a messenger instance from its options.

    Give it an attribute `accepted_options` (`anninh_core.ports.AcceptedOptions`): then the core refuses a blank secret
    and an unknown option before it builds anything, and reads the files that hold secrets.

    Attributes:
        name: the `type` in the settings. A registered class declares `name: ClassVar[str] = "…"`: some type checkers
            take `name = "…"` for an attribute of instances only.
    """

    name: str

    def __call__(self, instance: str, options: dict[str, str], services: AdapterServices) -> Messenger:
        """Build a messenger instance from its options.

        Raises:
            ConfigurationError: an option is missing or wrong; the message names it.
        """
        ...
