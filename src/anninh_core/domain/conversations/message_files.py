"""Use cases that return files of a case's messages, in the form that may be shown or as they came, and their chain of
custody.
"""

from attrs import frozen

from anninh_core.domain.conversations.cases import Cases, check_case
from anninh_core.domain.conversations.files import read_file, read_showable_file
from anninh_core.domain.conversations.model import MESSAGE, Message, OriginalOpening
from anninh_core.domain.conversations.views import FileCustodyView, build_attachment_view
from anninh_core.kernel.errors import BadInput, NotFound, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.arguments import CaseRef, Count, MessageId, Reason
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.journal.entries import NumberedEntry, iter_about
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import Download, make_view
from anninh_core.vocabulary.files.shown import build_shown_name
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

# Both lengths of a purpose are in characters.
_MIN_PURPOSE = 5
_MAX_PURPOSE = 500


@frozen(kw_only=True)
class FileCustody:
    """The chain of custody of a file: its openings and the journal's entries about it.

    Attributes:
        number: number of the attachment in its message, from 0; `attachment` is its record.
        openings: who got the original, and for which purpose.
        entries: the journal's entries about it, oldest first: it came, was stored, moved with its message to a case,
            was read, had its original given out, was deleted; and refused attempts.
    """

    number: int
    attachment: Attachment
    openings: tuple[OriginalOpening, ...]
    entries: tuple[NumberedEntry, ...]

    def to_view(self) -> FileCustodyView:
        """Return the view of the chain of custody."""
        return make_view(FileCustodyView, self, attachment=build_attachment_view(self.number, self.attachment))


class MessageFiles(Service):
    """Use cases that return files of messages."""

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, cases: Cases, restricts: OpensRestrictions = restrict_nothing) -> None:
        super().__init__(runner)
        self._cases = cases
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True, public=True)
    def attachment(self, session: ReadSession, case: CaseRef, message_id: MessageId, number: Count = 0) -> Download:
        """Return the form of a case's file that may be shown, if you may read the case (`kind:id`).

        That is its cleaned copy, or the file as it came if its type can't be cleaned here: `history` shows which. Its
        name and type follow from its content, whatever the sender called it.

        Args:
            case: as for `history`.
            message_id: a message of the case.
            number: number of the attachment, from 0.

        Raises:
            Refused: the actor may not read the case, because of its unit or a conflict of interest.
            NotFound: no such case, no such message in it, or the attachment isn't stored.
            FileWithheld: it may not be shown to anyone; the error names the reason.
            DecryptionError: the case was purged.
            WrongStep: the case is over, and its reporter had the use of their data restricted.
        """
        message, attachment = self._find_attachment(session, case, message_id, number)
        data, record = read_showable_file(self.runner, message, attachment)
        session.facts |= {"cleaning": record.cleaning.value, "scan": record.scan.value}
        named_file = build_shown_name(record, number)
        return Download(name=named_file.name, media_type=named_file.media_type, data=data, is_inert=named_file.is_inert)

    @command(Permission.IDENTITY_REQUEST, Permission.TIP_READ, public=True, step_up=True)
    def open_original(
        self, uow: UnitOfWork, case: CaseRef, message_id: MessageId, number: Count = 0, *, purpose: Reason
    ) -> bytes:
        """Return a file of a case as it came, which may identify its sender, and may do harm when it is opened.

        Your name and the purpose are recorded with the message.

        Args:
            case: as for `history`.
            message_id: a message of the case.
            number: number of the attachment, from 0.
            purpose: why the original is needed.

        Raises:
            BadInput: no purpose, or one over 500 characters.
            Refused, NotFound, DecryptionError, WrongStep: as for `attachment`.
        """
        message, attachment = self._find_attachment(uow, case, message_id, number)
        uow.permit(message.unit)
        purpose = nfc(purpose).strip()
        if not _MIN_PURPOSE <= len(purpose) <= _MAX_PURPOSE:
            raise BadInput(
                "The purpose must have {least} to {most} characters: write what you need the original for.",
                least=_MIN_PURPOSE,
                most=_MAX_PURPOSE,
            )
        data = read_file(self.runner, message, attachment.blob)
        uow.add_event("attachment.original_opened")
        uow.save(MESSAGE, message.opened(number, uow.actor.id, uow.at, purpose))
        return data

    @query(Permission.TIP_READ, traced=True, public=True)
    def custody(self, session: ReadSession, case: CaseRef, message_id: MessageId, number: Count = 0) -> FileCustody:
        """Return the chain of custody of a file of a case: what happened to it since it came.

        Raises:
            Refused, NotFound: as for `attachment`; but a deleted file still has its chain of custody.
        """
        message, attachment = self._find_attachment(session, case, message_id, number, is_here=False)
        openings = tuple(opening for opening in message.openings if opening.number == number)
        entries = self._list_entries(message_id, number)
        return FileCustody(number=number, attachment=attachment, openings=openings, entries=entries)

    def _list_entries(self, message_id: str, number: int) -> tuple[NumberedEntry, ...]:
        entries = iter_about(self.context.storage.journal, str(Ref(MESSAGE.name, message_id)))
        return tuple(numbered for numbered in entries if _concerns_attachment(numbered.entry, number))

    def _find_attachment(
        self, session: ReadSession, case: str, message_id: str, number: int, *, is_here: bool = True
    ) -> tuple[Message, Attachment]:
        """Return a message of a case that the actor may read, and one of its attachments."""
        if check_case(session, self._cases, case, self._restricts) and is_here:
            raise WrongStep(
                "{case} is over and its reporter had the use of their data restricted: the files and the "
                "identity open only under a legal hold, or once the restriction is lifted.",
                case=case,
            )
        message = session.get(MESSAGE, message_id)
        if message is None or message.case != case:
            truth = "there is none" if message is None else f"it belongs to {message.case or 'no case'}"
            raise session.build_withheld_error("message", message_id, truth, "conversations.history")
        attachment = get_attachment(message, number)
        session.facts |= {"message": message_id, "attachment": number}
        if is_here and not attachment.blob:
            raise NotFound(
                "Attachment {number} of message {message} isn't here: {reason}.",
                number=number,
                message=message_id,
                reason=_explain_missing_file(attachment),
            )
        return message, attachment


def get_attachment(message: Message, number: int) -> Attachment:
    """Return an attachment of a message, numbered from 0, or raise `NotFound`."""
    if not 0 <= number < len(message.attachments):
        raise NotFound(
            "Message {message} has no attachment {number}: it has {count}, numbered from 0.",
            message=message.id,
            count=len(message.attachments),
            number=number,
        )
    return message.attachments[number]


def _explain_missing_file(attachment: Attachment) -> str:
    if attachment.lost:
        return Sentence("it was lost ({reason})", reason=attachment.lost)
    if attachment.url:
        return Sentence("it hasn't been fetched yet, so try again later")
    return Sentence("it holds no file")


def _concerns_attachment(entry: Entry, number: int) -> bool:
    """Return whether an entry about a message concerns this attachment; reads of the message's text don't."""
    if "attachment" in entry.facts:
        return entry.facts["attachment"] == number
    return entry.outcome != "read"
