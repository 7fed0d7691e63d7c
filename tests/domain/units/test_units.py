"""Officers have grants on units, and the tree of units depends on the date."""

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.units.permits import GrantPermits
from anninh_core.domain.units.rules import describe_roles_with, find_successor_units, granted_units
from anninh_core.domain.units.service import Units
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import SYSTEM_PERMISSIONS, person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission

SETUP = system("setup")
DAY = date(2021, 9, 1)


@pytest.fixture
def units(runner: UseCaseRunner) -> Units:
    return Units(runner)


def test_grant_covers_only_the_units_below(runner: UseCaseRunner, units: Units, officer: OfficerMaker) -> None:
    """A role on a commune covers its areas but no other commune, and a refusal names the roles that give the
    permission.
    """
    permits = GrantPermits(units.context)
    lan = officer("tip_officer", "ninh-hoa")
    assert permits.may(lan, Permission.TIP_READ, "ninh-hoa/kdc-1", DAY).allowed
    refused = permits.may(lan, Permission.TIP_READ, "ninh-van", DAY)
    assert not refused.allowed
    assert "tip_officer" in refused.why


def test_a_role_ends_after_its_last_day(units: Units, officer: OfficerMaker) -> None:
    """A revoked role is valid up to its last day, and can't be revoked twice."""
    lan = officer("tip_officer", "ninh-hoa")
    permits = GrantPermits(units.context)
    units.revoke(SETUP, lan.id, "tip_officer", "ninh-hoa", last_day=DAY)
    assert permits.may(lan, Permission.TIP_READ, "ninh-hoa", DAY).allowed
    assert not permits.may(lan, Permission.TIP_READ, "ninh-hoa", date(2021, 9, 2)).allowed
    with pytest.raises(BadInput, match="no open grant"):
        units.revoke(SETUP, lan.id, "tip_officer", "ninh-hoa", last_day=DAY)


def test_act_reads_grants_once(units: Units, officer: OfficerMaker) -> None:
    """Within one act an officer's grants stay the same; a revoked grant ends from the next act on."""
    lan = officer("tip_officer", "ninh-hoa")
    permits = GrantPermits(units.context)
    act = permits.for_act()
    late = date(2021, 9, 2)
    assert act.may(lan, Permission.TIP_READ, "ninh-hoa", late).allowed
    units.revoke(SETUP, lan.id, "tip_officer", "ninh-hoa", last_day=DAY)
    assert act.may(lan, Permission.TIP_READ, "ninh-hoa", late).allowed
    assert act.list_marks(lan.id) == permits.list_marks(lan.id)
    assert not permits.for_act().may(lan, Permission.TIP_READ, "ninh-hoa", late).allowed


def test_officers_are_listed_by_unit_and_role(units: Units, officer: OfficerMaker) -> None:
    """An officer with permission on a unit finds its officers, by role if given; others are refused."""
    lan = officer("tip_officer", "ninh-hoa")
    chair = officer("steering_chair", "hoa-lu")
    assert [listed.id for listed in units.officers(chair, "ninh-hoa").items] == [lan.id]
    assert units.officers(chair, "ninh-hoa", role="auditor").items == ()
    assert units.officer(chair, lan.id).unit == "ninh-hoa"
    with pytest.raises(NotFound, match="no officer"):
        units.officer(chair, "gone")
    with pytest.raises(Refused):
        units.officers(lan, "ninh-van")


def test_officers_of_an_area_are_found_by_it(units: Units, officer: OfficerMaker) -> None:
    """An officer of a residential area is listed for the area and for its commune."""
    chair = officer("steering_chair", "hoa-lu")
    of_commune = officer("tip_officer", "ninh-hoa")
    of_area = officer("board_admin", "ninh-hoa/kdc-1")
    assert [listed.id for listed in units.officers(chair, "ninh-hoa/kdc-1").items] == [of_area.id]
    assert {listed.id for listed in units.officers(chair, "ninh-hoa").items} == {of_commune.id, of_area.id}


def test_removed_role_gives_no_permission(district: District, units: Units, officer: OfficerMaker) -> None:
    """A role that the profile no longer has gives no permission."""
    lan = officer("tip_officer", "ninh-hoa")
    dropped = evolve(district, roles={id: role for id, role in district.roles.items() if id != "tip_officer"})
    holder = units.officer(officer("steering_chair", "hoa-lu"), lan.id)
    assert granted_units(dropped, holder, Permission.TIP_READ, DAY) == ()


def test_unknown_roles_are_named(units: Units) -> None:
    """A role that the profile doesn't have is refused with those it has."""
    with pytest.raises(BadInput, match=r"no role 'king'.*tip_officer"):
        units.appoint(SETUP, "Cán bộ", "ninh-hoa", roles=["king"])


def test_an_operator_reads_no_tips_and_an_auditor_only_the_trail(district: District) -> None:
    """In the shipped profile operators can't read tips, and auditors can only read the audit log."""
    assert "operator" not in describe_roles_with(district, Permission.TIP_READ)
    assert district.roles["auditor"].permissions == {Permission.TRAIL_READ}


def test_a_board_reads_no_cases_and_opens_no_identity(district: District) -> None:
    """Members of a management board can neither read tips and inquiries nor disclose identities, grant, audit or
    operate.
    """
    kept_away = {
        *(Permission.TIP_READ, Permission.TIP_HANDLE, Permission.TIP_SUPERVISE),
        *(Permission.INQUIRY_READ, Permission.INQUIRY_ANSWER),
        *(Permission.IDENTITY_REQUEST, Permission.IDENTITY_APPROVE, Permission.IDENTITY_EMERGENCY),
        *(Permission.GRANT, Permission.TRAIL_READ, Permission.OPERATE),
    }
    assert not district.roles["board_admin"].permissions & kept_away


def test_system_actors_decide_nothing() -> None:
    """No system actor can handle tips, review content, moderate posts or disclose identities."""
    granted = frozenset().union(*SYSTEM_PERMISSIONS.values())
    deciding = {Permission.TIP_HANDLE, Permission.CONTENT_REVIEW, Permission.POST_MODERATE, Permission.IDENTITY_APPROVE}
    assert not granted & deciding


@pytest.mark.parametrize(
    ("unit", "on", "expected"),
    [
        ("ninh-xuan", date(2021, 9, 1), ("ninh-xuan",)),
        ("ninh-hoa", date(2025, 7, 1), ("phuong-tay-hoa-lu",)),
        ("thien-ton", date(2025, 7, 1), ("phuong-hoa-lu",)),
    ],
)
def test_successors_follow_the_mergers(district: District, unit: str, on: date, expected: tuple[str, ...]) -> None:
    """The successors of a commune of 2021 are the units of the given date, after both reforms of 2025."""
    assert find_successor_units(district, unit, on) == expected


@given(day=st.dates(date(2021, 8, 20), date(2030, 1, 1)))
def test_every_commune_has_a_successor_on_every_day(day: date) -> None:
    """Every commune has at least one successor on every day."""
    district = load_profile("hoa_lu_2021")
    for unit in district.units_at_level("commune"):
        units = find_successor_units(district, unit.id, day)
        assert units
        assert len(set(units)) == len(units)


def test_actor_without_grants_has_no_permission(units: Units, clock: FixedClock) -> None:
    """An actor without grants has no permission."""
    permits = GrantPermits(units.context)
    assert permits.units(person("nobody"), Permission.TIP_READ, DAY) == ()
    assert not permits.may(person("nobody"), Permission.UNIT_READ, "hoa-lu", DAY).allowed
