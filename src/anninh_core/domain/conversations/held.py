"""Messages that were over a limit, put together by who sent them, as an officer looks at them."""

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.model import Message

MAY_BE_DANGER = "may be danger: look at it first"
"""Among the reasons of a message that was held back though its words may mean danger."""


@frozen(kw_only=True)
class HeldMessages:
    """What one person sent over a limit, and nobody has decided about.

    Attributes:
        sender: the name under which the list shows them.
        messages: oldest first; never empty.
    """

    sender: str
    messages: tuple[Message, ...] = field(repr=False)

    @property
    def first_at(self) -> datetime:
        """When the first of them reached us: from then on a person has the profile's hours to decide."""
        return self.messages[0].received_at

    @property
    def last_at(self) -> datetime:
        """When the last of them reached us."""
        return self.messages[-1].received_at

    @property
    def doubtful(self) -> int:
        """How many of them may be danger: they are to be looked at first."""
        return sum(MAY_BE_DANGER in message.reasons for message in self.messages)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The cases that one of them may belong to."""
        return tuple(dict.fromkeys(case for message in self.messages for case in message.candidates))


def group_by_sender(messages: Iterable[Message]) -> tuple[HeldMessages, ...]:
    """Return messages put together by their sender, whose first message is the oldest first."""
    groups: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda one: (one.received_at, one.id)):
        groups.setdefault(message.sender, []).append(message)
    return tuple(HeldMessages(sender=sender, messages=tuple(said)) for sender, said in groups.items())
