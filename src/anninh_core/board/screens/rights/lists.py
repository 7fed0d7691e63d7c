"""Lists of requests about personal data: open requests, all requests, and requests whose requester must still be
identified.
"""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_PAGE = 25
_CHECKS_PAGE = 50
_CHECKS = ("rights.record_check", "rights.link_account", "rights.link_receipt")


def redirect_to_first_list(page: PageRequest) -> Response:
    """Redirect to the first list that the viewer has access to."""
    return page.redirect(next((path for _, path, is_own in _list_tab_links(page) if is_own), "/"))


def show_pending_requests(page: PageRequest) -> Response:
    """Show the unanswered requests about personal data."""
    return _render_requests(page, "open", is_pending=True)


def show_all_requests(page: PageRequest) -> Response:
    """Show all requests about personal data."""
    return _render_requests(page, "all", is_pending=False)


def _render_requests(page: PageRequest, tab: str, *, is_pending: bool) -> Response:
    listing = page.call("rights.requests", pending=is_pending, after=page.one("after"), limit=_PAGE)
    page.load_officers(id for request in listing.items for id in request.handled_by)
    return page.render(
        "list.html",
        requests=[(request, page.call("rights.clock", request_id=request.id)) for request in listing.items],
        next=listing.next,
        tabs=build_tabs(page, tab),
    )


def show_unidentified_requests(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the requests whose requester must still be identified, oldest first."""
    listing = page.call("rights.requests_to_check", after=page.one("after"), limit=_CHECKS_PAGE)
    return page.render(
        "check.html",
        failure.status if failure else 200,
        requests=[(request, _build_check_forms(page, request, failure)) for request in listing.items],
        next=listing.next,
        tabs=build_tabs(page, "check"),
    )


def _build_check_forms(page: PageRequest, request: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = build_row_forms(page, "/rights/check", request, failure, version=request.version)
    return [forms.make(name, **{"address.place": "person"}) for name in _CHECKS if page.has(name)]


def _list_tab_links(page: PageRequest) -> tuple[tuple[str, str, bool], ...]:
    """Return name and address of each tab of requests about personal data, and whether the viewer has access."""
    handles = page.has("rights.requests")
    return (
        ("open", "/rights/open", handles),
        ("check", "/rights/check", page.has("rights.requests_to_check")),
        ("all", "/rights/all", handles),
        ("new", "/rights/new", page.has("rights.record_request")),
    )


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the lists of requests that the viewer may open."""
    return make_tabs(page, _list_tab_links(page), here)
