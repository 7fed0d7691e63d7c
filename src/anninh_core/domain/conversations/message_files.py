"""Files that came with messages of a case: what is shown of them, their originals, and who had them when."""

from attrs import frozen

from anninh_core.domain.conversations.cases import Cases, check_case
from anninh_core.domain.conversations.files import read_file, read_shown
from anninh_core.domain.conversations.model import MESSAGE, Message, OriginalOpening
from anninh_core.domain.conversations.views import FileCustodyView, view_attachment
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
from anninh_core.vocabulary.files.shown import name_file
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

# characters
_MIN_PURPOSE = 5
_MAX_PURPOSE = 500


@frozen(kw_only=True)
class FileCustody:
    """What happened to a file since it came.

    Attributes:
        number: which of its message's attachments, from 0; `attachment` what is known of it.
        openings: who got the original, and what for.
        entries: the journal's entries about it, oldest first: it came, was kept, moved with its message to a case,
            was looked at, its original given out, deleted; and refused attempts.
    """

    number: int
    attachment: Attachment
    openings: tuple[OriginalOpening, ...]
    entries: tuple[NumberedEntry, ...]

    def to_view(self) -> FileCustodyView:
        """Return what may leave."""
        return make_view(FileCustodyView, self, attachment=view_attachment(self.number, self.attachment))


class MessageFiles(Service):
    """Gives out files that came with messages."""

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, cases: Cases, restricts: OpensRestrictions = restrict_nothing) -> None:
        super().__init__(runner)
        self._cases = cases
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True, public=True)
    def attachment(self, session: ReadSession, case: CaseRef, message_id: MessageId, number: Count = 0) -> Download:
        """Return what is shown of a file of a case (`kind:id`), to whoever may hold the case itself.

        That is its cleaned copy; where nothing here cleans its type, the file as it came: `history` tells which. Its
        name and type are ours, by what lies in it, whatever the sender called it.

        Args:
            case: as for `history`.
            message_id: a message of it.
            number: which of its attachments, from 0.

        Raises:
            Refused: the case isn't the actor's to read, by unit or by a conflict of interest.
            NotFound: no such case, no such message of it, or nothing of the attachment lies here.
            FileWithheld: it is shown to nobody, and why.
            DecryptionError: the case was purged.
            WrongStep: the case is over, and its reporter had the use of their data restricted.
        """
        message, attached = self._find(session, case, message_id, number)
        data, known = read_shown(self.runner, message, attached)
        session.facts |= {"cleaning": known.cleaning.value, "scan": known.scan.value}
        shown = name_file(known, number)
        return Download(name=shown.name, media_type=shown.media_type, data=data, is_inert=shown.is_inert)

    @command(Permission.IDENTITY_REQUEST, Permission.TIP_READ, public=True, step_up=True)
    def open_original(
        self, uow: UnitOfWork, case: CaseRef, message_id: MessageId, number: Count = 0, *, purpose: Reason
    ) -> bytes:
        """Return a file of a case as it came, which may tell who sent it, and may do harm where it is opened.

        Who got it and what for is written down with the message.

        Args:
            case: as for `history`.
            message_id: a message of it.
            number: which of its attachments, from 0.
            purpose: what it is needed for.

        Raises:
            BadInput: no purpose, or one over 500 characters.
            Refused, NotFound, DecryptionError, WrongStep: as for `attachment`.
        """
        message, attached = self._find(uow, case, message_id, number)
        uow.permit(message.unit)
        purpose = nfc(purpose).strip()
        if not _MIN_PURPOSE <= len(purpose) <= _MAX_PURPOSE:
            raise BadInput(
                "The purpose must have {least} to {most} characters: write what you need the original for.",
                least=_MIN_PURPOSE,
                most=_MAX_PURPOSE,
            )
        data = read_file(self.runner, message, attached.blob)
        uow.add_event("attachment.original_opened")
        uow.save(MESSAGE, message.opened(number, uow.actor.id, uow.at, purpose))
        return data

    @query(Permission.TIP_READ, traced=True, public=True)
    def custody(self, session: ReadSession, case: CaseRef, message_id: MessageId, number: Count = 0) -> FileCustody:
        """Return what happened to a file of a case since it came: its chain of custody.

        Raises:
            Refused, NotFound: as for `attachment`; also of a file that is gone there is a history.
        """
        message, attached = self._find(session, case, message_id, number, is_here=False)
        openings = tuple(one for one in message.openings if one.number == number)
        entries = self._entries(message_id, number)
        return FileCustody(number=number, attachment=attached, openings=openings, entries=entries)

    def _entries(self, message_id: str, number: int) -> tuple[NumberedEntry, ...]:
        entries = iter_about(self.context.storage.journal, str(Ref(MESSAGE.name, message_id)))
        return tuple(one for one in entries if _is_about(one.entry, number))

    def _find(
        self, session: ReadSession, case: str, message_id: str, number: int, *, is_here: bool = True
    ) -> tuple[Message, Attachment]:
        """Return a message of a case that the actor may hold, and one of its attachments."""
        if check_case(session, self._cases, case, self._restricts) and is_here:
            raise WrongStep(
                "{case} is over and its reporter had the use of their data restricted: the files and the "
                "identity open only under a legal hold, or once the restriction is lifted.",
                case=case,
            )
        message = session.get(MESSAGE, message_id)
        if message is None or message.case != case:
            truth = "there is none" if message is None else f"it belongs to {message.case or 'no case'}"
            raise session.withhold("message", message_id, truth, "conversations.history")
        attached = get_attachment(message, number)
        session.facts |= {"message": message_id, "attachment": number}
        if is_here and not attached.blob:
            raise NotFound(
                "Attachment {number} of message {message} isn't here: {reason}.",
                number=number,
                message=message_id,
                reason=_explain_missing(attached),
            )
        return message, attached


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


def _explain_missing(attachment: Attachment) -> str:
    if attachment.lost:
        return Sentence("it was lost ({reason})", reason=attachment.lost)
    if attachment.url:
        return Sentence("it hasn't been fetched yet, so try again later")
    return Sentence("it holds no file")


def _is_about(entry: Entry, number: int) -> bool:
    """Tell whether an entry about a message is one about this attachment of it; looks at its words are none."""
    if "attachment" in entry.facts:
        return entry.facts["attachment"] == number
    return entry.outcome != "read"
