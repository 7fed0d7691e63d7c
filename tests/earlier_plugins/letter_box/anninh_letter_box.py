"""A messenger: texts lie in the folder `outbox`, and what comes in is JSON signed by `secret`.

Replace `send` by a call to your platform, and `verify`, `dedupe_key` and `parse` by what its webhooks look like.
"""

import hmac
import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from anninh_core import vocabulary as v
from anninh_core.kernel import errors, nfc
from anninh_core.plugins import hookimpl
from anninh_core.ports import ABILITIES, AdapterServices, MessengerType, Verdict

SIGNATURE = "X-Signature"
NO = v.Ability(v.Support.NOT_YET, "nobody has written it yet")
YES = dict.fromkeys(("send_person", "webhook", "signed_webhook", "reconcile"), v.Ability(v.Support.FULL))


class LetterBoxMessenger:
    """One configured instance; several threads may call it."""

    name: ClassVar[str] = "letter_box"

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        if missing := {"outbox", "secret"} - options.keys():
            raise errors.ConfigurationError(f"messenger {instance!r} needs the option {min(missing)!r}")
        self.instance = instance
        self._clock = services.clock
        self._outbox, self._secret = Path(options["outbox"]), options["secret"].encode()

    @property
    def capabilities(self) -> v.Capabilities:
        """Say what it can do, and why where it can't."""
        return v.Capabilities(f"letter_box {self.instance!r}", dict.fromkeys(ABILITIES, NO) | YES)

    def send(self, message: v.OutgoingMessage) -> v.Receipt:
        """Send a text to a person."""
        self._check(message)
        try:
            self._file(message).parent.mkdir(parents=True, exist_ok=True)
            self._file(message).write_text(message.text, encoding="utf-8", newline="")
        except OSError as error:  # it may name the folder, and with it the person
            problem = f"the outbox can't be written ({type(error).__name__})"
        else:
            return v.Receipt(message.key, self._clock.now())
        raise errors.RetryLater(problem)

    def _check(self, message: v.OutgoingMessage) -> None:
        """Refuse what can't be sent, before anything leaves; errors name no person and no words."""
        self.capabilities.require("send_group" if message.to.place is v.Place.GROUP else "send_person")
        if message.reply_to:
            self.capabilities.require("reply")
        for attachment in message.attachments:
            self.capabilities.require("media" if attachment.kind == "image" else "file")
        if message.to.messenger != self.instance or not re.fullmatch(r"[\w-]{1,64}", message.to.id):
            raise errors.RecipientUnreachable(f"that is no address which {self.instance!r} reaches")
        if not message.text.strip():
            raise errors.RequestRejected(f"message {message.key} has no text")

    def _file(self, message: v.OutgoingMessage) -> Path:
        return self._outbox / message.to.id / f"{message.key}.txt"

    def reconcile(self, message: v.OutgoingMessage, since: datetime) -> Verdict:
        """Look whether a message of unknown outcome has left."""
        return Verdict.DELIVERED if self._file(message).exists() else Verdict.NOT_DELIVERED

    def _not_yet(self, *_: object, **__: object) -> Any:
        raise self.capabilities.refusal("create_group")

    create_group = list_members = remove_member = lock_posting = delete_message = _not_yet

    def verify(self, request: v.WebhookRequest) -> bool:
        """Tell whether the platform signed a request; never raises."""
        right = hmac.new(self._secret, request.body, "sha256").hexdigest()
        return hmac.compare_digest(right.encode(), request.header(SIGNATURE).encode(errors="replace"))

    def dedupe_key(self, request: v.WebhookRequest) -> str:
        """Return what is equal for the same event delivered again, and for nothing else."""
        return str(self._event(request.body)["id"])

    def parse(self, body: bytes) -> Sequence[v.InboundMessage]:
        """Return the messages of an event; an event of another kind gives none."""
        event = self._event(body)
        if event.get("kind") != "message":
            return []
        try:
            sender = v.Address(self.instance, v.Place.PERSON, str(event["from"]))
            text, at = nfc(event["text"]), datetime.fromisoformat(event["at"])
        except (ValueError, LookupError, TypeError) as error:
            raise errors.BadInput(f"this message can't be understood: {type(error).__name__}") from error
        return [v.InboundMessage(id=str(event["id"]), conversation=sender, sender=sender, text=text, sent_at=at)]

    def _event(self, body: bytes) -> dict[str, Any]:
        try:
            event: dict[str, Any] = json.loads(body)
            has_id = bool(event["id"])
        except (ValueError, LookupError, TypeError) as error:
            raise errors.BadInput(f"this is no event: {type(error).__name__}") from error
        if not has_id:
            raise errors.BadInput("this is no event: its id is empty")
        return event

    def close(self) -> None:
        """Release connections."""


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register the messenger."""
    return [LetterBoxMessenger]
