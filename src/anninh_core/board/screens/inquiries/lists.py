"""Lists of residents' questions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_PAGE = 50


def show_waiting_questions(page: PageRequest) -> Response:
    """Show the questions that wait for an answer, the oldest first."""
    listing = page.call("inquiries.waiting", after=page.one("after"), limit=_PAGE)
    hours = {entry.inquiry.id: entry.hours for entry in listing.items}
    return _render_questions(page, "waiting", [entry.inquiry for entry in listing.items], listing.next, hours)


def show_all_questions(page: PageRequest) -> Response:
    """Show all questions, or the questions that contain given words."""
    words = page.one("words").strip()[:200]
    if words:
        listing = page.call("inquiries.search", text=words, after=page.one("after"), limit=_PAGE)
    else:
        listing = page.call("inquiries.list", after=page.one("after"), limit=_PAGE)
    return _render_questions(page, "every", listing.items, listing.next, {})


def _render_questions(
    page: PageRequest, tab: str, inquiries: Sequence[Any], following: str, hours: Mapping[str, float]
) -> Response:
    return page.render(
        "list.html",
        inquiries=inquiries,
        hours=hours,
        unread=page.call("inquiries.unread", inquiries=tuple(inquiry.id for inquiry in inquiries)),
        next=following,
        tabs=build_tabs(page, tab),
        searched=page.one("words"),
    )


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the lists of questions."""
    paths = (("waiting", "/inquiries"), ("every", "/inquiries/all"), ("articles", "/inquiries/articles"))
    return make_tabs(page, ((name, path, True) for name, path in paths), here)


PAGES: Mapping[str, Callable[[PageRequest], Response]] = {
    "/inquiries": show_waiting_questions,
    "/inquiries/all": show_all_questions,
}
"""Handlers of the lists of questions, by the address of the list."""
