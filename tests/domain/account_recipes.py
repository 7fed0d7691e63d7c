"""Recipes that prepare a world and the arguments for calling each command about accounts."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve
from tests.domain.calls import Call, Recipe, bind_arguments
from tests.domain.world import CONVERSATION, World
from tests.support.sign_in import PASSWORD, AccountHolder, compute_code, enrol

from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.model import Passkey
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person

HERE = Client(system_user="operator")


def create_boss_account(world: World, *, second_factor: bool = False) -> AccountHolder:
    """Give the boss of the world an account, and return its holder."""
    holder = enrol(world.app, world.boss.id, "boss", by=world.other, second_factor=second_factor)
    world.clock.advance(timedelta(minutes=1))
    return holder


def create_other_account(world: World, *, second_factor: bool = False) -> AccountHolder:
    """Give another officer of the boss's unit an account, and return its holder."""
    officer = world.officer("tip_officer")
    return enrol(world.app, officer, "lan", by=world.other, second_factor=second_factor)


def bind_session(world: World, session: NewSession, *arguments: Any) -> Callable[[Call], Callable[[Any], object]]:
    """Return a wrapper that calls a command with the session's sign-in if the actor is the boss, and without it for
    other actors.
    """
    signed_in = world.app.accounts.authenticate_token(session.token)

    def bind(method: Call) -> Callable[[Any], object]:
        return lambda actor: method(
            evolve(actor, sign_in=signed_in.sign_in) if actor.id == signed_in.id else actor, *arguments
        )

    return bind


def begin_totp_setup(world: World) -> str:
    """Begin to set up an authenticator app for the boss, and return a code of this app."""
    create_boss_account(world)
    secret = world.app.accounts.begin_totp(world.boss, PASSWORD).secret
    return compute_code(secret, world.clock.now())


def make_token_id(world: World, officer: Actor) -> str:
    return world.app.accounts.make_token(officer, "Thử", world.clock.now() + timedelta(days=9)).id


def bind_chat(world: World) -> str:
    """Bind a chat to an officer with an account, and return the officer's sign-in name."""
    holder = create_other_account(world)
    code = world.app.units.begin_binding(world.other, holder.id).code
    run_step(world.app.internals.services.officer_chats.redeem, world.other, code, CONVERSATION)
    return holder.name


def _prepare_refresh(world: World) -> Callable[[Call], Callable[[Any], object]]:
    holder = create_boss_account(world, second_factor=True)
    session = holder.sign_in()
    world.clock.advance(timedelta(minutes=1))
    return bind_session(world, session, holder.code())


def build_passkey(world: World, id: str) -> Passkey:
    return Passkey(id=id, name="Thử", public_key="a key", sign_count=0, added_at=world.clock.now())


def add_boss_passkey(world: World) -> Passkey:
    """Add a passkey to the boss's new account, and return it."""
    create_boss_account(world)
    own_passkey = build_passkey(world, "known")
    world.app.internals.services.accounts.own_passkeys.keep_passkey(world.boss, own_passkey)
    return own_passkey


def _prepare_passkey_refresh(world: World) -> Callable[[Call], Callable[[Any], object]]:
    own_passkey = add_boss_passkey(world)
    session = world.app.accounts.begin_session(world.boss.id, SignInMethod.PASSKEY)
    return bind_session(world, session, PasskeyUse(id=own_passkey.id, sign_count=1))


def _invite_officer(world: World) -> str:
    return world.app.accounts.invite(world.other, world.officer("tip_officer")).code


ACCOUNT_RECIPES: Mapping[str, Recipe] = {
    "accounts.begin": lambda w: bind_arguments(create_other_account(w).id, SignInMethod.PASSWORD, HERE),
    "accounts.set_up": lambda w: bind_arguments(_invite_officer(w), "lan", "a hash"),
    "accounts.send_chat_code": lambda w: bind_arguments(bind_chat(w)),
    "accounts.end_session": lambda w: (session := create_boss_account(w).sign_in(), bind_arguments(session.session))[1],
    "accounts.sign_out": lambda w: bind_session(w, create_boss_account(w).sign_in()),
    "accounts.set_password": lambda w: (create_boss_account(w), bind_arguments("another hash"))[1],
    "accounts.begin_totp": lambda w: (create_boss_account(w), bind_arguments())[1],
    "accounts.confirm_totp": lambda w: bind_arguments(begin_totp_setup(w)),
    "accounts.renew_recovery_codes": lambda w: (create_boss_account(w, second_factor=True), bind_arguments())[1],
    "accounts.refresh": _prepare_refresh,
    "accounts.keep_passkey": lambda w: (create_boss_account(w), bind_arguments(build_passkey(w, "new")))[1],
    "accounts.remove_passkey": lambda w: bind_arguments(add_boss_passkey(w).id),
    "accounts.refresh_by_passkey": _prepare_passkey_refresh,
    "accounts.make_token": lambda w: (create_boss_account(w), bind_arguments("Thử", w.clock.now() + timedelta(days=9)))[
        1
    ],
    "accounts.revoke_token": lambda w: (create_boss_account(w), bind_arguments(make_token_id(w, w.boss)))[1],
    "accounts.withdraw_token": lambda w: bind_arguments(make_token_id(w, person(create_other_account(w).id))),
    "accounts.invite": lambda w: bind_arguments(w.officer("tip_officer")),
    "accounts.reset_second_factor": lambda w: bind_arguments(create_other_account(w, second_factor=True).id),
    "accounts.end_sessions": lambda w: bind_arguments(create_other_account(w).id),
    "accounts.close": lambda w: bind_arguments(create_other_account(w).id),
    "accounts.reset_by_operator": lambda w: bind_arguments(create_other_account(w).id),
    "accounts.end_everything": lambda w: (create_other_account(w), bind_arguments())[1],
}
