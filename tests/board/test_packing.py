"""Pages are compressed for direct visits, and not for requests that another site causes."""

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
def test_cross_site_page_is_not_compressed(app: App, officer: Actor, site: str, accepts: str, packed: bool) -> None:
    """A page requested by another site isn't compressed, so that its length doesn't reveal whether a searched word is
    on it.
    """
    board = create_board(app)
    visitor = Visitor(board).enter(enrol(app, officer.id, "mau"))

    async def request_page() -> httpx.Response:
        transport = httpx.ASGITransport(board, client=("192.0.2.9", 1))
        headers = {"Accept-Encoding": accepts, **({"Sec-Fetch-Site": site} if site else {})}
        async with httpx.AsyncClient(transport=transport, base_url=URL, cookies=visitor.cookies) as client:
            return await client.get("/tips/all?words=trộm", headers=headers)

    response = anyio.run(request_page)

    assert response.status_code == 200
    assert (response.headers.get("content-encoding") == "gzip") is packed
    assert "<h1>" in response.text
    if packed:
        assert int(response.headers["content-length"]) < len(response.content)
