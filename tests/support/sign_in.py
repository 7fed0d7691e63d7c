"""Helpers that give officers accounts for tests, set up an authenticator app, and sign officers in."""

from datetime import datetime

import pyotp
from attrs import frozen

from anninh_core.app import App
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession
from anninh_core.usecase.actor import Actor, person, system

PASSWORD = "bốn con bò ăn cỏ"
CLIENT = Client(address="192.0.2.7", label="Trình duyệt thử")


@frozen
class AccountHolder:
    """An officer with an account to sign in with.

    Attributes:
        secret: secret of the authenticator app, "" for none.
        recovery: recovery codes that replace the second factor.
    """

    app: App
    id: str
    name: str
    secret: str = ""
    recovery: tuple[str, ...] = ()

    def code(self, at: datetime | None = None) -> str:
        """Return the current code of the authenticator app, "" without one."""
        return compute_code(self.secret, at or self.app.internals.context.clock.now()) if self.secret else ""

    def sign_in(self, **changed: str) -> NewSession:
        """Sign in with the right credentials, except those in `changed`."""
        credentials = {"name": self.name, "password": PASSWORD, "code": self.code(), **changed}
        return self.app.accounts.sign_in(**credentials, client=CLIENT)

    def enter(self) -> Actor:
        """Sign in and return the officer as an actor."""
        return self.app.accounts.authenticate_token(self.sign_in().token)


def compute_code(secret: str, at: datetime) -> str:
    """Return the authenticator app's code for a secret at a time."""
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def enrol(app: App, officer: str, name: str, *, by: Actor | None = None, second_factor: bool = False) -> AccountHolder:
    """Give an officer an account.

    Args:
        app: the office's app.
        officer: the officer's id.
        name: the sign-in name.
        by: the actor who invites the officer; by default the program itself, which may invite only once.
        second_factor: whether an authenticator app is set up too. Its next code counts half a minute later.
    """
    code = app.accounts.invite(by or system("setup"), officer).code
    app.accounts.set_up(code, name, PASSWORD, client=CLIENT)
    if not second_factor:
        return AccountHolder(app, officer, name)
    secret = app.accounts.begin_totp(person(officer), PASSWORD).secret
    codes = app.accounts.confirm_totp(person(officer), compute_code(secret, app.internals.context.clock.now())).codes
    return AccountHolder(app, officer, name, secret, codes)
