"""Decryption of an outbox row, done once: its message, its recipient, and its messenger."""

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
    """A decrypted outbox row, passed on until its outcome is recorded.

    Attributes:
        row: as it was claimed.
        outbox_message: its decrypted content.
        message: the message to send, with its recipient's address from the vault.
        member: the person to be removed from a group, or None.
    """

    row: OutboxRow
    outbox_message: OutboxMessage
    message: OutgoingMessage
    member: Conversation | None
    messenger: Messenger

    def redact(self, error: Exception) -> Sentence:
        """Return the reason why sending failed, without parts of the message that the platform may have repeated in its
        error.
        """
        personal_data = (self.outbox_message.text, self.outbox_message.target, self.message.to.id)
        return redact_error(error, (*personal_data, *((self.member.address.id,) if self.member else ())))


class RowOpener:
    """Decrypts outbox rows.

    Args:
        runner: gives access to the encryption and to the units.
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
        """Decrypt an outbox row, if its messenger is configured.

        Raises:
            DecryptionError: its content, or the identity of its recipient, was purged.
            NotFound: its recipient is unknown.
            BadInput: this version doesn't support its action.
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
            facts=self._build_template_facts(recipient, queued),
        )

    def _build_template_facts(self, conversation: Conversation, queued: OutboxMessage) -> Mapping[str, str]:
        district = self._context.district
        root = district.units[district.root]
        unit = district.units.get(conversation.unit, root)  # A later profile may no longer contain the unit.
        return {"receipt": find_receipt(queued.text), "unit": unit.name, "district": root.name}

    def _find_conversation(self, conversation: str) -> Conversation:
        return self._conversations.who(system("delivery"), conversation)


def read_comparable_text(runner: UseCaseRunner, row: OutboxRow) -> str:
    """Return the text of an outbox row's message with normalized spaces; "" if it has none or can't be decrypted any
    more.
    """
    try:
        message = open_outbox_message(runner.context, row)
    except (BadInput, NotFound, Purged, Damaged):
        return ""
    return normalize_spaces(message.text) if message.act is OutboxAction.SEND else ""


def find_receipt(text: str) -> str:
    """Return the receipt in a text that the system wrote, or "". Only the stored form counts, so that no telephone
    number matches.
    """
    match = RECEIPT.search(text)
    return match.group() if match else ""
