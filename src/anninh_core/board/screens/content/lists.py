"""Lists of items, by how far they have come."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import make_tabs

_PAGE = 50
_STATES = ("draft", "rejected", "submitted", "approved", "published", "corrected", "withdrawn")


def show(page: PageRequest) -> Response:
    """Show the items of a state, drafts where none is named; or those in which some words stand."""
    state = page.one("state", "draft")
    words = page.one("words").strip()[:200]
    after = page.one("after")
    if words:
        found = page.call("content.search", text=words, after=after, limit=_PAGE)
    else:
        where = {"state": state} if state in _STATES else {}
        found = page.call_json("content.list", {**where, "after": after, "limit": _PAGE})
    page.load_officers(id for item in found.items for id in item.authors)
    here = "" if words else state
    tabs = make_tabs(page, ((one, f"/content?state={one}", True) for one in (*_STATES, "all")), here)
    return page.render("list.html", items=found.items, next=found.next, tabs=tabs, searched=words)
