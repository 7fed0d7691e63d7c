"""Lists of items by state."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import make_tabs

_PAGE = 50
_STATES = ("draft", "rejected", "submitted", "approved", "published", "corrected", "withdrawn")


def show_items(page: PageRequest) -> Response:
    """Show the items in a state, drafts by default; or the items that contain given words."""
    state = page.one("state", "draft")
    words = page.one("words").strip()[:200]
    after = page.one("after")
    if words:
        listing = page.call("content.search", text=words, after=after, limit=_PAGE)
    else:
        criteria = {"state": state} if state in _STATES else {}
        listing = page.call_json("content.list", {**criteria, "after": after, "limit": _PAGE})
    page.load_officers(id for item in listing.items for id in item.authors)
    here = "" if words else state
    tabs = make_tabs(page, ((name, f"/content?state={name}", True) for name in (*_STATES, "all")), here)
    return page.render("list.html", items=listing.items, next=listing.next, tabs=tabs, searched=words)
