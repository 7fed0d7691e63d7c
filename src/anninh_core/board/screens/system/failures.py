"""Events and messages that failed: retried, confirmed as arrived, or given up."""

from collections import Counter
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.system.tabs import tabs_for

_PAGE = 50
_OPERATIONS = {
    "rerun": "failures.rerun",
    "resend": "failures.resend",
    "confirm": "failures.confirm",
    "give-up": "failures.give_up",
}
"""Possible act on a failure -> its operation."""


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show failures, oldest first, with their number by messenger."""
    messenger = page.one("messenger") if page.one("messenger") in page.desk.app.internals.messengers else ""
    failures = page.call("failures.troubles", messenger=messenger, after=page.one("after"), limit=_PAGE)
    return page.render(
        "failures.html",
        failure.status if failure else 200,
        failures=failures,
        forms={trouble.id: _forms(page, trouble, failure) for trouble in failures},
        next=failures[-1].id if len(failures) == _PAGE else "",
        messengers=_messengers(page, failures),
        messenger=messenger,
        tabs=tabs_for(page, "failures"),
    )


def _forms(page: PageRequest, trouble: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, "/system/failures", trouble, failure)
    names = [_OPERATIONS[action] for action in trouble.safe_actions if action in _OPERATIONS]
    return [forms.make(name) for name in names if page.has(name)]


def _messengers(page: PageRequest, failures: Any) -> list[tuple[str, int]]:
    """Return each messenger with its number among the failures shown."""
    counts = Counter(trouble.messenger for trouble in failures)
    return [(name, counts[name]) for name in page.desk.app.internals.messengers]
