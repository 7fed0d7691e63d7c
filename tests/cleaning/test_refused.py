"""Files that are refused, each with its reason, and files that are shown uncleaned and marked."""

import builtins
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image
from tests.cleaning.documents import build_zip, docx_parts, odt_parts, pdf, pdf_stream, write_pdf
from tests.cleaning.films import FILMS, box, film, full_box
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import drawn, gif, jpeg, png

from anninh_core.cleaning.cleaner import clean_in_process as clean_file
from anninh_core.cleaning.results import FileLimits
from anninh_core.vocabulary.files import Cleaning, FileReason

ZIPPED = build_zip({"a.txt": "a"})
SMALL = FileLimits(size=100_000, pixels=20_000, unpacked=1_000_000, parts=40)


def zip_with_parts(parts: Mapping[str, bytes | str], **more: bytes | str) -> bytes:
    return build_zip(
        {**parts, **{name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}}
    )


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(build_zip(docx_parts()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := data.find(signature, start + 1)) != -1:
            data[start + offset] |= 1
    return bytes(data)


def build_pdf_page(contents: bytes, *objects: bytes) -> bytes:
    return write_pdf(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
                b"/Resources << /XObject << /I 5 0 R >> >> >>"
            ),
            contents,
            *objects,
        )
    )


def fragment_with_places() -> bytes:
    """Return a fragmented film with a track of places whose data no table locates."""
    return film() + box(b"moof", full_box(b"mfhd", struct.pack(">I", 1))) + box(b"mdat", b"x" * 20)


PICTURE_HEAD = b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
MACRO_TYPES = str(docx_parts()["[Content_Types].xml"]).replace("document.main", "document.macroEnabled.main")
REFUSED: Mapping[str, tuple[bytes, FileReason]] = {
    "nothing": (b"", FileReason.EMPTY),
    "noise": (bytes(range(256)) * 3, FileReason.UNKNOWN_TYPE),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', FileReason.MARKUP),
    "svg_behind_a_mark": (b'\xef\xbb\xbf\n <?xml version="1.0"?><svg/>', FileReason.MARKUP),
    "html": (b"<!DOCTYPE html><script>x()</script>", FileReason.MARKUP),
    "html_in_16_bits": ("\ufeff<html>".encode("utf-16-le"), FileReason.MARKUP),
    "xml": (b"<?xml version='1.0'?><a/>", FileReason.MARKUP),
    "windows_program": (b"MZ\x90\x00" + bytes(60), FileReason.EXECUTABLE),
    "linux_program": (b"\x7fELF" + bytes(60), FileReason.EXECUTABLE),
    "script": (b"#!/bin/sh\nrm -rf /\n", FileReason.EXECUTABLE),
    "android_code": (b"dex\n035\x00", FileReason.EXECUTABLE),
    "shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60), FileReason.EXECUTABLE),
    "zip": (ZIPPED, FileReason.ARCHIVE),
    "rar": (b"Rar!\x1a\x07\x01\x00", FileReason.ARCHIVE),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00", FileReason.ARCHIVE),
    "gzip": (b"\x1f\x8b\x08\x00", FileReason.ARCHIVE),
    "tar": (tar(), FileReason.ARCHIVE),
    "old_word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FileReason.OLD_OFFICE),
    "rtf": (b"{\\rtf1 a}", FileReason.OLD_OFFICE),
    "pdf_and_zip": (pdf() + ZIPPED, FileReason.POLYGLOT),
    "film_and_zip": (film() + ZIPPED, FileReason.POLYGLOT),
    "sound_and_pdf": (b"ID3\x03\x00\x00\x00\x00\x00\x10%PDF-1.4" + bytes(600), FileReason.POLYGLOT),
    "document_and_pdf": (build_zip({"mimetype": "%PDF-1.4", **docx_parts()}), FileReason.POLYGLOT),
    "macros": (zip_with_parts(docx_parts(), word__vbaProject_dot_bin=b"x"), FileReason.MACROS),
    "macro_type": (build_zip({**docx_parts(), "[Content_Types].xml": MACRO_TYPES}), FileReason.MACROS),
    "controls": (zip_with_parts(docx_parts(), word__activeX__activeX1_dot_xml="<a/>"), FileReason.MACROS),
    "odt_macros": (zip_with_parts(odt_parts(), Basic__a_dot_xml="<a/>"), FileReason.MACROS),
    "object": (zip_with_parts(docx_parts(), word__embeddings__oleObject1_dot_bin=b"x"), FileReason.EMBEDDED),
    "program_as_picture": (zip_with_parts(docx_parts(), word__media__a_dot_png=b"MZ\x90\x00"), FileReason.EXECUTABLE),
    "something_else": (zip_with_parts(docx_parts(), word__a_dot_dat=b"words"), FileReason.EMBEDDED),
    "secret_document": (encrypted_zip(), FileReason.ENCRYPTED),
    "entities": (
        zip_with_parts(docx_parts(), word__x_dot_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        FileReason.BOMB,
    ),
    "name_that_leads_away": (build_zip({**docx_parts(), "../../etc/passwd": "x"}), FileReason.DAMAGED),
    "broken_xml": (zip_with_parts(docx_parts(), word__x_dot_xml="<a"), FileReason.DAMAGED),
    "cut_jpeg": (jpeg()[:1500], FileReason.DAMAGED),
    "cut_png": (png()[:700], FileReason.DAMAGED),
    "cut_film": (film()[:-90], FileReason.DAMAGED),
    "cut_pdf": (b"%PDF-1.4\n", FileReason.DAMAGED),
    "film_of_nothing": (box(b"ftyp", b"isom", bytes(4)), FileReason.DAMAGED),
    "sound_of_nothing": (b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(900), FileReason.DAMAGED),
    "media_elsewhere": (FILMS["mp4"].replace(b"url \x00\x00\x00\x01", b"url \x00\x00\x00\x00"), FileReason.EMBEDDED),
    "pdf_picture_in_letters": (
        build_pdf_page(pdf_stream(b""), pdf_stream(b"x", PICTURE_HEAD + b"/Filter [/ASCII85Decode /DCTDecode]")),
        FileReason.EMBEDDED,
    ),
    "pdf_inline_picture": (build_pdf_page(pdf_stream(b"BI ID \xff\xd8\xff\xe1Exif\x00\x00 EI")), FileReason.EMBEDDED),
}


@pytest.mark.parametrize("what", REFUSED)
def test_dangerous_file_is_refused_with_reason(what: str) -> None:
    """A dangerous file is refused with its reason, and has no copy."""
    data, reason = REFUSED[what]
    result = clean_file(data)
    assert (result.cleaning, result.reason, result.data) == (Cleaning.REFUSED, reason, None)


def docx_with_big_part() -> bytes:
    return zip_with_parts(docx_parts(), word__x_dot_xml=b"<a>" + bytes(3_000_000) + b"</a>")


def with_false_size() -> bytes:
    """Return a document with a part that declares a smaller size than its own."""
    data = zip_with_parts(docx_parts(), word__x_dot_xml=b"<a>" + b"b" * 400_000 + b"</a>")
    return data.replace(struct.pack("<I", 400_007), struct.pack("<I", 100))


def build_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that declares the given size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


BOMBS: Mapping[str, bytes] = {
    "pixels": build_png(200, 200),
    "frames": gif(30),
    "part": docx_with_big_part(),
    "parts": build_zip({**docx_parts(), **{f"word/{number}.xml": "<a/>" for number in range(40)}}),
    "pdf_stream": build_pdf_page(pdf_stream(zlib.compress(bytes(3_000_000)), b"/Filter /FlateDecode")),
    "boxes": film() + box(b"free") * 50,
}


@pytest.mark.parametrize("what", BOMBS)
def test_bomb_is_refused_before_unpacking(what: str) -> None:
    """A file that would exceed the limits of pixels, bytes or parts is refused before it is unpacked."""
    assert len(BOMBS[what]) < SMALL.size
    result = clean_file(BOMBS[what], limits=SMALL)
    assert (result.cleaning, result.reason) == (Cleaning.REFUSED, FileReason.BOMB), result.detail


@pytest.mark.parametrize("side", [30_000, 2_000_000_000])
def test_huge_declared_picture_is_refused(side: int) -> None:
    """The default limits refuse a picture with a huge declared size before any pixel is decoded."""
    assert clean_file(build_png(side, side)).reason in (FileReason.BOMB, FileReason.DAMAGED)


def test_part_with_false_size_is_refused() -> None:
    """A part with a false size is read only up to that size, and its file is refused."""
    assert clean_file(with_false_size()).reason == FileReason.DAMAGED


def test_file_over_size_limit_is_refused() -> None:
    """A file over the size limit is refused first, and the detail has both numbers."""
    result = clean_file(bytes(100_001), limits=SMALL)
    assert (result.reason, result.detail) == (FileReason.TOO_LARGE, "100,001 bytes, over 100,000")


@pytest.mark.parametrize("tail", [ZIPPED, b"<script>x()</script>", b"Rar!\x1a\x07\x00"], ids=["zip", "script", "rar"])
def test_polyglot_picture_is_redrawn_and_flagged(tail: bytes) -> None:
    """The cleaned copy of a polyglot picture is a picture only, and the file is flagged."""
    result = clean_file(jpeg() + tail, "image")
    assert (result.cleaning, result.flags) == (Cleaning.CLEANED, ("polyglot",))
    assert result.data is not None
    assert tail[:8] not in result.data
    assert not zipfile.is_zipfile(io.BytesIO(result.data))


def test_content_decides_about_the_type() -> None:
    """The content decides about the type, and a file with another claimed kind is flagged."""
    result = clean_file(pdf(), "image")
    assert (result.media_type, result.flags[0]) == ("application/pdf", "unlike_claim")
    assert clean_file(jpeg(), "file").flags == ()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"OggS" + bytes(100), "audio/ogg"),
        (b"\x1aE\xdf\xa3" + bytes(100), "video/x-matroska"),
        (b"fLaC" + bytes(100), "audio/flac"),
        (b"RIFF" + bytes(4) + b"AVI " + bytes(100), "video/x-msvideo"),
    ],
    ids=["ogg", "matroska", "flac", "avi"],
)
def test_type_without_cleaner_is_marked(data: bytes, media_type: str) -> None:
    """A type without a cleaner is marked as not cleaned, and the original is shown."""
    result = clean_file(data)
    assert (result.cleaning, result.reason) == (Cleaning.NOT_CLEANED, FileReason.NO_CLEANER)
    assert (result.media_type, result.data) == (media_type, None)


def test_fragmented_film_is_marked_uncleaned() -> None:
    """A fragmented film with a track of places is marked as not cleaned, because the places can't be located."""
    result = clean_file(fragment_with_places())
    assert (result.cleaning, result.reason) == (Cleaning.NOT_CLEANED, FileReason.NO_CLEANER)


@pytest.mark.parametrize(
    ("library", "data", "extra"),
    [
        ("PIL.Image", jpeg(), "files"),
        ("pypdf", pdf(), "files"),
        ("lxml.etree", build_zip(docx_parts()), "files"),
    ],
    ids=["pictures", "pdf", "office"],
)
def test_missing_library_names_install_command(
    monkeypatch: pytest.MonkeyPatch, library: str, data: bytes, extra: str
) -> None:
    """Without its library a file is marked as not cleaned, and the detail has the install command."""

    def raise_import_error(name: str, *_: Any) -> Any:
        if name == library:
            raise ImportError(name)
        return builtins.__import__(name)

    monkeypatch.setattr("anninh_core.cleaning.extras.import_module", raise_import_error)
    result = clean_file(data)
    assert (result.cleaning, result.reason) == (Cleaning.NOT_CLEANED, FileReason.NO_LIBRARY)
    assert f"pip install 'anninh[{extra}]'" in result.detail


def test_library_error_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose library raises any error is refused, and the detail has the error's name."""

    def raise_library_error(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Image, "open", raise_library_error)
    result = clean_file(jpeg())
    assert (result.cleaning, result.reason, result.detail) == (Cleaning.REFUSED, FileReason.FAILED, "ZeroDivisionError")


def test_broken_metadata_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture with an unreadable profile and EXIF is still cleaned, because broken metadata must not cost
    evidence.
    """
    file = io.BytesIO()
    drawn().save(file, "JPEG", exif=b"Exif\x00\x00broken", icc_profile=b"broken")
    result = clean_file(file.getvalue())
    assert result.cleaning is Cleaning.CLEANED
    assert result.data is not None
    assert not find_markers(result.data)
