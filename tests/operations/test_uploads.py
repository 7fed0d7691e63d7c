"""Files come in by an id that their uploader got, and by nothing else."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput, NotFound, Refused, TooLarge
from anninh_core.operations import Door
from anninh_core.operations.files.uploads import KEPT_FOR, MAX_BYTES, UploadedFile
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, person, system

UNIT = "ninh-hoa"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2021, 9, 18, 1, tzinfo=UTC))


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=clock) as opened:
        yield opened


@pytest.fixture
def door(app: App) -> Door:
    return Door(app)


@pytest.fixture
def editor(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", UNIT, "editor")


def picture() -> bytes:
    held = BytesIO()
    Image.new("RGB", (8, 8), "red").save(held, "PNG")
    return held.getvalue()


def test_an_upload_is_its_uploader_s(app: App, door: Door, editor: Actor) -> None:
    """Another officer who learns the id gets what one gets who makes an id up."""
    id = door.uploads.put(editor, b"abc", "tep.txt", "text/plain")
    upload = door.uploads.take(editor, id)
    assert (upload.data, upload.name, upload.media_type) == (b"abc", "tep.txt", "text/plain")
    other = UnsafeLocalUsers(app).appoint("Cán bộ Khác", UNIT, "editor")
    told = set()
    for named in (id, "AAAA", "", id[:-4], "ý", upload.blob):
        with pytest.raises(NotFound) as caught:
            door.uploads.take(other, named)
        told.add(str(caught.value))
    assert len(told) == 1


def test_the_page_names_what_takes_a_file(door: Door) -> None:
    """A token that is limited to operations uploads only where one of these is among them."""
    page = Path("docs/howto/sign_in.md").read_text(encoding="utf-8")
    listed = page.partition("takes a file\n(")[2].partition(")")[0]

    assert re.findall(r"`([a-z_.]+)`", listed) == [name for name, one in door.operations.items() if one.takes_file]


def test_an_upload_lasts_for_a_day(door: Door, editor: Actor, clock: FixedClock) -> None:
    """Then its id is worth nothing, although the file may lie there until the next sweep."""
    id = door.uploads.put(editor, b"abc", "tep.txt", "text/plain")
    clock.advance(KEPT_FOR - timedelta(seconds=1))
    assert door.uploads.take(editor, id).data == b"abc"
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound, match="upload the file again"):
        door.uploads.take(editor, id)


def test_what_is_taken_in(door: Door, editor: Actor) -> None:
    """Only from officers on record, of bounded size, under a plain name."""
    for stranger in (person("nobody"), system("router")):
        with pytest.raises(Refused):
            door.uploads.put(stranger, b"abc", "a", "text/plain")
    with pytest.raises(BadInput, match="empty"):
        door.uploads.put(editor, b"", "a", "text/plain")
    with pytest.raises(BadInput, match="folder"):
        door.uploads.put(editor, b"abc", "../a", "text/plain")
    with pytest.raises(TooLarge):
        door.uploads.put(editor, bytes(MAX_BYTES + 1), "a", "text/plain")


def test_a_file_is_sealed_where_it_lies(app: App, door: Door, editor: Actor) -> None:
    """Neither the store nor the id shows what it says."""
    id = door.uploads.put(editor, b"secret words", "secret.txt", "text/plain")
    blob = door.uploads.take(editor, id).blob
    assert b"secret" not in app.internals.context.blobs.get(blob)
    assert "secret" not in id
    assert blob not in id


def test_operations_take_uploads(app: App, door: Door, editor: Actor) -> None:
    """As bytes, as the attachment of an item, cleaned by it, and as the file of a plan."""
    id = door.uploads.put(editor, picture(), "anh.png", "image/png")
    piece = {"title": "T", "body": "B", "category": "crime_warning", "units": [UNIT], "source_name": "N"}
    body = {"unit": UNIT, "piece": piece | {"attachments": [id]}}
    door.call(editor, "content.write", door.decode("content.write", json.dumps(body).encode()))
    (item,) = app.content.list(editor).items
    (attachment,) = item.piece.attachments
    assert (attachment.kind, attachment.name) == ("image", "anh.png")
    assert attachment.file is not None
    cleaned = {"unit": UNIT, "data": id, "kind": "image"}
    kept = door.call(editor, "content.attach", door.decode("content.attach", json.dumps(cleaned).encode()))
    assert isinstance(kept, UploadedFile)
    assert kept.media_type.startswith("image/")
    body = {"item_id": item.id, "piece": piece | {"attachments": [kept.id]}}
    door.call(editor, "content.edit", door.decode("content.edit", json.dumps(body).encode()))
    (again,) = app.content.get(editor, item.id).piece.attachments
    assert again.kind == "image"


@pytest.mark.parametrize(("media_type", "claim"), [("video/mp4", "video"), ("", ".mp4"), ("image/png", "image")])
def test_an_upload_is_what_it_is_called(door: Door, editor: Actor, media_type: str, claim: str) -> None:
    """Whatever its uploader says of it, a text goes out neither as a video nor as a picture."""
    id = door.uploads.put(editor, b"no video at all", "clip.mp4", media_type)
    piece = {"title": "T", "body": "B", "category": "crime_warning", "units": [UNIT], "source_name": "N"}
    body = {"unit": UNIT, "piece": piece | {"attachments": [id]}}
    with pytest.raises(BadInput, match=f"'clip.mp4' is named as {claim}, but its content is text/plain"):
        door.call(editor, "content.write", door.decode("content.write", json.dumps(body).encode()))


def test_a_blob_s_name_is_no_upload(door: Door, editor: Actor) -> None:
    """Whoever knows how a file is called in the store can't have it put under an item."""
    blob = door.uploads.take(editor, door.uploads.put(editor, b"abc", "a", "text/plain")).blob
    body = {"unit": UNIT, "data": blob, "kind": "image"}
    with pytest.raises(NotFound):
        door.call(editor, "content.attach", door.decode("content.attach", json.dumps(body).encode()))
