"""Files are passed by an id that only their uploader can use."""

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
from anninh_core.operations import OperationGateway
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
def gateway(app: App) -> OperationGateway:
    return OperationGateway(app)


@pytest.fixture
def editor(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", UNIT, "editor")


def build_picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_upload_belongs_to_its_uploader(app: App, gateway: OperationGateway, editor: Actor) -> None:
    """Another officer who uses the upload's id gets the same error as for an invented id."""
    id = gateway.uploads.put(editor, b"abc", "tep.txt", "text/plain")
    upload = gateway.uploads.take(editor, id)
    assert (upload.data, upload.name, upload.media_type) == (b"abc", "tep.txt", "text/plain")
    other = UnsafeLocalUsers(app).appoint("Cán bộ Khác", UNIT, "editor")
    messages = set()
    for upload_id in (id, "AAAA", "", id[:-4], "ý", upload.blob):
        with pytest.raises(NotFound) as caught:
            gateway.uploads.take(other, upload_id)
        messages.add(str(caught.value))
    assert len(messages) == 1


def test_documentation_lists_file_operations(gateway: OperationGateway) -> None:
    """The documentation lists every operation that takes a file, as needed for tokens limited to operations."""
    page = Path("docs/howto/sign_in.md").read_text(encoding="utf-8")
    listed = page.partition("takes a file\n(")[2].partition(")")[0]

    assert re.findall(r"`([a-z_.]+)`", listed) == [
        name for name, operation in gateway.operations.items() if operation.takes_file
    ]


def test_an_upload_lasts_for_a_day(gateway: OperationGateway, editor: Actor, clock: FixedClock) -> None:
    """An upload's id expires after a day, although its file may remain until the next garbage collection."""
    id = gateway.uploads.put(editor, b"abc", "tep.txt", "text/plain")
    clock.advance(KEPT_FOR - timedelta(seconds=1))
    assert gateway.uploads.take(editor, id).data == b"abc"
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound, match="upload the file again"):
        gateway.uploads.take(editor, id)


def test_unacceptable_uploads_are_refused(gateway: OperationGateway, editor: Actor) -> None:
    """Uploads are accepted only from known officers, with a limited size and a plain name."""
    for stranger in (person("nobody"), system("router")):
        with pytest.raises(Refused):
            gateway.uploads.put(stranger, b"abc", "a", "text/plain")
    with pytest.raises(BadInput, match="empty"):
        gateway.uploads.put(editor, b"", "a", "text/plain")
    with pytest.raises(BadInput, match="folder"):
        gateway.uploads.put(editor, b"abc", "../a", "text/plain")
    with pytest.raises(TooLarge):
        gateway.uploads.put(editor, bytes(MAX_BYTES + 1), "a", "text/plain")


def test_uploaded_file_is_encrypted(app: App, gateway: OperationGateway, editor: Actor) -> None:
    """An uploaded file is stored encrypted, and its id reveals neither content nor blob name."""
    id = gateway.uploads.put(editor, b"secret words", "secret.txt", "text/plain")
    blob = gateway.uploads.take(editor, id).blob
    assert b"secret" not in app.internals.context.blobs.get(blob)
    assert "secret" not in id
    assert blob not in id


def test_operations_take_uploads(app: App, gateway: OperationGateway, editor: Actor) -> None:
    """Operations take uploads as bytes, as an item's attachments, and as attachments after cleaning."""
    id = gateway.uploads.put(editor, build_picture(), "anh.png", "image/png")
    piece = {"title": "T", "body": "B", "category": "crime_warning", "units": [UNIT], "source_name": "N"}
    body = {"unit": UNIT, "piece": piece | {"attachments": [id]}}
    gateway.call(editor, "content.write", gateway.decode("content.write", json.dumps(body).encode()))
    (item,) = app.content.list(editor).items
    (attachment,) = item.piece.attachments
    assert (attachment.kind, attachment.name) == ("image", "anh.png")
    assert attachment.file is not None
    attach_body = {"unit": UNIT, "data": id, "kind": "image"}
    uploaded = gateway.call(
        editor, "content.attach", gateway.decode("content.attach", json.dumps(attach_body).encode())
    )
    assert isinstance(uploaded, UploadedFile)
    assert uploaded.media_type.startswith("image/")
    body = {"item_id": item.id, "piece": piece | {"attachments": [uploaded.id]}}
    gateway.call(editor, "content.edit", gateway.decode("content.edit", json.dumps(body).encode()))
    (edited,) = app.content.get(editor, item.id).piece.attachments
    assert edited.kind == "image"


@pytest.mark.parametrize(("media_type", "claim"), [("video/mp4", "video"), ("", ".mp4"), ("image/png", "image")])
def test_mislabelled_upload_is_refused(gateway: OperationGateway, editor: Actor, media_type: str, claim: str) -> None:
    """An upload with another content than its name or media type claims is refused."""
    id = gateway.uploads.put(editor, b"no video at all", "clip.mp4", media_type)
    piece = {"title": "T", "body": "B", "category": "crime_warning", "units": [UNIT], "source_name": "N"}
    body = {"unit": UNIT, "piece": piece | {"attachments": [id]}}
    with pytest.raises(BadInput, match=f"'clip.mp4' is named as {claim}, but its content is text/plain"):
        gateway.call(editor, "content.write", gateway.decode("content.write", json.dumps(body).encode()))


def test_blob_name_is_no_upload_id(gateway: OperationGateway, editor: Actor) -> None:
    """The name of a stored blob isn't accepted as an upload's id."""
    blob = gateway.uploads.take(editor, gateway.uploads.put(editor, b"abc", "a", "text/plain")).blob
    body = {"unit": UNIT, "data": blob, "kind": "image"}
    with pytest.raises(NotFound):
        gateway.call(editor, "content.attach", gateway.decode("content.attach", json.dumps(body).encode()))
