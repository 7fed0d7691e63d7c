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


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="what", tag=str.lower):
    pass


class PersonCame(_Line, frozen=True):
    """Somebody has an account now."""

    id: str
    name: str


class GroupFounded(_Line, frozen=True):
    """The official account has a new group."""

    id: str
    title: str


class Joined(_Line, frozen=True):
    """A person is a member of a group now."""

    group: str
    person: str


class Removed(_Line, frozen=True):
    """A person was removed from a group and can't come back alone."""

    group: str
    person: str


class Locked(_Line, frozen=True):
    """Only the official account may post in the group, or everybody again."""

    group: str
    locked: bool


class Shown(_Line, frozen=True):
    """The service shows other figures of a group than those of the people in it; "" and None end that."""

    group: str
    members: int | None = None
    link: str = ""


class Said(_Line, frozen=True):
    """A message exists now; one that a person wrote is an event for the official account."""

    message: ChatMessage


class Deleted(_Line, frozen=True):
    """A message was taken out of a group."""

    message: str


class Seen(_Line, frozen=True):
    """A person has looked at a message of the official account; this is an event for it."""

    message: str
    at: datetime


class Withdrew(_Line, frozen=True):
    """A person wants everything of theirs deleted; this is an event for the official account."""

    person: str
    at: datetime


class Filed(_Line, frozen=True):
    """A file that somebody sends lies in the service now."""

    url: str
    content: bytes


class Forgotten(_Line, frozen=True):
    """The link to a file has died."""

    url: str


class Fetched(_Line, frozen=True):
    """An event was handed to the webhook."""

    event: str


class Scripted(_Line, frozen=True):
    """A failure waits for the next call, or a trick for the next event."""

    name: str
    seconds: float | None = None


class Played(_Line, frozen=True):
    """A scripted failure or trick has happened."""

    name: str


Line = (
    PersonCame
    | GroupFounded
    | Joined
    | Removed
    | Locked
    | Shown
    | Said
    | Deleted
    | Seen
    | Withdrew
    | Filed
    | Forgotten
    | Fetched
    | Scripted
    | Played
)
