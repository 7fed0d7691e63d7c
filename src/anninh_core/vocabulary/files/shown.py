"""Under which name and type a file is given out, and whether a page may show it: by its content alone."""

from typing import Final

from attrs import frozen

from anninh_core.vocabulary.files.record import Cleaning, FileRecord

_BYTES = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument."

_ENDINGS: Final = {
    "application/pdf": "pdf",
    f"{_OFFICE}presentationml.presentation": "pptx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}wordprocessingml.document": "docx",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tiff",
    "image/webp": "webp",
    "text/plain": "txt",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
"""Type -> how the name of such a file ends; another type is given out as bytes."""

_INERT = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp", "audio/mpeg", "audio/mp4", "video/mp4"})


@frozen
class ShownName:
    """Under what a file is given out.

    Attributes:
        name: a file name of ours.
        is_inert: whether a page may show it: it was made anew here, and its type does nothing where it is opened.
    """

    name: str
    media_type: str
    is_inert: bool


def ending_of(media_type: str) -> str:
    """Return how the name of a file of a type ends, "" where its type is given out as bytes."""
    return _ENDINGS.get(media_type, "")


def name_file(known: FileRecord, number: int) -> ShownName:
    """Return under what a file is given out.

    Args:
        known: what is known of it.
        number: which of its message's files it is, from 0.
    """
    is_copy = known.cleaning is Cleaning.CLEANED
    media_type = (known.shown_type or known.media_type) if is_copy else known.media_type
    ending = _ENDINGS.get(media_type)
    return ShownName(
        name=f"tep-{number + 1}.{ending or 'bin'}",
        media_type=media_type if ending else _BYTES,
        is_inert=is_copy and media_type in _INERT,
    )
