"""Looking at who asks: by another way than the chat, and by somebody who handles nothing of it."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.rights.tabs import tabs_for

_PAGE = 50
_ACTS = ("rights.record_check", "rights.link_account", "rights.link_receipt")


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the requests of which nobody has shown yet who asks, oldest first."""
    found = page.call("rights.requests_to_check", after=page.one("after"), limit=_PAGE)
    return page.render(
        "check.html",
        failure.status if failure else 200,
        requests=[(one, _forms(page, one, failure)) for one in found.items],
        next=found.next,
        tabs=tabs_for(page, "check"),
    )


def _forms(page: PageRequest, request: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, "/rights/check", request, failure, version=request.version)
    return [forms.make(name, **{"address.place": "person"}) for name in _ACTS if page.has(name)]
