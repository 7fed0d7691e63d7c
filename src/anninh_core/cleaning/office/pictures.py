"""Parts of a document that are no XML: pictures and films, cleaned like all others, and fonts."""

import posixpath

from anninh_core.cleaning.detection import PICTURES, detect_type
from anninh_core.cleaning.media.boxes import blank_boxes
from anninh_core.cleaning.media.sound import clean_mp3, clean_wav
from anninh_core.cleaning.pictures import clean_picture
from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

_FONTS = frozenset({".odttf", ".fntdata", ".ttf", ".otf"})
_METAFILES = frozenset({".emf", ".wmf"})
_EMPTY_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_EMF_MARK = b" EMF"
_EMF_DESCRIPTION = (60, 64)  # offsets of the fields with its length in characters and with its own offset


def clean_part(name: str, content: bytes, limits: FileLimits) -> bytes:
    """Return a part that is no XML, cleaned.

    Raises:
        FileRefused: it is neither picture, film, sound nor font, or is refused itself.
    """
    ending = posixpath.splitext(name)[1].lower()
    if ending in _FONTS:
        return content
    if ending in _METAFILES:
        return _clean_metafile(content)
    if ending == ".svg":  # a picture of points stands beside it, which older programs draw
        return _EMPTY_SVG
    media_type = detect_type(content)
    if media_type in PICTURES:
        return clean_picture(content, media_type, limits, same_type=True)[0]
    if media_type in ("video/mp4", "video/quicktime", "audio/mp4"):
        return blank_boxes(content, limits)
    if media_type in ("audio/mpeg", "audio/wav"):
        return clean_mp3(content) if media_type == "audio/mpeg" else clean_wav(content)
    raise FileRefused(FileReason.EMBEDDED, posixpath.basename(name)[:60])


def _clean_metafile(content: bytes) -> bytes:
    """Overwrite the words by which a program describes a drawing of its own."""
    if content[40:44] != _EMF_MARK or len(content) < 88:
        return content
    length, start = (int.from_bytes(content[at : at + 4], "little") for at in _EMF_DESCRIPTION)
    end = min(start + 2 * length, len(content))
    return content[:start] + bytes(max(end - start, 0)) + content[max(end, start) :] if length else content
