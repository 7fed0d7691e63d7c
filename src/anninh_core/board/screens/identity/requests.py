"""Requests for identities: what waits for a decision, what became of it, and what the viewer asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import send_file
from anninh_core.board.screens.identity.tabs import tabs_for
from anninh_core.kernel.errors import AlreadyDone, AnninhError
from anninh_core.operations.choices import Choice

_PAGE = 50
_DECIDING = ("identity.approve_identity", "identity.refuse_identity")
_LOOKING = ("identity.reveal_identity", "identity.export_identity_request")


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show what waits for a decision; who may only ask is shown what they asked for."""
    if not page.has("identity.disclosures"):
        return page.redirect("/identity/mine")
    found = page.call_json("identity.disclosures", {"state": "requested", "after": page.one("after"), "limit": _PAGE})
    forms = {one.id: _forms(page, f"/identity/{one.id}", one, _DECIDING, failure=failure) for one in found.items}
    return _render(page, "waiting", found, forms, failure=failure)


def every(page: PageRequest) -> Response:
    """Show all requests, newest first."""
    found = page.call("identity.disclosures", after=page.one("after"), limit=_PAGE)
    return _render(page, "all", found, {})


def mine(page: PageRequest, failure: FailedAct | None = None, opened: object = None) -> Response:
    """Show what the viewer asked for, and what may be looked at now."""
    found = page.call("identity.own_requests", after=page.one("after"), limit=_PAGE)
    options = {"custodian": _custodians(page)}
    forms = {
        one.id: _forms(page, f"/identity/mine/{one.id}", one, _LOOKING, failure=failure, options=options)
        for one in found.items
        if one.state.value == "approved" and one.is_open
    }
    return _render(page, "mine", found, forms, failure=failure, opened=opened)


def act_on_mine(page: PageRequest) -> Response:
    """Look at what was approved, once; or get the file for the custodian's own machine."""
    operation = page.operation
    given = {"disclosure_id": page.params["id"]}
    try:
        answer = attempt(page, operation, given)
    except AlreadyDone:
        return page.redirect("/identity/mine", done="unseen")
    except Failed as failed:
        return mine(page, failed.failure)
    if operation == "identity.export_identity_request":
        return send_file(answer)
    return mine(page, opened=answer)


def history(page: PageRequest) -> Response:
    """Show everything that happened to a request."""
    entries = page.call("identity.disclosure_history", disclosure_id=page.params["id"])
    page.load_officers(one.actor.removeprefix("person:") for one in entries if one.actor.startswith("person:"))
    return page.render("history.html", entries=entries, tabs=tabs_for(page, "all"))


def _render(
    page: PageRequest,
    tab: str,
    found: Any,
    forms: Mapping[str, Sequence[ActForm]],
    *,
    failure: FailedAct | None = None,
    opened: object = None,
) -> Response:
    page.load_officers(id for one in found.items for id in (one.requested_by, one.decided_by))
    return page.render(
        "requests.html",
        failure.status if failure else 200,
        requests=found.items,
        next=found.next,
        forms=forms,
        tabs=tabs_for(page, tab),
        tab=tab,
        opened=opened,
    )


def _forms(
    page: PageRequest,
    subject: str,
    request: Any,
    operations: Sequence[str],
    *,
    failure: FailedAct | None,
    options: Mapping[str, Sequence[Choice]] | None = None,
) -> list[ActForm]:
    own = failure if page.params.get("id") == request.id else None
    forms = ActForms(
        page,
        subject,
        unit=request.unit,
        version=request.version,
        failure=own,
        options=options,
        mark=f"-{request.id}",
    )
    is_sealed = request.field.value not in ("address", "whole")
    fitting = [name for name in operations if name != "identity.export_identity_request" or is_sealed]
    return [forms.make(name) for name in fitting if page.has(name)]


def _custodians(page: PageRequest) -> list[Choice]:
    """Return the custodians to whom names are sealed, as far as the viewer may know of them."""
    try:
        found = page.call("identity.custodians.list", limit=_PAGE).items
    except AnninhError:
        return []
    active = [one for one in found if one.state.value == "active" and not one.is_recovery]
    page.load_officers(one.officer for one in active)
    return [Choice(one.id, page.names.officer(one.officer)) for one in active]
