from collections.abc import AsyncIterator

import anyio
import pytest
from tests.web.api.conftest import Call
from tests.web.conftest import pieces

from anninh_core.app import App
from anninh_core.door import Door
from anninh_core.usecase import Actor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_a_file_is_kept_sealed_for_whoever_sent_it(call: Call, app: App, officer: Actor, stranger: Actor) -> None:
    """What it is, is told by its content; its id is worth nothing to another."""
    answer = call("uploads?name=ảnh.png", officer, content=PNG, headers={"Content-Type": "text/html"})

    uploads, id = Door(app).uploads, answer.json()["id"]
    upload = uploads.take(officer, id)
    assert (upload.name, upload.media_type, upload.data) == ("ảnh.png", "image/png", PNG)
    assert all(PNG not in app.context.blobs.get(digest) for digest in app.context.blobs.digests())
    with pytest.raises(LookupError):
        uploads.take(stranger, id)


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("x.exe", b"MZ\x90\x00" + bytes(60), 422),
        ("x.html", b"<html><script>x</script>", 422),
        ("x.zip", b"PK\x05\x06" + bytes(18), 422),
        ("../x.png", PNG, 422),
        ("", PNG, 422),
        ("x.png", b"", 422),
        ("x.bin", b"\x01\x02\x00\xfe", 200),
        ("x.txt", "Có trộm".encode(), 200),
    ],
)
def test_kinds_that_are_not_taken(call: Call, officer: Actor, name: str, data: bytes, status: int) -> None:
    """Programs, archives and pages are refused, whatever they are called."""
    assert call(f"uploads?name={name}", officer, content=data).status_code == status


def test_a_stranger_uploads_nothing(call: Call) -> None:
    """Who isn't known is refused before anything is read."""
    taken: list[bytes] = []

    assert call("uploads?name=x.png", content=pieces([PNG] * 3, taken)).status_code == 401
    assert taken == []


def test_a_file_over_the_limit_is_cut(call: Call, officer: Actor) -> None:
    """Where it goes over 25 MiB nothing more is read; a length that says so is refused at once."""
    taken: list[bytes] = []
    large = [bytes(1024 * 1024)] * 40

    assert call("uploads?name=x.png", officer, content=pieces(large, taken)).status_code == 413
    assert len(taken) == 26
    taken.clear()
    headers = {"Content-Length": str(40 * 1024 * 1024)}
    assert call("uploads?name=x.png", officer, content=pieces(large, taken), headers=headers).status_code == 413
    assert taken == []


def test_a_slow_file_is_cut(call: Call, officer: Actor) -> None:
    """Who sends no more loses the place."""

    async def slow() -> AsyncIterator[bytes]:
        yield PNG
        await anyio.sleep_forever()

    assert call("uploads?name=x.png", officer, content=slow()).status_code == 408
