"""Cleaning of a document's parts other than XML: pictures, video and audio are cleaned as uploaded files are, and fonts
are kept.
"""

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
# Offsets of two fields in the header: the description's length in characters, and the description's offset.
_EMF_DESCRIPTION = (60, 64)


def clean_part(name: str, content: bytes, limits: FileLimits) -> bytes:
    """Return a cleaned part other than XML.

    Raises:
        FileRefused: the part is neither picture, video, audio nor font, or its cleaner refuses it.
    """
    ending = posixpath.splitext(name)[1].lower()
    if ending in _FONTS:
        return content
    if ending in _METAFILES:
        return _clean_metafile(content)
    # The SVG is replaced by an empty one, because documents also contain a raster picture for older programs.
    if ending == ".svg":
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
    """Overwrite the description string in the header of an EMF drawing."""
    if content[40:44] != _EMF_MARK or len(content) < 88:
        return content
    length, start = (int.from_bytes(content[at : at + 4], "little") for at in _EMF_DESCRIPTION)
    end = min(start + 2 * length, len(content))
    return content[:start] + bytes(max(end - start, 0)) + content[max(end, start) :] if length else content
