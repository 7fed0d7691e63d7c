"""Lists of requests for identities: requests that wait for a decision, all requests with their outcome, and the
viewer's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import build_file_response
from anninh_core.board.screens.identity.tabs import build_tabs
from anninh_core.kernel.errors import AlreadyDone, AnninhError
from anninh_core.operations.choices import Choice

_PAGE = 50
_DECIDING = ("identity.approve_identity", "identity.refuse_identity")
_LOOKING = ("identity.reveal_identity", "identity.export_identity_request")


def show_pending_requests(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the requests for identities that wait for a decision; a viewer who may not decide is redirected to their own
    requests.
    """
    if not page.has("identity.disclosures"):
        return page.redirect("/identity/mine")
    listing = page.call_json("identity.disclosures", {"state": "requested", "after": page.one("after"), "limit": _PAGE})
    forms = {
        request.id: _build_request_forms(page, f"/identity/{request.id}", request, _DECIDING, failure=failure)
        for request in listing.items
    }
    return _render_requests(page, "waiting", listing, forms, failure=failure)


def show_all_requests(page: PageRequest) -> Response:
    """Show all requests for identities, newest first."""
    listing = page.call("identity.disclosures", after=page.one("after"), limit=_PAGE)
    return _render_requests(page, "all", listing, {})


def show_own_requests(page: PageRequest, failure: FailedAct | None = None, opened: object = None) -> Response:
    """Show the viewer's own requests, and the identities that may be revealed to the viewer now."""
    listing = page.call("identity.own_requests", after=page.one("after"), limit=_PAGE)
    options = {"custodian": _list_custodians(page)}
    forms = {
        request.id: _build_request_forms(
            page, f"/identity/mine/{request.id}", request, _LOOKING, failure=failure, options=options
        )
        for request in listing.items
        if request.state.value == "approved" and request.is_open
    }
    return _render_requests(page, "mine", listing, forms, failure=failure, opened=opened)


def act_on_own_request(page: PageRequest) -> Response:
    """Reveal an approved identity, once; or return the file for the custodian's own machine."""
    operation = page.operation
    arguments = {"disclosure_id": page.params["id"]}
    try:
        result = attempt_act(page, operation, arguments)
    except AlreadyDone:
        return page.redirect("/identity/mine", done="unseen")
    except Failed as failed:
        return show_own_requests(page, failed.failure)
    if operation == "identity.export_identity_request":
        return build_file_response(result)
    return show_own_requests(page, opened=result)


def show_request_history(page: PageRequest) -> Response:
    """Show the history of a request for an identity."""
    entries = page.call("identity.disclosure_history", disclosure_id=page.params["id"])
    page.load_officers(entry.actor.removeprefix("person:") for entry in entries if entry.actor.startswith("person:"))
    return page.render("history.html", entries=entries, tabs=build_tabs(page, "all"))


def _render_requests(
    page: PageRequest,
    tab: str,
    listing: Any,
    forms: Mapping[str, Sequence[ActForm]],
    *,
    failure: FailedAct | None = None,
    opened: object = None,
) -> Response:
    page.load_officers(id for request in listing.items for id in (request.requested_by, request.decided_by))
    return page.render(
        "requests.html",
        failure.status if failure else 200,
        requests=listing.items,
        next=listing.next,
        forms=forms,
        tabs=build_tabs(page, tab),
        tab=tab,
        opened=opened,
    )


def _build_request_forms(
    page: PageRequest,
    subject: str,
    request: Any,
    operations: Sequence[str],
    *,
    failure: FailedAct | None,
    options: Mapping[str, Sequence[Choice]] | None = None,
) -> list[ActForm]:
    row_failure = failure if page.params.get("id") == request.id else None
    forms = ActForms(
        page,
        subject,
        unit=request.unit,
        version=request.version,
        failure=row_failure,
        options=options,
        mark=f"-{request.id}",
    )
    is_sealed = request.field.value not in ("address", "whole")
    fitting = [name for name in operations if name != "identity.export_identity_request" or is_sealed]
    return [forms.make(name) for name in fitting if page.has(name)]


def _list_custodians(page: PageRequest) -> list[Choice]:
    """Return the active custodians that names are encrypted to, as far as the viewer may list them."""
    try:
        keys = page.call("identity.custodians.list", limit=_PAGE).items
    except AnninhError:
        return []
    active = [key for key in keys if key.state.value == "active" and not key.is_recovery]
    page.load_officers(key.officer for key in active)
    return [Choice(key.id, page.names.officer(key.officer)) for key in active]
