"""The page of search: one question over tips, inquiries, articles and content, each as far as it may be read."""

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
"""Kind -> where its page is, what its states are called by, and who may read it."""


@frozen(kw_only=True)
class FoundRow:
    """Something that was found, as it is shown.

    Attributes:
        pieces: the passage in pieces, each with whether it was asked for.
    """

    url: str
    label: str
    kind: str
    unit: str
    state: str
    at: object
    pieces: Sequence[tuple[str, bool]]


def show(page: PageRequest) -> Response:
    """Show what says what was asked for, the closest first; without words the question alone."""
    words = page.one("words").strip()[:_MOST_WORDS]
    kinds = [kind for kind, (_, _, permission) in _KINDS.items() if page.viewer.may(permission)]
    kind = page.one("kind") if page.one("kind") in kinds else ""
    chosen = (kind,) if kind else ()
    found = page.call("search.find", text=words, kinds=chosen, limit=_MOST) if words else None
    return page.render(
        "search.html",
        words=words,
        kind=kind,
        kinds=kinds,
        hits=[_show_hit(page, one) for one in found.items] if found else (),
        is_cut=bool(found and found.more),
    )


def _show_hit(page: PageRequest, hit: Any) -> FoundRow:
    path, states, _ = _KINDS[hit.kind]
    return FoundRow(
        url=page.url(path.format(id=hit.id)),
        label=hit.label,
        kind=hit.kind,
        unit=page.names.unit(hit.unit),
        state=page.label(hit.state, states) if hit.state and states else "",
        at=hit.at,
        pieces=_mark(hit.passage, hit.matched),
    )


def _mark(passage: str, matched: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a passage in pieces, each with whether it is one of the words that were asked for."""
    wanted = sorted({word for word in matched if word}, key=len, reverse=True)
    if not wanted:
        return [(passage, False)]
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", passage)
    return [(piece, piece in wanted) for piece in pieces if piece]


SEARCH = menu_screen(
    "search",
    permissions=_READS,
    routes=(PageRoute(path="/search", handler=show),),
)
