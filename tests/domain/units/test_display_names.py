"""Officers who may read lists can read the names of units and officers, and nothing else about them."""

import pytest
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.units.service import Units
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.usecase.runner import UseCaseRunner

MISSING = "017bf6aa-0000-7000-8000-0000000000ff"


@pytest.fixture
def units(runner: UseCaseRunner) -> Units:
    return Units(runner)


@pytest.mark.parametrize("role", ["auditor", "tip_officer", "editor", "identity_custodian", "data_officer"])
def test_list_readers_get_names(units: Units, officer: OfficerMaker, role: str) -> None:
    """An officer with a role that reads lists gets the names of units and officers anywhere; unknown ids are left
    out.
    """
    asker = officer(role, "hoa-lu")
    lan = officer("tip_officer", "ninh-hoa")
    names = units.names(asker, unit_ids=["ninh-hoa", "nowhere", "ninh-hoa"], officer_ids=[lan.id, MISSING])
    assert names.units == {"ninh-hoa": units.context.district.units["ninh-hoa"].name}
    assert names.officers == {lan.id: units.runner.permits.name_officer(lan.id)}
    assert names.officers[lan.id] != lan.id


def test_other_roles_get_no_names(units: Units, officer: OfficerMaker) -> None:
    """An officer without permission to read lists, such as the system's operator, gets no names."""
    operator = officer("operator", "hoa-lu")
    lan = officer("tip_officer", "ninh-hoa")
    with pytest.raises(Refused, match="has no permission to read lists that name units or officers"):
        units.names(operator, officer_ids=[lan.id])


def test_names_take_two_hundred_ids(units: Units, officer: OfficerMaker) -> None:
    """A call takes at most two hundred ids of units and officers together, and a repeated id counts once."""
    lan = officer("tip_officer", "ninh-hoa")
    ids = [f"unit-{number}" for number in range(199)]
    assert units.names(lan, unit_ids=ids * 2, officer_ids=[lan.id]).officers.keys() == {lan.id}
    with pytest.raises(BadInput, match="201 ids are too many for one call: ask for at most 200"):
        units.names(lan, unit_ids=[*ids, "ninh-hoa"], officer_ids=[lan.id])


def test_names_leave_no_entry(units: Units, officer: OfficerMaker) -> None:
    """Reading names leaves no audit log entry, because it opens no case."""
    lan = officer("tip_officer", "ninh-hoa")
    head = units.context.storage.journal.head()
    units.names(lan, unit_ids=["ninh-hoa"], officer_ids=[lan.id])
    assert units.context.storage.journal.head() == head
