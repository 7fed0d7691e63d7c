"""What couldn't be sent or read: tried again, said to have arrived, or given up."""

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
"""What may be done about a failure -> by which operation."""


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show failures, oldest first, and how many each messenger has of those."""
    messenger = page.one("messenger") if page.one("messenger") in page.desk.app.internals.messengers else ""
    found = page.call("failures.troubles", messenger=messenger, after=page.one("after"), limit=_PAGE)
    return page.render(
        "failures.html",
        failure.status if failure else 200,
        failures=found,
        forms={one.id: _forms(page, one, failure) for one in found},
        next=found[-1].id if len(found) == _PAGE else "",
        messengers=_messengers(page, found),
        messenger=messenger,
        tabs=tabs_for(page, "failures"),
    )


def _forms(page: PageRequest, trouble: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, "/system/failures", trouble, failure)
    names = [_OPERATIONS[action] for action in trouble.safe_actions if action in _OPERATIONS]
    return [forms.make(name) for name in names if page.has(name)]


def _messengers(page: PageRequest, found: Any) -> list[tuple[str, int]]:
    """Return each messenger with how many of the failures shown are its own."""
    counts = Counter(one.messenger for one in found)
    return [(name, counts[name]) for name in page.desk.app.internals.messengers]
