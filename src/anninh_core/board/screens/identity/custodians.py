"""The custodians of the keys that names are encrypted with."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, row_forms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.identity.tabs import tabs_for

_PAGE = 50
_WHERE = "/identity/custodians"


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show all keys, also those that ended."""
    listing = page.call("identity.custodians.list", after=page.one("after"), limit=_PAGE)
    page.load_officers(id for key in listing.items for id in (key.officer, key.proposed_by, key.confirmed_by))
    forms = ActForms(page, _WHERE, unit=page.viewer.unit, failure=failure)
    return page.render(
        "custodians.html",
        failure.status if failure else 200,
        custodians=listing.items,
        next=listing.next,
        forms={key.id: _forms(page, key, failure) for key in listing.items},
        acts=[forms.make(name) for name in ("identity.custodians.propose",) if page.has(name)],
        tabs=tabs_for(page, "custodians"),
    )


def act_on_none(page: PageRequest) -> Response:
    """Propose a key."""
    operation = page.operation
    return carry_out(page, operation, {}, show, _WHERE)


def _forms(page: PageRequest, custodian: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, _WHERE, custodian, failure, version=custodian.version)
    state = custodian.state.value
    names = {
        "proposed": ["identity.custodians.confirm", "identity.custodians.end"],
        "active": ["identity.custodians.end"],
    }
    return [forms.make(name) for name in names.get(state, ()) if page.has(name)]
