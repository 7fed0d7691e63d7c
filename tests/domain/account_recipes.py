"""Recipes that prepare a world for each command about accounts."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve
from tests.domain.calls import Call, Recipe, args
from tests.domain.world import CONVERSATION, World
from tests.support.sign_in import PASSWORD, Holder, code_of, enrol

from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.model import Passkey
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person

HERE = Client(system_user="operator")


def own(world: World, *, second_factor: bool = False) -> Holder:
    """Return the boss's new account."""
    holder = enrol(world.app, world.boss.id, "boss", by=world.other, second_factor=second_factor)
    world.clock.advance(timedelta(minutes=1))
    return holder


def another(world: World, *, second_factor: bool = False) -> Holder:
    """Return the new account of another officer of the boss's unit."""
    officer = world.officer("tip_officer")
    return enrol(world.app, officer, "lan", by=world.other, second_factor=second_factor)


def in_session(world: World, session: NewSession, *arguments: Any) -> Callable[[Call], Callable[[Any], object]]:
    """Call a command with the session's sign-in for the boss, and without it for other actors."""
    signed_in = world.app.accounts.authenticate_token(session.token)

    def bind(method: Call) -> Callable[[Any], object]:
        return lambda actor: method(
            evolve(actor, sign_in=signed_in.sign_in) if actor.id == signed_in.id else actor, *arguments
        )

    return bind


def begun_totp(world: World) -> str:
    """Return a code of an authenticator app whose set-up has begun."""
    own(world)
    secret = world.app.accounts.begin_totp(world.boss, PASSWORD).secret
    return code_of(secret, world.clock.now())


def token(world: World, officer: Actor) -> str:
    return world.app.accounts.make_token(officer, "Thử", world.clock.now() + timedelta(days=9)).id


def with_chat(world: World) -> str:
    """Return the sign-in name of an officer with a bound chat."""
    holder = another(world)
    code = world.app.units.begin_binding(world.other, holder.id).code
    run_step(world.app.internals.services.officer_chats.redeem, world.other, code, CONVERSATION)
    return holder.name


def _refresh(world: World) -> Callable[[Call], Callable[[Any], object]]:
    holder = own(world, second_factor=True)
    session = holder.sign_in()
    world.clock.advance(timedelta(minutes=1))
    return in_session(world, session, holder.code())


def passkey(world: World, id: str) -> Passkey:
    return Passkey(id=id, name="Thử", public_key="a key", sign_count=0, added_at=world.clock.now())


def with_passkey(world: World) -> Passkey:
    """Return a new passkey of the boss's account."""
    own(world)
    own_passkey = passkey(world, "known")
    world.app.internals.services.accounts.own_passkeys.keep_passkey(world.boss, own_passkey)
    return own_passkey


def _refresh_by_passkey(world: World) -> Callable[[Call], Callable[[Any], object]]:
    own_passkey = with_passkey(world)
    session = world.app.accounts.begin_session(world.boss.id, SignInMethod.PASSKEY)
    return in_session(world, session, PasskeyUse(id=own_passkey.id, sign_count=1))


def _invite(world: World) -> str:
    return world.app.accounts.invite(world.other, world.officer("tip_officer")).code


ACCOUNT_RECIPES: Mapping[str, Recipe] = {
    "accounts.begin": lambda w: args(another(w).id, SignInMethod.PASSWORD, HERE),
    "accounts.set_up": lambda w: args(_invite(w), "lan", "a hash"),
    "accounts.send_chat_code": lambda w: args(with_chat(w)),
    "accounts.end_session": lambda w: (session := own(w).sign_in(), args(session.session))[1],
    "accounts.sign_out": lambda w: in_session(w, own(w).sign_in()),
    "accounts.set_password": lambda w: (own(w), args("another hash"))[1],
    "accounts.begin_totp": lambda w: (own(w), args())[1],
    "accounts.confirm_totp": lambda w: args(begun_totp(w)),
    "accounts.renew_recovery_codes": lambda w: (own(w, second_factor=True), args())[1],
    "accounts.refresh": _refresh,
    "accounts.keep_passkey": lambda w: (own(w), args(passkey(w, "new")))[1],
    "accounts.remove_passkey": lambda w: args(with_passkey(w).id),
    "accounts.refresh_by_passkey": _refresh_by_passkey,
    "accounts.make_token": lambda w: (own(w), args("Thử", w.clock.now() + timedelta(days=9)))[1],
    "accounts.revoke_token": lambda w: (own(w), args(token(w, w.boss)))[1],
    "accounts.withdraw_token": lambda w: args(token(w, person(another(w).id))),
    "accounts.invite": lambda w: args(w.officer("tip_officer")),
    "accounts.reset_second_factor": lambda w: args(another(w, second_factor=True).id),
    "accounts.end_sessions": lambda w: args(another(w).id),
    "accounts.close": lambda w: args(another(w).id),
    "accounts.reset_by_operator": lambda w: args(another(w).id),
    "accounts.end_everything": lambda w: (another(w), args())[1],
}
