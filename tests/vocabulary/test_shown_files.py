"""A file is delivered under a generated name and type, according to its content."""

import pytest

from anninh_core.vocabulary.files import Cleaning, FileRecord
from anninh_core.vocabulary.files.shown import build_shown_name


def build_file_record(media_type: str, shown_type: str = "", cleaning: Cleaning = Cleaning.CLEANED) -> FileRecord:
    return FileRecord(sha256="", size=1, media_type=media_type, shown_type=shown_type, cleaning=cleaning)


@pytest.mark.parametrize(
    ("record", "name", "media_type", "is_inert"),
    [
        (build_file_record("image/heic", "image/jpeg"), "tep-1.jpg", "image/jpeg", True),
        (build_file_record("image/png", "image/png"), "tep-1.png", "image/png", True),
        (build_file_record("application/pdf", "application/pdf"), "tep-1.pdf", "application/pdf", False),
        (build_file_record("image/png", cleaning=Cleaning.NOT_CLEANED), "tep-1.png", "image/png", False),
        (
            build_file_record("image/svg+xml", cleaning=Cleaning.NOT_CLEANED),
            "tep-1.bin",
            "application/octet-stream",
            False,
        ),
        (build_file_record("text/html", cleaning=Cleaning.NOT_CLEANED), "tep-1.bin", "application/octet-stream", False),
        (build_file_record("", cleaning=Cleaning.NOT_CLEANED), "tep-1.bin", "application/octet-stream", False),
    ],
)
def test_name_and_type_depend_on_content(record: FileRecord, name: str, media_type: str, is_inert: bool) -> None:
    """Only a cleaned copy of a harmless type may be shown in a page, and the type determines the file's name."""
    shown_file = build_shown_name(record, 0)
    assert (shown_file.name, shown_file.media_type, shown_file.is_inert) == (name, media_type, is_inert)


def test_files_of_a_message_are_numbered() -> None:
    """The files of a message are numbered from 1."""
    assert build_shown_name(build_file_record("image/png"), 3).name == "tep-4.png"
