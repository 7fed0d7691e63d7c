"""The name and type that a file has in downloads, and whether a page may show it; all follow from its content alone."""

from typing import Final

from attrs import frozen

from anninh_core._moved import keep_old_imports
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
"""Media type -> file extension; files of other types are served as plain bytes."""

_INERT = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp", "audio/mpeg", "audio/mp4", "video/mp4"})


@frozen
class ShownName:
    """The name and type that a file has in downloads.

    Attributes:
        name: a file name made by the system.
        is_inert: whether a page may show it: it was re-encoded here, and its type runs nothing when opened.
    """

    name: str
    media_type: str
    is_inert: bool


def get_extension(media_type: str) -> str:
    """Return the file extension for a media type, or "" for a type that is served as plain bytes."""
    return _ENDINGS.get(media_type, "")


def build_shown_name(record: FileRecord, number: int) -> ShownName:
    """Return the name and type under which a file is downloaded.

    Args:
        record: metadata of the file.
        number: index of the file in its message, from 0.
    """
    is_copy = record.cleaning is Cleaning.CLEANED
    media_type = (record.shown_type or record.media_type) if is_copy else record.media_type
    ending = _ENDINGS.get(media_type)
    return ShownName(
        name=f"tep-{number + 1}.{ending or 'bin'}",
        media_type=media_type if ending else _BYTES,
        is_inert=is_copy and media_type in _INERT,
    )


keep_old_imports(__name__)
