"""The page of the viewer's own account, with factors of signing in, sessions, and tokens."""

from typing import Any

from attrs import frozen
from markupsafe import Markup
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.routing.act_routes import build_act_route
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.account.passkeys import (
    BEGIN,
    build_passkey_form,
    restart_after_failure,
    send_device_request,
)
from anninh_core.kernel.errors import AlreadyDone

_FOLDER = "screens/account"
_WHERE = "/account"
_ONCE = ("accounts.begin_totp", "accounts.confirm_totp", "accounts.renew_recovery_codes", "accounts.make_token")
"""Operations that return secrets, which are shown once and stored nowhere."""
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_MACHINES = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "Mac"), ("Linux", "Linux")),
)
"""Names of devices, by the part of the `User-Agent` header that shows them; the more specific parts are first."""
_SUBJECTS = {"sessions": "session_id", "passkeys": "passkey_id", "tokens": "token_id"}


@frozen
class SignedIn:
    """A session of the viewer, with the form that ends it; the form is None for the current session."""

    session: Any
    device: str
    form: ActForm | None


def show_account(
    page: PageRequest, failure: FailedAct | None = None, secret: Any = None, offer: Any = None
) -> Response:
    """Show account, sessions, passkeys and tokens."""
    account, failure = page.call("accounts.account"), restart_after_failure(failure)
    forms = ActForms(page, _WHERE, version=account.version, failure=failure)
    owes = page.signed_in.sign_in.owes_second_factor
    enrolling = ("accounts.begin_totp", *((BEGIN,) if page.takes_passkeys else ()))
    others = (
        "accounts.change_password",
        *(("accounts.renew_recovery_codes",) if account.has_second_factor else ()),
        "accounts.make_token",
    )
    return page.render(
        "account.html",
        failure.status if failure else 200,
        account=account,
        sessions=[
            SignedIn(session, _name_device(session.client), _build_row_form(page, "sessions", session, failure))
            for session in page.call("accounts.sessions")
        ],
        passkeys=[
            (passkey, _build_row_form(page, "passkeys", passkey, failure)) for passkey in page.call("accounts.passkeys")
        ],
        tokens=[(token, _build_row_form(page, "tokens", token, failure)) for token in page.call("accounts.tokens")],
        acts=[forms.make(name) for name in (enrolling if owes else (others[0], *enrolling, *others[1:]))],
        limited=owes,
        owes=_describe_owed_factor(page, account, secret) if owes else "",
        confirm=forms.make("accounts.confirm_totp") if _is_enrolling(secret, failure) else None,
        new_passkey=build_passkey_form(forms, offer, _name_device(page.client)) if offer else None,
        secret=secret,
        square=_draw_qr_code(secret.uri, page.words("QR code for the authenticator app"))
        if hasattr(secret, "uri")
        else "",
    )


def _describe_owed_factor(page: PageRequest, account: Any, secret: Any) -> str:
    """Return how an officer who owes a second factor continues; after new recovery codes none is owed."""
    if hasattr(secret, "codes"):
        return ""
    if account.has_second_factor or account.passkeys:
        return page.words(
            "Your role requires a second factor, and this sign-in had none. Sign out, then sign in again "
            "with your password and a code, or with a passkey."
        )
    return page.words(
        "Your role gives access to what residents wrote, so a password alone isn't enough. Add a second "
        "factor below, then continue your work."
    )


def act_on_account(page: PageRequest) -> Response:
    """Change the account."""
    return _carry_out_account_act(page, {})


def act_on_account_row(page: PageRequest) -> Response:
    """End a session, or remove a passkey or a token."""
    subject = _SUBJECTS.get(page.params["list"], "")
    return _carry_out_account_act(page, {subject: page.params["id"]} if subject else {})


def _carry_out_account_act(page: PageRequest, given: dict[str, str]) -> Response:
    operation = page.operation
    try:
        result = attempt_act(page, operation, given)
    except AlreadyDone:
        return page.redirect(_WHERE, done="unseen" if operation in _ONCE else "before")
    except Failed as failed:
        return show_account(page, failed.failure)
    if operation == BEGIN:
        return show_account(page, offer=result)
    return show_account(page, secret=result) if operation in _ONCE else page.redirect(_WHERE, done=operation)


def _build_row_form(page: PageRequest, list_name: str, row: Any, failure: FailedAct | None) -> ActForm | None:
    row_failure = failure if page.params.get("id") == row.id else None
    version = getattr(row, "version", None)
    forms = ActForms(page, f"{_WHERE}/{list_name}/{row.id}", version=version, failure=row_failure, mark=f"-{row.id}")
    if list_name == "sessions":
        return None if row.is_current else forms.make("accounts.end_session")
    if list_name == "tokens":
        return None if row.is_over else forms.make("accounts.revoke_token")
    return forms.make("accounts.remove_passkey")


def _name_device(client: str) -> str:
    """Return browser and system of a `User-Agent` header, "" if neither is known."""
    browser = next((name for sign, name in _BROWSERS if sign in client), "")
    machine = next((name for sign, name in _MACHINES if sign in client), "")
    return ", ".join(filter(None, (browser, machine)))


def _draw_qr_code(uri: str, title: str) -> Markup:
    """Return an address as a QR code in SVG, "" if segno isn't installed."""
    try:
        import segno  # noqa: PLC0415  of the extra `accounts`; without it the letters are there
    except ImportError:
        return Markup()
    svg: str = segno.make(uri, micro=False, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, title=title
    )
    return Markup(svg.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  made here of modules, its title escaped


def _is_enrolling(secret: Any, failure: FailedAct | None) -> bool:
    """Return whether an officer must now enter the first code of a new authenticator app."""
    return hasattr(secret, "uri") or (failure is not None and failure.operation == "accounts.confirm_totp")


ACCOUNT = Screen(
    folder=_FOLDER,
    routes=(
        PageRoute(path=_WHERE, handler=show_account),
        PageRoute(path=f"{_WHERE}/passkey/options", handler=send_device_request, methods=("POST",)),
        build_act_route(_WHERE, act_on_account),
        build_act_route(f"{_WHERE}/{{list}}/{{id}}", act_on_account_row),
    ),
)
