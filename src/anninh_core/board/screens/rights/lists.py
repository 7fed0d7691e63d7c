"""Lists of requests, each with its clock; what is asked and by whom stands on the page of one."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.rights.tabs import tabs_for, ways_for

_PAGE = 25


def first(page: PageRequest) -> Response:
    """Lead to the first way to look that is the viewer's."""
    return page.redirect(next((path for _, path, is_own in ways_for(page) if is_own), "/"))


def pending(page: PageRequest) -> Response:
    """Show what isn't answered."""
    return _show(page, "open", is_pending=True)


def every(page: PageRequest) -> Response:
    """Show all requests."""
    return _show(page, "all", is_pending=False)


def _show(page: PageRequest, tab: str, *, is_pending: bool) -> Response:
    found = page.call("rights.requests", pending=is_pending, after=page.one("after"), limit=_PAGE)
    page.load_officers(id for one in found.items for id in one.handled_by)
    return page.render(
        "list.html",
        requests=[(one, page.call("rights.clock", request_id=one.id)) for one in found.items],
        next=found.next,
        tabs=tabs_for(page, tab),
    )
