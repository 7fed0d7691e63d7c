"""The messenger port: how people and groups are reached.

Its capabilities answer for every ability, in honest words: send_person, send_group, media (a picture out of the blob
store), file (any other attachment), reply (a message quotes another), create_group, list_members, remove_member,
lock_posting, delete_message, webhook (the platform calls us; one that is asked says that it can't), reconcile, receipts
(later reports), create_group_once, signed_webhook (requests are signed over their body, not only accompanied by a
secret), poll_replay (events that were polled and not kept come again).
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
    """What a look at the platform says about a send whose outcome was unknown."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not delivered"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Found:
    """A message of ours as it stands on the platform.

    Attributes:
        platform_id: as a receipt would name it.
        at: when it was sent, aware.
    """

    platform_id: str
    at: datetime


class Messenger(Protocol):
    """One configured messenger instance. Methods may be called from several threads.

    Every method that speaks to the platform raises one of the `DeliveryError` classes and nothing else, with a message
    that names no person and repeats no content: it is stored in clear;
    a method whose ability is not `FULL` or `PARTIAL` raises `Unsupported`.
    One whose right to the platform can run out should also be a `TellsHealth` (`ports.health`).
    """

    instance: str

    @property
    def capabilities(self) -> Capabilities:
        """What this messenger can do, in honest words."""
        ...

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send text and attachments to a person or a group."""
        ...

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict | Sequence[Found]:
        """Find out what became of a message whose outcome is unknown.

        Args:
            message: as it was to be sent.
            since: a moment before it was.

        Returns:
            A verdict where the platform knows a send by our own key, and `UNKNOWN` wherever it can't tell, for instance
            because its list ends later than `since`. Where messages can only be told by their words, what stands in the
            recipient's conversation with exactly these words since that moment, oldest first, be it nothing: which of
            them is which send, the caller finds out.
        """
        ...

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Create a group and return where to write to.

        Args:
            title: its name.
            members: who is in it from the beginning.
            key: our own id of the group, "" for none. Whoever can `create_group_once` returns the group that an earlier
                try under this key has created, whatever became of that try: no answer, an answer that nobody wrote
                down, or the end of the process. All others leave it alone.

        Raises:
            UnknownOutcome: it may have been created. Tried again under the same key, it is looked for first by whoever
                can `create_group_once`.
        """
        ...

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the members of a group."""
        ...

    def remove_member(self, group: Address, member: Address) -> None:
        """Remove a member from a group."""
        ...

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Let only the board post, or everybody again."""
        ...

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Remove a message from a group."""
        ...

    def verify(self, request: WebhookRequest) -> bool:
        """Tell whether a webhook request really comes from the platform. Never raises, and changes nothing."""
        ...

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return what is equal for the same event delivered again. Where it raises, the hash of the body is.

        Raises:
            BadInput: the body can't be understood at all.
        """
        ...

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Turn a verified body into messages, reports, echoes and withdrawals; unknown events give nothing.

        A person who wants everything of theirs deleted is a `Withdrawal`: give it wherever the platform tells. Whatever
        it raises, the event is stored, tried again, and ends on the failure desk; nobody is shown its text.

        Raises:
            BadInput: the body can't be understood at all.
        """
        ...

    def close(self) -> None:
        """Release connections; idempotent."""
        ...


@runtime_checkable
class ByHand(Protocol):
    """A messenger whose sends are tasks for people: after a person has posted, the task is confirmed."""

    def confirm(self, key: str, by: str, link: str = "") -> object:
        """Mark the task of a message (`OutgoingMessage.key`) as done; confirmed again, nothing changes.

        Raises:
            NotFound: no task stands for this message.
            RetryLater: it can't be marked now.
        """
        ...


class MessengerType(Protocol):
    """What a plugin registers: builds an instance from its options.

    Give it an attribute `accepted_options` (`anninh_core.ports.AcceptedOptions`): then the core refuses a blank secret
    and an unknown option before it builds anything, and reads the files that hold secrets.

    Attributes:
        name: the `type` by which settings ask for it. A class that is registered says `name: ClassVar[str] = "…"`: some
            type checkers take `name = "…"` for one of its instances only.
    """

    name: str

    def __call__(self, instance: str, options: dict[str, str], services: AdapterServices) -> Messenger:
        """Build the instance.

        Raises:
            ConfigurationError: an option is missing or wrong; the message names it.
        """
        ...
