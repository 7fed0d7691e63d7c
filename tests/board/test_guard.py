"""What protects an officer's browser from other sites, and the board from other names."""

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
def test_form_of_another_site(visitor: Visitor, headers: Mapping[str, str]) -> None:
    """A form that no page of ours sent is refused, whatever it knows."""
    form = visitor.get("/tips/new").form("/tips/record_walk_in")
    shown = visitor.send(form, headers, text="Tin giả mạo")
    assert shown.status == 403
    assert "Tin giả mạo" not in visitor.get("/tips/all").text


def test_token_of_another_sign_in(app: App, officer: Actor, visitor: Visitor) -> None:
    """A form's token is worth nothing in another sign-in, and the words stay on the page."""
    form = visitor.get("/tips/new").form("/tips/record_walk_in")
    form.fields["form_token"] = [make_form_token("another")]
    shown = visitor.send(form, text="Mất chó ở xóm 4")
    assert shown.status == 403
    assert "Mất chó ở xóm 4" in shown.text
    assert not app.tips.list(officer).items


def test_form_token_belongs_to_sign_in() -> None:
    """A token is another one each time, and fits its own sign-in alone."""
    one = make_form_token("session")
    other = make_form_token("session")
    assert one != other
    assert is_form_token(one, "session")
    assert is_form_token(other, "session")
    assert not is_form_token(one, "else")
    for broken in ("", "ä", one[:-4], one + "AAAA", "!" * 88):
        assert not is_form_token(broken, "session")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", ""]
)
def test_other_host_names_are_refused(nobody: Visitor, host: str) -> None:
    """A name that somebody points at the board shows nothing of it."""
    shown = nobody.get("/sign-in", {"Host": host})
    assert shown.status == 421
    assert "password" not in shown.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8139", "localhost:8139", "[::1]:8139", "LOCALHOST"])
def test_local_host_names_are_accepted(nobody: Visitor, host: str) -> None:
    """This machine's own names reach it."""
    assert nobody.get("/sign-in", {"Host": host}).status == 200


def test_only_public_name_behind_proxy(app: App) -> None:
    """Behind a proxy only the public name reaches it, cookies go by TLS alone, and browsers remember that."""
    board = Visitor(create_board(app, BoardConfig(public_url="https://bang.example")))
    assert board.get("/sign-in").status == 421
    shown = board.get("/sign-in", {"Host": "bang.example"})
    assert shown.status == 200
    assert shown.headers["strict-transport-security"]
    form = shown.form("/language")
    chosen = board.send(form, {"Host": "bang.example", "Origin": "https://bang.example"}, follow=False, language="en")
    assert "Secure" in chosen.headers["set-cookie"]


@pytest.mark.parametrize("url", ["bang.example", "ftp://bang.example", "https://", "https://bang.example/board"])
def test_no_public_name(url: str) -> None:
    """What is no address is refused with an example of one."""
    with pytest.raises(ConfigurationError, match="https://banglamviec"):
        BoardConfig(public_url=url)


def test_responses_carry_security_headers(visitor: Visitor) -> None:
    """Every answer says that nothing may run, frame, sniff or keep it."""
    for path in ("/tips", "/sign-in", "/nothing", "/tips/nothing"):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"


def test_no_inline_script(visitor: Visitor) -> None:
    """No page carries script or style of its own."""
    for path in ("/tips", "/tips/new", "/sign-in", "/set-up"):
        text = visitor.get(path).text
        assert "<script>" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_other_methods_are_refused(visitor: Visitor) -> None:
    """Pages are read by GET and sent to by POST."""
    for method in ("PUT", "DELETE", "TRACE"):
        assert visitor.ask(method, "/tips").status == 405


def test_where_to_go_on(app: App, officer: Actor) -> None:
    """After signing in one comes to the page that was asked for, and never to another site."""
    holder = enrol(app, officer.id, "mau")
    for wanted, reached in (
        ("/tips/all", "/tips/all"),
        ("//evil.example", "/work"),
        ("https://evil.example", "/work"),
        ("/\\evil.example", "/work"),
    ):
        visitor = Visitor(create_board(app))
        form = visitor.get("/sign-in").form("/sign-in")
        shown = visitor.send(form, name=holder.name, password="bốn con bò ăn cỏ", code="", next=wanted)
        assert shown.path == reached
