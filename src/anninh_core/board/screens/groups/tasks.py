"""Posts that an officer makes by hand, because the program has no access to the group."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.groups.lists import build_tabs

_PAGE = 50
_ACTS = ("failures.confirm_posted", "failures.give_up")


def show_post_tasks(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the posts to be made by hand, the longest waiting first."""
    tasks = page.call("failures.postings", after=page.one("after"), limit=_PAGE)
    forms = {task.id: _build_task_forms(page, task, failure) for task in tasks}
    return page.render(
        "tasks.html",
        failure.status if failure else 200,
        tasks=tasks,
        forms=forms,
        next=tasks[-1].id if len(tasks) == _PAGE else "",
        tabs=build_tabs(page, "tasks"),
    )


def _build_task_forms(page: PageRequest, task: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = build_row_forms(page, "/groups/tasks", task, failure)
    return [forms.make(name) for name in _ACTS if page.has(name)]
