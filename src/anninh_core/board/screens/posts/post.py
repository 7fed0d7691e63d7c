"""A post: what was said in the group, which rule it touches, what was decided, and what can be done now."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.options import Option
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.posts.lists import charter_rules
from anninh_core.kernel.errors import AnninhError


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a post; one look, one entry in the journal."""
    id = page.params["id"]
    post, steps = page.read_together(("moderation.get", {"post_id": id}), ("moderation.can_do", {"post_id": id}))
    rules = charter_rules(page)
    forms = ActForms(
        page,
        f"/posts/{id}",
        unit=post.unit,
        version=steps.version,
        failure=failure,
        options={"rule": [Option(code, text) for code, text in rules.items()]},
    )
    suspected = next((flag.code for flag in post.flags if flag.code in rules), "")
    page.load_officers(_people(post))
    return page.render(
        "post.html",
        failure.status if failure else 200,
        post=post,
        rules=rules,
        group=_group_title(page, post.group),
        acts=forms.offered(steps.steps, rule=suspected),
    )


def _people(post: Any) -> list[str]:
    ruled = [post.ruling.by] if post.ruling else []
    return [*ruled, *([post.appeal.by] if post.appeal and post.appeal.by else [])]


def _group_title(page: PageRequest, group: str) -> str:
    """Return what the group is called, "" for whoever may not read of groups."""
    if not page.has("groups.get"):
        return ""
    try:
        return str(page.call("groups.get", group_id=group).title)
    except AnninhError:
        return ""
