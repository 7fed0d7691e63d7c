"""The encrypted body of an outbox row. The recipient's address is looked up only when the row is sent."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec
from attrs import field, frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Damaged, Purged
from anninh_core.ports.storages.changes import NewOutbox
from anninh_core.ports.storages.queues import CLOSED, OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment

OUTBOX_SCOPE = "outbox"
"""Kind of the erasure scopes of days, which `build_outbox_scope` returns."""


class OutboxAction(StrEnum):
    """The action that an outbox row requests from a messenger. The values are stored encrypted, so they never
    change.
    """

    SEND = "send"
    DELETE = "delete"
    REMOVE_MEMBER = "remove_member"
    LOCK = "lock"
    UNLOCK = "unlock"
    FETCH = "fetch"
    INSPECT = "inspect"


@frozen(kw_only=True)
class OutboxMessage:
    """The content of an outbox row, made before the recipient's address is known.

    Attributes:
        to: conversation id, `<messenger instance>.<blind index>`.
        act: requested action; all but `SEND`, `FETCH` and `INSPECT` take place in a group.
        target: platform id of the message to delete, conversation id of the member to remove, or `message:number` of
            the attachment to fetch or inspect again.
    """

    to: str
    text: str = field(default="", repr=False)
    act: OutboxAction = OutboxAction.SEND
    target: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""

    def encode(self) -> bytes:
        """Return the message as bytes that are to be encrypted."""
        return msgspec.json.encode(self)


@frozen
class _AttachmentsOnly:
    """The attachments of an outbox message, without the rest of it; maintenance of blobs needs only these."""

    attachments: tuple[Attachment, ...] = ()


_DECODER = msgspec.json.Decoder(OutboxMessage)
_ATTACHMENTS_DECODER = msgspec.json.Decoder(_AttachmentsOnly)


def decode_message(body: bytes) -> OutboxMessage:
    """Return the outbox message in decrypted bytes.

    Raises:
        BadInput: this version doesn't know the action. Nothing is guessed: a wrong act can't be undone.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        actions = ", ".join(OutboxAction)
        raise BadInput(
            "An outbox row asks for an action that this version doesn't know ({reason}). Known actions: "
            "{allowed}. Update anninh and send the row again with {act:failures.resend}, or give it up with "
            "{act:failures.give_up}.",
            # The error's text is given here, as for errors other than BadInput only their class would be kept.
            reason=str(error),
            allowed=actions,
        ) from error


def open_outbox_message(context: UseCaseContext, row: OutboxRow) -> OutboxMessage:
    """Decrypt the body of an outbox row and return its message.

    Raises:
        DecryptionError: the message was purged.
        BadInput: this version doesn't know the requested action.
    """
    return decode_message(context.encryptor.decrypt(row.scope, row.body, build_row_associated_data("outbox", row.id)))


def build_outbox_scope(at: datetime) -> str:
    """Return the erasure scope of the day of `at`, which encrypts messages to people that concern none of their cases.

    A scope of the person would reveal the person beyond the record that the message belongs to.
    """
    return f"{OUTBOX_SCOPE}:{local_date(at)}"


def is_outbox_scope(scope: str) -> bool:
    """Return whether an erasure scope is that of a day of the outbox."""
    return scope.startswith(f"{OUTBOX_SCOPE}:")


def find_recipient(context: UseCaseContext, row: OutboxRow) -> str:
    """Return the conversation to which an outbox row is sent; for a closed row that can't be decrypted, the pseudonym
    in it.
    """
    if row.state not in CLOSED:
        return row.conversation
    try:
        to = open_outbox_message(context, row).to
    except (BadInput, Purged, Damaged):
        return row.conversation
    return to if is_recipient(context.names, to, row) else row.conversation


def decode_attachments(body: bytes) -> tuple[Attachment, ...]:
    """Return the attachments in the decrypted bytes of an outbox message, whatever its action is."""
    return _ATTACHMENTS_DECODER.decode(body).attachments


def get_messenger_name(conversation: str) -> str:
    """Return the name of the messenger instance to which a conversation id belongs."""
    return conversation.partition(".")[0]


@frozen(kw_only=True)
class PendingRow:
    """A message that a use case sends. It is encrypted at the end of the use case, when all keys are read at once."""

    id: str
    outbox_message: OutboxMessage
    purpose: str
    cause: str
    scope: str
    due_at: datetime
    lane: Lane = Lane.REPLY
    after: str = ""

    def encrypt(self, seal: Callable[[str, bytes, bytes], bytes]) -> NewOutbox:
        """Return the outbox row with the encrypted message.

        Args:
            seal: encrypts plain bytes: takes the scope, the bytes and the associated data.
        """
        return NewOutbox(
            id=self.id,
            messenger=get_messenger_name(self.outbox_message.to),
            conversation=self.outbox_message.to,
            lane=self.lane,
            due_at=self.due_at,
            cause=self.cause,
            purpose=self.purpose,
            scope=self.scope,
            body=seal(self.scope, self.outbox_message.encode(), build_row_associated_data("outbox", self.id)),
            after=self.after,
        )
