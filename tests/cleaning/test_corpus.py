"""Files of every kind lose all metadata, searched byte by byte, and keep their content."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from tests.cleaning.documents import DOCUMENTS, WORDS
from tests.cleaning.films import FILMS, PICTURE_BYTES, SOUND_BYTES, film
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import PICTURES, SIZE, drawn, gif, jpeg, tiff

from anninh_core.cleaning.cleaner import clean_in_process as clean_file
from anninh_core.vocabulary.files import Cleaning

CORPUS: Mapping[str, bytes] = {**PICTURES, **FILMS, **DOCUMENTS}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SHOWN = {"avif": "image/jpeg", "heic": "image/jpeg", "bmp": "image/png"}


def get_cleaned_copy(data: bytes) -> bytes:
    result = clean_file(data)
    assert (result.cleaning, result.reason) == (Cleaning.CLEANED, "")
    assert result.data is not None
    return result.data


def measure_difference(first_picture: Image.Image, second_picture: Image.Image) -> float:
    """Return the average difference between the pixels of two pictures per channel, from 0 to 255."""
    assert first_picture.size == second_picture.size
    pairs = zip(first_picture.convert("RGB").tobytes(), second_picture.convert("RGB").tobytes(), strict=True)
    return sum(abs(first - second) for first, second in pairs) / (3 * first_picture.size[0] * first_picture.size[1])


@pytest.mark.parametrize("kind", CORPUS)
def test_no_metadata_remains(kind: str) -> None:
    """A file of each kind contains metadata markers before cleaning, and none after it."""
    assert find_markers(CORPUS[kind])
    assert find_markers(get_cleaned_copy(CORPUS[kind])) == set()


@pytest.mark.parametrize("kind", CORPUS)
def test_cleaning_is_deterministic(kind: str) -> None:
    """The same file always gives the same copy, without a time, so that an approved copy can be compared with a changed
    one.
    """
    assert get_cleaned_copy(CORPUS[kind]) == get_cleaned_copy(CORPUS[kind])


@pytest.mark.parametrize("kind", CORPUS)
def test_cleaned_copy_can_be_cleaned_again(kind: str) -> None:
    """A cleaned copy can be cleaned again, and its type is the reported one."""
    first = clean_file(CORPUS[kind])
    assert first.data is not None
    again = clean_file(first.data)
    assert (again.cleaning, again.media_type) == (Cleaning.CLEANED, first.shown_type)


@pytest.mark.parametrize("kind", PICTURES)
def test_cleaned_picture_keeps_its_pixels(kind: str) -> None:
    """A cleaned picture has the same pixels, within the loss of its encoding."""
    with Image.open(BytesIO(get_cleaned_copy(PICTURES[kind]))) as cleaned_picture:
        assert cleaned_picture.get_format_mimetype() == clean_file(PICTURES[kind]).shown_type
        expected = drawn("L") if kind == "jpeg_grey" else drawn()
        assert cleaned_picture.size == SIZE
        assert measure_difference(cleaned_picture, expected) < 6


@pytest.mark.parametrize("orientation", TURNS)
def test_exif_orientation_is_applied(orientation: int) -> None:
    """The EXIF orientation is applied to the pixels before EXIF is removed."""
    with Image.open(BytesIO(get_cleaned_copy(jpeg(orientation)))) as upright:
        assert measure_difference(upright, drawn().transpose(TURNS[orientation])) < 6


def test_frames_and_pages_are_kept() -> None:
    """An animation keeps its frames and duration, and a scan keeps its pages."""
    for data in (gif(3), tiff(3)):
        with Image.open(BytesIO(get_cleaned_copy(data))) as cleaned_picture:
            assert cleaned_picture.n_frames == 3  # type: ignore[attr-defined]
    with Image.open(BytesIO(get_cleaned_copy(gif()))) as cleaned_picture:
        assert cleaned_picture.info["duration"] == 80


@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp", "m4a"])
def test_film_data_keeps_its_offsets(kind: str) -> None:
    """Video and audio data keep their offsets, and all metadata is overwritten with zeros."""
    before, after = FILMS[kind], get_cleaned_copy(FILMS[kind])
    assert len(after) == len(before)
    for media in (PICTURE_BYTES, SOUND_BYTES):
        assert after.index(media) == before.index(media)
    assert b"udta" not in after
    assert (3_700_000_000).to_bytes(4, "big") not in after


def test_long_film_times_are_overwritten() -> None:
    """Creation times of a film are overwritten in the 64-bit format too."""
    data = film()
    box_start = data.index(b"mvhd")
    long_form = bytearray(data)
    long_form[box_start + 4] = 1
    assert get_cleaned_copy(bytes(long_form))[box_start + 8 : box_start + 24] == bytes(16)


def test_audio_frames_are_kept() -> None:
    """Audio files keep their frames and samples, except a frame that is followed by foreign data."""
    assert get_cleaned_copy(FILMS["mp3"]) == (b"\xff\xfb\x90\x00" + bytes(413)) * 5
    assert len(get_cleaned_copy(FILMS["aac"])) == 2 * 64
    assert get_cleaned_copy(FILMS["amr"]) == b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5
    assert get_cleaned_copy(FILMS["wav"]).endswith(SOUND_BYTES)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt"])
def test_document_keeps_its_text(kind: str) -> None:
    """A document keeps its text, accepted insertions, links and intact parts."""
    with zipfile.ZipFile(BytesIO(get_cleaned_copy(DOCUMENTS[kind]))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
        assert package.testzip() is None
    assert any(WORDS.encode() in content for content in parts.values())
    if kind == "docx":
        words = parts["word/document.xml"].decode()
        assert " ở xóm 3" in words
        assert "<w:ins " not in words
        assert "https://ninhbinh.invalid/" in parts["word/_rels/document.xml.rels"].decode()


def test_pdf_keeps_its_content() -> None:
    """A PDF keeps its text, both pictures and the filled form field, and its scripts and attachments are flagged."""
    result = clean_file(DOCUMENTS["pdf"])
    assert result.flags == ("scripts", "attachments")
    assert result.data is not None
    reader = PdfReader(BytesIO(result.data), strict=True)
    (page,) = reader.pages
    assert page.extract_text().strip() == "Don trinh bao"
    assert [image.image and image.image.size for image in page.images] == [SIZE, SIZE]
    assert [int(item) for item in page.mediabox] == [0, 0, 200, 200]
    (stamp,) = (item.get_object() for item in page["/Annots"])  # type: ignore[attr-defined]
    assert b"Nguyen Van Thu" in stamp["/AP"]["/N"].get_data()
    assert reader.metadata is None
    assert not {"/OpenAction", "/Names", "/Metadata"} & {*reader.trailer["/Root"]}  # type: ignore[misc]


def test_control_characters_are_removed() -> None:
    """A text loses control, zero-width and bidi characters, and keeps words, lines and diacritics in any encoding."""
    words = "Mất xe\tBS 35B1-000.00\nở xóm 3"
    assert get_cleaned_copy(f"\ufeff{words}\x1b[2J\u202eabc\u200b".encode()).decode() == f"{words}[2Jabc"
    assert get_cleaned_copy(words.encode("utf-16")).decode() == words
