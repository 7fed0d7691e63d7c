"""Lists of all groups, and of the groups that need care."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs

_STATES = ("planned", "forming", "active", "suspended", "closed")


def show_groups(page: PageRequest) -> Response:
    """Show the groups of the viewer's units; closed groups only if this state is chosen."""
    state = page.one("state") if page.one("state") in _STATES else ""
    listed = page.call_json("groups.list", {"state": state} if state else {})
    page.load_officers(group.owner for group in listed)
    groups = sorted(listed, key=lambda group: (page.names.unit(group.unit), group.title))
    return page.render(
        "list.html",
        groups=[group for group in groups if state or group.state.value != "closed"],
        state=state,
        states=_STATES,
        tabs=build_tabs(page, "every"),
    )


def show_groups_needing_care(page: PageRequest) -> Response:
    """Show the groups that need care, and why."""
    issues = page.call("groups.hygiene")
    page.load_officers(issue.group.owner for issue in issues)
    return page.render("care.html", issues=issues, tabs=build_tabs(page, "care"))


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the lists of groups that the viewer may open."""
    ways = (
        ("every", "/groups", True),
        ("care", "/groups/care", True),
        ("tasks", "/groups/tasks", page.has("failures.postings")),
    )
    return make_tabs(page, ways, here)
