"""Comparison of a file's declared type, given by its kind and file extension, with its content."""

from typing import Final

from anninh_core._moved import keep_old_imports

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

CLAIMING_KINDS: Final = ("image", "video", "audio")
"""Kinds of attachments that declare the type of their content; the kind `file` declares none."""

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
"""File extension -> the content expected for it: a media type, or the part of one before the slash."""


def find_false_claim(kind: str, name: str, media_type: str) -> str:
    """Return the kind or the extension (such as `.mp4`) that a file's content contradicts, or "" if there is none.

    Args:
        kind: `image`, `video`, `audio`; any other kind claims no content type.
        name: a file name or a title; an unknown extension claims nothing.
        media_type: type of the content, "" if unknown.
    """
    if kind in CLAIMING_KINDS and not _matches_claim(kind, media_type):
        return kind
    ending = _get_extension(name)
    return f".{ending}" if ending in _BY_ENDING and not _matches_claim(_BY_ENDING[ending], media_type) else ""


def replace_extension(name: str, ending: str) -> str:
    """Return a file name with its extension replaced, if its own extension is known here; a title stays unchanged."""
    return f"{name.strip().rpartition('.')[0]}.{ending}" if _get_extension(name) in _BY_ENDING else name


def _get_extension(name: str) -> str:
    stem, dot, ending = name.strip().rpartition(".")
    return ending.casefold() if stem and dot else ""


def _matches_claim(claimed: str, media_type: str) -> bool:
    return media_type == claimed or media_type.partition("/")[0] == claimed


keep_old_imports(__name__)
