"""The custodians of the keys that names are encrypted with."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, build_row_forms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.identity.tabs import build_tabs

_PAGE = 50
_WHERE = "/identity/custodians"


def show_custodian_keys(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the keys of all custodians, also the keys that have ended."""
    listing = page.call("identity.custodians.list", after=page.one("after"), limit=_PAGE)
    page.load_officers(id for key in listing.items for id in (key.officer, key.proposed_by, key.confirmed_by))
    forms = ActForms(page, _WHERE, unit=page.viewer.unit, failure=failure)
    return page.render(
        "custodians.html",
        failure.status if failure else 200,
        custodians=listing.items,
        next=listing.next,
        forms={key.id: _build_custodian_forms(page, key, failure) for key in listing.items},
        acts=[forms.make(name) for name in ("identity.custodians.propose",) if page.has(name)],
        tabs=build_tabs(page, "custodians"),
    )


def propose_custodian_key(page: PageRequest) -> Response:
    """Propose a custodian's key."""
    operation = page.operation
    return carry_out(page, operation, {}, show_custodian_keys, _WHERE)


def _build_custodian_forms(page: PageRequest, custodian: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = build_row_forms(page, _WHERE, custodian, failure, version=custodian.version)
    state = custodian.state.value
    names = {
        "proposed": ["identity.custodians.confirm", "identity.custodians.end"],
        "active": ["identity.custodians.end"],
    }
    return [forms.make(name) for name in names.get(state, ()) if page.has(name)]
