"""Changes in the mock chat service, each as one line of its log."""

from datetime import datetime

import msgspec

from anninh_core.vocabulary.messages import Attachment


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message in the mock chat service.

    Attributes:
        author: id of the person, "" for the official account.
        conversation: id of the group, or of the person with whom the official account talks.
        group: whether the conversation is a group.
        key: the key with which the adapter sent it, for messages of the official account.
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
    """A person got an account."""

    id: str
    name: str


class GroupCreated(_LogLine, frozen=True, tag="groupfounded"):
    """The official account created a group."""

    id: str
    title: str


class MemberJoined(_LogLine, frozen=True, tag="joined"):
    """A person joined a group."""

    group: str
    person: str


class MemberRemoved(_LogLine, frozen=True, tag="removed"):
    """A person was removed from a group and can't join again."""

    group: str
    person: str


class PostingLocked(_LogLine, frozen=True, tag="locked"):
    """Posting in the group was limited to the official account, or opened to all members again."""

    group: str
    locked: bool


class GroupFiguresSet(_LogLine, frozen=True, tag="shown"):
    """The service was set to show another number of members or another link of a group; None and "" end that."""

    group: str
    members: int | None = None
    link: str = ""


class MessagePosted(_LogLine, frozen=True, tag="said"):
    """A message was written; if a person wrote it, this is an event for the official account."""

    message: ChatMessage


class MessageDeleted(_LogLine, frozen=True, tag="deleted"):
    """A message was deleted from a group."""

    message: str


class MessageRead(_LogLine, frozen=True, tag="seen"):
    """A person read a message of the official account; this is an event for the account."""

    message: str
    at: datetime


class ErasureRequested(_LogLine, frozen=True, tag="withdrew"):
    """A person asked for the deletion of all their data; this is an event for the official account."""

    person: str
    at: datetime


class FileUploaded(_LogLine, frozen=True, tag="filed"):
    """A person uploaded a file to the service."""

    url: str
    content: bytes


class FileLinkExpired(_LogLine, frozen=True, tag="forgotten"):
    """The link to a file expired."""

    url: str


class EventFetched(_LogLine, frozen=True, tag="fetched"):
    """An event was handed to the webhook."""

    event: str


class FailureScripted(_LogLine, frozen=True, tag="scripted"):
    """A failure was scripted for the next call, or a trick for the next event."""

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
