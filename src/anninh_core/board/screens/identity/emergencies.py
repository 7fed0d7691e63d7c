"""Addresses that one officer opened alone in an emergency; a second person reviews each of them."""

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.identity.tabs import build_tabs

_PAGE = 50


def show_emergency_openings(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the emergency openings of addresses that wait for a review, or all of them."""
    is_pending = page.one("all") != "yes"
    listing = page.call("identity.emergency_openings", pending=is_pending, after=page.one("after"), limit=_PAGE)
    page.load_officers(
        id for opening in listing.items for id in (opening.opened_by, opening.reviewed_by, opening.marked_by or "")
    )
    forms = {
        opening.id: build_row_forms(page, "/identity/emergencies", opening, failure, version=opening.version).make(
            "identity.review_emergency_opening"
        )
        for opening in listing.items
        if opening.state.value == "unreviewed" and opening.opened_by != page.viewer.id
    }
    return page.render(
        "emergencies.html",
        failure.status if failure else 200,
        openings=listing.items,
        next=listing.next,
        forms=forms,
        is_pending=is_pending,
        tabs=build_tabs(page, "emergencies"),
    )
