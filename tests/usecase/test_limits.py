"""A sign-in limited to some units reduces its actor's permissions to these units and the units below them."""

from datetime import date
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.profile import load_profile
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.permissions.limits import limit_permits
from anninh_core.usecase.permissions.permits import PermissionVerdict
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission

DAY = date(2021, 9, 1)


@cache
def load_district() -> District:
    return load_profile("hoa_lu_2021")


class PermitsForLan:
    """Grants permissions to `person:lan` on some units and below, and to all others everywhere."""

    def __init__(self, tops: frozenset[str]) -> None:
        self.tops = tops

    def for_act(self) -> "PermitsForLan":
        return self

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        units = self.units(actor, permission, on)
        return PermissionVerdict(units is None or unit in units, Sentence("as granted"))

    def units(self, actor: Actor, permission: Permission, on: date) -> tuple[str, ...] | None:
        if actor.id != "lan":
            return None
        return tuple(dict.fromkeys(unit for top in self.tops for unit in load_district().subtree(top)))

    def is_officer(self, id: str) -> bool:
        return True

    def name_officer(self, id: str) -> str:
        return id

    def list_marks(self, id: str) -> tuple[str, ...]:
        return (id,)


UNITS = st.deferred(lambda: st.sampled_from(sorted(load_district().units)))
SETS = st.frozensets(UNITS, max_size=4)


def list_units_below(tops: frozenset[str]) -> set[str]:
    return {unit for top in tops for unit in load_district().subtree(top)}


def sign_in_limited(units: frozenset[str] | None, who: str = "lan") -> Actor:
    return person(who, SignIn(SignInMethod.TOKEN, "t1", units=units))


@given(SETS, SETS, UNITS)
def test_a_limited_sign_in_reaches_what_both_reach(granted: frozenset[str], limits: frozenset[str], unit: str) -> None:
    """A limited sign-in reaches exactly the units that are both granted and within its limit."""
    actor = sign_in_limited(limits)
    permits = limit_permits(PermitsForLan(granted), actor, load_district())
    both = list_units_below(granted) & list_units_below(limits)
    assert permits.may(actor, Permission.TIP_READ, unit, DAY).allowed is (unit in both)
    assert set(permits.units(actor, Permission.TIP_READ, DAY) or ()) == both


@given(SETS, UNITS)
def test_a_sign_in_for_all_units_changes_nothing(granted: frozenset[str], unit: str) -> None:
    """A sign-in without a limit changes no permission, and a limited sign-in changes no permission of another actor."""
    actor = sign_in_limited(None)
    plain = PermitsForLan(granted)
    assert limit_permits(plain, actor, load_district()) is plain
    limited = limit_permits(plain, sign_in_limited(frozenset()), load_district())
    for other in (actor, system("keeper")):
        assert limited.may(other, Permission.TIP_READ, unit, DAY) == plain.may(other, Permission.TIP_READ, unit, DAY)
        assert limited.units(other, Permission.TIP_READ, DAY) == plain.units(other, Permission.TIP_READ, DAY)


def test_unrestricted_actor_is_limited_too() -> None:
    """An actor with a permission everywhere is reduced to the limit, and the refusal names the limit."""
    actor = sign_in_limited(frozenset({"ninh-hoa"}), "boss")
    permits = limit_permits(PermitsForLan(frozenset()), actor, load_district())
    assert set(permits.units(actor, Permission.TIP_READ, DAY) or ()) == list_units_below(frozenset({"ninh-hoa"}))
    assert permits.may(actor, Permission.TIP_READ, "hoa-lu", DAY).why == (
        "boss is signed in only for ninh-hoa, not for 'hoa-lu': sign in again for that unit."
    )


def test_limit_to_a_missing_unit_reaches_nothing() -> None:
    """A limit to a unit that the profile no longer has reaches no unit."""
    actor = sign_in_limited(frozenset({"gone"}))
    permits = limit_permits(PermitsForLan(frozenset({"hoa-lu"})), actor, load_district())
    assert permits.units(actor, Permission.TIP_READ, DAY) == ()
