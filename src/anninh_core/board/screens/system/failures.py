"""The page of events and messages that failed, where an officer retries them, confirms their arrival, or gives them
up.
"""

from collections import Counter
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.system.tabs import build_tabs

_PAGE = 50
_OPERATIONS = {
    "rerun": "failures.rerun",
    "resend": "failures.resend",
    "confirm": "failures.confirm",
    "give-up": "failures.give_up",
}
"""Operations of the acts that are possible on a failure, by act."""


def show_failures(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show failed events and messages, oldest first, with their number by messenger."""
    messenger = page.one("messenger") if page.one("messenger") in page.desk.app.internals.messengers else ""
    failures = page.call("failures.troubles", messenger=messenger, after=page.one("after"), limit=_PAGE)
    return page.render(
        "failures.html",
        failure.status if failure else 200,
        failures=failures,
        forms={trouble.id: _build_failure_forms(page, trouble, failure) for trouble in failures},
        next=failures[-1].id if len(failures) == _PAGE else "",
        messengers=_count_by_messenger(page, failures),
        messenger=messenger,
        tabs=build_tabs(page, "failures"),
    )


def _build_failure_forms(page: PageRequest, trouble: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = build_row_forms(page, "/system/failures", trouble, failure)
    names = [_OPERATIONS[action] for action in trouble.safe_actions if action in _OPERATIONS]
    return [forms.make(name) for name in names if page.has(name)]


def _count_by_messenger(page: PageRequest, failures: Any) -> list[tuple[str, int]]:
    """Return each messenger with its number among the failures shown."""
    counts = Counter(trouble.messenger for trouble in failures)
    return [(name, counts[name]) for name in page.desk.app.internals.messengers]
