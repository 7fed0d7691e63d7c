"""Lists of groups: all of them, and those that need care."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_STATES = ("planned", "forming", "active", "suspended", "closed")


def show(page: PageRequest) -> Response:
    """Show the groups of the viewer's units, those that were closed apart."""
    state = page.one("state") if page.one("state") in _STATES else ""
    found = page.call_json("groups.list", {"state": state} if state else {})
    page.load_officers(one.owner for one in found)
    groups = sorted(found, key=lambda one: (page.names.unit(one.unit), one.title))
    return page.render(
        "list.html",
        groups=[one for one in groups if state or one.state.value != "closed"],
        state=state,
        states=_STATES,
        tabs=tabs_for(page, "every"),
    )


def care(page: PageRequest) -> Response:
    """Show the groups that need care, and why."""
    issues = page.call("groups.hygiene")
    page.load_officers(one.group.owner for one in issues)
    return page.render("care.html", issues=issues, tabs=tabs_for(page, "care"))


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look that are the viewer's."""
    ways = (
        ("every", "/groups", True),
        ("care", "/groups/care", True),
        ("tasks", "/groups/tasks", page.has("failures.postings")),
    )
    return make_tabs(page, ways, here)
