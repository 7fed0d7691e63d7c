"""The pages of posts under moderation: lists of posts, and one post with the rules that it may break and the possible
decisions.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.pages.tabs import make_tabs
from anninh_core.board.routing.act_routes import build_record_routes
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.kernel.errors import AnninhError
from anninh_core.operations.choices import Choice

_PAGE = 50


def show_flagged_posts(page: PageRequest) -> Response:
    """Show the flagged posts without a decision."""
    return _show_filtered_posts(page, "flagged", state="raised")


def show_moderation_tasks(page: PageRequest) -> Response:
    """Show the moderation tasks that an officer must still do in a group."""
    return _render_posts(page, "tasks", page.call("moderation.tasks", after=page.one("after"), limit=_PAGE))


def show_appeals(page: PageRequest) -> Response:
    """Show the appeals that authors of posts made."""
    return _show_filtered_posts(page, "appeals", state="appealed")


def show_all_posts(page: PageRequest) -> Response:
    """Show all flagged posts, decided or not."""
    return _show_filtered_posts(page, "every")


def _show_filtered_posts(page: PageRequest, tab: str, **criteria: object) -> Response:
    return _render_posts(
        page, tab, page.call_json("moderation.list", {**criteria, "after": page.one("after"), "limit": _PAGE})
    )


def _render_posts(page: PageRequest, here: str, listing: Any) -> Response:
    page.load_officers(post.ruling.by for post in listing.items if post.ruling)
    tabs = make_tabs(page, [(name, path, True) for name, path, _ in _LISTS], here)
    return page.render("list.html", posts=listing.items, next=listing.next, tabs=tabs, rules=_charter_rules(page))


def _charter_rules(page: PageRequest) -> Mapping[str, str]:
    """Return the charter's rules by code."""
    return {rule.code: rule.text for rule in page.desk.app.district.charter.rules}


def show_post(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a flagged post; the queries together leave one journal entry."""
    id = page.params["id"]
    post, steps = page.read_together(("moderation.get", {"post_id": id}), ("moderation.can_do", {"post_id": id}))
    rules = _charter_rules(page)
    forms = ActForms(
        page,
        f"/posts/{id}",
        unit=post.unit,
        version=steps.version,
        failure=failure,
        options={"rule": [Choice(code, text) for code, text in rules.items()]},
    )
    suspected = next((flag.code for flag in post.flags if flag.code in rules), "")
    page.load_officers(_find_deciders(post))
    return page.render(
        "post.html",
        failure.status if failure else 200,
        post=post,
        rules=rules,
        group=_find_group_title(page, post.group),
        acts=forms.build_possible_forms(steps.steps, rule=suspected),
    )


def _find_deciders(post: Any) -> list[str]:
    deciders = [post.ruling.by] if post.ruling else []
    return [*deciders, *([post.appeal.by] if post.appeal and post.appeal.by else [])]


def _find_group_title(page: PageRequest, group: str) -> str:
    """Return the group's title, "" for a viewer who may not read groups."""
    if not page.has("groups.get"):
        return ""
    try:
        return str(page.call("groups.get", group_id=group).title)
    except AnninhError:
        return ""


_LISTS = (
    ("flagged", "/posts", show_flagged_posts),
    ("tasks", "/posts/tasks", show_moderation_tasks),
    ("appeals", "/posts/appeals", show_appeals),
    ("every", "/posts/all", show_all_posts),
)
"""Name, address and handler of each list of posts."""

POSTS = menu_screen(
    "posts",
    permissions=("post.read",),
    reasons=("moderation.flagged", "moderation.task", "moderation.appeal"),
    routes=(
        *(PageRoute(path=path, handler=handler) for _, path, handler in _LISTS),
        *build_record_routes("/posts/{id}", "post_id", show_post),
    ),
)
