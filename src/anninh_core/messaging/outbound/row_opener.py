"""Opening a row of the outbox, once: what it says, to whom, and by which messenger it goes."""

from collections.abc import Mapping

from attrs import evolve, frozen

from anninh_core.domain.conversations.model import Conversation
from anninh_core.domain.conversations.service import Conversations
from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import normalize_spaces
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.actor import system
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, open_outbox_message
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import OutgoingMessage, Place


@frozen(kw_only=True)
class OpenedRow:
    """A row as it goes from hand to hand until its outcome is recorded.

    Attributes:
        row: as it was claimed.
        outbox_message: what lay sealed in it.
        message: what is sent, its recipient's address from the vault.
        member: whom it names beside its recipient: who is to be removed from a group.
    """

    row: OutboxRow
    outbox_message: OutboxMessage
    message: OutgoingMessage
    member: Conversation | None
    messenger: Messenger

    def redact(self, error: Exception) -> Sentence:
        """Return why sending failed, without what the platform may have repeated of the message."""
        personal_data = (self.outbox_message.text, self.outbox_message.target, self.message.to.id)
        return redact_error(error, (*personal_data, *((self.member.address.id,) if self.member else ())))


class RowOpener:
    """Opens rows.

    Args:
        runner: opens what is sealed, and knows the units.
        messengers: all of them, by instance.
    """

    def __init__(
        self, runner: UseCaseRunner, conversations: Conversations, messengers: Mapping[str, Messenger]
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._conversations = conversations
        self._messengers = messengers

    def open(self, row: OutboxRow) -> OpenedRow:
        """Open a row of a messenger that is there.

        Raises:
            DecryptionError: what it says, or the identity of its recipient, was purged.
            NotFound: nobody knows its recipient.
            BadInput: it asks for something that this version doesn't know.
        """
        outbox_message = open_outbox_message(self._context, row)
        removes = outbox_message.act is OutboxAction.REMOVE_MEMBER
        return OpenedRow(
            row=row,
            outbox_message=outbox_message,
            message=self._build_message(row, outbox_message),
            member=self._find_conversation(outbox_message.target) if removes else None,
            messenger=self._messengers[row.messenger],
        )

    def _build_message(self, row: OutboxRow, queued: OutboxMessage) -> OutgoingMessage:
        recipient = self._find_conversation(queued.to)
        return OutgoingMessage(
            key=row.id,
            to=recipient.address,
            title=drop_hidden(recipient.name) if recipient.address.place is Place.GROUP else "",
            text=queued.text,
            purpose=row.purpose,
            attachments=tuple(evolve(file, name=drop_hidden(file.name)) for file in queued.attachments),
            reply_to=queued.reply_to,
            facts=self._template_facts(recipient, queued),
        )

    def _template_facts(self, who: Conversation, queued: OutboxMessage) -> Mapping[str, str]:
        district = self._context.district
        root = district.units[district.root]
        unit = district.units.get(who.unit, root)  # a later profile may not know it any more
        return {"receipt": find_receipt(queued.text), "unit": unit.name, "district": root.name}

    def _find_conversation(self, conversation: str) -> Conversation:
        return self._conversations.who(system("delivery"), conversation)


def comparable_text(runner: UseCaseRunner, row: OutboxRow) -> str:
    """Return a message's words, spaces made one; "" for what says nothing, or can't be opened any more."""
    try:
        message = open_outbox_message(runner.context, row)
    except (BadInput, NotFound, Purged, Damaged):
        return ""
    return normalize_spaces(message.text) if message.act is OutboxAction.SEND else ""


def find_receipt(text: str) -> str:
    """Return the receipt that a text of ours tells, or "". Only as it is stored: a telephone number is none."""
    match = RECEIPT.search(text)
    return match.group() if match else ""
