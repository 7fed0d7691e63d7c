"""What lies sealed in the outbox: words for a conversation. The address is looked up in the vault when it leaves."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from attrs import field, frozen

from anninh_core.ports.changes import NewOutbox
from anninh_core.vocabulary.messages import Attachment
from anninh_core.work.sealing import row_binding


@frozen(kw_only=True)
class Parcel:
    """A message before its recipient's address is known.

    Attributes:
        to: conversation id, `<messenger instance>.<blind index>`.
        act: `send`, or what to do in a group instead: `delete`, `lock`, `unlock`, `remove_member`; or `fetch`.
        target: platform id of the message to delete, conversation id of the member to remove, or `message:number` of
            the attachment to fetch.
    """

    to: str
    text: str = field(default="", repr=False)
    act: str = "send"
    target: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""

    def packed(self) -> bytes:
        """Return the bytes to seal."""
        return msgspec.json.encode(self)


_DECODER = msgspec.json.Decoder(Parcel)


def unpacked(body: bytes) -> Parcel:
    """Return the parcel of opened bytes."""
    return _DECODER.decode(body)


def messenger_of(conversation: str) -> str:
    """Return the messenger instance of a conversation id."""
    return conversation.partition(".")[0]


@frozen(kw_only=True)
class Posting:
    """A parcel that a use case sends. It is sealed when all that the use case does is known: keys are read at once."""

    id: str
    parcel: Parcel
    purpose: str
    cause: str
    scope: str
    due_at: datetime
    lane: str = "reply"
    after: str = ""

    def sealed(self, seal: Callable[[str, bytes, bytes], bytes]) -> NewOutbox:
        """Return the outbox row.

        Args:
            seal: scope, plain bytes and what they are bound to -> sealed bytes.
        """
        return NewOutbox(
            id=self.id,
            messenger=messenger_of(self.parcel.to),
            conversation=self.parcel.to,
            lane=self.lane,
            due_at=self.due_at,
            cause=self.cause,
            purpose=self.purpose,
            scope=self.scope,
            body=seal(self.scope, self.parcel.packed(), row_binding("outbox", self.id)),
            after=self.after,
        )
