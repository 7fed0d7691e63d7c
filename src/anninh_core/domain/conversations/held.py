"""Messages over a sender's limit, grouped by sender for an officer's decision."""

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.model import Message

MAY_BE_DANGER = "may be danger: look at it first"
"""Reason on a message that was held back although its text may mean danger."""


@frozen(kw_only=True)
class HeldMessages:
    """One sender's messages over a limit that are still undecided.

    Attributes:
        sender: name that the list shows for the sender.
        messages: oldest first; never empty.
    """

    sender: str
    messages: tuple[Message, ...] = field(repr=False)

    @property
    def first_at(self) -> datetime:
        """When the first of them was received: the profile's hours to decide begin then."""
        return self.messages[0].received_at

    @property
    def last_at(self) -> datetime:
        """When the last of them was received."""
        return self.messages[-1].received_at

    @property
    def danger_count(self) -> int:
        """Number of the messages that may mean danger; officers check these first."""
        return sum(MAY_BE_DANGER in message.reasons for message in self.messages)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Cases to which one of the messages may belong."""
        return tuple(dict.fromkeys(case for message in self.messages for case in message.candidates))


def group_by_sender(messages: Iterable[Message]) -> tuple[HeldMessages, ...]:
    """Return messages grouped by sender; the sender with the oldest message comes first."""
    groups: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda message: (message.received_at, message.id)):
        groups.setdefault(message.sender, []).append(message)
    return tuple(
        HeldMessages(sender=sender, messages=tuple(sender_messages)) for sender, sender_messages in groups.items()
    )
