"""The board of a demo: a banner, any officer by a click, and a resident who writes at the left; without a script."""

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
    """A demo in which nothing has happened but that everybody was appointed."""
    return finish_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo(folder: Path) -> Iterator[RunningDemo]:
    with open_demo(folder) as opened:
        yield opened


@pytest.fixture
def visitor(demo: RunningDemo) -> Visitor:
    return Visitor(create_board(demo.app, demo=demo), peer="127.0.0.1")


def choose(visitor: Visitor, demo: RunningDemo, name: str = HANDLER) -> None:
    (officer,) = [one for one in demo.sign_in.officers() if one.name == name]
    shown = visitor.send(visitor.get("/demo").form("/demo/enter"), officer=officer.id)
    assert shown.status == 200, shown.text


def test_whoever_comes_is_asked_whom_to_be(visitor: Visitor) -> None:
    """Instead of a name and a password; the banner says that nothing is real, and where the clock stands."""
    shown = visitor.get("/tips")

    assert shown.path.startswith("/demo")
    assert HANDLER in shown.text
    assert "người, tin và tin nhắn đều không có thật. Đồng hồ đứng ở 08:" in shown.text


def test_a_click_signs_in(demo: RunningDemo, visitor: Visitor) -> None:
    """The first page of that officer comes, and another one can be chosen."""
    choose(visitor, demo)
    assert HANDLER in visitor.get("/tips").text
    choose(visitor, demo, "Vũ Văn Chỉ Huy")
    assert "Vũ Văn Chỉ Huy" in visitor.get("/tips").text


def test_write_and_read_as_a_resident(demo: RunningDemo, visitor: Visitor) -> None:
    """A message becomes a case in the list beside it; what the officer answers stands in the chat."""
    choose(visitor, demo)
    said = visitor.send(visitor.get("/tips/received").form("/demo/say"), text=FIRE)
    handler = demo.app.accounts.authenticate_token(visitor.cookies["anninh_board"])
    tip = demo.app.tips.list(handler).items[0]

    assert said.path == "/tips/received"
    assert (tip.text, f"/tips/{tip.id}" in said.text, said.text.count(tip.receipt) >= 2) == (FIRE, True, True)

    for verb, filled in (
        ("triage", {"category": "fire"}),
        ("assign", {"unit": "cong-an"}),
        ("settle", {"outcome": "resolved", "answer": "Đã dập tắt đám cháy.", "reason": "handled"}),
        ("answer", {}),
    ):
        form = visitor.get(f"/tips/{tip.id}").form(f"/tips/{verb}")
        form.fields.update({name: [value] for name, value in filled.items()})
        said = visitor.send(form)
        assert said.status == 200, verb
    assert "Đã dập tắt đám cháy." in said.text.partition("</aside>")[0]
    assert demo.app.tips.get(handler, tip.id).state == "answered"


def test_a_double_click_says_it_once(demo: RunningDemo, visitor: Visitor) -> None:
    """The form of the chat carries a key."""
    form = visitor.get("/demo").form("/demo/say")
    visitor.send(form, text="Có trộm ở chợ")
    visitor.send(form, text="Có trộm ở chợ")
    assert [line.text for line in demo.resident.transcript()].count("Có trộm ở chợ") == 1


@pytest.mark.parametrize("text", ["  ", "a" * 10_001])
def test_what_cannot_be_said_is_kept(demo: RunningDemo, visitor: Visitor, text: str) -> None:
    """The words come back with what is wrong with them."""
    before = demo.resident.transcript()
    shown = visitor.send(visitor.get("/demo").form("/demo/say"), text=text)
    assert shown.status == 422
    assert f">{text}</textarea>" in shown.text
    assert demo.resident.transcript() == before


def test_markup_is_words(visitor: Visitor) -> None:
    """What a resident writes is shown as it was typed."""
    shown = visitor.send(visitor.get("/demo").form("/demo/say"), text="<b>Trộm</b>")
    assert "&lt;b&gt;Trộm" in shown.text


def test_nowhere_else_to_go(visitor: Visitor) -> None:
    """Whatever a form says, it leads to a page of the board."""
    shown = visitor.send(visitor.get("/demo").form("/demo/say"), text="Chào", next="//example.vn/", follow=False)
    assert shown.headers["location"] == "/#chat"


def test_another_machine_is_refused(demo: RunningDemo) -> None:
    """From another address nobody is anybody, and nothing is said."""
    board = create_board(demo.app, demo=demo)
    here = Visitor(board, peer="127.0.0.1")
    elsewhere = Visitor(board, peer="192.0.2.9")
    before = demo.resident.transcript()
    page = here.get("/demo")
    assert elsewhere.get("/demo").status == 403
    assert elsewhere.send(page.form("/demo/enter"), officer=demo.sign_in.officers()[0].id).status == 403
    assert elsewhere.send(page.form("/demo/say"), text="Chào").status == 403
    assert demo.resident.transcript() == before
    assert "anninh_board" not in elsewhere.cookies


def test_a_foreign_page_sends_nothing(visitor: Visitor) -> None:
    """Another site's form neither signs in nor writes."""
    form = visitor.get("/demo").form("/demo/say")
    assert visitor.send(form, {"Origin": "https://example.vn"}, text="Chào").status == 403


def test_other_boards_have_none_of_it() -> None:
    """Without a demo there are no such pages, no banner and no chat."""
    with memory_app() as app:
        visitor = Visitor(create_board(app), peer="127.0.0.1")
        assert visitor.get("/demo").status == 404
        shown = visitor.get("/sign-in")
    assert "demo" not in shown.text
    assert "trình diễn" not in shown.text


def test_a_demo_is_for_this_machine(demo: RunningDemo) -> None:
    """A public address, another one to listen on, and another app are refused."""
    with pytest.raises(ConfigurationError, match="can be used on this machine only"):
        create_board(demo.app, BoardConfig(public_url="https://board.example.vn"), demo=demo)
    with pytest.raises(ConfigurationError, match="can be used on this machine only"):
        serve_board(demo.app, host="0.0.0.0", demo=demo)
    with memory_app() as app, pytest.raises(ConfigurationError, match="another app"):
        create_board(app, demo=demo)
