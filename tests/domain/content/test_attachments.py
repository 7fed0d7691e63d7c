"""Pictures and papers of items: what goes out is cleaned before anybody looks at it, and stays what was approved."""

import pytest
from attrs import evolve
from tests.cleaning.documents import docx_parts, packed
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import jpeg
from tests.domain.conftest import OfficerMaker
from tests.domain.content.conftest import PIECE
from tests.support.pictures import picture

from anninh_core.domain.content import Content, Item
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
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
    """An approval given before files were cleaned still fits what was approved."""
    piece = evolve(PIECE, attachments=(Attachment("image", "a.png", blob="ab" * 32),))
    assert piece.hash == "affc9dc54930d71cefe26a8ba81c1ee0b1fda954de4e4ec12a8450f44755cee2"


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


def test_what_isn_t_there_is_told(content: Content, editor: Actor) -> None:
    """By the name of the file."""
    with pytest.raises(BadInput, match=r"'a\.png' is not in the blob store"):
        written(content, editor, Attachment("image", "a.png", blob="ab" * 32))
    with pytest.raises(BadInput, match="not as 'sticker'"):
        content.editing.attach(editor, "hoa-lu", picture(), kind="sticker")


def test_only_an_editor_of_the_unit_attaches(content: Content, officer: OfficerMaker) -> None:
    """Others are refused."""
    with pytest.raises(Refused):
        content.editing.attach(officer("editor", "ninh-hoa"), "hoa-lu", picture())


def test_nothing_goes_out_where_nothing_cleans(content: Content, editor: Actor, runner: UseCaseRunner) -> None:
    """A program without an inspector sends no files."""
    runner.context.inspector = None
    with pytest.raises(BadInput, match="nothing here cleans files"):
        content.editing.attach(editor, "hoa-lu", picture())
