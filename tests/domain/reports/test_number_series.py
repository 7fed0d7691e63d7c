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
def ninh_an_officer(officer: Officers) -> Actor:
    return officer("report_officer", "ninh-an")


@pytest.fixture
def store_earlier_report(runner: UseCaseRunner, reports: Reports, ninh_an_officer: Actor) -> StoredBefore:
    """Return a function that stores a signed report of Ninh An for 2021, with an obligation and a document number, as
    the previous release stored it.
    """

    def store_report(obligation: str, number: str) -> Report:
        draft = reports.drafting.begin(ninh_an_officer, "ninh-an", obligation, 2021)

        def save_signed_report(uow: UnitOfWork) -> Report:
            uow.permit("ninh-an")
            today = uow.today
            signature = ReportSignature(
                number=number, issued_on=today, signer="Người Ký", by=ninh_an_officer.id, submitted_on=today, digest=""
            )
            return uow.save(REPORT, uow.load(REPORT, draft.id).submitted(signature))

        return runner.run_command(ninh_an_officer, "test.store", Permission.REPORT_WRITE, save_signed_report)

    return store_report


def sign_report(reports: Reports, actor: Actor, report: Report, number: int, day: date = THIS_YEAR) -> Report:
    return run_step(reports.signing.submit, actor, report.id, number=number, issued_on=day, signer="Người Ký")


def test_used_number_is_refused(submit_report: Submitted, set_day: On) -> None:
    """The refusal of a used number names the report that has it and the next free number; another body can use it."""
    set_day(LAST_YEAR)
    submit_report("ninh-an", "roll-out", 2021, number=9)
    with pytest.raises(BadInput) as refused:
        submit_report("ninh-an", "annual", 2021, number=9)
    assert str(refused.value) == (
        "Number 09/BC-BCĐ138 of 2021 is already on report roll-out.2021.ninh-an.v1: the next free number is 10."
    )
    assert submit_report("ninh-hai", "roll-out", 2021, number=9).state is ReportState.SUBMITTED


def test_a_series_begins_again_each_year(submit_report: Submitted, set_day: On) -> None:
    """Numbers begin again each year, by the year of the day of issue."""
    set_day(LAST_YEAR)
    submit_report("ninh-an", "annual", 2021, number=9)
    set_day(THIS_YEAR)
    assert submit_report("ninh-an", "half-year", 2022, number=9).state is ReportState.SUBMITTED


def test_a_correction_gets_a_number_of_its_own(
    reports: Reports, ninh_an_officer: Actor, submit_report: Submitted, set_day: On
) -> None:
    """A correction needs a new number, because the report that it replaces was issued under the old one."""
    set_day(THIS_YEAR)
    first = submit_report("ninh-an", number=9)
    second = reports.drafting.correct(ninh_an_officer, first.id, "Sót một lớp tập huấn")
    with pytest.raises(BadInput, match=f"is already on report {first.id}: the next free number is 10"):
        sign_report(reports, ninh_an_officer, second, 9)
    assert sign_report(reports, ninh_an_officer, second, 10).state is ReportState.SUBMITTED


def test_a_returned_report_keeps_its_numbers(
    reports: Reports, ninh_an_officer: Actor, officer: Officers, submit_report: Submitted, set_day: On
) -> None:
    """A returned report can be signed again with its number or a new one, and no other report can use either."""
    set_day(LAST_YEAR)
    chief = officer("report_chief", "hoa-lu")
    first = submit_report("ninh-an", "roll-out", 2021, number=9)
    for number in (9, 11):
        run_step(reports.signing.give_back, chief, first.id, "Bổ sung")
        reports.drafting.refresh(ninh_an_officer, first.id)
        assert sign_report(reports, ninh_an_officer, first, number, LAST_YEAR).state is ReportState.SUBMITTED
    with pytest.raises(BadInput, match="the next free number is 12"):
        submit_report("ninh-an", "annual", 2021, number=9)
    with pytest.raises(BadInput, match="the next free number is 12"):
        sign_report(
            reports, ninh_an_officer, reports.queries.get(ninh_an_officer, "annual.2021.ninh-an.v1"), 11, LAST_YEAR
        )


@pytest.mark.parametrize("stored", ["09/BC-BCĐ138", "9/BC-BCĐ138", "9/bc-bcđ138", "09 / BC - BCĐ138", "09/BC-BCĐ138 "])
def test_numbers_of_an_earlier_release_count(
    stored: str, store_earlier_report: StoredBefore, submit_report: Submitted, set_day: On
) -> None:
    """In a store without number series, used numbers are read from the reports, in any spelling."""
    set_day(LAST_YEAR)
    first = store_earlier_report("roll-out", stored)
    with pytest.raises(BadInput, match=f"is already on report {first.id}: the next free number is 10"):
        submit_report("ninh-an", "annual", 2021, number=9)


def test_numbers_that_an_earlier_release_gave_twice_are_found(
    reports: Reports, ninh_an_officer: Actor, store_earlier_report: StoredBefore, fill_sections: Fill, set_day: On
) -> None:
    """Two reports of an earlier release with the same number are listed until one of them is corrected under a new
    number.
    """
    set_day(LAST_YEAR)
    first = store_earlier_report("roll-out", "09/BC-BCĐ138")
    second = store_earlier_report("annual", "9/BC-BCĐ138")
    ((number, ids),) = find_shared_numbers([first, second])
    assert (number.unit, number.year, number.text) == ("ninh-an", 2021, "09/BC-BCĐ138")
    assert ids == (second.id, first.id)
    correction = reports.drafting.correct(ninh_an_officer, second.id, "Trùng số")
    fill_sections(ninh_an_officer, correction)
    signed = sign_report(reports, ninh_an_officer, correction, 10, LAST_YEAR)
    assert [
        *find_shared_numbers(reports.queries.get(ninh_an_officer, id) for id in (first.id, second.id, signed.id))
    ] == []
