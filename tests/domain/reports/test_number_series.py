"""A document number is unique in a series and year of a body."""

from collections.abc import Callable
from datetime import date

import pytest

from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report, ReportSignature
from anninh_core.domain.reports.number_series import find_shared_numbers
from anninh_core.domain.reports.service import Reports
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

Officers = Callable[[str, str], Actor]
On = Callable[[date], None]
Submitted = Callable[..., Report]
Fill = Callable[[Actor, Report], None]
StoredBefore = Callable[[str, str], Report]
LAST_YEAR = date(2021, 11, 14)
THIS_YEAR = date(2022, 6, 14)


@pytest.fixture
def own(officer: Officers) -> Actor:
    return officer("report_officer", "ninh-an")


@pytest.fixture
def stored_before(runner: UseCaseRunner, reports: Reports, own: Actor) -> StoredBefore:
    """Called with an obligation and a number; stores Ninh An's signed report of 2021 as the previous release did."""

    def store(obligation: str, number: str) -> Report:
        draft = reports.drafting.begin(own, "ninh-an", obligation, 2021)

        def save(uow: UnitOfWork) -> Report:
            uow.permit("ninh-an")
            today = uow.today
            signature = ReportSignature(
                number=number, issued_on=today, signer="Người Ký", by=own.id, submitted_on=today, digest=""
            )
            return uow.save(REPORT, uow.load(REPORT, draft.id).submitted(signature))

        return runner.run_command(own, "test.store", Permission.REPORT_WRITE, save)

    return store


def sign(reports: Reports, actor: Actor, report: Report, number: int, day: date = THIS_YEAR) -> Report:
    return run_step(reports.signing.submit, actor, report.id, number=number, issued_on=day, signer="Người Ký")


def test_used_number_is_refused(submitted: Submitted, on: On) -> None:
    """The refusal of a used number names the report that has it and the next free number; another body can use it."""
    on(LAST_YEAR)
    submitted("ninh-an", "roll-out", 2021, number=9)
    with pytest.raises(BadInput) as refused:
        submitted("ninh-an", "annual", 2021, number=9)
    assert str(refused.value) == (
        "Number 09/BC-BCĐ138 of 2021 is already on report roll-out.2021.ninh-an.v1: the next free number is 10."
    )
    assert submitted("ninh-hai", "roll-out", 2021, number=9).state is ReportState.SUBMITTED


def test_a_series_begins_again_each_year(submitted: Submitted, on: On) -> None:
    """Numbers begin again each year, by the year of the day of issue."""
    on(LAST_YEAR)
    submitted("ninh-an", "annual", 2021, number=9)
    on(THIS_YEAR)
    assert submitted("ninh-an", "half-year", 2022, number=9).state is ReportState.SUBMITTED


def test_a_correction_gets_a_number_of_its_own(reports: Reports, own: Actor, submitted: Submitted, on: On) -> None:
    """A correction needs a new number, because the report that it replaces was issued under the old one."""
    on(THIS_YEAR)
    first = submitted("ninh-an", number=9)
    second = reports.drafting.correct(own, first.id, "Sót một lớp tập huấn")
    with pytest.raises(BadInput, match=f"is already on report {first.id}: the next free number is 10"):
        sign(reports, own, second, 9)
    assert sign(reports, own, second, 10).state is ReportState.SUBMITTED


def test_a_returned_report_keeps_its_numbers(
    reports: Reports, own: Actor, officer: Officers, submitted: Submitted, on: On
) -> None:
    """A returned report can be signed again with its number or a new one, and no other report can use either."""
    on(LAST_YEAR)
    chief = officer("report_chief", "hoa-lu")
    first = submitted("ninh-an", "roll-out", 2021, number=9)
    for number in (9, 11):
        run_step(reports.signing.give_back, chief, first.id, "Bổ sung")
        reports.drafting.refresh(own, first.id)
        assert sign(reports, own, first, number, LAST_YEAR).state is ReportState.SUBMITTED
    with pytest.raises(BadInput, match="the next free number is 12"):
        submitted("ninh-an", "annual", 2021, number=9)
    with pytest.raises(BadInput, match="the next free number is 12"):
        sign(reports, own, reports.queries.get(own, "annual.2021.ninh-an.v1"), 11, LAST_YEAR)


@pytest.mark.parametrize("stored", ["09/BC-BCĐ138", "9/BC-BCĐ138", "9/bc-bcđ138", "09 / BC - BCĐ138", "09/BC-BCĐ138 "])
def test_numbers_of_an_earlier_release_count(
    stored: str, stored_before: StoredBefore, submitted: Submitted, on: On
) -> None:
    """In a store without number series, used numbers are read from the reports, in any spelling."""
    on(LAST_YEAR)
    first = stored_before("roll-out", stored)
    with pytest.raises(BadInput, match=f"is already on report {first.id}: the next free number is 10"):
        submitted("ninh-an", "annual", 2021, number=9)


def test_numbers_that_an_earlier_release_gave_twice_are_found(
    reports: Reports, own: Actor, stored_before: StoredBefore, fill: Fill, on: On
) -> None:
    """Two reports of an earlier release with one number are found until one of them is corrected under a new number."""
    on(LAST_YEAR)
    first = stored_before("roll-out", "09/BC-BCĐ138")
    second = stored_before("annual", "9/BC-BCĐ138")
    ((number, ids),) = find_shared_numbers([first, second])
    assert (number.unit, number.year, number.text) == ("ninh-an", 2021, "09/BC-BCĐ138")
    assert ids == (second.id, first.id)
    correction = reports.drafting.correct(own, second.id, "Trùng số")
    fill(own, correction)
    signed = sign(reports, own, correction, 10, LAST_YEAR)
    assert [*find_shared_numbers(reports.queries.get(own, id) for id in (first.id, second.id, signed.id))] == []
