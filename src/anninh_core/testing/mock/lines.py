"""What happens in the pretend chat service, line by line."""

from datetime import datetime

import msgspec

from anninh_core.vocabulary.messages import Attachment


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something said in the service.

    Attributes:
        author: id of the person, "" for the official account.
        conversation: id of the group, or of the person the official account talks with.
        group: whether the conversation is a group.
        key: our own id of the send, for messages of the official account.
    """

    id: str
    at: datetime
    author: str
    conversation: str
    group: bool
    text: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    key: str = ""
    deleted: bool = False


class _LogLine(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="what", tag=str.lower):
    pass


class PersonAdded(_LogLine, frozen=True, tag="personcame"):
    """Somebody has an account now."""

    id: str
    name: str


class GroupCreated(_LogLine, frozen=True, tag="groupfounded"):
    """The official account has a new group."""

    id: str
    title: str


class MemberJoined(_LogLine, frozen=True, tag="joined"):
    """A person is a member of a group now."""

    group: str
    person: str


class MemberRemoved(_LogLine, frozen=True, tag="removed"):
    """A person was removed from a group and can't come back alone."""

    group: str
    person: str


class PostingLocked(_LogLine, frozen=True, tag="locked"):
    """Only the official account may post in the group, or everybody again."""

    group: str
    locked: bool


class GroupFiguresSet(_LogLine, frozen=True, tag="shown"):
    """The service shows other figures of a group than those of the people in it; "" and None end that."""

    group: str
    members: int | None = None
    link: str = ""


class MessagePosted(_LogLine, frozen=True, tag="said"):
    """A message exists now; one that a person wrote is an event for the official account."""

    message: ChatMessage


class MessageDeleted(_LogLine, frozen=True, tag="deleted"):
    """A message was taken out of a group."""

    message: str


class MessageRead(_LogLine, frozen=True, tag="seen"):
    """A person has looked at a message of the official account; this is an event for it."""

    message: str
    at: datetime


class ErasureRequested(_LogLine, frozen=True, tag="withdrew"):
    """A person wants everything of theirs deleted; this is an event for the official account."""

    person: str
    at: datetime


class FileUploaded(_LogLine, frozen=True, tag="filed"):
    """A file that somebody sends lies in the service now."""

    url: str
    content: bytes


class FileLinkExpired(_LogLine, frozen=True, tag="forgotten"):
    """The link to a file has died."""

    url: str


class EventFetched(_LogLine, frozen=True, tag="fetched"):
    """An event was handed to the webhook."""

    event: str


class FailureScripted(_LogLine, frozen=True, tag="scripted"):
    """A failure waits for the next call, or a trick for the next event."""

    name: str
    seconds: float | None = None


class FailurePlayed(_LogLine, frozen=True, tag="played"):
    """A scripted failure or trick has happened."""

    name: str


LogLine = (
    PersonAdded
    | GroupCreated
    | MemberJoined
    | MemberRemoved
    | PostingLocked
    | GroupFiguresSet
    | MessagePosted
    | MessageDeleted
    | MessageRead
    | ErasureRequested
    | FileUploaded
    | FileLinkExpired
    | EventFetched
    | FailureScripted
    | FailurePlayed
)
