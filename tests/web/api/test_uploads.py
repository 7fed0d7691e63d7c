import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zipfile import ZipFile

import anyio
import httpx
import pytest
from attrs import evolve
from tests.web.api.conftest import Call, caller, serve
from tests.web.conftest import pieces

from anninh_core.app import App, Settings, open_app
from anninh_core.operations import Door
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.profile import load_profile
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.web.api.request import ApiRequest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_a_file_is_kept_sealed_for_whoever_sent_it(call: Call, app: App, officer: Actor, stranger: Actor) -> None:
    """What it is, is told by its content; its id is worth nothing to another."""
    answer = call("uploads?name=ảnh.png", officer, content=PNG, headers={"Content-Type": "text/html"})

    uploads = Door(app).uploads
    id = answer.json()["id"]
    upload = uploads.take(officer, id)
    assert (upload.name, upload.media_type, upload.data) == ("ảnh.png", "image/png", PNG)
    assert all(PNG not in app.internals.context.blobs.get(digest) for digest in app.internals.context.blobs.digests())
    with pytest.raises(LookupError):
        uploads.take(stranger, id)


def test_a_token_uploads_only_for_operations_that_take_a_file(app: App, officer: Actor) -> None:
    """The refusal names those that do, is in the journal, and nothing is stored."""
    limits = {"read": "tips.list", "write": "content.attach", "gone": "content.of_an_earlier_release"}

    def authenticate(request: ApiRequest) -> Actor:
        operation = limits[request.headers["authorization"]]
        return evolve(officer, sign_in=SignIn(SignInMethod.TOKEN, "t1", operations=frozenset({operation})))

    call = caller(serve(app, authenticate))

    def upload(token: str) -> httpx.Response:
        return call("uploads?name=a.png", content=PNG, headers={"Authorization": token})

    for token in ("read", "gone"):
        refused = upload(token)
        assert refused.status_code == 403
        assert "to use one of audit.receive_heads, content.attach, content.correct" in refused.text
        entry = entry_from([*app.internals.context.storage.journal.read(limit=1000)][-1].content)
        assert (entry.action, entry.outcome, entry.actor) == ("uploads.put", "refused", officer.label)
    assert not [*app.internals.context.blobs.digests()]
    assert upload("write").status_code == 200


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


MIB = 1024 * 1024


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[App]:
    """An app whose files lie on the disk."""
    with open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(tmp_path)) as app:
        yield app


def test_a_large_file_is_never_whole_in_memory(durable: App) -> None:
    """24 MiB come, and what Python holds meanwhile is a part of it; all of it is there again."""
    officer = UnsafeLocalUsers(durable).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    call = caller(serve(durable))
    parts = 24

    async def film() -> AsyncIterator[bytes]:
        yield PNG
        for number in range(parts * 16):
            yield bytes([number % 251]) * (MIB // 16)

    call("uploads?name=nho.png", officer, content=PNG)  # what is loaded once is no part of a file
    tracemalloc.start()
    answer = call("uploads?name=phim.png", officer, content=film())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < parts // 2 * MIB  # 2 to 9, by how far ahead of the storage the client of this test runs
    data = Door(durable).uploads.take(officer, answer.json()["id"]).data
    assert len(data) == len(PNG) + parts * MIB
    assert data.startswith(PNG + bytes(MIB // 16) + b"\x01")


def test_a_program_is_refused_by_its_beginning(call: Call, officer: Actor) -> None:
    """Of what isn't taken anyway nothing more is read."""
    taken: list[bytes] = []
    program = [b"MZ" + bytes(5000), *[bytes(MIB)] * 20]

    assert call("uploads?name=x.png", officer, content=pieces(program, taken)).status_code == 422
    assert len(taken) <= 2


def test_the_end_of_a_large_file_tells_what_it_is(call: Call, app: App, officer: Actor, tmp_path: Path) -> None:
    """A package of several pieces is an office document only if its list, which stands last, says so."""
    media_types = []
    for names in (("[Content_Types].xml", "word/document.xml"), ("bí mật.txt",)):
        with ZipFile(tmp_path / "x.zip", "w") as package:
            package.writestr("ảnh.bin", bytes(3 * MIB))
            for name in names:
                package.writestr(name, "x")
        answer = call("uploads?name=x.docx", officer, content=(tmp_path / "x.zip").read_bytes())
        taken = answer.status_code == 200
        media_types.append(Door(app).uploads.take(officer, answer.json()["id"]).media_type if taken else "")

    assert media_types == ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""]


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
