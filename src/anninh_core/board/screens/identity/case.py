"""The page on which an officer requests the identity behind a case, or opens an address that can't wait."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import AlreadyDone, NotFound

_OPEN = "identity.open_address_in_emergency"
_PAGES = {"tip": "/tips", "inquiry": "/inquiries"}
_READS = {"tip": ("tips.get", "tip_id"), "inquiry": ("inquiries.get", "inquiry_id")}


def show_possible_requests(page: PageRequest, failure: FailedAct | None = None, opened: Any = None) -> Response:
    """Show the possible requests about a case that the viewer may read."""
    kind, _, id = page.params["case"].partition(":")
    if kind not in _READS:
        raise NotFound("Case {case!r} doesn't exist.", case=page.params["case"])
    operation, argument = _READS[kind]
    case = page.call_json(operation, {argument: id})
    forms = ActForms(page, f"/identity/case/{kind}:{id}", unit=case.unit, failure=failure)
    is_urgent = getattr(case, "emergency", False)
    names = ("identity.request_identity", *((_OPEN,) if is_urgent else ()))
    return page.render(
        "case.html",
        failure.status if failure else 200,
        acts=[forms.make(name) for name in names if page.has(name)],
        back=page.url(f"{_PAGES[kind]}/{id}"),
        opened=opened,
    )


def request_disclosure(page: PageRequest) -> Response:
    """Request an identity, or open an address in an emergency."""
    operation = page.operation
    try:
        result = attempt_act(page, operation, {"case": page.params["case"]})
    except AlreadyDone:
        return page.redirect("/identity/mine", done="unseen" if operation == _OPEN else "before")
    except Failed as failed:
        return show_possible_requests(page, failed.failure)
    if operation == _OPEN:
        return show_possible_requests(page, opened=result)
    return page.redirect("/identity/mine", done=operation)
