"""What lies sealed in the outbox: words for a conversation. The address is looked up in the vault when it leaves."""

import msgspec
from attrs import field, frozen

from anninh_core.vocabulary.messages import Attachment


@frozen(kw_only=True)
class Parcel:
    """A message before its recipient's address is known.

    Attributes:
        to: conversation id, `<messenger instance>.<blind index>`.
        act: `send`, or what to do in a group instead: `delete`, `lock`, `unlock`, `remove_member`.
        target: platform id of the message to delete, or conversation id of the member to remove.
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


def unpacked(body: bytes) -> Parcel:
    """Return the parcel of opened bytes."""
    return msgspec.json.decode(body, type=Parcel)


def messenger_of(conversation: str) -> str:
    """Return the messenger instance of a conversation id."""
    return conversation.partition(".")[0]
