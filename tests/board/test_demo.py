"""The board of a demo without scripts: a banner, sign-in as any officer by a click, and a chat as a resident."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.board.visitor import Visitor
from tests.support.demos import finish_demo

from anninh_core.board import BoardConfig, create_board, serve_board
from anninh_core.demo.running.opening import RunningDemo, open_demo
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing import memory_app

pytestmark = pytest.mark.slow

HANDLER = "Hoàng Văn Tiếp Nhận"
FIRE = "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay các anh ơi"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo in which every officer was appointed, and nothing else has happened."""
    return finish_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo(folder: Path) -> Iterator[RunningDemo]:
    with open_demo(folder) as opened:
        yield opened


@pytest.fixture
def visitor(demo: RunningDemo) -> Visitor:
    return Visitor(create_board(demo.app, demo=demo), peer="127.0.0.1")


def choose_officer(visitor: Visitor, demo: RunningDemo, name: str = HANDLER) -> None:
    (officer,) = [candidate for candidate in demo.sign_in.officers() if candidate.name == name]
    screen = visitor.send(visitor.get("/demo").form("/demo/enter"), officer=officer.id)
    assert screen.status == 200, screen.text


def test_visitor_chooses_an_officer(visitor: Visitor) -> None:
    """A visitor chooses an officer instead of signing in, and the banner shows that the data is fictitious and the
    clock stopped.
    """
    screen = visitor.get("/tips")

    assert screen.path.startswith("/demo")
    assert HANDLER in screen.text
    assert "người, tin và tin nhắn đều không có thật. Đồng hồ đứng ở 08:" in screen.text


def test_click_signs_in_as_officer(demo: RunningDemo, visitor: Visitor) -> None:
    """A click on an officer signs in as that officer, and another officer can be chosen later."""
    choose_officer(visitor, demo)
    assert HANDLER in visitor.get("/tips").text
    choose_officer(visitor, demo, "Vũ Văn Chỉ Huy")
    assert "Vũ Văn Chỉ Huy" in visitor.get("/tips").text


def test_chat_shows_tip_and_answer(demo: RunningDemo, visitor: Visitor) -> None:
    """A message in the chat becomes a tip in the list, and the officer's answer appears in the chat."""
    choose_officer(visitor, demo)
    screen = visitor.send(visitor.get("/tips/received").form("/demo/say"), text=FIRE)
    handler = demo.app.accounts.authenticate_token(visitor.cookies["anninh_board"])
    tip = demo.app.tips.list(handler).items[0]

    assert screen.path == "/tips/received"
    assert (tip.text, f"/tips/{tip.id}" in screen.text, screen.text.count(tip.receipt) >= 2) == (FIRE, True, True)

    for verb, values in (
        ("triage", {"category": "fire"}),
        ("assign", {"unit": "cong-an"}),
        ("settle", {"outcome": "resolved", "answer": "Đã dập tắt đám cháy.", "reason": "handled"}),
        ("answer", {}),
    ):
        form = visitor.get(f"/tips/{tip.id}").form(f"/tips/{verb}")
        form.fields.update({name: [value] for name, value in values.items()})
        screen = visitor.send(form)
        assert screen.status == 200, verb
    assert "Đã dập tắt đám cháy." in screen.text.partition("</aside>")[0]
    assert demo.app.tips.get(handler, tip.id).state == "answered"


def test_chat_form_sent_twice_writes_once(demo: RunningDemo, visitor: Visitor) -> None:
    """A chat form sent twice writes the message once, because it carries an idempotency key."""
    form = visitor.get("/demo").form("/demo/say")
    visitor.send(form, text="Có trộm ở chợ")
    visitor.send(form, text="Có trộm ở chợ")
    assert [line.text for line in demo.resident.transcript()].count("Có trộm ở chợ") == 1


@pytest.mark.parametrize("text", ["  ", "a" * 10_001])
def test_refused_message_keeps_its_text(demo: RunningDemo, visitor: Visitor, text: str) -> None:
    """A message that is blank or too long is refused, and its text stays in the form."""
    before = demo.resident.transcript()
    screen = visitor.send(visitor.get("/demo").form("/demo/say"), text=text)
    assert screen.status == 422
    assert f">{text}</textarea>" in screen.text
    assert demo.resident.transcript() == before


def test_chat_escapes_markup(visitor: Visitor) -> None:
    """Markup in a resident's message is shown as text."""
    screen = visitor.send(visitor.get("/demo").form("/demo/say"), text="<b>Trộm</b>")
    assert "&lt;b&gt;Trộm" in screen.text


def test_chat_redirects_only_to_board(visitor: Visitor) -> None:
    """The chat form redirects only to pages of the board."""
    screen = visitor.send(visitor.get("/demo").form("/demo/say"), text="Chào", next="//example.vn/", follow=False)
    assert screen.headers["location"] == "/#chat"


def test_demo_refuses_other_machines(demo: RunningDemo) -> None:
    """From an address other than loopback no one can sign in or write a message."""
    board = create_board(demo.app, demo=demo)
    local = Visitor(board, peer="127.0.0.1")
    remote = Visitor(board, peer="192.0.2.9")
    before = demo.resident.transcript()
    page = local.get("/demo")
    assert remote.get("/demo").status == 403
    assert remote.send(page.form("/demo/enter"), officer=demo.sign_in.officers()[0].id).status == 403
    assert remote.send(page.form("/demo/say"), text="Chào").status == 403
    assert demo.resident.transcript() == before
    assert "anninh_board" not in remote.cookies


def test_chat_form_of_other_site_is_refused(visitor: Visitor) -> None:
    """A form of another site neither signs in nor writes a message."""
    form = visitor.get("/demo").form("/demo/say")
    assert visitor.send(form, {"Origin": "https://example.vn"}, text="Chào").status == 403


def test_ordinary_board_has_no_demo() -> None:
    """Without a demo the board has no demo page, banner or chat."""
    with memory_app() as app:
        visitor = Visitor(create_board(app), peer="127.0.0.1")
        assert visitor.get("/demo").status == 404
        screen = visitor.get("/sign-in")
    assert "demo" not in screen.text
    assert "trình diễn" not in screen.text


def test_demo_is_served_only_locally(demo: RunningDemo) -> None:
    """A demo can't be served with a public address, on another host, or for another app."""
    with pytest.raises(ConfigurationError, match="can be used on this machine only"):
        create_board(demo.app, BoardConfig(public_url="https://board.example.vn"), demo=demo)
    with pytest.raises(ConfigurationError, match="can be used on this machine only"):
        serve_board(demo.app, host="0.0.0.0", demo=demo)
    with memory_app() as app, pytest.raises(ConfigurationError, match="another app"):
        create_board(app, demo=demo)
