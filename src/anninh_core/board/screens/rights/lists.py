"""Lists of requests: the open ones, all, and those whose requester has still to be identified."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_PAGE = 25
_CHECKS_PAGE = 50
_CHECKS = ("rights.record_check", "rights.link_account", "rights.link_receipt")


def first(page: PageRequest) -> Response:
    """Lead to the first way to look that is the viewer's."""
    return page.redirect(next((path for _, path, is_own in _ways_for(page) if is_own), "/"))


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


def to_check(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the requests whose requester has still to be identified, oldest first."""
    found = page.call("rights.requests_to_check", after=page.one("after"), limit=_CHECKS_PAGE)
    return page.render(
        "check.html",
        failure.status if failure else 200,
        requests=[(one, _check_forms(page, one, failure)) for one in found.items],
        next=found.next,
        tabs=tabs_for(page, "check"),
    )


def _check_forms(page: PageRequest, request: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, "/rights/check", request, failure, version=request.version)
    return [forms.make(name, **{"address.place": "person"}) for name in _CHECKS if page.has(name)]


def _ways_for(page: PageRequest) -> tuple[tuple[str, str, bool], ...]:
    """Return name and address of each way to look, and whether it is the viewer's."""
    handles = page.has("rights.requests")
    return (
        ("open", "/rights/open", handles),
        ("check", "/rights/check", page.has("rights.requests_to_check")),
        ("all", "/rights/all", handles),
        ("new", "/rights/new", page.has("rights.record_request")),
    )


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look that are the viewer's."""
    return make_tabs(page, _ways_for(page), here)
