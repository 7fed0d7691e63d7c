"""Protection of an officer's browser against other sites, and of the board against other host names."""

from collections.abc import Mapping

import pytest
from tests.board.visitor import URL, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import BoardConfig, create_board
from anninh_core.board.browser.form_tokens import is_form_token, make_form_token
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.usecase import Actor

FOREIGN: tuple[Mapping[str, str], ...] = (
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": URL, "Sec-Fetch-Site": "cross-site"},
    {"Origin": URL, "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_form_of_another_site_is_refused(visitor: Visitor, headers: Mapping[str, str]) -> None:
    """A form sent by another site is refused, even with a valid form token."""
    form = visitor.get("/tips/new").form("/tips/record_walk_in")
    screen = visitor.send(form, headers, text="Tin giả mạo")
    assert screen.status == 403
    assert "Tin giả mạo" not in visitor.get("/tips/all").text


def test_token_of_another_session_is_refused(app: App, officer: Actor, visitor: Visitor) -> None:
    """A form token of another session is refused, and the text stays on the page."""
    form = visitor.get("/tips/new").form("/tips/record_walk_in")
    form.fields["form_token"] = [make_form_token("another")]
    screen = visitor.send(form, text="Mất chó ở xóm 4")
    assert screen.status == 403
    assert "Mất chó ở xóm 4" in screen.text
    assert not app.tips.list(officer).items


def test_form_token_belongs_to_session() -> None:
    """Each form token is different, and valid only for its own session."""
    token = make_form_token("session")
    other = make_form_token("session")
    assert token != other
    assert is_form_token(token, "session")
    assert is_form_token(other, "session")
    assert not is_form_token(token, "else")
    for broken in ("", "ä", token[:-4], token + "AAAA", "!" * 88):
        assert not is_form_token(broken, "session")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", ""]
)
def test_other_host_names_are_refused(anonymous_visitor: Visitor, host: str) -> None:
    """A request with a foreign host name is refused and gets no content of the board."""
    screen = anonymous_visitor.get("/sign-in", {"Host": host})
    assert screen.status == 421
    assert "password" not in screen.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8139", "localhost:8139", "[::1]:8139", "LOCALHOST"])
def test_local_host_names_are_accepted(anonymous_visitor: Visitor, host: str) -> None:
    """The loopback names and addresses of the machine are accepted."""
    assert anonymous_visitor.get("/sign-in", {"Host": host}).status == 200


def test_proxy_allows_only_public_name(app: App) -> None:
    """Behind a proxy only the public name is accepted, cookies are `Secure`, and browsers get HSTS."""
    board = Visitor(create_board(app, BoardConfig(public_url="https://bang.example")))
    assert board.get("/sign-in").status == 421
    screen = board.get("/sign-in", {"Host": "bang.example"})
    assert screen.status == 200
    assert screen.headers["strict-transport-security"]
    form = screen.form("/language")
    response = board.send(form, {"Host": "bang.example", "Origin": "https://bang.example"}, follow=False, language="en")
    assert "Secure" in response.headers["set-cookie"]


@pytest.mark.parametrize("url", ["bang.example", "ftp://bang.example", "https://", "https://bang.example/board"])
def test_invalid_public_url_is_refused(url: str) -> None:
    """An invalid public URL is refused, and the error shows a valid example."""
    with pytest.raises(ConfigurationError, match="https://banglamviec"):
        BoardConfig(public_url=url)


def test_responses_carry_security_headers(visitor: Visitor) -> None:
    """Every response forbids foreign scripts, framing, type sniffing and caching."""
    for path in ("/tips", "/sign-in", "/nothing", "/tips/nothing"):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"


def test_no_inline_script(visitor: Visitor) -> None:
    """No page has an inline script or style."""
    for path in ("/tips", "/tips/new", "/sign-in", "/set-up"):
        text = visitor.get(path).text
        assert "<script>" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_other_methods_are_refused(visitor: Visitor) -> None:
    """The board refuses every method except GET and POST."""
    for method in ("PUT", "DELETE", "TRACE"):
        assert visitor.ask(method, "/tips").status == 405


def test_sign_in_redirects_only_to_board(app: App, officer: Actor) -> None:
    """After signing in an officer comes to the requested page of the board, and never to another site."""
    holder = enrol(app, officer.id, "mau")
    for next_url, path in (
        ("/tips/all", "/tips/all"),
        ("//evil.example", "/work"),
        ("https://evil.example", "/work"),
        ("/\\evil.example", "/work"),
    ):
        visitor = Visitor(create_board(app))
        form = visitor.get("/sign-in").form("/sign-in")
        screen = visitor.send(form, name=holder.name, password="bốn con bò ăn cỏ", code="", next=next_url)
        assert screen.path == path
