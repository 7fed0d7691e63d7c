"""Lists of questions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_PAGE = 50


def waiting(page: PageRequest) -> Response:
    """Show what waits for an answer, the oldest first."""
    found = page.call("inquiries.waiting", after=page.one("after"), limit=_PAGE)
    hours = {one.inquiry.id: one.hours for one in found.items}
    return _show(page, "waiting", [one.inquiry for one in found.items], found.next, hours)


def every(page: PageRequest) -> Response:
    """Show all questions, or those in which some words stand."""
    words = page.one("words").strip()[:200]
    if words:
        found = page.call("inquiries.search", text=words, after=page.one("after"), limit=_PAGE)
    else:
        found = page.call("inquiries.list", after=page.one("after"), limit=_PAGE)
    return _show(page, "every", found.items, found.next, {})


def _show(
    page: PageRequest, tab: str, inquiries: Sequence[Any], following: str, hours: Mapping[str, float]
) -> Response:
    return page.render(
        "list.html",
        inquiries=inquiries,
        hours=hours,
        unread=page.call("inquiries.unread", inquiries=tuple(one.id for one in inquiries)),
        next=following,
        tabs=tabs_for(page, tab),
        searched=page.one("words"),
    )


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look."""
    paths = (("waiting", "/inquiries"), ("every", "/inquiries/all"), ("articles", "/inquiries/articles"))
    return make_tabs(page, ((name, path, True) for name, path in paths), here)


PAGES: Mapping[str, Callable[[PageRequest], Response]] = {"/inquiries": waiting, "/inquiries/all": every}
"""By their addresses."""
