import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app import App
from anninh_core.operations import OperationGateway
from anninh_core.usecase.views import Download, view
from anninh_core.web.api.replies import build_response, format_disposition


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("report.docx", "attachment; filename=\"report.docx\"; filename*=UTF-8''report.docx"),
        ("báo cáo.pdf", "attachment; filename=\"b_o c_o.pdf\"; filename*=UTF-8''b%C3%A1o%20c%C3%A1o.pdf"),
        ("../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"),
        (
            'a"; x=b\r\nSet-Cookie: y',
            "attachment; filename=\"a_ x=bSet-Cookie y\"; filename*=UTF-8''a%3B%20x%3DbSet-Cookie%20y",
        ),
        ("cod\u202efdp.exe", "attachment; filename=\"codfdp.exe\"; filename*=UTF-8''codfdp.exe"),
        ("...", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_file_name_is_sanitised(name: str, disposition: str) -> None:
    """A file's name in a response is kept readable, without folders, and can't inject another header."""
    assert format_disposition(name) == disposition


@given(st.text())
def test_no_name_breaks_a_header(name: str) -> None:
    """For any file name the header of a response is one line of ASCII with exactly two quotes."""
    header = format_disposition(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header.removeprefix("attachment")


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("text/html; charset=utf-8", "text/html; charset=utf-8"),
        ("text/x-unknown", "application/octet-stream"),
        ("image/png\r\nX: y", "application/octet-stream"),
    ],
)
def test_file_is_sent_as_attachment(app: App, media_type: str, sent: str) -> None:
    """A file is delivered as a sandboxed attachment, with a known media type or as plain bytes."""
    reply = build_response(OperationGateway(app), Download("x", media_type, b"data"))

    assert (reply.body, reply.headers["Content-Type"]) == (b"data", sent)
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Content-Security-Policy"].startswith("sandbox")
    assert reply.headers["Cache-Control"] == "no-store"


def test_record_has_its_version_as_etag(app: App) -> None:
    """The ETag of a record is its version, and an answer without a version has no ETag."""

    @view
    class VersionedView:
        version: int

    gateway = OperationGateway(app)

    assert build_response(gateway, VersionedView(version=3)).headers["ETag"] == '"3"'
    assert "ETag" not in build_response(gateway, [VersionedView(version=3)]).headers
    assert build_response(gateway, None).body == b"null"
