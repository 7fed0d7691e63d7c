"""Who is told what units and officers are called, and that it is no more than that."""

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
def test_who_reads_a_list_is_told_names(units: Units, officer: OfficerMaker, role: str) -> None:
    """Of units and officers anywhere, an auditor too; what isn't there is left out."""
    asker = officer(role, "hoa-lu")
    lan = officer("tip_officer", "ninh-hoa")
    told = units.names(asker, unit_ids=["ninh-hoa", "nowhere", "ninh-hoa"], officer_ids=[lan.id, MISSING])
    assert told.units == {"ninh-hoa": units.context.district.units["ninh-hoa"].name}
    assert told.officers == {lan.id: units.runner.permits.name_officer(lan.id)}
    assert told.officers[lan.id] != lan.id


def test_who_reads_no_list_is_told_nothing(units: Units, officer: OfficerMaker) -> None:
    """The operator of the system, say, who only runs it."""
    operator = officer("operator", "hoa-lu")
    lan = officer("tip_officer", "ninh-hoa")
    with pytest.raises(Refused, match="has no permission to read lists that name units or officers"):
        units.names(operator, officer_ids=[lan.id])


def test_names_are_told_in_portions(units: Units, officer: OfficerMaker) -> None:
    """Two hundred at once, units and officers together; the same id counts once."""
    lan = officer("tip_officer", "ninh-hoa")
    ids = [f"unit-{number}" for number in range(199)]
    assert units.names(lan, unit_ids=ids * 2, officer_ids=[lan.id]).officers.keys() == {lan.id}
    with pytest.raises(BadInput, match="201 ids are too many for one call: ask for at most 200"):
        units.names(lan, unit_ids=[*ids, "ninh-hoa"], officer_ids=[lan.id])


def test_names_leave_no_entry(units: Units, officer: OfficerMaker) -> None:
    """As the list of officers does: no case is opened by them."""
    lan = officer("tip_officer", "ninh-hoa")
    head = units.context.storage.journal.head()
    units.names(lan, unit_ids=["ninh-hoa"], officer_ids=[lan.id])
    assert units.context.storage.journal.head() == head
