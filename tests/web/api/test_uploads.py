import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zipfile import ZipFile

import anyio
import httpx
import pytest
from attrs import evolve
from tests.web.api.conftest import Call, build_api_caller, serve
from tests.web.conftest import iter_pieces

from anninh_core.app import App, Settings, open_app
from anninh_core.operations import OperationGateway
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.profile import load_profile
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.web.api.request import ApiRequest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_upload_is_encrypted_for_its_sender(call: Call, app: App, officer: Actor, stranger: Actor) -> None:
    """An upload is stored encrypted, with the type of its content instead of the type in its header, and only its
    sender can use its id.
    """
    response = call("uploads?name=ảnh.png", officer, content=PNG, headers={"Content-Type": "text/html"})

    uploads = OperationGateway(app).uploads
    id = response.json()["id"]
    upload = uploads.take(officer, id)
    assert (upload.name, upload.media_type, upload.data) == ("ảnh.png", "image/png", PNG)
    assert all(PNG not in app.internals.context.blobs.get(digest) for digest in app.internals.context.blobs.digests())
    with pytest.raises(LookupError):
        uploads.take(stranger, id)


def test_token_needs_file_operation_to_upload(app: App, officer: Actor) -> None:
    """A token limited to operations that take no file can't upload; the refusal names the operations that do, and is in
    the journal.
    """
    operations = {"read": "tips.list", "write": "content.attach", "gone": "content.of_an_earlier_release"}

    def authenticate_with_token(request: ApiRequest) -> Actor:
        operation = operations[request.headers["authorization"]]
        return evolve(officer, sign_in=SignIn(SignInMethod.TOKEN, "t1", operations=frozenset({operation})))

    call = build_api_caller(serve(app, authenticate_with_token))

    def upload_file(token: str) -> httpx.Response:
        return call("uploads?name=a.png", content=PNG, headers={"Authorization": token})

    for token in ("read", "gone"):
        refused = upload_file(token)
        assert refused.status_code == 403
        assert "to use one of audit.receive_heads, content.attach, content.correct" in refused.text
        entry = entry_from([*app.internals.context.storage.journal.read(limit=1000)][-1].content)
        assert (entry.action, entry.outcome, entry.actor) == ("uploads.put", "refused", officer.label)
    assert not [*app.internals.context.blobs.digests()]
    assert upload_file("write").status_code == 200


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
def test_programs_archives_and_html_are_refused(
    call: Call, officer: Actor, name: str, data: bytes, status: int
) -> None:
    """Programs, archives and HTML pages are refused under any name."""
    assert call(f"uploads?name={name}", officer, content=data).status_code == status


MIB = 1024 * 1024


@pytest.fixture
def app_on_disk(tmp_path: Path) -> Iterator[App]:
    """An app that stores its files on the disk."""
    with open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(tmp_path)) as app:
        yield app


def test_large_file_is_streamed(app_on_disk: App) -> None:
    """A file of 24 MiB is never held in memory as a whole, and is stored completely."""
    officer = UnsafeLocalUsers(app_on_disk).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    call = build_api_caller(serve(app_on_disk))
    parts = 24

    async def iter_large_file() -> AsyncIterator[bytes]:
        yield PNG
        for number in range(parts * 16):
            yield bytes([number % 251]) * (MIB // 16)

    # A first upload loads modules and fills caches, which otherwise would count in the measurement.
    call("uploads?name=nho.png", officer, content=PNG)
    tracemalloc.start()
    response = call("uploads?name=phim.png", officer, content=iter_large_file())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # The peak is 2 to 9 MiB, depending on how far this test's client runs ahead of the storage.
    assert peak < parts // 2 * MIB
    data = OperationGateway(app_on_disk).uploads.take(officer, response.json()["id"]).data
    assert len(data) == len(PNG) + parts * MIB
    assert data.startswith(PNG + bytes(MIB // 16) + b"\x01")


def test_program_is_refused_by_first_bytes(call: Call, officer: Actor) -> None:
    """A program file is refused by its first bytes, and no more of its body is read."""
    taken: list[bytes] = []
    program = [b"MZ" + bytes(5000), *[bytes(MIB)] * 20]

    assert call("uploads?name=x.png", officer, content=iter_pieces(program, taken)).status_code == 422
    assert len(taken) <= 2


def test_office_package_is_recognised_by_its_directory(call: Call, app: App, officer: Actor, tmp_path: Path) -> None:
    """A ZIP package in several pieces is accepted only if its directory, at the end of the file, is that of an office
    document.
    """
    media_types = []
    for names in (("[Content_Types].xml", "word/document.xml"), ("bí mật.txt",)):
        with ZipFile(tmp_path / "x.zip", "w") as package:
            package.writestr("ảnh.bin", bytes(3 * MIB))
            for name in names:
                package.writestr(name, "x")
        response = call("uploads?name=x.docx", officer, content=(tmp_path / "x.zip").read_bytes())
        is_accepted = response.status_code == 200
        media_types.append(
            OperationGateway(app).uploads.take(officer, response.json()["id"]).media_type if is_accepted else ""
        )

    assert media_types == ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""]


def test_unauthenticated_upload_is_refused_unread(call: Call) -> None:
    """An unauthenticated upload is refused before its body is read."""
    taken: list[bytes] = []

    assert call("uploads?name=x.png", content=iter_pieces([PNG] * 3, taken)).status_code == 401
    assert taken == []


def test_upload_over_25_mib_gets_413(call: Call, officer: Actor) -> None:
    """An upload is refused after 25 MiB, and unread if its `Content-Length` is larger."""
    taken: list[bytes] = []
    large = [bytes(1024 * 1024)] * 40

    assert call("uploads?name=x.png", officer, content=iter_pieces(large, taken)).status_code == 413
    assert len(taken) == 26
    taken.clear()
    headers = {"Content-Length": str(40 * 1024 * 1024)}
    assert call("uploads?name=x.png", officer, content=iter_pieces(large, taken), headers=headers).status_code == 413
    assert taken == []


def test_stalled_upload_gets_408(call: Call, officer: Actor) -> None:
    """An upload that stops sending data gets 408."""

    async def iter_stalled_body() -> AsyncIterator[bytes]:
        yield PNG
        await anyio.sleep_forever()

    assert call("uploads?name=x.png", officer, content=iter_stalled_body()).status_code == 408
