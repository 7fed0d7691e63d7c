"""Split a message into the calls that Zalo needs, texts first and then the attachments, with one call each."""

from collections.abc import Iterator

from attrs import field, frozen

from anninh_core.kernel.errors import RequestRejected, Unsupported
from anninh_core.vocabulary.messages import Attachment, OutgoingMessage, Place
from anninh_zalo.sending.text_split import LIMIT, NUMBERING, count_characters, disable_mentions, split_text

_UNSUPPORTED = frozenset({"video", "audio", "location"})
"""Kinds of attachments that can't be sent: Zalo accepts videos in articles only, and no recordings or places from an
account.
"""


@frozen
class SplitOptions:
    """Options for splitting texts: `text_limit`, `text_count`, `numbering` and `group_captions` of the account."""

    limit: int = LIMIT
    numbering: str = NUMBERING
    utf16: bool = True
    group_captions: bool = True


@frozen
class MessagePart:
    """The part of a message that one call sends: a text, an attachment, or a picture with a caption."""

    text: str = field(default="", repr=False)
    attachment: Attachment | None = None

    @property
    def is_searchable(self) -> bool:
        """Whether the part can be found by its text in the history."""
        return bool(self.text) and self.attachment is None


def split_message(message: OutgoingMessage, cutting: SplitOptions) -> tuple[MessagePart, ...]:
    """Return the parts of a message in the order of sending; mentions in its text are disabled, so that they notify no
    one.

    Raises:
        RequestRejected: there is nothing to send.
        Unsupported: it has an attachment that Zalo doesn't accept.
    """
    text = disable_mentions(message.text)
    if not text.strip() and not message.attachments:
        raise RequestRejected("The message has neither text nor attachments: add one of them.")
    for attachment in message.attachments:
        if attachment.kind in _UNSUPPORTED:
            raise Unsupported(
                "An attachment of the kind {kind:record} can't be sent to Zalo: send a link, or write its "
                "content as text.",
                kind=attachment.kind,
            )
    if _is_captioned_picture(text, message, cutting):
        return (MessagePart(text, message.attachments[0]),)
    return (*_iter_text_parts(text, cutting), *_iter_attachment_parts(message, cutting))


def _is_captioned_picture(text: str, message: OutgoingMessage, cutting: SplitOptions) -> bool:
    if message.to.place is Place.GROUP and not cutting.group_captions:
        return False
    is_short = count_characters(text, utf16=cutting.utf16) <= cutting.limit
    return bool(text.strip()) and is_short and [attachment.kind for attachment in message.attachments] == ["image"]


def _iter_text_parts(text: str, cutting: SplitOptions) -> Iterator[MessagePart]:
    if text.strip():
        for part in split_text(text, cutting.limit, cutting.numbering, utf16=cutting.utf16):
            yield MessagePart(part)


def _iter_attachment_parts(message: OutgoingMessage, cutting: SplitOptions) -> Iterator[MessagePart]:
    for attachment in message.attachments:
        if attachment.kind == "link":
            yield from _iter_text_parts(disable_mentions(f"{attachment.name} {attachment.url}".strip()), cutting)
        else:
            yield MessagePart(attachment=attachment)
