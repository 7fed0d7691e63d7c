"""Pages are packed for whoever comes by the board itself, and for nobody whom another site sends."""

import anyio
import httpx
import pytest
from tests.board.visitor import URL, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.usecase import Actor


@pytest.mark.parametrize(
    ("site", "accepts", "packed"),
    [
        ("same-origin", "gzip, deflate, br", True),
        ("none", "gzip", True),
        ("cross-site", "gzip", False),
        ("same-site", "gzip", False),
        ("", "gzip", False),
        ("same-origin", "identity", False),
    ],
)
def test_who_gets_a_packed_page(app: App, officer: Actor, site: str, accepts: str, packed: bool) -> None:
    """Another site, which chooses the words in an address, can't learn from a length whether they stand on the page."""
    board = create_board(app)
    visitor = Visitor(board).enter(enrol(app, officer.id, "mau"))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(board, client=("192.0.2.9", 1))
        headers = {"Accept-Encoding": accepts, **({"Sec-Fetch-Site": site} if site else {})}
        async with httpx.AsyncClient(transport=transport, base_url=URL, cookies=visitor.cookies) as client:
            return await client.get("/tips/all?words=trộm", headers=headers)

    answer = anyio.run(ask)

    assert answer.status_code == 200
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert "<h1>" in answer.text
    if packed:
        assert int(answer.headers["content-length"]) < len(answer.content)
