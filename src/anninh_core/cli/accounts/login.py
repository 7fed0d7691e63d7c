"""`anninh login`, `anninh logout`, `anninh whoami`: who acts in a folder."""

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
from anninh_core.cli.output import echo, when
from anninh_core.cli.results import answers, note, say, say_each, say_facts
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
        "your password and second factor were reset at the machine, by whoever holds its keys"
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
@click.option("--fresh", is_flag=True, help="With --provider: show everything anew there, a second factor too.")
@answers
def login(at: Path, name: str, *, chat: bool, provider: bool, fresh: bool) -> None:
    """Sign in for this folder: by name, password and, if you have one, a code.

    The sign-in is kept in a file of yours that nobody else can read. A program shows it as $ANNINH_TOKEN instead.
    """
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        if provider:
            begun = _by_provider(app, fresh=fresh)
        else:
            name = name or click.prompt(_("Sign-in name"), err=True)
            begun = _by_chat(app, name) if chat else _by_password(app, name)
        SessionFile(app).write(begun.token)
        _greet(app, begun)


@click.command()
@answers
@with_app
def logout(app: App) -> None:
    """End the sign-in of this folder."""
    file = SessionFile(app)
    with suppress(NotSignedIn):  # it holds no longer anyway
        if token := file.read():
            app.accounts.sign_out(app.accounts.authenticate_token(token))
    file.remove()
    say(_("signed out"))
    note(signed_in=False)


@click.command()
@answers
@as_officer
def whoami(app: App, me: Actor) -> None:
    """Show who is signed in, and until when."""
    now = app.internals.context.clock.now()
    known = me.sign_in
    facts: list[tuple[str, str, object]] = [
        ("officer", _("officer"), me.id),
        ("name", _("name"), app.internals.runner.permits.name_officer(me.id)),
        ("method", _("known by"), known.method),
    ]
    if known.method is SignInMethod.VOUCHED:
        say_facts(*facts, ("unsafe", _("unsafe"), _("this is a trial; nobody checked who you are")))
        return
    if known.method is SignInMethod.TOKEN:
        say_facts(*facts, ("token", _("token"), known.session))
        return
    current = next((one for one in app.accounts.sessions(me) if one.is_current), None)
    fresh = _("counts as shown until {time}").format(time=when(known.fresh_until))
    way_to_show = "anninh account totp" if known.owes_second_factor else "anninh account step-up"
    fresh = fresh if known.is_fresh(now) else way_to_show
    note(fresh_until=known.fresh_until)
    holds = current.ends_at if current else None
    say_facts(*facts, ("ends_at", _("holds until"), holds), ("second_factor", _("second factor"), fresh))


def here() -> Client:
    """Return this machine and its user, as a session names them."""
    return Client(label=f"anninh at {socket.gethostname()}", system_user=_system_user())


def _by_password(app: App, name: str) -> NewSession:
    password = ask_secret(_("Password"))
    code = ask_secret(_("Code of your second factor, or empty"), optional=True)
    return app.accounts.sign_in(name, password, code, client=here())


def _by_chat(app: App, name: str) -> NewSession:
    app.accounts.request_chat_code(name, client=here())
    echo(_("If that officer has a bound chat, a code is on its way there; the worker sends it."), err=True)
    return app.accounts.sign_in_by_chat_code(name, ask_secret("Code"), client=here())


def _by_provider(app: App, *, fresh: bool) -> NewSession:
    """Send somebody to the authority's service. What comes back is typed: it is worth as much as a password."""
    began = app.accounts.begin_provider_sign_in(fresh=fresh)
    echo(_("Open this address, and sign in there:") + f"\n{began.url}", err=True)
    shown = urlsplit(ask_secret(_("Address at which your browser ends")))
    back = dict(parse_qsl(shown.query, max_num_fields=20))
    if "code" not in back or "state" not in back:
        raise BadInput(
            "The address has no sign-in code (error of the service: {reason}): begin the sign-in again.",
            reason=tuple(filter(None, (back.get("error"),))),
        )
    return app.accounts.finish_provider_sign_in(
        began.ticket, back["state"], back["code"], issuer=back.get("iss", ""), client=here()
    )


def _greet(app: App, begun: NewSession) -> None:
    officer = app.internals.runner.permits.name_officer(begun.officer)
    words = _("{name} is signed in until {ends_at}, and longer while you work")
    say(words, name=officer, ends_at=begun.ends_at, officer=begun.officer)
    if app.accounts.authenticate_token(begun.token).sign_in.owes_second_factor:
        say(_("Your role takes a second factor; add an authenticator app before anything else: anninh account totp"))
    notices = [{"kind": one.kind, "what": _(_NOTICES[one.kind]), "at": one.at, "by": one.by} for one in begun.notices]
    say_each("notices", notices, _("NOTE: {what}, {at}, by {by}. If you don't know why, ask at once."))


def _system_user() -> str:
    """Return the name of the machine's user who runs this process; a variable of the environment may say anything."""
    try:
        import pwd  # noqa: PLC0415  not on every system
    except ImportError:
        return os.environ.get("USERNAME", "")
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user without a name, as in a container
        return str(os.getuid())
