"""Splits a message into the calls that Zalo needs: texts first, then the attachments, one call each."""

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from anninh_core.kernel.errors import RequestRejected, Unsupported
from anninh_core.vocabulary.messages import Attachment, OutgoingMessage, Place
from anninh_zalo.sending.texts import LIMIT, NUMBERING, size, split, without_mentions

_NO_WAY: Mapping[str, str] = {
    "video": "Zalo takes videos in articles only; send a link",
    "audio": "Zalo takes no recordings from an account; send a link",
    "location": "Zalo takes no places from an account; write the place or send a link",
}


@frozen
class Cutting:
    """How texts are cut; see the options `text_limit`, `text_count`, `numbering` and `group_captions`."""

    limit: int = LIMIT
    numbering: str = NUMBERING
    utf16: bool = True
    group_captions: bool = True


@frozen
class Piece:
    """The part of a message that one call sends: a text, an attachment, or a picture with a caption."""

    text: str = field(default="", repr=False)
    attachment: Attachment | None = None

    @property
    def findable(self) -> bool:
        """Whether it can be found again by its words."""
        return bool(self.text) and self.attachment is None


def pieces_of(message: OutgoingMessage, cutting: Cutting) -> tuple[Piece, ...]:
    """Return the parts of a message in the order in which they are sent; ids in the text mention nobody.

    Raises:
        RequestRejected: there is nothing to send.
        Unsupported: something goes with it that Zalo doesn't take.
    """
    text = without_mentions(message.text)
    if not text.strip() and not message.attachments:
        raise RequestRejected("a message without words and without attachments says nothing; write one")
    for attachment in message.attachments:
        if attachment.kind in _NO_WAY:
            raise Unsupported(f"a message with {attachment.kind}: {_NO_WAY[attachment.kind]}")
    if _is_picture_with_words(text, message, cutting):
        return (Piece(text, message.attachments[0]),)
    return (*_texts(text, cutting), *_attached(message, cutting))


def _is_picture_with_words(text: str, message: OutgoingMessage, cutting: Cutting) -> bool:
    if message.to.place is Place.GROUP and not cutting.group_captions:
        return False
    short = size(text, utf16=cutting.utf16) <= cutting.limit
    return bool(text.strip()) and short and [one.kind for one in message.attachments] == ["image"]


def _texts(text: str, cutting: Cutting) -> Iterator[Piece]:
    if text.strip():
        for part in split(text, cutting.limit, cutting.numbering, utf16=cutting.utf16):
            yield Piece(part)


def _attached(message: OutgoingMessage, cutting: Cutting) -> Iterator[Piece]:
    for attachment in message.attachments:
        if attachment.kind == "link":
            yield from _texts(without_mentions(f"{attachment.name} {attachment.url}".strip()), cutting)
        else:
            yield Piece(attachment=attachment)
