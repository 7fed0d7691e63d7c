"""Tests of the files attached to items: they are cleaned before anyone sees them, and stay as they were approved."""

import re

import pytest
from attrs import evolve
from tests.cleaning.documents import build_zip, docx_parts, pdf
from tests.cleaning.films import film
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import PICTURES, jpeg
from tests.cleaning.real_film import REAL_FILM, with_codec, with_declared_duration, with_place
from tests.domain.conftest import OfficerMaker
from tests.domain.content.conftest import PIECE
from tests.support.pictures import build_picture

from anninh_core.cleaning.results import MeasuredVideo
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.service import Content
from anninh_core.kernel.errors import BadInput, MissingExtra, Refused, WrongStep
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.files.clean_copies import require_checked_files
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.files import Cleaning, FileRecord, VideoFacts
from anninh_core.vocabulary.messages import Attachment


@pytest.fixture
def editor(officer: OfficerMaker) -> Actor:
    return officer("editor", "hoa-lu")


@pytest.fixture
def files(runner: UseCaseRunner) -> EncryptedBlobs:
    return EncryptedBlobs(runner, runner.context.blobs)


def write_item(content: Content, editor: Actor, *attachments: Attachment) -> Item:
    return content.editing.write(editor, "hoa-lu", evolve(PIECE, attachments=attachments))


def test_photo_loses_its_metadata(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """An attached photo loses the metadata with its place and serial number, and the original file isn't kept."""
    photo = content.editing.attach(editor, "hoa-lu", jpeg(), name="chot.jpg")
    assert (photo.kind, photo.name) == ("image", "chot.jpg")
    assert find_markers(files.get(photo.blob)) == set()
    assert list(files.digests()) == [photo.blob]
    item = write_item(content, editor, photo)
    assert item.piece.attachments == (photo,)


def test_stored_files_are_cleaned_too(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """A file that a program stored directly is cleaned when an item refers to it, even if a forged record claims that
    it was cleaned.
    """
    blob = files.put(jpeg())
    (named,) = write_item(content, editor, Attachment("image", "a.jpg", blob=blob)).piece.attachments
    assert named.blob != blob
    assert find_markers(files.get(named.blob)) == set()
    forged = evolve(named, blob=blob)
    (cleaned,) = write_item(content, editor, forged).piece.attachments
    assert find_markers(files.get(cleaned.blob)) == set()


def test_editing_keeps_cleaned_files(content: Content, editor: Actor) -> None:
    """Editing an item's text doesn't clean its picture again, so that an approved picture keeps its bytes."""
    photo = content.editing.attach(editor, "hoa-lu", jpeg())
    item = write_item(content, editor, photo)
    edited = content.editing.edit(editor, item.id, evolve(item.piece, title="Tên khác"))
    assert edited.piece.attachments == (photo,)


def test_item_hash_covers_the_cleaned_file(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """The approval of an item is bound to the cleaned file: another picture gives another hash."""
    first, second = (
        write_item(content, editor, content.editing.attach(editor, "hoa-lu", build_picture(n))) for n in (1, 2)
    )
    assert first.piece.hash != second.piece.hash


def test_earlier_items_keep_their_hash(content: Content) -> None:
    """An item that was approved before files were cleaned or videos measured keeps its hash, so that its approval stays
    valid.
    """
    piece = evolve(PIECE, attachments=(Attachment("image", "a.png", blob="ab" * 32),))
    assert piece.hash == "affc9dc54930d71cefe26a8ba81c1ee0b1fda954de4e4ec12a8450f44755cee2"
    file = FileRecord(
        sha256="ab" * 32, size=9, media_type="image/png", cleaning=Cleaning.CLEANED, shown_type="image/png"
    )
    cleaned = evolve(PIECE, attachments=(Attachment("image", "a.png", blob="ab" * 32, file=file),))
    assert cleaned.hash == "3c770b2169cf0a3621c34f55d2d47634f745f81b56dd5ed2218057bfe2ea1c43"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg onload='x()'/>", "markup"),
        (b"OggS" + bytes(60), "no_cleaner"),
        (build_zip({**docx_parts(), "word/vbaProject.bin": b"x"}), "macros"),
    ],
)
def test_uncleanable_files_are_refused(content: Content, editor: Actor, data: bytes, why: str) -> None:
    """An attachment that can't be cleaned is refused with the reason, and isn't kept."""
    with pytest.raises(BadInput, match=why):
        content.editing.attach(editor, "hoa-lu", data, kind="file", name="a")


BMP = PICTURES["bmp"]
NO_VIDEO = "Đây không phải video. ".encode() * 20


@pytest.mark.parametrize(
    ("kind", "name", "data", "claim"),
    [
        ("video", "clip.mp4", NO_VIDEO, "video"),
        ("file", "clip.mp4", NO_VIDEO, r"\.mp4"),
        ("video", "", jpeg(), "video"),
        ("image", "anh.jpg", pdf(), "image"),
        ("file", "anh.png", pdf(), r"\.png"),
        ("audio", "loi.m4a", REAL_FILM, "audio"),
        ("file", "quyet-dinh.pdf", build_zip(docx_parts()), r"\.pdf"),
        ("file", "trang.html", NO_VIDEO, r"\.html"),
        ("image", "", REAL_FILM, "image"),
    ],
)
def test_misnamed_files_are_refused(
    content: Content, editor: Actor, files: EncryptedBlobs, *, kind: str, name: str, data: bytes, claim: str
) -> None:
    """An attachment whose content doesn't match its kind or name is refused with its real type, and isn't kept."""
    with pytest.raises(
        BadInput,
        match=rf"{name!r} is named as {claim}, but its content is \S+: choose the right file, or attach it as its",
    ):
        content.editing.attach(editor, "hoa-lu", data, kind=kind, name=name)
    assert not list(files.digests())
    blob = files.put(data)
    with pytest.raises(BadInput, match=f"is named as {claim}, but its content is"):
        write_item(content, editor, Attachment(kind, name, blob=blob))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html><script>x()</script></html>", "markup"),
        (build_zip({"a.txt": "a"}), "archive"),
        (REAL_FILM + build_zip({"a.txt": "a"}), "polyglot"),
        (REAL_FILM[:1200], "damaged"),
        (film(), "not_playable"),
        (with_declared_duration(360_000), "at most 300 seconds, but this one has 360000: shorten it"),
        (with_codec(b"vp09"), "only with the codecs AVC, but this one uses VP9: convert it"),
        (REAL_FILM.replace(b"ftypisom", b"ftypqt  "), "only as video/mp4, but this one is video/quicktime: convert it"),
    ],
    ids=["html", "zip", "polyglot", "cut", "boxes", "hundred_hours", "coding", "container"],
)
@pytest.mark.parametrize("kind", ["video", "file"])
def test_unfit_video_is_refused(
    content: Content, editor: Actor, files: EncryptedBlobs, *, kind: str, data: bytes, why: str
) -> None:
    """A video in an unsuitable format is refused with the reason and the remedy, whatever kind it is attached as, and
    isn't kept.
    """
    with pytest.raises(BadInput, match=re.escape(why)):
        content.editing.attach(editor, "hoa-lu", data, kind=kind, name="clip.mp4")
    assert not list(files.digests())


def test_a_video_over_the_size_is_refused(content: Content, editor: Actor, runner: UseCaseRunner) -> None:
    """A video over the district's size limit is refused."""
    district = runner.context.district
    runner.context.district = evolve(district, video=evolve(district.video, max_bytes=1024))
    with pytest.raises(BadInput, match="at most 0 MB, but this one has 1: shorten it, or send a link"):
        content.editing.attach(editor, "hoa-lu", REAL_FILM, kind="video", name="clip.mp4")


def test_valid_video_keeps_its_measurements(content: Content, editor: Actor) -> None:
    """A valid video is stored with its measurements, and editing the item's text doesn't measure it again."""
    clip = content.editing.attach(editor, "hoa-lu", with_place(), kind="video", name="clip.mp4")
    assert clip.file is not None
    assert clip.file.video == VideoFacts(
        container="video/mp4", video_codecs=("AVC",), audio_codecs=("AAC",), seconds=1, width=32, height=32
    )
    item = write_item(content, editor, clip)
    assert item.piece.attachments == (clip,)
    assert content.editing.edit(editor, item.id, evolve(item.piece, title="Tên khác")).piece.attachments == (clip,)


def test_missing_library_refuses_videos(
    content: Content, editor: Actor, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the optional video library every video is refused, whatever kind it is attached as, and the error names
    the extra to install.
    """
    inspector = runner.context.inspector
    monkeypatch.setattr(
        "anninh_core.cleaning.isolation.measure_file",
        lambda _: MeasuredVideo(reason="no_library", detail=str(MissingExtra("checking video", "video"))),
    )
    assert inspector is not None
    for kind in ("video", "file"):
        with pytest.raises(BadInput, match=re.escape("pip install 'anninh[video]'")):
            content.editing.attach(editor, "hoa-lu", REAL_FILM, kind=kind, name="clip.mp4")


def test_kind_cant_change_after_the_check(content: Content, editor: Actor) -> None:
    """An attached file can't be turned into a video later by changing its kind, even with forged measurements."""
    text = content.editing.attach(editor, "hoa-lu", NO_VIDEO, kind="file", name="a.txt")
    assert text.file is not None
    facts = VideoFacts(container="video/mp4", video_codecs=(), audio_codecs=(), seconds=1, width=1, height=1)
    made_up = evolve(text.file, media_type="video/mp4", shown_type="video/mp4", video=facts)
    for forged in (
        evolve(text, kind="video"),
        evolve(text, name="a.mp4"),
        evolve(text, kind="video", name="a.mp4", file=made_up),
    ):
        with pytest.raises(
            BadInput, match=r"is named as (video|\.mp4), but its content is text/plain: choose the right file"
        ):
            write_item(content, editor, forged)


def test_converted_copy_gets_a_fitting_extension(content: Content, editor: Actor) -> None:
    """The title of a picture that was converted to another format gets the new extension; a title without an extension
    stays.
    """
    assert content.editing.attach(editor, "hoa-lu", BMP, name="IMG_1.BMP").name == "IMG_1.png"
    assert content.editing.attach(editor, "hoa-lu", BMP, name="Ảnh 1.5").name == "Ảnh 1.5"


def test_unchecked_earlier_attachments_arent_published(content: Content, editor: Actor) -> None:
    """An attachment that was stored before files were checked isn't published, and the error asks to attach the file
    again.
    """
    text = content.editing.attach(editor, "hoa-lu", NO_VIDEO, kind="file", name="a.txt")
    require_checked_files([text, Attachment("link", url="https://example.invalid")])
    clip = content.editing.attach(editor, "hoa-lu", REAL_FILM, kind="video")
    assert clip.file is not None
    for old in (evolve(text, kind="video"), evolve(clip, file=evolve(clip.file, video=None)), evolve(text, file=None)):
        with pytest.raises(WrongStep, match="was never checked: attach the file again"):
            require_checked_files([old])


def test_missing_file_is_named(content: Content, editor: Actor) -> None:
    """An attachment without a stored file is refused by its name, and so is an attachment of an unknown kind."""
    with pytest.raises(BadInput, match=r"'a\.png' isn't in the blob store: upload the file again"):
        write_item(content, editor, Attachment("image", "a.png", blob="ab" * 32))
    with pytest.raises(BadInput, match="can't be attached as 'sticker': choose one of image, video, audio, file"):
        content.editing.attach(editor, "hoa-lu", build_picture(), kind="sticker")


def test_only_an_editor_of_the_unit_attaches(content: Content, officer: OfficerMaker) -> None:
    """Only an editor of the item's unit attaches files."""
    with pytest.raises(Refused):
        content.editing.attach(officer("editor", "ninh-hoa"), "hoa-lu", build_picture())


def test_no_inspector_means_no_files(content: Content, editor: Actor, runner: UseCaseRunner) -> None:
    """An app without a file inspector refuses attachments."""
    runner.context.inspector = None
    with pytest.raises(BadInput, match="No file can be sent, because the app has no `inspector` that"):
        content.editing.attach(editor, "hoa-lu", build_picture())
