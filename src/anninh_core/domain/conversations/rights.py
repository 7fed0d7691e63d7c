"""Steps that correct a person's name and messages, or hand out files, at the person's request."""

from collections.abc import Collection

from attrs import evolve

from anninh_core.domain.conversations.details import DetailSealer, seal_name
from anninh_core.domain.conversations.files import read_file
from anninh_core.domain.conversations.message_files import get_attachment
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Conversation, Message
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, step
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class PersonalRecords(Service):
    """Steps that change or return a person's data at their request; the larger use cases check permissions.

    Args:
        seal: encrypts names for the custodians.
    """

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, seal: DetailSealer) -> None:
        super().__init__(runner)
        self._seal = seal

    @step(Permission.RIGHTS_HANDLE)
    def correct_name(self, uow: UnitOfWork, conversation_id: str, name: str) -> Conversation:
        """Put the right name into the vault; the platform's name doesn't replace it any more.

        Raises:
            BadInput: the name is empty.
            DecryptionError: the identity was purged.
        """
        uow.permit(self.context.district.root)
        if not name.strip():
            raise BadInput("The corrected name can't be empty: give the right name.")
        conversation = uow.load(CONVERSATION, conversation_id)
        named = seal_name(uow, conversation, nfc(name.strip()), self._seal)
        return uow.save(CONVERSATION, evolve(named, is_corrected=True))

    @step(Permission.RIGHTS_HANDLE)
    def hand_out_file(
        self, uow: UnitOfWork, message_id: str, number: int, *, senders: Collection[str], purpose: str
    ) -> bytes:
        """Return the original of a file, to be handed back to its sender; the opening is recorded with the message.

        Raises:
            NotVisible: none of these accounts sent the message.
            NotFound: the file isn't stored any more.
            DecryptionError: its scope was purged.
        """
        uow.permit(self.context.district.root)
        message = _require_own_message(uow, message_id, senders)
        data = read_file(self.runner, message, get_attachment(message, number).blob)
        uow.add_event("attachment.original_opened")
        uow.save(MESSAGE, message.opened(number, uow.actor.id, uow.at, purpose))
        return data

    @step(Permission.RIGHTS_HANDLE)
    def add_correction(self, uow: UnitOfWork, message_id: str, correction: str, *, senders: Collection[str]) -> Message:
        """Add the author's correction to a message; its text stays as it is, encrypted.

        Raises:
            NotVisible: none of these accounts sent the message.
            WrongStep: its text was erased.
            BadInput: the correction is empty.
        """
        uow.permit(self.context.district.root)
        if not correction.strip():
            raise BadInput("A correction can't be empty: write how the message should read.")
        message = _require_own_message(uow, message_id, senders)
        if message.erased:
            raise WrongStep(
                "The text of message {message} was erased, so nothing is left to correct.", message=message_id
            )
        words = nfc(correction.strip())
        if words in message.corrections:
            return message
        return uow.save(MESSAGE, evolve(message, corrections=(*message.corrections, words)))


def _require_own_message(uow: UnitOfWork, message_id: str, senders: Collection[str]) -> Message:
    """Return a message if one of the accounts `senders` sent it; otherwise raise the same error as for an unknown
    id.
    """
    message = uow.get_readable(MESSAGE, message_id)
    if message is None or message.sender not in senders:
        truth = "there is none" if message is None else "it is none of whoever asks"
        raise uow.build_withheld_error(MESSAGE.name, message_id, truth, "rights.find")
    return message
