"""The ways to look at requests."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs


def ways_for(page: PageRequest) -> tuple[tuple[str, str, bool], ...]:
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
    return make_tabs(page, ways_for(page), here)
