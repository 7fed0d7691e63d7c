"""Fixtures: the reports service, facts to count, and submitted reports."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

import pytest
from attrs import frozen

from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.service import Reports
from anninh_core.kernel.dates import VIETNAM, local_date
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.kinds import Fact, Kind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

Note = Callable[..., None]
"""A function that takes facts, and stores a record that counts them."""
Fill = Callable[[Actor, Report], None]
"""A function that takes an officer and a report, and writes words for every section."""
On = Callable[[date], None]
"""A function that takes a day, and sets the clock to that day."""
Submitted = Callable[..., Report]
"""A function that takes unit, obligation, year and number, writes and submits the report, and returns it."""


@frozen
class Tally:
    """A record that is counted by the facts that a test gives it."""

    id: str
    unit: str
    facts: tuple[Fact, ...]


def get_facts(tally: Tally) -> Iterable[Fact]:
    return tally.facts


TALLY = Kind(
    spec=IndexSpec(kind="tally", columns={}, orders={"id": ()}),
    model=Tally,
    unit=lambda tally: tally.unit,
    columns=lambda _: {},
    scope=lambda tally: f"tally:{tally.id}",
    facts=get_facts,
)


@pytest.fixture
def reports(runner: UseCaseRunner) -> Reports:
    """The reports service, with one registered query, which returns one overdue tip for every unit."""
    runner.context.storage.prepare([TALLY.spec])
    return Reports(runner, queries={"tips_overdue": lambda units, _: dict.fromkeys(units, 1)}, kinds=[TALLY])


@pytest.fixture
def store_facts(runner: UseCaseRunner, reports: Reports, officer: Callable[[str, str], Actor]) -> Note:
    """A function that stores facts in a record of their own, as another part of the domain would."""
    writer = officer("report_officer", "hoa-lu")

    def store_in_own_record(*facts: Fact) -> None:
        def save_tally(uow: UnitOfWork) -> None:
            uow.permit("hoa-lu")
            uow.save(TALLY, Tally(id=runner.context.ids.new(), unit=facts[0].unit, facts=facts))

        runner.run_command(writer, "test.note", Permission.REPORT_WRITE, save_tally)

    return store_in_own_record


@pytest.fixture
def set_day(clock: FixedClock) -> On:
    """A function that sets the clock to nine o'clock of a given day in Vietnam."""
    return lambda day: clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM))


@pytest.fixture
def fill_sections(reports: Reports) -> Fill:
    """A function that writes words for every section of a report."""

    def write_each_section(by: Actor, report: Report) -> None:
        district = reports.queries.context.district
        template = district.templates[district.obligation(report.obligation).template]
        for key in [section.key for section in template.sections if section.key]:
            reports.drafting.write(by, report.id, key, f"Lời của đơn vị về {key}")

    return write_each_section


@pytest.fixture
def submit_report(
    reports: Reports, officer: Callable[[str, str], Actor], clock: FixedClock, fill_sections: Fill
) -> Submitted:
    """A function that writes and submits a commune's report."""

    def write_and_submit(unit: str, obligation: str = "half-year", year: int = 2022, *, number: int = 5) -> Report:
        own = officer("report_officer", unit)
        report = reports.drafting.begin(own, unit, obligation, year)
        fill_sections(own, report)
        today = local_date(clock.now())
        return run_step(reports.signing.submit, own, report.id, number=number, issued_on=today, signer="Người Ký")

    return write_and_submit
