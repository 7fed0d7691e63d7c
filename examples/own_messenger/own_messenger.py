"""Text messages by a modem that SMS Server Tools 3 runs in the folder `spool`; incoming messages are signed with
`secret`.
"""
# ruff: noqa: ARG002, D101, D102  the port describes the methods and their parameters

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
from anninh_core.ports import ABILITIES, AcceptedOptions, AdapterServices, MessengerType, Verdict

NO = v.Ability(v.Support.IMPOSSIBLE, "a text message goes from one number to another and holds text only")
YES = dict.fromkeys(("send_person", "webhook", "signed_webhook", "reconcile"), v.Ability(v.Support.FULL))


class SmsMessenger:
    name: ClassVar[str] = "sms"
    accepted_options: ClassVar[AcceptedOptions] = AcceptedOptions(required=("spool",), secrets=("secret",))

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        checked = self.accepted_options.read(f"messenger {instance!r}", options)
        self.instance = instance
        self._clock = services.clock
        self._spool = Path(checked["spool"])
        self._secret = checked["secret"].encode()
        self.capabilities = v.Capabilities(f"the modem {instance!r}", dict.fromkeys(ABILITIES, NO) | YES)

    def send(self, message: v.OutgoingMessage) -> v.Receipt:
        used = {f"send_{message.to.place.value}": 1, "reply": message.reply_to, "media": message.attachments}
        for ability in filter(used.get, used):
            self.capabilities.require(ability)
        if message.to.messenger != self.instance or not re.fullmatch(r"\d{8,15}", message.to.id):
            raise errors.RecipientUnreachable(f"that is no number which {self.instance!r} reaches")
        if not message.text.strip():
            raise errors.RequestRejected(f"message {message.key} has no text")
        partial_file, outgoing_file = (self._spool / folder / message.key for folder in ("tmp", "outgoing"))
        try:
            partial_file.write_text(
                f"To: {message.to.id}\nAlphabet: UTF-8\n\n{message.text}", encoding="utf-8", newline=""
            )
            # A renamed file is complete, so that the modem never sees an incomplete one.
            partial_file.rename(outgoing_file)
        except OSError as error:
            raise errors.RetryLater(f"the modem's spool can't be written: {error}") from error
        return v.Receipt(message.key, self._clock.now())

    def reconcile(self, message: v.OutgoingMessage, since: datetime) -> Verdict:
        folders = {file.parent.name for file in self._spool.glob(f"*/{message.key}")}
        otherwise = Verdict.UNKNOWN if folders & {"outgoing", "checked"} else Verdict.NOT_DELIVERED
        return Verdict.DELIVERED if "sent" in folders else otherwise

    def _refuse_group_operation(self, *_: object, **__: object) -> Any:
        raise self.capabilities.refusal("send_group")

    create_group = list_members = remove_member = lock_posting = delete_message = _refuse_group_operation

    def verify(self, request: v.WebhookRequest) -> bool:
        expected = hmac.new(self._secret, request.body, "sha256").hexdigest()
        return hmac.compare_digest(expected.encode(), request.header("X-Signature").encode(errors="replace"))

    def dedupe_key(self, request: v.WebhookRequest) -> str:
        return self.parse(request.body)[0].id

    def parse(self, body: bytes) -> Sequence[v.InboundMessage]:
        try:
            sms = json.loads(body)
            sender = v.Address(self.instance, v.Place.PERSON, str(sms["from"]))
            id = str(sms["id"])
            text = nfc(sms["text"])
            at = datetime.fromisoformat(sms["at"])
        except (ValueError, LookupError, TypeError) as error:
            raise errors.BadInput(f"this is no event of the modem: {error!r}") from error
        return [v.InboundMessage(id=id, conversation=sender, sender=sender, text=text, sent_at=at)]

    def close(self) -> None: ...


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    return [SmsMessenger]
