"""What lies sealed in the outbox: words for a conversation. The address is looked up in the vault when it leaves."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec
from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import NewOutbox
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment
from anninh_core.work.sealing import row_binding


class OutboxAction(StrEnum):
    """What a row of the outbox asks a messenger to do. The values are stored, sealed, and stay."""

    SEND = "send"
    DELETE = "delete"
    REMOVE_MEMBER = "remove_member"
    LOCK = "lock"
    UNLOCK = "unlock"
    FETCH = "fetch"


@frozen(kw_only=True)
class Parcel:
    """A message before its recipient's address is known.

    Attributes:
        to: conversation id, `<messenger instance>.<blind index>`.
        act: what is to be done; everything but `SEND` and `FETCH` is done in a group.
        target: platform id of the message to delete, conversation id of the member to remove, or `message:number` of
            the attachment to fetch.
    """

    to: str
    text: str = field(default="", repr=False)
    act: OutboxAction = OutboxAction.SEND
    target: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""

    def packed(self) -> bytes:
        """Return the bytes to seal."""
        return msgspec.json.encode(self)


@frozen
class _Attached:
    """The part of a parcel that whoever looks after blobs needs."""

    attachments: tuple[Attachment, ...] = ()


_DECODER = msgspec.json.Decoder(Parcel)
_ATTACHED = msgspec.json.Decoder(_Attached)


def unpacked(body: bytes) -> Parcel:
    """Return the parcel of opened bytes.

    Raises:
        BadInput: it asks for something that this version doesn't know. Nothing is guessed: a wrong act can't be undone.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        known = ", ".join(OutboxAction)
        raise BadInput(
            f"an outbox row asks for what this version doesn't know ({error}); it knows {known}. "
            "Update anninh and send it again, or give it up"
        ) from error


def attachments_in(body: bytes) -> tuple[Attachment, ...]:
    """Return what goes with a parcel of opened bytes, whatever it asks for."""
    return _ATTACHED.decode(body).attachments


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
    lane: Lane = Lane.REPLY
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
