"""Officers grant roles within their permissions, with a second person where needed, and never incompatible roles."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.units.model import Officer, RoleGrant
from anninh_core.domain.units.permits import GrantPermits
from anninh_core.domain.units.rules import choose_compatible_roles, find_incompatible_grants, granted_units
from anninh_core.domain.units.service import Units
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import SYSTEM_ONLY, Permission

SETUP = system("setup")
ROOT = "hoa-lu"
DAY = date(2021, 9, 1)
Trail = Callable[[], list[Entry]]


@pytest.fixture
def units(runner: UseCaseRunner) -> Units:
    return Units(runner)


@pytest.fixture
def chair(officer: OfficerMaker) -> Actor:
    return officer("steering_chair", ROOT)


def test_setup_grants_until_two_officers_may(units: Units, trail: Trail) -> None:
    """Setup can appoint and grant until two officers may grant on the whole district; afterwards it is refused."""
    chairs = [units.appoint(SETUP, name, ROOT, roles=["steering_chair"]) for name in ("Một", "Hai")]
    with pytest.raises(Refused, match="officers who may grant on the whole district: have one of them"):
        units.appoint(SETUP, "Ba", ROOT, roles=["operator"])
    with pytest.raises(Refused, match="officers who may grant on the whole district: have one of them"):
        units.grant(SETUP, chairs[0].id, "report_officer", ROOT)
    assert [entry.outcome for entry in trail()[-2:]] == ["refused", "refused"]


def test_setup_stays_closed(units: Units) -> None:
    """Setup stays refused after one of the two granting officers, or both, have left; then only `break_glass`
    appoints.
    """
    chairs = [units.appoint(SETUP, name, ROOT, roles=["steering_chair"]) for name in ("Một", "Hai")]
    for leaving, staying in (chairs, chairs[::-1]):
        units.revoke(person(staying.id), leaving.id, "steering_chair", ROOT, last_day=DAY)
        with pytest.raises(Refused, match="officers who may grant on the whole district: have one of them"):
            units.appoint(SETUP, "Ba", ROOT, roles=["steering_chair"])


def test_setup_refuses_incompatible_roles(units: Units) -> None:
    """Setup can't give incompatible roles to the first officer either."""
    with pytest.raises(Refused, match="apart"):
        units.appoint(SETUP, "Một", ROOT, roles=list(units.context.district.roles))


@pytest.mark.parametrize("role", ["identity_custodian", "auditor", "operator"])
def test_own_grant_is_refused(units: Units, chair: Actor, role: str) -> None:
    """An officer can't grant a role to themselves."""
    with pytest.raises(Refused, match="themselves"):
        units.grant(chair, chair.id, role, ROOT)


def test_role_beyond_own_needs_second_person(units: Units, chair: Actor, officer: OfficerMaker) -> None:
    """A role beyond the granting officer's permissions has no effect until a second person confirms it, who is neither
    the proposer nor the grantee.
    """
    second = officer("standing_officer", ROOT)
    lan = officer("editor", ROOT)
    granted = units.grant(chair, lan.id, "tip_officer", "ninh-hoa")
    assert granted.grants[-1].is_proposed
    permits = GrantPermits(units.context)
    assert not permits.may(lan, Permission.TIP_READ, "ninh-hoa", DAY).allowed
    with pytest.raises(Refused, match="second person"):
        units.confirm_grant(chair, lan.id, "tip_officer", "ninh-hoa")
    confirmed = units.confirm_grant(second, lan.id, "tip_officer", "ninh-hoa")
    assert confirmed.grants[-1].confirmed_by == second.id
    assert permits.may(lan, Permission.TIP_READ, "ninh-hoa", DAY).allowed
    with pytest.raises(WrongStep, match="already"):
        units.grant(chair, lan.id, "tip_officer", "ninh-hoa")
    with pytest.raises(WrongStep, match="that waits for a second person"):
        units.confirm_grant(second, lan.id, "tip_officer", "ninh-hoa")


def test_role_within_own_is_granted_at_once(units: Units, chair: Actor) -> None:
    """A role with no permission that the granting officer lacks takes effect at once; any other role is proposed."""
    granted = units.appoint(chair, "Phó", ROOT, roles=["steering_chair"])
    assert not granted.grants[0].is_proposed
    assert units.appoint(chair, "Cán bộ", "ninh-hoa", roles=["tip_officer"]).grants[0].is_proposed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("editor", "reviewer"),
        ("tip_officer", "identity_custodian"),
        ("operator", "tip_officer"),
        ("auditor", "editor"),
        ("steering_chair", "auditor"),
    ],
)
def test_incompatible_roles_are_refused(
    units: Units, chair: Actor, officer: OfficerMaker, one: str, other: str
) -> None:
    """Incompatible roles are refused in either order, in an appointment and in a grant."""
    for first, second in ((one, other), (other, one)):
        lan = officer(first, ROOT)
        with pytest.raises(Refused, match="apart"):
            units.grant(chair, lan.id, second, ROOT)
        with pytest.raises(Refused, match="apart"):
            units.appoint(chair, "Hai vai", ROOT, roles=[first, second])


def test_earlier_incompatible_roles_end_on_the_profiles_day(
    units: Units, officer: OfficerMaker, clock: FixedClock, runner: UseCaseRunner, trail: Trail
) -> None:
    """Incompatible roles from before the rule last until the day set by the profile; then the role given later ends,
    with an audit log entry.
    """
    lan = officer("editor", ROOT)
    clock.advance(timedelta(days=1))
    run_step(units.record_grant, SETUP, lan.id, "reviewer", ROOT)
    keeper = system("keeper")
    assert units.separate_roles(keeper) == 0
    permits = GrantPermits(units.context)
    assert permits.may(lan, Permission.CONTENT_REVIEW, ROOT, units.context.clock.now().date()).allowed
    clock.advance(timedelta(days=365 * 6))
    assert (units.separate_roles(keeper), trail()[-1].events) == (1, ("officer.roles_separated",))
    today = units.context.clock.now().date()
    assert not permits.may(lan, Permission.CONTENT_REVIEW, ROOT, today).allowed
    assert permits.may(lan, Permission.CONTENT_EDIT, ROOT, today).allowed
    assert units.separate_roles(keeper) == 0


def test_other_units_officer_cannot_be_promoted(units: Units, officer: OfficerMaker) -> None:
    """An officer who grants in one commune can't promote officers of another, and gets the same refusal for unknown
    ids.
    """
    local = officer("steering_chair", "ninh-van")
    other = officer("editor", "ninh-hoa")
    words = set()
    for id in (other.id, "nobody"):
        with pytest.raises(Refused) as refused:
            units.grant(local, id, "steering_chair", "ninh-van")
        words.add(str(refused.value).replace(id, "X"))
        with pytest.raises(Refused) as refused:
            units.revoke(local, id, "editor", "ninh-van", last_day=DAY)
        words.add(str(refused.value).replace(id, "X"))
    assert len(words) == 1


def test_break_glass_begins_after_a_delay(units: Units, chair: Actor, trail: Trail) -> None:
    """Only the holder of the recovery copy can use `break_glass`; the granted role begins after the delay, and a
    granting officer can end it before.
    """
    for actor in (chair, SETUP):
        with pytest.raises(Refused):
            units.break_glass(actor, "Dự phòng", "steering_chair", delay=timedelta(days=2))
    made = units.break_glass(system("recovery"), "Dự phòng", "steering_chair", delay=timedelta(days=2))
    assert trail()[-1].events == ("officer.break_glass",)
    permits = GrantPermits(units.context)
    begins = DAY + timedelta(days=2)
    assert not permits.may(person(made.id), Permission.GRANT, ROOT, DAY).allowed
    assert permits.may(person(made.id), Permission.GRANT, ROOT, begins).allowed
    units.revoke(chair, made.id, "steering_chair", ROOT, last_day=DAY)
    assert not permits.may(person(made.id), Permission.GRANT, ROOT, begins).allowed


def test_no_role_gives_system_permissions(district: District) -> None:
    """No profile and no stored grant gives a person a permission that only the system has."""
    rogue = evolve(district.roles["editor"], permissions=frozenset(SYSTEM_ONLY))
    profile = evolve(district, roles={**district.roles, "editor": rogue})
    lan = Officer(id="o", name="Lan", unit=ROOT, grants=(RoleGrant(role="editor", unit=ROOT),))
    assert all(granted_units(profile, lan, permission, DAY) == () for permission in SYSTEM_ONLY)


DISTRICT = load_profile("hoa_lu_2021")


@given(roles=st.lists(st.sampled_from(sorted(DISTRICT.roles)), max_size=6), pending=st.sampled_from(["", "o2"]))
def test_incompatible_grants_are_found_both_ways(roles: list[str], pending: str) -> None:
    """Two grants are reported as an incompatible pair exactly if the profile declares their roles incompatible, in
    either direction.
    """
    grants = tuple(RoleGrant(role=role, unit=ROOT, proposed_by=pending) for role in roles)
    pairs = find_incompatible_grants(DISTRICT, Officer(id="o", name="Lan", unit=ROOT, grants=grants), DAY)
    expected = sum(DISTRICT.are_apart(role, earlier) for n, role in enumerate(roles) for earlier in roles[:n])
    assert len(pairs) == expected


def test_trial_roles_are_compatible() -> None:
    """The roles of a trial installation are compatible with each other."""
    roles = choose_compatible_roles(DISTRICT)
    assert not any(DISTRICT.are_apart(first, second) for first in roles for second in roles)
    assert {"tip_officer", "editor", "steering_chair"} <= set(roles)


def test_a_refusal_names_each_unit_once(units: Units, officer: OfficerMaker) -> None:
    """A refusal names each unit once, even if several roles give the permission there."""
    lan = officer("report_officer", "ninh-hoa")
    units.grant(SETUP, lan.id, "inspector", "ninh-hoa")
    verdict = GrantPermits(units.context).may(lan, Permission.REPORT_READ, ROOT, DAY)
    assert verdict.why.startswith(
        f"{lan.id} has no permission report.read for unit {ROOT} on {DAY}, only for ninh-hoa. Roles that give it: "
    )
