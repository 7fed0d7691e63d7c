"""Messages, one-to-one and in groups: of people, of the account itself, of visitors; and what became of them."""

import re
from typing import Annotated

from pydantic import Field, ValidationError

from anninh_zalo.webhook.event import Event, Known, Side
from anninh_zalo.webhook.values import AList, AnObject, AnyMoment, AnyText, AnyTexts, Degrees, Id, Moment, Shape

_MENTION = re.compile(r"\[@([0-9A-Za-z_-]{1,64})\]")


class Coordinates(Shape):
    """A place, WGS 84; numbers or text."""

    latitude: Degrees = None
    longitude: Degrees = None


class Card(Shape):
    """A contact that somebody passed on; the name is the message's text."""

    phone: AnyText = ""
    qr_code_url: AnyText = Field(default="", validation_alias="qrCodeUrl")


class Payload(Shape):
    """What an attachment says; which fields there are depends on its type.

    Attributes:
        id: of a sticker.
        size: of a file, in bytes, as text.
        type: of a file, its extension.
        checksum: of a file, MD5.
    """

    url: AnyText = ""
    thumbnail: AnyText = ""
    name: AnyText = ""
    title: AnyText = ""
    description: AnyText = ""
    id: AnyText = ""
    size: AnyText = ""
    type: AnyText = ""
    checksum: AnyText = ""
    coordinates: Annotated[Coordinates, AnObject] = Coordinates()

    def card(self) -> Card | None:
        """Return the contact of a business card: its description is JSON in a text. None for anything else."""
        try:
            return Card.model_validate_json(self.description)
        except ValidationError:
            return None


class Part(Shape):
    """An attachment."""

    type: AnyText = ""
    payload: Annotated[Payload, AnObject] = Payload()


class Said(Shape):
    """What somebody sent.

    Attributes:
        quote_msg_id: of the message it answers, or "".
        conversation_id: of a visitor's conversation.
    """

    msg_id: AnyText = ""
    text: AnyText = ""
    quote_msg_id: AnyText = ""
    conversation_id: AnyText = ""
    attachments: Annotated[tuple[Annotated[Part, AnObject], ...], AList] = ()

    def mentions(self) -> tuple[str, ...]:
        """Return the ids mentioned: of people, of the account, or of the group for everybody in it."""
        return tuple(_MENTION.findall(self.text)) if "[@" in self.text else ()


class SaidByPerson(Said):
    """What a person sent: without an id it couldn't be told from another."""

    msg_id: Id


class Sent(Event):
    """Somebody sent something."""

    message: Annotated[Said, AnObject] = Said()


class PersonWrote(Sent):
    """A person wrote to the official account."""

    account_is = Side.RECIPIENT

    message: SaidByPerson
    sender: Known
    timestamp: Moment


class PersonWroteInGroup(Sent):
    """A person wrote in a group of the official account, which is the recipient."""

    account_is = Side.OA_ID

    message: SaidByPerson
    sender: Known
    recipient: Known
    timestamp: Moment

    def addresses(self, oa_id: str) -> bool:
        """Tell whether the account was mentioned."""
        return oa_id in self.message.mentions()


class AccountWrote(Sent):
    """An echo: the official account wrote, by the API or by a person's hand in the OA Manager."""

    account_is = Side.SENDER

    @property
    def by_person(self) -> bool:
        """Whether a person wrote it in the OA Manager: somebody has taken over the conversation."""
        return bool(self.sender.admin_id)


class AccountWroteInGroup(AccountWrote):
    """An echo of what the official account wrote in one of its groups, which is the recipient."""


class VisitorWrote(Sent):
    """Somebody wrote in the widget of a web site, without being a user; answers need the conversation's id."""

    account_is = Side.RECIPIENT


class Reacted(Event):
    """A person, or the account, put a reaction on a message."""

    class Reaction(Shape):
        """Which one, on what; `/-remove` takes it back."""

        msg_id: AnyText = ""
        react_icon: AnyText = ""

    message: Annotated[Reaction, AnObject] = Reaction()


class Received(Event):
    """A message of the official account arrived, one-to-one or, with a time of delivery, by telephone number."""

    class Arrived(Shape):
        """Which message, and for those sent by telephone number when and under which mark of ours."""

        msg_id: Id
        delivery_time: AnyMoment = None
        tracking_id: AnyText = ""

    message: Arrived
    timestamp: Moment


class Seen(Event):
    """A person looked at messages of the official account."""

    class Looked(Shape):
        """Which messages."""

        msg_ids: AnyTexts = ()

    message: Looked
    timestamp: Moment
