"""Pictures and papers of items: what goes out is cleaned before anybody looks at it, and stays what was approved."""

import re

import pytest
from attrs import evolve
from tests.cleaning.documents import docx_parts, packed, pdf
from tests.cleaning.films import film
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import PICTURES, jpeg
from tests.cleaning.real_film import REAL_FILM, in_coding, with_declared_duration, with_place
from tests.domain.conftest import OfficerMaker
from tests.domain.content.conftest import PIECE
from tests.support.pictures import picture

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
    """The files that go out."""
    return EncryptedBlobs(runner, runner.context.blobs)


def written(content: Content, editor: Actor, *attachments: Attachment) -> Item:
    return content.editing.write(editor, "hoa-lu", evolve(PIECE, attachments=attachments))


def test_an_officer_s_photo_gives_nothing_away(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """Attached from a telephone it comes without place and serial number, and the file as it was isn't kept."""
    photo = content.editing.attach(editor, "hoa-lu", jpeg(), name="chot.jpg")
    assert (photo.kind, photo.name) == ("image", "chot.jpg")
    assert find_markers(files.get(photo.blob)) == set()
    assert list(files.digests()) == [photo.blob]
    item = written(content, editor, photo)
    assert item.piece.attachments == (photo,)


def test_no_way_leads_around_it(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """A file that a program stored itself is cleaned when an item names it; so is one with a made-up proof."""
    blob = files.put(jpeg())
    (named,) = written(content, editor, Attachment("image", "a.jpg", blob=blob)).piece.attachments
    assert named.blob != blob
    assert find_markers(files.get(named.blob)) == set()
    forged = evolve(named, blob=blob)
    (cleaned,) = written(content, editor, forged).piece.attachments
    assert find_markers(files.get(cleaned.blob)) == set()


def test_what_was_cleaned_stays_as_it_is(content: Content, editor: Actor) -> None:
    """Editing words draws no picture anew: what was approved once has the same bytes."""
    photo = content.editing.attach(editor, "hoa-lu", jpeg())
    item = written(content, editor, photo)
    edited = content.editing.edit(editor, item.id, evolve(item.piece, title="Tên khác"))
    assert edited.piece.attachments == (photo,)


def test_the_hash_of_an_item_is_that_of_the_copy(content: Content, editor: Actor, files: EncryptedBlobs) -> None:
    """Approval is bound to what goes out: another picture is another hash."""
    first, second = (written(content, editor, content.editing.attach(editor, "hoa-lu", picture(n))) for n in (1, 2))
    assert first.piece.hash != second.piece.hash


def test_items_of_before_keep_their_hash(content: Content) -> None:
    """An approval given before files were cleaned, or before videos were measured, still fits what was approved."""
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
        (packed({**docx_parts(), "word/vbaProject.bin": b"x"}), "macros"),
    ],
)
def test_what_can_t_be_cleaned_doesn_t_go_out(content: Content, editor: Actor, data: bytes, why: str) -> None:
    """It is told why, and nothing is kept."""
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
        ("file", "quyet-dinh.pdf", packed(docx_parts()), r"\.pdf"),
        ("file", "trang.html", NO_VIDEO, r"\.html"),
        ("image", "", REAL_FILM, "image"),
    ],
)
def test_what_is_not_what_it_is_called_is_refused(
    content: Content, editor: Actor, files: EncryptedBlobs, *, kind: str, name: str, data: bytes, claim: str
) -> None:
    """Attached, or stored by a program and named by an item: it is said what it is, and nothing is kept of it."""
    with pytest.raises(
        BadInput,
        match=rf"{name!r} is named as {claim}, but its content is \S+: choose the right file, or attach it as its",
    ):
        content.editing.attach(editor, "hoa-lu", data, kind=kind, name=name)
    assert not list(files.digests())
    blob = files.put(data)
    with pytest.raises(BadInput, match=f"is named as {claim}, but its content is"):
        written(content, editor, Attachment(kind, name, blob=blob))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html><script>x()</script></html>", "markup"),
        (packed({"a.txt": "a"}), "archive"),
        (REAL_FILM + packed({"a.txt": "a"}), "polyglot"),
        (REAL_FILM[:1200], "damaged"),
        (film(), "not_playable"),
        (with_declared_duration(360_000), "at most 300 seconds, but this one has 360000: shorten it"),
        (in_coding(b"vp09"), "only with the codecs AVC, but this one uses VP9: convert it"),
        (REAL_FILM.replace(b"ftypisom", b"ftypqt  "), "only as video/mp4, but this one is video/quicktime: convert it"),
    ],
    ids=["html", "zip", "polyglot", "cut", "boxes", "hundred_hours", "coding", "container"],
)
@pytest.mark.parametrize("kind", ["video", "file"])
def test_a_video_that_does_not_fit_is_refused(
    content: Content, editor: Actor, files: EncryptedBlobs, *, kind: str, data: bytes, why: str
) -> None:
    """Under whatever it is attached: what it is and the way out, and nothing is kept of it."""
    with pytest.raises(BadInput, match=re.escape(why)):
        content.editing.attach(editor, "hoa-lu", data, kind=kind, name="clip.mp4")
    assert not list(files.digests())


def test_a_video_over_the_size_is_refused(content: Content, editor: Actor, runner: UseCaseRunner) -> None:
    """The district's limit counts, in its unit."""
    district = runner.context.district
    runner.context.district = evolve(district, video=evolve(district.video, max_bytes=1024))
    with pytest.raises(BadInput, match="at most 0 MB, but this one has 1: shorten it, or send a link"):
        content.editing.attach(editor, "hoa-lu", REAL_FILM, kind="video", name="clip.mp4")


def test_a_real_video_goes_out_with_what_was_measured(content: Content, editor: Actor) -> None:
    """Attached as a video or by a program that stored it; words are edited without measuring it once more."""
    clip = content.editing.attach(editor, "hoa-lu", with_place(), kind="video", name="clip.mp4")
    assert clip.file is not None
    assert clip.file.video == VideoFacts(
        container="video/mp4", video_codecs=("AVC",), audio_codecs=("AAC",), seconds=1, width=32, height=32
    )
    item = written(content, editor, clip)
    assert item.piece.attachments == (clip,)
    assert content.editing.edit(editor, item.id, evolve(item.piece, title="Tên khác")).piece.attachments == (clip,)


def test_without_the_library_no_video_goes_out(
    content: Content, editor: Actor, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said what to install, also where the file is attached as a file only."""
    inspector = runner.context.inspector
    monkeypatch.setattr(
        "anninh_core.cleaning.isolation.measure_file",
        lambda _: MeasuredVideo(reason="no_library", detail=str(MissingExtra("checking video", "video"))),
    )
    assert inspector is not None
    for kind in ("video", "file"):
        with pytest.raises(BadInput, match=re.escape("pip install 'anninh[video]'")):
            content.editing.attach(editor, "hoa-lu", REAL_FILM, kind=kind, name="clip.mp4")


def test_no_kind_is_changed_after_the_check(content: Content, editor: Actor) -> None:
    """What was attached as a file is no video because a caller says so later, nor with facts that a caller made up."""
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
            written(content, editor, forged)


def test_a_copy_is_named_after_what_it_is(content: Content, editor: Actor) -> None:
    """A picture that is drawn anew as another kind has the ending of that; a title stays a title."""
    assert content.editing.attach(editor, "hoa-lu", BMP, name="IMG_1.BMP").name == "IMG_1.png"
    assert content.editing.attach(editor, "hoa-lu", BMP, name="Ảnh 1.5").name == "Ảnh 1.5"


def test_what_earlier_versions_attached_is_not_published(content: Content, editor: Actor) -> None:
    """A text that was taken as a video before files were compared with what they are called is attached again."""
    text = content.editing.attach(editor, "hoa-lu", NO_VIDEO, kind="file", name="a.txt")
    require_checked_files([text, Attachment("link", url="https://example.invalid")])
    clip = content.editing.attach(editor, "hoa-lu", REAL_FILM, kind="video")
    assert clip.file is not None
    for old in (evolve(text, kind="video"), evolve(clip, file=evolve(clip.file, video=None)), evolve(text, file=None)):
        with pytest.raises(WrongStep, match="was never checked: attach the file again"):
            require_checked_files([old])


def test_what_isn_t_there_is_told(content: Content, editor: Actor) -> None:
    """By the name of the file."""
    with pytest.raises(BadInput, match=r"'a\.png' isn't in the blob store: upload the file again"):
        written(content, editor, Attachment("image", "a.png", blob="ab" * 32))
    with pytest.raises(BadInput, match="can't be attached as 'sticker': choose one of image, video, audio, file"):
        content.editing.attach(editor, "hoa-lu", picture(), kind="sticker")


def test_only_an_editor_of_the_unit_attaches(content: Content, officer: OfficerMaker) -> None:
    """Others are refused."""
    with pytest.raises(Refused):
        content.editing.attach(officer("editor", "ninh-hoa"), "hoa-lu", picture())


def test_nothing_goes_out_where_nothing_cleans(content: Content, editor: Actor, runner: UseCaseRunner) -> None:
    """A program without an inspector sends no files."""
    runner.context.inspector = None
    with pytest.raises(BadInput, match="No file can be sent, because the app has no `inspector` that"):
        content.editing.attach(editor, "hoa-lu", picture())
