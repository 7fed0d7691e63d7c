"""Pages of officers, with their data, roles and accounts."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act, carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.system.tabs import build_tabs
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone, Damaged, NotFound

_PAGE = 50
_ONCE = ("accounts.invite", "units.begin_binding")
"""Operations that return codes, which are shown once and stored nowhere."""
_OF_OFFICERS = ("units.grant", "units.begin_binding", "units.unbind")
_OF_ACCOUNTS = ("accounts.end_sessions", "accounts.reset_second_factor")
"""Operations that change an officer's account and not the officer, whatever the officer's version."""


def show_officers(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the officers of the viewer's unit and the units below."""
    role = page.one("role") if page.one("role") in page.desk.app.district.roles else ""
    listing = page.call("units.officers", unit=page.viewer.unit, role=role, after=page.one("after"), limit=_PAGE)
    forms = ActForms(page, "/system/officers", unit=page.viewer.unit, failure=failure)
    return page.render(
        "officers.html",
        failure.status if failure else 200,
        officers=listing.items,
        next=listing.next,
        role=role,
        roles=list(page.desk.app.district.roles.values()),
        acts=[forms.make(name, unit=page.viewer.unit) for name in ("units.appoint",) if page.has(name)],
        tabs=build_tabs(page, "officers"),
    )


def show_officer(page: PageRequest, failure: FailedAct | None = None, code: Any = None) -> Response:
    """Show an officer with roles and account."""
    id = page.params["id"]
    officer = page.call("units.officer", officer_id=id)
    account = _find_account(page, id)
    page.load_officers(officer_id for grant in officer.grants for officer_id in (grant.proposed_by, grant.confirmed_by))
    forms = _start_forms(page, officer.version, failure)
    accounts = _start_forms(page, None, failure)
    names = [name for name in _OF_OFFICERS if name != "units.unbind" or officer.has_chat]
    has_account = account is not None and (account.has_password or account.passkeys)
    return page.render(
        "officer.html",
        failure.status if failure else 200,
        officer=officer,
        account=account,
        code=code,
        today=local_date(page.now),
        grant_forms=[_make_grant_forms(page, officer, number, failure) for number in range(len(officer.grants))],
        acts=[
            *(accounts.make(name) for name in ("accounts.invite",) if page.has(name)),
            *(forms.make(name, unit=officer.unit) for name in names if page.has(name)),
            *(accounts.make(name) for name in _OF_ACCOUNTS if page.has(name) and has_account),
            *(forms.make(name) for name in ("accounts.deactivate",) if page.has(name) and has_account),
        ],
    )


def act_on_officer(page: PageRequest) -> Response:
    """Carry out an act on an officer; a code is shown at once, as it is stored nowhere."""
    id = page.params["id"]
    operation = page.operation
    if operation not in _ONCE:
        return carry_out(page, operation, {"officer_id": id}, show_officer, f"/system/officers/{id}")
    try:
        return show_officer(page, code=attempt_act(page, operation, {"officer_id": id}))
    except AlreadyDone:
        return page.redirect(f"/system/officers/{id}", done="unseen")
    except Failed as failed:
        return show_officer(page, failed.failure)


def _find_account(page: PageRequest, id: str) -> Any:
    """Return an officer's account, None if the officer wasn't invited yet or the account can't be opened."""
    try:
        return page.call("accounts.account_of", officer_id=id)
    except NotFound:
        return None
    except Damaged:
        page.damaged += 1
        return None


def _start_forms(page: PageRequest, version: int | None, failure: FailedAct | None, mark: str = "") -> ActForms:
    subject = f"/system/officers/{page.params['id']}"
    return ActForms(page, subject, version=version, failure=failure, mark=mark)


def _make_grant_forms(page: PageRequest, officer: Any, number: int, failure: FailedAct | None) -> list[ActForm]:
    """Return the forms that confirm or end a grant, none for a grant that has ended."""
    grant = officer.grants[number]
    today = local_date(page.now)
    if grant.valid_to is not None and grant.valid_to < today:
        return []
    grant_failure = failure if (page.sent("role"), page.sent("unit")) == (grant.role, grant.unit) else None
    forms = _start_forms(page, officer.version, grant_failure, f"-{number}")
    names = ["units.confirm_grant", "units.revoke"] if grant.is_proposed else ["units.revoke"]
    initial = {"role": grant.role, "unit": grant.unit, "last_day": today.isoformat()}
    return [forms.make(name, **initial) for name in names if page.has(name)]
