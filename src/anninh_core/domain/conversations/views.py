"""What of messages may leave: words and files of a case, never by which address anybody is reached.

Who said something has a name of its case alone (`Message.for_handlers`); the platform's ids and the names under which
files lie here never leave.
"""

from datetime import datetime

from anninh_core.usecase.journal.views import JournalEntryView
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLockView
from anninh_core.usecase.views import view
from anninh_core.vocabulary.files import Cleaning, Scan
from anninh_core.vocabulary.messages import Attachment


@view
class AttachmentView:
    """Something that came with a message.

    Attributes:
        number: from 0: by it the file is asked for.
        kind: image, video, audio, file, location, sticker or link; `file` too where its content isn't what it was sent
            as.
        name: file name or title, where there is one.
        size: in bytes as it came; None where there is no file, or nobody has looked at it yet.
        media_type: of what is shown; "" where nothing is known.
        is_shown: whether it is here and may be shown.
        cleaning, reason, scan: what was done to it, why it is refused or wasn't cleaned, and what a scanner said.
        lost: why it isn't kept: `expired`, `too_large`, `refused` or `kept_no_longer`; "" otherwise.
        latitude, longitude: WGS 84 degrees, for a location.
    """

    number: int
    kind: str
    name: str
    size: int | None
    media_type: str
    is_shown: bool
    cleaning: Cleaning | None
    reason: str
    scan: Scan | None
    lost: str
    latitude: float | None
    longitude: float | None


def view_attachment(number: int, attachment: Attachment) -> AttachmentView:
    """Return what may leave of an attachment."""
    file = attachment.file
    return AttachmentView(
        number=number,
        kind=attachment.content_kind,
        name=attachment.name,
        size=None if file is None else file.size,
        media_type="" if file is None else file.shown_type or file.media_type,
        is_shown=bool(attachment.blob) and file is not None and not file.is_withheld,
        cleaning=None if file is None else file.cleaning,
        reason="" if file is None else file.reason,
        scan=None if file is None else file.scan,
        lost=attachment.lost,
        latitude=attachment.latitude,
        longitude=attachment.longitude,
    )


@view
class OriginalOpeningView:
    """Somebody got the original of a file: of which one (from 0), who, when and what for."""

    number: int
    by: str
    at: datetime
    purpose: str


@view
class ProposedDismissalView:
    """That one person would do nothing about a locked message: who, when and by which code of the list of reasons."""

    by: str
    at: datetime
    reason: str


@view
class MessageView:
    """A message. Where many are listed, somebody reads them: they have their words everywhere.

    Other fields are as in `Message`.

    Attributes:
        sender: who said it, by a name of its case alone; "" for us.
        in_group: whether it was said in a group.
        unit: whose it is.
        reasons: why the router took it for what it is, one line each.
    """

    id: str
    version: int
    sender: str
    in_group: bool
    unit: str
    case: str
    candidates: tuple[str, ...]
    kind: str
    sent_at: datetime
    received_at: datetime
    erased: bool
    is_withheld: bool
    held_back: bool
    text: str
    reasons: tuple[str, ...]
    corrections: tuple[str, ...]
    attachments: tuple[AttachmentView, ...]
    openings: tuple[OriginalOpeningView, ...]
    lock: SupervisorLockView | None
    proposed_dismissal: ProposedDismissalView | None


@view
class FileCustodyView:
    """What happened to a file since it came: who got the original, and the journal's entries, oldest first."""

    attachment: AttachmentView
    openings: tuple[OriginalOpeningView, ...]
    entries: tuple[JournalEntryView, ...]
