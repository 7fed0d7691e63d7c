"""Comparison of a file's declared type, by its kind and file extension, with its content."""

from typing import Final

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

CLAIMING_KINDS: Final = ("image", "video", "audio")
"""Kinds of attachments that declare the content's type; `file` doesn't."""

_BY_ENDING: Final = {
    **dict.fromkeys(
        ("jpg", "jpeg", "jpe", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "svg"), "image"
    ),
    **dict.fromkeys(
        ("mp4", "m4v", "mov", "qt", "3gp", "3g2", "avi", "mkv", "webm", "mpg", "mpeg", "wmv", "flv"), "video"
    ),
    **dict.fromkeys(("mp3", "m4a", "aac", "amr", "awb", "wav", "ogg", "oga", "opus", "flac", "wma"), "audio"),
    **dict.fromkeys(("txt", "csv", "md", "log"), "text/plain"),
    **dict.fromkeys(("htm", "html", "xhtml"), "text/html"),
    **dict.fromkeys(("zip", "rar", "7z", "gz", "tar"), "application/zip"),
    **dict.fromkeys(("exe", "msi", "apk", "bat", "cmd", "js", "vbs", "scr", "jar", "sh"), "application/x-executable"),
    **dict.fromkeys(("doc", "xls", "ppt", "rtf", "docm", "xlsm", "pptm"), "application/msword"),
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
}
"""File extension -> expected content: a media type, or the part of it before the slash."""


def find_false_claim(kind: str, name: str, media_type: str) -> str:
    """Return the false claim of a file, a kind or an extension such as `.mp4`, or "".

    Args:
        kind: `image`, `video`, `audio`; any other kind claims no content type.
        name: a file name or a title; an unknown extension claims nothing.
        media_type: type of the content, "" if unknown.
    """
    if kind in CLAIMING_KINDS and not _is_of(kind, media_type):
        return kind
    ending = _ending(name)
    return f".{ending}" if ending in _BY_ENDING and not _is_of(_BY_ENDING[ending], media_type) else ""


def with_ending(name: str, ending: str) -> str:
    """Return a name with another extension if its own is known here; a title stays unchanged."""
    return f"{name.strip().rpartition('.')[0]}.{ending}" if _ending(name) in _BY_ENDING else name


def _ending(name: str) -> str:
    stem, dot, ending = name.strip().rpartition(".")
    return ending.casefold() if stem and dot else ""


def _is_of(claimed: str, media_type: str) -> bool:
    return media_type == claimed or media_type.partition("/")[0] == claimed
