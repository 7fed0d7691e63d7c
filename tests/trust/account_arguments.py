"""Roles of sign-in arguments of use cases, and the accounts that the tests try them with."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.sign_in import PASSWORD, compute_code, enrol
from tests.trust.district import People
from tests.trust.roles import PlainArgument, RecordArgument, Role

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.model import Passkey
from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.identity_provider import NamedBy
from anninh_core.usecase import Actor, person

ACCOUNT_ROLES: Mapping[str, Role] = {
    "client: Client": PlainArgument(Client()),
    "credential: str": PlainArgument("{}"),
    "code: str": PlainArgument("AAAA-BBBB-CCCC"),
    "method: SignInMethod": PlainArgument(SignInMethod.OIDC),
    "named_by: NamedBy": PlainArgument(NamedBy.SIGN_IN_NAME),
    "new_password: str": PlainArgument(PASSWORD[::-1]),
    "operations: Sequence[str] | None": PlainArgument(None),
    "passkey: Passkey": PlainArgument(lambda things: things["passkey.new"]),
    "passkey: PasskeyUse | None": PlainArgument(None),
    "passkey_id: str": RecordArgument("passkey"),
    "password: str": PlainArgument(PASSWORD),
    "rehashed: str": PlainArgument(""),
    "second_factor: bool": PlainArgument(False),
    "session_id: str": RecordArgument("session"),
    "ticket: str": PlainArgument("a ticket"),
    "token: str": PlainArgument("anninh_s_nobody"),
    "token_id: str": RecordArgument("token"),
    "units: Sequence[str] | None": RecordArgument("unit", "nowhere", secret=False, several=True),
    "use: PasskeyUse": PlainArgument(PasskeyUse(id="nobody's", sign_count=1)),
    "until: datetime": PlainArgument(datetime(2021, 10, 1, tzinfo=UTC)),
}
"""The same as `ROLES`, for accounts."""

ACCOUNT_SPECIAL: Mapping[str, Role] = {
    "accounts.confirm_totp code": PlainArgument(lambda things: things["totp.code"]),
    "accounts.withdraw_token token_id": RecordArgument("token.officer"),
}
"""The same as `SPECIAL`, for accounts."""

ACCOUNT_DOOR = {
    f"services.accounts.sign_ins.{verb}": "no role gives it: it is for the door, before anybody is known"
    for verb in (
        "begin",
        "check_officer",
        "find_account",
        "find_by_id",
        "find_invited",
        "find_officer",
        "refuse",
        "resume",
        "send_chat_code",
        "set_up",
    )
}
ACCOUNT_NO_PERSONS = {
    **ACCOUNT_DOOR,
    "accounts.reset_by_operator": "no role gives it: it takes the machine and the recovery copy",
    **dict.fromkeys(
        ("accounts.sign_out", "accounts.step_up", "services.accounts.own.refresh"),
        "it takes a session, and the actors of these tests are vouched for",
    ),
    "services.accounts.own_passkeys.refresh_by_passkey": "as `accounts.step_up`, whose like it is",
    **dict.fromkeys(
        ("accounts.add_passkey", "accounts.step_up_by_passkey"),
        "it takes what a device answers to a ticket of this moment",
    ),
}
"""The same as `NO_PERSONS`, for accounts."""

ACCOUNT_ALLOWED = {
    "accounts.make_token units": "a token for a unit gives nothing there that its officer hasn't",
}
"""The same as `ALLOWED`, for accounts."""


def add_accounts(app: App, people: People, officer: str, tag: str) -> Mapping[str, Any]:
    """Give an officer of a commune an account with a second factor and an API token."""
    enrol(app, officer, f"officer.{tag}", by=people.boss, second_factor=True)
    return {"token.officer": _make_token(app, person(officer))}


def add_own_account(app: App, people: People) -> Mapping[str, Any]:
    """Give the officer with all permissions an account with passkeys, an API token, and an unconfirmed authenticator
    app.
    """
    holder = enrol(app, people.boss.id, "boss", by=people.second, second_factor=True)
    session = app.accounts.sign_in(holder.name, PASSWORD, holder.recovery[0])
    secret = app.accounts.begin_totp(people.boss, PASSWORD).secret
    code = compute_code(secret, app.internals.context.clock.now())
    keep = app.internals.services.accounts.own_passkeys.keep_passkey
    stored, new = (
        Passkey(id=id, name="Thử", public_key="a key", sign_count=0, added_at=app.internals.context.clock.now())
        for id in ("a-passkey-known", "a-passkey-new00")
    )
    passkeys = {"passkey": keep(people.boss, stored).id, "passkey.new": new}
    return {"session": session.session, "token": _make_token(app, people.boss), "totp.code": code, **passkeys}


def _make_token(app: App, officer: Actor) -> str:
    return app.accounts.make_token(officer, "Thử", app.internals.context.clock.now() + timedelta(days=9)).id
