"""Settings of the sandbox that can change while it runs: variants of its behaviour, and limits of accounts,
applications, bots and people.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

from attrs import asdict, evolve, frozen

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing.state import SandboxAccount
from anninh_zalo.testing.variants import Variants
from anninh_zalo.testing.wire import Json
from anninh_zalo.testing.world import World

_Types = Mapping[str, Any]


@frozen
class _OwnerKind:
    """A kind of owner that limits belong to: how to find the owner, and its limits by name and type."""

    find: Callable[[World, Json], Any]
    types: _Types


def _find_account(world: World, params: Json) -> SandboxAccount:
    return world.accounts[params.pop("oa_id")]


OWNERS: Mapping[str, _OwnerKind] = {
    "user_id": _OwnerKind(
        lambda world, params: _find_account(world, params).people[params.pop("user_id")], {"reach": bool}
    ),
    "oa_id": _OwnerKind(
        _find_account,
        {
            "broadcasts": int | None,
            "daily": int,
            "monthly": int,
            "package": str,
            "package_days": int | None,
            "per_minute": int,
        },
    ),
    "app_id": _OwnerKind(
        lambda world, params: world.apps[params.pop("app_id")],
        {
            "active": bool,
            "challenge": str,
            "muted": list,
            "per_minute": int,
            "subscribed": bool,
            "wants_proof": bool,
        },
    ),
    "token": _OwnerKind(lambda world, params: world.bots[params.pop("token")], {"monthly": int}),
}


def set_limits(world: World, params: Json) -> Json:
    """Change limits of the given owner: a person, an official account, an application or a bot.

    Takes `oa_id` with or without `user_id`, `app_id` or `token`, and limits by name.

    Raises:
        BadInput: no owner is given, a limit is unknown, or its value is of another type. Nothing is changed.
    """
    owner = next((OWNERS[name] for name in OWNERS if name in params), None)
    if owner is None:
        raise BadInput(
            "The owner of the limits is missing: give oa_id, app_id, the token of a bot, or oa_id and user_id."
        )
    with world.lock:
        state = owner.find(world, params)
        _check_params("limit", owner.types, params)
        for name, value in params.items():
            _set_limit(world, state, name, value)
    return params


def set_variants(world: World, params: Json) -> Json:
    """Change variants of behaviour, and return all of them.

    Takes variants by name.

    Raises:
        BadInput: a variant is unknown, or its value is of another type. Nothing is changed.
    """
    _check_params("reading", get_type_hints(Variants), params)
    with world.lock:
        world.variants = evolve(world.variants, **params)
        return asdict(world.variants)


def get_variants(world: World, _params: Json) -> Json:
    """Return all variants of behaviour."""
    return asdict(world.variants)


def _set_limit(world: World, owner: Any, name: str, value: Any) -> None:
    match name:
        case "package_days":
            owner.package_until = None if value is None else world.now() + timedelta(days=value)
        case "muted":
            owner.muted = {*map(str, value)}
        case _:
            setattr(owner, name, value)


def _check_params(what: str, types: _Types, params: Json) -> None:
    for name, value in params.items():
        if name not in types:
            raise BadInput(
                "{name!r} isn't a {kind:record}: choose one of {allowed}.", kind=what, name=name, allowed=sorted(types)
            )
        if not _has_type(types[name], value):
            raise BadInput(
                "{name} can't be {given!r}: use {allowed}.",
                name=name,
                given=value,
                allowed=_type_name(types[name]),
            )


def _has_type(kind: Any, value: Any) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    options = get_args(kind)
    return any(_has_type(option, value) for option in options) if options else type(value) is kind


def _type_name(kind: Any) -> str:
    options = get_args(kind)
    if get_origin(kind) is Literal:
        return " or ".join(map(repr, options))
    return " or ".join(map(_type_name, options)) if options else str(kind.__name__)
