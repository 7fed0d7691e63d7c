"""Addresses that one officer opened alone in an emergency: a second person reviews each."""

from starlette.responses import Response

from anninh_core.board.forms.act import row_forms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.identity.tabs import tabs_for

_PAGE = 50


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show what waits for a review, or all."""
    is_pending = page.one("all") != "yes"
    found = page.call("identity.emergency_openings", pending=is_pending, after=page.one("after"), limit=_PAGE)
    page.load_officers(id for one in found.items for id in (one.opened_by, one.reviewed_by, one.marked_by or ""))
    forms = {
        one.id: row_forms(page, "/identity/emergencies", one, failure, version=one.version).make(
            "identity.review_emergency_opening"
        )
        for one in found.items
        if one.state.value == "unreviewed" and one.opened_by != page.viewer.id
    }
    return page.render(
        "emergencies.html",
        failure.status if failure else 200,
        openings=found.items,
        next=found.next,
        forms=forms,
        is_pending=is_pending,
        tabs=tabs_for(page, "emergencies"),
    )
