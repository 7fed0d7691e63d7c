"""Views of messages: text and files of a case, never the address of a person.

A sender has a pseudonym that is used only in the case (`Message.for_handlers`); ids of the platform and the names of
stored files are never part of a view.
"""

from datetime import datetime

from anninh_core.usecase.journal.views import JournalEntryView
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLockView
from anninh_core.usecase.views import view
from anninh_core.vocabulary.files import Cleaning, Scan
from anninh_core.vocabulary.messages import Attachment


@view
class AttachmentView:
    """An attachment of a message.

    Attributes:
        number: from 0; identifies the attachment in a request for its file.
        kind: image, video, audio, file, location, sticker or link; also file if the content doesn't match the type it
            was sent as.
        name: file name or title, if there is one.
        size: in bytes as it came; None without a file, or before its inspection.
        media_type: type of the form that is shown; "" if unknown.
        is_shown: whether the file is stored and may be shown.
        cleaning, reason, scan: how it was cleaned, why it is refused or wasn't cleaned, and the scanner's result.
        lost: why it isn't stored: `expired`, `too_large`, `refused` or `kept_no_longer`; "" otherwise.
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


def build_attachment_view(number: int, attachment: Attachment) -> AttachmentView:
    """Return the view of an attachment."""
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
    """An opening of a file's original: which attachment (from 0), by whom, when and for which purpose."""

    number: int
    by: str
    at: datetime
    purpose: str


@view
class ProposedDismissalView:
    """An officer's proposal to dismiss a locked message: who, when, and the code of the reason."""

    by: str
    at: datetime
    reason: str


@view
class MessageView:
    """A message. A list of messages includes their full text, since officers read it there.

    Other fields are as in `Message`.

    Attributes:
        sender: pseudonym that is used only in its case; "" for us.
        in_group: whether it was written in a group.
        unit: unit that it belongs to.
        reasons: reasons for the router's classification, one line each.
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
    """The chain of custody of a file: who got the original, and the journal's entries, oldest first."""

    attachment: AttachmentView
    openings: tuple[OriginalOpeningView, ...]
    entries: tuple[JournalEntryView, ...]
