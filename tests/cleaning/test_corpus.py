"""Files of every kind: what must be gone is looked for byte by byte, and what a file is for is still there."""

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


def cleaned(data: bytes) -> bytes:
    result = clean_file(data)
    assert (result.cleaning, result.reason) == (Cleaning.CLEANED, "")
    assert result.data is not None
    return result.data


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return by how much two pictures differ on average, of 255."""
    assert one.size == other.size
    pairs = zip(one.convert("RGB").tobytes(), other.convert("RGB").tobytes(), strict=True)
    return sum(abs(first - second) for first, second in pairs) / (3 * one.size[0] * one.size[1])


@pytest.mark.parametrize("kind", CORPUS)
def test_nothing_that_tells_is_left(kind: str) -> None:
    """Of each kind of file something that must go stands in it, and nothing of it in the copy."""
    assert find_markers(CORPUS[kind])
    assert find_markers(cleaned(CORPUS[kind])) == set()


@pytest.mark.parametrize("kind", CORPUS)
def test_the_same_file_gives_the_same_copy(kind: str) -> None:
    """So that what was approved can be told from what was changed; no time of day is in it."""
    assert cleaned(CORPUS[kind]) == cleaned(CORPUS[kind])


@pytest.mark.parametrize("kind", CORPUS)
def test_a_copy_is_clean(kind: str) -> None:
    """Cleaned once more it is taken again, and is of the type that was told."""
    first = clean_file(CORPUS[kind])
    assert first.data is not None
    again = clean_file(first.data)
    assert (again.cleaning, again.media_type) == (Cleaning.CLEANED, first.shown_type)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_the_same_picture(kind: str) -> None:
    """Its pixels are those that it had, within what a coding loses."""
    with Image.open(BytesIO(cleaned(PICTURES[kind]))) as shown:
        assert shown.get_format_mimetype() == clean_file(PICTURES[kind]).shown_type
        wanted = drawn("L") if kind == "jpeg_grey" else drawn()
        assert shown.size == SIZE
        assert difference(shown, wanted) < 6


@pytest.mark.parametrize("orientation", TURNS)
def test_a_picture_stands_upright(orientation: int) -> None:
    """The orientation that EXIF told is applied before EXIF goes."""
    with Image.open(BytesIO(cleaned(jpeg(orientation)))) as shown:
        assert difference(shown, drawn().transpose(TURNS[orientation])) < 6


def test_frames_and_pages_stay() -> None:
    """An animation moves as before, and a scan has all its pages."""
    for data in (gif(3), tiff(3)):
        with Image.open(BytesIO(cleaned(data))) as shown:
            assert shown.n_frames == 3  # type: ignore[attr-defined]
    with Image.open(BytesIO(cleaned(gif()))) as shown:
        assert shown.info["duration"] == 80


@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp", "m4a"])
def test_a_film_plays_as_before(kind: str) -> None:
    """No byte moves: pictures and sound lie where the tables say, and all else is zeros."""
    before, after = FILMS[kind], cleaned(FILMS[kind])
    assert len(after) == len(before)
    for played in (PICTURE_BYTES, SOUND_BYTES):
        assert after.index(played) == before.index(played)
    assert b"udta" not in after
    assert (3_700_000_000).to_bytes(4, "big") not in after


def test_a_film_s_times_are_gone_in_both_widths() -> None:
    """The long form of a time is overwritten too."""
    data = film()
    short = data.index(b"mvhd")
    long = bytearray(data)
    long[short + 4] = 1
    assert cleaned(bytes(long))[short + 8 : short + 24] == bytes(16)


def test_sounds_are_the_same_sounds() -> None:
    """All frames but those before something else are there, and the samples of a WAV file."""
    assert cleaned(FILMS["mp3"]) == (b"\xff\xfb\x90\x00" + bytes(413)) * 5
    assert len(cleaned(FILMS["aac"])) == 2 * 64
    assert cleaned(FILMS["amr"]) == b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5
    assert cleaned(FILMS["wav"]).endswith(SOUND_BYTES)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt"])
def test_a_document_says_what_it_said(kind: str) -> None:
    """Its words are there, and what was inserted; every part that something leads to is."""
    with zipfile.ZipFile(BytesIO(cleaned(DOCUMENTS[kind]))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
        assert package.testzip() is None
    assert any(WORDS.encode() in content for content in parts.values())
    if kind == "docx":
        words = parts["word/document.xml"].decode()
        assert " ở xóm 3" in words
        assert "<w:ins " not in words
        assert "https://ninhbinh.invalid/" in parts["word/_rels/document.xml.rels"].decode()


def test_a_pdf_draws_what_it_drew() -> None:
    """Words, both pictures and the filled form field are there; scripts and files in it are told of."""
    result = clean_file(DOCUMENTS["pdf"])
    assert result.flags == ("scripts", "attachments")
    assert result.data is not None
    reader = PdfReader(BytesIO(result.data), strict=True)
    (page,) = reader.pages
    assert page.extract_text().strip() == "Don trinh bao"
    assert [image.image and image.image.size for image in page.images] == [SIZE, SIZE]
    assert [int(one) for one in page.mediabox] == [0, 0, 200, 200]
    (stamp,) = (one.get_object() for one in page["/Annots"])  # type: ignore[attr-defined]
    assert b"Nguyen Van Thu" in stamp["/AP"]["/N"].get_data()
    assert reader.metadata is None
    assert not {"/OpenAction", "/Names", "/Metadata"} & {*reader.trailer["/Root"]}  # type: ignore[misc]


def test_a_text_steers_no_terminal() -> None:
    """Control, zero-width and bidi characters go; words, lines and marks stay, whatever they were written in."""
    words = "Mất xe\tBS 35B1-000.00\nở xóm 3"
    assert cleaned(f"\ufeff{words}\x1b[2J\u202eabc\u200b".encode()).decode() == f"{words}[2Jabc"
    assert cleaned(words.encode("utf-16")).decode() == words
