"""Lists of posts."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import make_tabs

_PAGE = 50


def flagged(page: PageRequest) -> Response:
    """Show what nobody has decided about."""
    return _list(page, "flagged", state="raised")


def tasks(page: PageRequest) -> Response:
    """Show what a person has still to do in a group."""
    return _show(page, "tasks", page.call("moderation.tasks", after=page.one("after"), limit=_PAGE))


def appeals(page: PageRequest) -> Response:
    """Show what authors object to."""
    return _list(page, "appeals", state="appealed")


def every(page: PageRequest) -> Response:
    """Show all posts."""
    return _list(page, "every")


def _list(page: PageRequest, tab: str, **where: object) -> Response:
    return _show(page, tab, page.call_json("moderation.list", {**where, "after": page.one("after"), "limit": _PAGE}))


def _show(page: PageRequest, here: str, found: Any) -> Response:
    page.load_officers(post.ruling.by for post in found.items if post.ruling)
    tabs = make_tabs(page, [(_NAMES[path], path, True) for path in PAGES], here)
    return page.render("list.html", posts=found.items, next=found.next, tabs=tabs, rules=charter_rules(page))


def charter_rules(page: PageRequest) -> Mapping[str, str]:
    """Return the rules of the charter by their codes."""
    return {rule.code: rule.text for rule in page.desk.app.district.charter.rules}


PAGES: Mapping[str, Callable[[PageRequest], Response]] = {
    "/posts": flagged,
    "/posts/tasks": tasks,
    "/posts/appeals": appeals,
    "/posts/all": every,
}
"""By their addresses."""

_NAMES = {"/posts": "flagged", "/posts/tasks": "tasks", "/posts/appeals": "appeals", "/posts/all": "every"}
