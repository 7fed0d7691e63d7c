"""Faults of messengers with a webhook: incoming events are misunderstood. Each docstring names the fault."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve
from tests.testing.messenger_faults.bot import Bot, CalledBot, SplittingBot
from tests.testing.messenger_faults.platform import SECRET, SIGNATURE, Json, sign

from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place, WebhookRequest


class GroupIsItsWriter(CalledBot):
    """A group message is taken for a private message of its author."""

    def conversation(self, message: Json) -> Address:
        return self.sender(message)


class GroupIsAPerson(CalledBot):
    """Every chat is taken for a person."""

    def conversation(self, message: Json) -> Address:
        return evolve(super().conversation(message), place=Place.PERSON)


class GroupLosesItsSign(CalledBot):
    """The minus sign of a group's id is dropped, so that the group becomes another chat."""

    def conversation(self, message: Json) -> Address:
        right = super().conversation(message)
        return evolve(right, id=right.id.lstrip("-"))


class GroupWrites(CalledBot):
    """The group is taken for the author of its messages."""

    def sender(self, message: Json) -> Address:
        return Address(self.instance, Place.PERSON, str(message["chat"]["id"]))


class PersonIsAGroup(CalledBot):
    """Private chats are taken for groups."""

    def conversation(self, message: Json) -> Address:
        return evolve(super().conversation(message), place=Place.GROUP)


class IdOfItsChat(CalledBot):
    """A message's number is taken for its id, although each chat counts from 1."""

    def id_of(self, update: Json) -> str:
        return str(update["message"]["number"])


class KeyOfItsChat(CalledBot):
    """Events are identified by the message's number in its chat."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        return ",".join(str(update["message"].get("number", 0)) for update in self.updates(request.body))


class KeyOfTheWords(CalledBot):
    """Events are identified by their text."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        return ",".join(str(update["message"].get("text")) for update in self.updates(request.body))


class KeyOfTheBody(CalledBot):
    """Events are identified by a hash of the body, which contains the platform's delivery attempt."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        self.updates(request.body)
        return hashlib.sha256(request.body).hexdigest()


class KeyOfAHeader(CalledBot):
    """Events are identified by the signature."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        self.updates(request.body)
        return request.header(SIGNATURE) or "unsigned"


class NoKeyForTheUnknown(CalledBot):
    """An event without a message has no dedupe key."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        messages = [update["message"] for update in self.updates(request.body)]
        return ",".join(
            self.message_id(message["chat"]["id"], message["number"]) for message in messages if "chat" in message
        )


class QuoteIsDropped(CalledBot):
    """The quoted message is dropped."""

    def reply_to(self, message: Json) -> str:
        return ""


class QuoteByNumber(CalledBot):
    """A quoted message is named by another id than the one it arrived with."""

    def reply_to(self, message: Json) -> str:
        return str(message["quotes"]["number"]) if "quotes" in message else ""


class QuoteAmongTheWords(CalledBot):
    """The text of the quoted message is put before the message's own."""

    def text(self, message: Json) -> str:
        quoted = message.get("quotes", {}).get("text", "")
        return f"> {quoted}\n{super().text(message)}" if quoted else super().text(message)


class EditIsNew(CalledBot):
    """An edited message is taken for a new message."""

    def is_message(self, update: Json) -> bool:
        return update["kind"] in ("message", "edited") and not update["message"]["from"]["bot"]

    def id_of(self, update: Json) -> str:
        return str(update["update_id"])


class EditOfUnknownForm(CalledBot):
    """An edited message is refused as unreadable."""

    def is_message(self, update: Json) -> bool:
        if update["kind"] == "edited":
            raise BadInput("a message can't be changed")
        return super().is_message(update)


class TakesOwnMessages(CalledBot):
    """The bot's own message is taken for a resident's."""

    def is_message(self, update: Json) -> bool:
        return bool(update["kind"] == "message")


class FirstOfSeveral(CalledBot):
    """All but the first message of a request are dropped."""

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        return super().parse(body)[:1]


class LastOfSeveral(CalledBot):
    """All but the last message of a request are dropped."""

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        return super().parse(body)[-1:]


class SeveralTurnedRound(CalledBot):
    """The messages of a request are returned newest first."""

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        return super().parse(body)[::-1]


class StumblesOverTheUnknown(CalledBot):
    """An event of an unknown kind makes the whole request fail."""

    def is_message(self, update: Json) -> bool:
        if update["kind"] not in ("message", "edited"):
            raise BadInput("there is no such event")
        return super().is_message(update)


class PictureIsDropped(CalledBot):
    """Pictures are dropped."""

    def attachments(self, message: Json) -> tuple[Attachment, ...]:
        return ()


class PictureWithoutPlace(CalledBot):
    """A picture is reported without its address."""

    def attachments(self, message: Json) -> tuple[Attachment, ...]:
        return tuple(Attachment("image") for _ in message.get("photos", ()))


class CaptionIsDropped(CalledBot):
    """The caption of a picture is dropped."""

    def text(self, message: Json) -> str:
        return "" if message.get("photos") else super().text(message)


class LocalTimeForUtc(CalledBot):
    """Vietnamese time is taken for UTC."""

    def sent_at(self, message: Json) -> datetime:
        return super().sent_at(message) + timedelta(hours=7)


class TimeOfArrival(CalledBot):
    """The time of arrival is taken for the time of writing."""

    def sent_at(self, message: Json) -> datetime:
        return self.services.clock.now()


class NaiveTime(CalledBot):
    """The time has no zone."""

    def sent_at(self, message: Json) -> datetime:
        return super().sent_at(message).replace(tzinfo=None)


class DecomposedWords(CalledBot):
    """The text stays decomposed, letters and accents apart, as some telephones send it."""

    def text(self, message: Json) -> str:
        return str(message["text"])


class WordsWithoutMarks(CalledBot):
    """Text that looks like markup is removed."""

    def text(self, message: Json) -> str:
        return super().text(message).replace("<b>", "").replace("</b>", "")


class GarbageIsNothing(CalledBot):
    """An unreadable body is taken for a request without events."""

    def updates(self, body: bytes) -> list[Json]:
        try:
            return super().updates(body)
        except BadInput:
            return []


class AnySignature(CalledBot):
    """Any header of a signature's length is accepted."""

    def verify(self, request: WebhookRequest) -> bool:
        return len(request.header(SIGNATURE)) == len(sign(b""))


class HalfASignature(CalledBot):
    """A prefix of the right signature is accepted."""

    def verify(self, request: WebhookRequest) -> bool:
        return sign(request.body).startswith(request.header(SIGNATURE))


class SignatureOverTrimmedBody(CalledBot):
    """The body is trimmed before its signature is computed."""

    def verify(self, request: WebhookRequest) -> bool:
        signature = request.header(SIGNATURE).encode("utf-8", "replace")
        return hmac.compare_digest(sign(request.body.strip()).encode(), signature)


class SignatureOverHeaders(CalledBot):
    """A signature that was once right is accepted for any body."""

    seen: str = ""

    def verify(self, request: WebhookRequest) -> bool:
        self.seen = request.header(SIGNATURE) if super().verify(request) else self.seen
        return self.seen != "" and request.header(SIGNATURE) == self.seen


class SignatureOfLetters(CalledBot):
    """Comparing a non-ASCII signature raises an error."""

    def verify(self, request: WebhookRequest) -> bool:
        right = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, request.header(SIGNATURE))


class ParsesBeforeVerifying(CalledBot):
    """A genuine request is accepted only if it can be parsed."""

    def verify(self, request: WebhookRequest) -> bool:
        return super().verify(request) and all(message.sender.id for message in self.parse(request.body))


class SplitsOffTheFirst(SplittingBot):
    """All updates after the first one of a request are dropped."""

    def split(self, body: bytes) -> Sequence[bytes]:
        return super().split(body)[:1]


class SplitsIntoTheBare(SplittingBot):
    """An update is split off without the wrapper that `parse` needs."""

    def split(self, body: bytes) -> Sequence[bytes]:
        return [json.dumps(update).encode() for update in self.updates(body)]


class SplitIsAnotherEvent(SplittingBot):
    """An update has another dedupe key after splitting than before."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        wrapped = "attempt" in json.loads(request.body)
        return f"{wrapped} {super().dedupe_key(request)}"


class KeyOfThePlaceInTheRequest(SplittingBot):
    """Updates are identified by their place in the request, and after splitting each is the first."""

    def dedupe_key(self, request: WebhookRequest) -> str:
        return ",".join(str(place) for place, _ in enumerate(self.updates(request.body), 1))


FAULTS: Mapping[type[Bot], str] = {
    ParsesBeforeVerifying: "M-126",
    SplitsOffTheFirst: "M-106",
    SplitsIntoTheBare: "M-127",
    KeyOfThePlaceInTheRequest: "M-127",
    SplitIsAnotherEvent: "M-128",
    GroupIsItsWriter: "M-100",
    GroupIsAPerson: "M-100",
    GroupLosesItsSign: "M-100",
    GroupWrites: "M-100",
    PersonIsAGroup: "M-101",
    IdOfItsChat: "M-102",
    KeyOfItsChat: "M-102",
    KeyOfTheWords: "M-56",
    KeyOfTheBody: "M-109",
    KeyOfAHeader: "M-109",
    NoKeyForTheUnknown: "M-107",
    QuoteIsDropped: "M-103",
    QuoteByNumber: "M-103",
    QuoteAmongTheWords: "M-103",
    EditIsNew: "M-104",
    EditOfUnknownForm: "M-104",
    TakesOwnMessages: "M-105",
    FirstOfSeveral: "M-106",
    LastOfSeveral: "M-106",
    SeveralTurnedRound: "M-106",
    StumblesOverTheUnknown: "M-107",
    PictureIsDropped: "M-108",
    PictureWithoutPlace: "M-108",
    CaptionIsDropped: "M-108",
    LocalTimeForUtc: "M-110",
    TimeOfArrival: "M-110",
    NaiveTime: "M-58",
    DecomposedWords: "M-57",
    WordsWithoutMarks: "M-57",
    GarbageIsNothing: "M-54",
    AnySignature: "M-51",
    HalfASignature: "M-59",
    SignatureOverTrimmedBody: "M-51",
    SignatureOverHeaders: "M-51",
    SignatureOfLetters: "M-53",
}
"""Faulty messenger -> number of the rule that must find its fault."""
