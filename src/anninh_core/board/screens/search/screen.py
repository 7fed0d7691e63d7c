"""The search page: one query over tips, inquiries, articles and content, limited to what the officer may read."""

import re
from collections.abc import Sequence
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, menu_screen

_MOST = 50
_MOST_WORDS = 200
_READS = ("tip.read", "inquiry.read", "content.read")

_KINDS = {
    "tip": ("/tips/{id}", "TipState", "tip.read"),
    "inquiry": ("/inquiries/{id}", "InquiryState", "inquiry.read"),
    "article": ("/inquiries/articles/{id}", "", "inquiry.read"),
    "item": ("/content/{id}", "ItemState", "content.read"),
}
"""For each kind of record: path of its page, list with the labels of its states, and permission to read it."""


@frozen(kw_only=True)
class HitRow:
    """A search hit as it is shown.

    Attributes:
        pieces: the passage in pieces, each with whether it matched the query.
    """

    url: str
    label: str
    kind: str
    unit: str
    state: str
    at: object
    pieces: Sequence[tuple[str, bool]]


def show_search(page: PageRequest) -> Response:
    """Show the records that match the query, the closest first; without a query only the search form."""
    words = page.one("words").strip()[:_MOST_WORDS]
    kinds = [kind for kind, (_, _, permission) in _KINDS.items() if page.viewer.may(permission)]
    kind = page.one("kind") if page.one("kind") in kinds else ""
    chosen = (kind,) if kind else ()
    result = page.call("search.find", text=words, kinds=chosen, limit=_MOST) if words else None
    return page.render(
        "search.html",
        words=words,
        kind=kind,
        kinds=kinds,
        hits=[_build_row(page, hit) for hit in result.items] if result else (),
        is_cut=bool(result and result.more),
    )


def _build_row(page: PageRequest, hit: Any) -> HitRow:
    path, states, _ = _KINDS[hit.kind]
    return HitRow(
        url=page.url(path.format(id=hit.id)),
        label=hit.label,
        kind=hit.kind,
        unit=page.names.unit(hit.unit),
        state=page.label(hit.state, states) if hit.state and states else "",
        at=hit.at,
        pieces=_split_passage(hit.passage, hit.matched),
    )


def _split_passage(passage: str, matched: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a passage in pieces, each with whether it is a matched word."""
    words = sorted({word for word in matched if word}, key=len, reverse=True)
    if not words:
        return [(passage, False)]
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", passage)
    return [(piece, piece in words) for piece in pieces if piece]


SEARCH = menu_screen(
    "search",
    permissions=_READS,
    routes=(PageRoute(path="/search", handler=show_search),),
)
