"""A messenger for anninh: screens at the village hall show the files of a folder; a letter box sends signed JSON."""

import hmac
import json
from datetime import datetime
from pathlib import Path

from anninh_core.kernel import errors, nfc
from anninh_core.plugins import hookimpl
from anninh_core.ports import ABILITIES, AcceptedOptions, Verdict
from anninh_core.vocabulary import Ability, Address, Capabilities, InboundMessage, Place, Receipt, Support

BOARD = Ability(Support.IMPOSSIBLE, "a notice board shows text and nothing else")
CAN = {name: Ability(Support.FULL) for name in ("send_person", "send_group", "webhook", "signed_webhook", "reconcile")}


def refuse_ability(ability):
    return lambda self, *_: self.capabilities.require(ability)


class Noticeboard:
    name = "noticeboard"
    accepted_options = AcceptedOptions(required=("folder",), secrets=("secret",))

    def __init__(self, instance, options, services):
        checked = self.accepted_options.read(f"messenger {instance!r}", options)
        self.instance = instance
        self._clock = services.clock
        self._folder = Path(checked["folder"])
        self._secret = checked["secret"].encode()
        self.capabilities = Capabilities(f"notice board {instance!r}", dict.fromkeys(ABILITIES, BOARD) | CAN)

    def send(self, message):
        for ability, used in (("reply", message.reply_to), ("media", message.attachments)):
            if used:
                self.capabilities.require(ability)
        if message.to.messenger != self.instance or not message.text.strip():
            raise errors.RequestRejected(f"message {message.key} has no text, or is for another messenger")
        try:
            self._build_path(message).parent.mkdir(parents=True, exist_ok=True)
            self._build_path(message).write_text(message.text)
        except OSError as error:
            raise errors.RetryLater(f"the board's folder can't be written: {error}") from error
        return Receipt(message.key, self._clock.now())

    def _build_path(self, message):
        return self._folder / message.to.place.value / message.to.id / f"{message.key}.txt"

    def reconcile(self, message, since):
        return Verdict.DELIVERED if self._build_path(message).exists() else Verdict.NOT_DELIVERED

    create_group = refuse_ability("create_group")
    list_members = refuse_ability("list_members")
    remove_member = refuse_ability("remove_member")
    lock_posting = refuse_ability("lock_posting")
    delete_message = refuse_ability("delete_message")

    def verify(self, request):
        right = hmac.new(self._secret, request.body, "sha256").hexdigest()
        return hmac.compare_digest(right.encode(), request.header("X-Board").encode(errors="replace"))

    def dedupe_key(self, request):
        return self.parse(request.body)[0].id

    def parse(self, body):
        try:
            note = json.loads(body)
            text = nfc(note["text"])
            at = datetime.fromisoformat(note["at"])
            id = str(note["id"])
            who = Address(self.instance, Place.PERSON, str(note["who"]))
        except (ValueError, LookupError, TypeError) as error:
            raise errors.BadInput(f"this is not a letter: {error!r}") from error
        return [InboundMessage(id=id, conversation=who, sender=who, text=text, sent_at=at)]

    def close(self):
        pass


@hookimpl
def anninh_messengers():
    return [Noticeboard]
