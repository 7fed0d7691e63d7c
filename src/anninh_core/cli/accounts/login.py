"""The commands `anninh login`, `anninh logout` and `anninh whoami`, about the officer who is signed in for a folder."""

import os
import socket
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import click

from anninh_core.app import App, open_app
from anninh_core.cli.accounts.prompts import ask_secret
from anninh_core.cli.folder import as_officer, enter_folder, with_app
from anninh_core.cli.options import at_option
from anninh_core.cli.output import echo, format_moment
from anninh_core.cli.results import output_each, output_facts, output_json_facts, output_sentence, with_json_option
from anninh_core.cli.session_file import SessionFile
from anninh_core.domain.accounts.model import NoticeKind
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession
from anninh_core.kernel.errors import BadInput, NotSignedIn
from anninh_core.language.catalogue import marked
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.actor import Actor

_NOTICES = {
    NoticeKind.SECOND_FACTOR_RESET: marked("your second factor was taken off"),
    NoticeKind.OPERATOR_RESET: marked(
        "your password and second factor were reset at the machine, by a person who holds its keys"
    ),
    NoticeKind.PASSWORD_RESET: marked("your password was reset"),
    NoticeKind.RESTORED: marked(
        "everything was restored from a copy; all sign-ins ended, and a password may be an older one"
    ),
}


@click.command()
@at_option
@click.option("--name", default="", help="Sign-in name.  [default: it is asked for]")
@click.option("--chat", is_flag=True, help="By a code that comes to your chat, instead of the password.")
@click.option("--provider", is_flag=True, help="At the authority's sign-in service, in a browser.")
@click.option("--fresh", is_flag=True, help="With --provider: sign in again there, with the second factor too.")
@with_json_option
def login(at: Path, name: str, *, chat: bool, provider: bool, fresh: bool) -> None:
    """Sign in for this folder: by name, password and, if you have one, a code.

    The sign-in is kept in a file that only you can read. A program passes it in $ANNINH_TOKEN instead.
    """
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        if provider:
            session = _sign_in_by_provider(app, fresh=fresh)
        else:
            name = name or click.prompt(_("Sign-in name"), err=True)
            session = _sign_in_by_chat(app, name) if chat else _sign_in_by_password(app, name)
        SessionFile(app).write(session.token)
        _print_sign_in(app, session)


@click.command()
@with_json_option
@with_app
def logout(app: App) -> None:
    """End the sign-in of this folder."""
    file = SessionFile(app)
    with suppress(NotSignedIn):  # The session may have ended already, which is no error here.
        if token := file.read():
            app.accounts.sign_out(app.accounts.authenticate_token(token))
    file.remove()
    output_sentence(_("signed out"))
    output_json_facts(signed_in=False)


@click.command()
@with_json_option
@as_officer
def whoami(app: App, me: Actor) -> None:
    """Show who is signed in, and until when."""
    now = app.internals.context.clock.now()
    sign_in = me.sign_in
    facts: list[tuple[str, str, object]] = [
        ("officer", _("officer"), me.id),
        ("name", _("name"), app.internals.runner.permits.name_officer(me.id)),
        ("method", _("known by"), sign_in.method),
    ]
    if sign_in.method is SignInMethod.VOUCHED:
        output_facts(*facts, ("unsafe", _("unsafe"), _("this is a trial; who you are was not checked")))
        return
    if sign_in.method is SignInMethod.TOKEN:
        output_facts(*facts, ("token", _("token"), sign_in.session))
        return
    current = next((session for session in app.accounts.sessions(me) if session.is_current), None)
    fresh = _("counts as shown until {time}").format(time=format_moment(sign_in.fresh_until))
    way_to_show = "anninh account totp" if sign_in.owes_second_factor else "anninh account step-up"
    fresh = fresh if sign_in.is_fresh(now) else way_to_show
    output_json_facts(fresh_until=sign_in.fresh_until)
    ends_at = current.ends_at if current else None
    output_facts(*facts, ("ends_at", _("holds until"), ends_at), ("second_factor", _("second factor"), fresh))


def build_local_client() -> Client:
    """Return the client of a new session: this machine and its user."""
    return Client(label=f"anninh at {socket.gethostname()}", system_user=_system_user())


def _sign_in_by_password(app: App, name: str) -> NewSession:
    password = ask_secret(_("Password"))
    code = ask_secret(_("Code of your second factor, or empty"), optional=True)
    return app.accounts.sign_in(name, password, code, client=build_local_client())


def _sign_in_by_chat(app: App, name: str) -> NewSession:
    app.accounts.request_chat_code(name, client=build_local_client())
    echo(_("If that officer has a bound chat, a code is on its way there; the worker sends it."), err=True)
    return app.accounts.sign_in_by_chat_code(name, ask_secret("Code"), client=build_local_client())


def _sign_in_by_provider(app: App, *, fresh: bool) -> NewSession:
    """Sign in through the authority's service.

    The address to which the service sends the person back is typed hidden, because the code in it is worth as much as a
    password.
    """
    attempt = app.accounts.begin_provider_sign_in(fresh=fresh)
    echo(_("Open this address, and sign in there:") + f"\n{attempt.url}", err=True)
    address = urlsplit(ask_secret(_("Address at which your browser ends")))
    parameters = dict(parse_qsl(address.query, max_num_fields=20))
    if "code" not in parameters or "state" not in parameters:
        raise BadInput(
            "The address has no sign-in code (error of the service: {reason}): begin the sign-in again.",
            reason=tuple(filter(None, (parameters.get("error"),))),
        )
    return app.accounts.finish_provider_sign_in(
        attempt.ticket,
        parameters["state"],
        parameters["code"],
        issuer=parameters.get("iss", ""),
        client=build_local_client(),
    )


def _print_sign_in(app: App, session: NewSession) -> None:
    officer = app.internals.runner.permits.name_officer(session.officer)
    words = _("{name} is signed in until {ends_at}, and longer while you work")
    output_sentence(words, name=officer, ends_at=session.ends_at, officer=session.officer)
    if app.accounts.authenticate_token(session.token).sign_in.owes_second_factor:
        output_sentence(
            _("Your role takes a second factor; add an authenticator app before anything else: anninh account totp")
        )
    notices = [
        {"kind": notice.kind, "what": _(_NOTICES[notice.kind]), "at": notice.at, "by": notice.by}
        for notice in session.notices
    ]
    output_each("notices", notices, _("NOTE: {what}, {at}, by {by}. If you don't know why, ask at once."))


def _system_user() -> str:
    """Return the system user of this process, from the user database if there is one, because an environment variable
    can be set to anything.
    """
    try:
        import pwd  # noqa: PLC0415  not on every system
    except ImportError:
        return os.environ.get("USERNAME", "")
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # The user has no name, as in a container.
        return str(os.getuid())
