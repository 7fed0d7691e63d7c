"""Two correct messengers for the test platform: one with a webhook, one that polls."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from tests.testing.messenger_faults.platform import MAX_TEXT, SIGNATURE, Json, Platform, sign

from anninh_core.kernel.errors import (
    BadInput,
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    StorageError,
    UnknownOutcome,
)
from anninh_core.kernel.text import nfc
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import ABILITIES
from anninh_core.ports.options import AcceptedOptions
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    InboundMessage,
    OutgoingMessage,
    Place,
    Receipt,
    WebhookRequest,
)

NO = Ability(Support.IMPOSSIBLE, "the pretend platform has no call for it")
YES = Ability(Support.FULL)


class Bot:
    """The common part of both bots. Each step is a method, so that a faulty bot can override one."""

    full: ClassVar[tuple[str, ...]] = ("send_person", "send_group", "reply")
    accepted_options: ClassVar[AcceptedOptions]

    def __init__(
        self, instance: str, options: Mapping[str, str], services: AdapterServices, platform: Platform
    ) -> None:
        self.instance = instance
        self.options = self.check_options(options)
        self.platform = platform
        self.token = self.options["token"]
        self.services = services

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        """Refuse options that would leave the bot open, or would be ignored."""
        return self.accepted_options.read(f"messenger {self.instance!r}", options)

    @property
    def capabilities(self) -> Capabilities:
        """The abilities that the platform has a call for."""
        return Capabilities("the bot", dict.fromkeys(ABILITIES, NO) | dict.fromkeys(self.full, YES))

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send each part that hasn't been sent yet."""
        self.check(message)
        number = 0
        for index, text in enumerate(self.parts(message.text)):
            if index < self.parts_sent(message):
                continue
            number = self.send_part(message, text, index)
            self.note_sent(message, index + 1)
        return Receipt(self.message_id(message.to.id, number), self.services.clock.now())

    def check(self, message: OutgoingMessage) -> None:
        """Refuse a message that can't be sent, before any part is sent."""
        if message.to.messenger != self.instance:
            raise RecipientUnreachable("the address belongs to another messenger")
        if message.attachments:
            raise self.capabilities.refusal("media" if message.attachments[0].kind == "image" else "file")
        if not message.text.strip():
            raise RequestRejected("there is nothing to send")
        if not message.to.id.removeprefix("-").isdecimal():
            raise RecipientUnreachable("that is no address of the pretend platform")

    def parts(self, text: str) -> list[str]:
        """Cut a text into parts that the platform accepts."""
        return [text[at : at + MAX_TEXT] for at in range(0, len(text), MAX_TEXT)]

    def parts_sent(self, message: OutgoingMessage) -> int:
        """Return how many parts of a message were sent."""
        try:
            return int(self.services.state.get(f"sent {message.key}").value or b"0")
        except StorageError:
            problem = "our own state can't be read"
        raise RetryLater(problem)

    def note_sent(self, message: OutgoingMessage, count: int) -> None:
        """Store how many parts were sent."""
        try:
            version = self.services.state.get(f"sent {message.key}").version
            self.services.state.put(f"sent {message.key}", str(count).encode(), version)
        except StorageError:
            problem = "a part was sent, and our own state can't be written"
        else:
            return
        raise UnknownOutcome(problem)

    def send_part(self, message: OutgoingMessage, text: str, index: int) -> int:
        """Send one part and return its number in the chat."""
        params: Json = {"chat": self.chat(message), "text": text, "reply_to": 0 if index else self.quoted(message)}
        return int(self.ask("sendMessage", sends=True, **params)["number"])

    def chat(self, message: OutgoingMessage) -> int:
        """Return the chat that a message goes to."""
        return int(message.to.id)

    def quoted(self, message: OutgoingMessage) -> int:
        """Return the number of the quoted message in its chat, 0 for none."""
        number = message.reply_to.rpartition(":")[2]
        if message.reply_to and not number.isdecimal():
            raise RequestRejected("that message can't be quoted")
        return int(number or 0)

    def ask(self, method: str, *, sends: bool, **params: Any) -> Json:
        """Call the platform."""
        try:
            status, _headers, body = self.platform.call(method, self.token, params)
        except ConnectionRefusedError as error:
            failure = self.on_refused(error)
        except OSError as error:
            failure = self.on_lost(error, sends=sends)
        else:
            return self.read(status, body, sends=sends)
        raise failure

    def on_refused(self, error: OSError) -> DeliveryError:
        """Return the error for a call that sent nothing."""
        return RetryLater(f"no connection ({type(error).__name__})")

    def on_lost(self, error: OSError, *, sends: bool) -> DeliveryError:
        """Return the error for a lost connection: an unknown outcome if the call sends, otherwise a retry."""
        return (UnknownOutcome if sends else RetryLater)(f"the connection broke ({type(error).__name__})")

    def read(self, status: int, body: bytes, *, sends: bool) -> Json:
        """Return a successful response, or raise its refusal."""
        try:
            answer = json.loads(body)
        except ValueError:
            return self.on_garbage(status, sends=sends)
        if answer.get("ok") is True:
            return dict(answer)
        raise self.refusal(status, answer)

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        """Raise for an unreadable response: an unknown outcome if the call sends, otherwise a retry."""
        raise (UnknownOutcome if sends else RetryLater)(f"no answer that can be read (HTTP {status})")

    def refusal(self, status: int, answer: Json) -> DeliveryError:
        """Return the error for a refusal."""
        match status:
            case 401:
                return NeedsPerson("the token isn't taken; put a new one into the options")
            case 403:
                return RecipientUnreachable("they have blocked the bot")
            case 429:
                return RetryLater("too many messages", self.delay(answer))
            case _:
                return RequestRejected(f"the platform doesn't take this message (HTTP {status})")

    def delay(self, answer: Json) -> timedelta | None:
        """Return the delay that the platform requires."""
        return timedelta(seconds=answer["retry_after"])

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Any:
        """Refuse: the platform can't look up messages."""
        raise self.capabilities.refusal("reconcile")

    def _impossible(self, *_: object, **__: object) -> Any:
        raise self.capabilities.refusal("create_group")

    create_group = list_members = remove_member = lock_posting = delete_message = _impossible

    def verify(self, request: WebhookRequest) -> bool:
        """Return whether the signature is right."""
        signature = request.header(SIGNATURE).encode("utf-8", "replace")
        return hmac.compare_digest(sign(request.body, self.options["secret"]).encode(), signature)

    def updates(self, body: bytes) -> list[Json]:
        """Return the updates of a body."""
        try:
            updates = json.loads(body)["updates"]
            assert isinstance(updates, list)
            return [update for update in updates if isinstance(update["update_id"], int)]
        except (ValueError, LookupError, TypeError, AssertionError) as error:
            raise BadInput(f"this is no event of the pretend platform: {type(error).__name__}") from error

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return the ids of the updates."""
        return ",".join(str(update["update_id"]) for update in self.updates(request.body))

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        """Return the messages of people."""
        return [self.to_message(update) for update in self.updates(body) if self.is_message(update)]

    def is_message(self, update: Json) -> bool:
        """Return whether an update is a new message of a person."""
        return update["kind"] == "message" and not update["message"]["from"]["bot"]

    def to_message(self, update: Json) -> InboundMessage:
        """Return an update's message."""
        message = update["message"]
        return InboundMessage(
            id=self.id_of(update),
            conversation=self.conversation(message),
            sender=self.sender(message),
            sender_name=nfc(message["from"]["name"]),
            text=self.text(message),
            sent_at=self.sent_at(message),
            attachments=self.attachments(message),
            reply_to=self.reply_to(message),
        )

    def message_id(self, chat: int | str, number: int) -> str:
        """Return a message id that is unique across chats."""
        return f"{chat}:{number}"

    def id_of(self, update: Json) -> str:
        """Return the id of a message."""
        return self.message_id(update["message"]["chat"]["id"], update["message"]["number"])

    def conversation(self, message: Json) -> Address:
        """Return the conversation of a message."""
        place = Place.GROUP if message["chat"]["group"] else Place.PERSON
        return Address(self.instance, place, str(message["chat"]["id"]))

    def sender(self, message: Json) -> Address:
        """Return the author of a message."""
        return Address(self.instance, Place.PERSON, str(message["from"]["id"]))

    def text(self, message: Json) -> str:
        """Return the text of a message."""
        return nfc(message["text"])

    def sent_at(self, message: Json) -> datetime:
        """Return the time of a message; the platform counts milliseconds."""
        return datetime.fromtimestamp(message["date"] / 1000, UTC)

    def attachments(self, message: Json) -> tuple[Attachment, ...]:
        """Return the pictures of a message."""
        return tuple(Attachment("image", url=url) for url in message.get("photos", ()))

    def reply_to(self, message: Json) -> str:
        """Return the id of the quoted message."""
        return self.message_id(message["chat"]["id"], message["quotes"]["number"]) if "quotes" in message else ""

    def close(self) -> None:
        """Do nothing: nothing is open."""


class CalledBot(Bot):
    """A bot with a webhook."""

    full = (*Bot.full, "webhook", "signed_webhook")
    accepted_options = AcceptedOptions(secrets=("token", "secret"))


class SplittingBot(CalledBot):
    """A bot of a platform that posts several updates at once; it parses each separately."""

    def split(self, body: bytes) -> Sequence[bytes]:
        """Return the updates one by one."""
        return [json.dumps({"updates": [update]}).encode() for update in self.updates(body)]


class PollingBot(Bot):
    """A bot that polls for updates."""

    full = (*Bot.full, "poll_replay")
    polls = True
    accepted_options = AcceptedOptions(secrets=("token",))

    def __init__(
        self, instance: str, options: Mapping[str, str], services: AdapterServices, platform: Platform
    ) -> None:
        super().__init__(instance, options, services, platform)
        self.offset = 0

    def verify(self, request: WebhookRequest) -> bool:
        """Return False: a polling bot gets no requests."""
        return False

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        """Return waiting updates, one process at a time; those returned before are stored by now."""
        try:
            with self.services.state.lease("poll", wait + timedelta(minutes=1)) as lease:
                return [] if lease is None else self.fetch()
        except StorageError:
            problem = "our own state can't be asked"
        raise RetryLater(problem)

    def fetch(self) -> list[bytes]:
        """Fetch updates, and confirm the earlier ones by the offset."""
        updates = self.ask("getUpdates", sends=False, offset=self.offset)["updates"]
        self.offset = max((update["update_id"] + 1 for update in updates), default=self.offset)
        return [self.body(update) for update in updates]

    def body(self, update: Mapping[str, Any]) -> bytes:
        """Return an update as a body for `parse`."""
        return json.dumps({"updates": [update]}).encode()
