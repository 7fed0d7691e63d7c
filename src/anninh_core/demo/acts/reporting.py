"""Reporting: communes draft and sign, one is returned, late ones are urged, the district accepts and consolidates."""

from datetime import date

from attrs import frozen

from anninh_core.demo.cast import communes, officer, unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.reports.model import Report, report_id
from anninh_core.domain.reports.states import FROZEN_STATES, ReportState
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.actor import Actor

_SIGNED_AGAIN = 20
"""So much higher is the number under which a returned report is signed again."""


@frozen
class ReportRound:
    """One obligation in one year.

    Attributes:
        days: when the communes hand in, in the play's order of communes; the last ones may be late.
        returned: commune whose first report is returned.
        closing: when the district consolidates.
        number: of the district's own paper.
        first_number: of the first commune's paper; the others follow in the play's order of communes.
    """

    obligation: str
    year: int
    days: tuple[date, ...]
    returned: str
    closing: date
    number: int
    first_number: int


def report_rounds() -> tuple[ReportRound, ...]:
    """Return the three rounds of the play. "Before 15/6" is strict: 14/6 is in time, 15/6 is late."""
    september = _days(2021, 9, 16, 16, 17, 17, 17, 18, 18, 18, 19, 19, 21)
    november = _days(2021, 11, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 16)
    june = _days(2022, 6, 7, 8, 8, 9, 9, 10, 10, 13, 13, 14, 15)
    return (
        ReportRound("roll-out", 2021, september, "ninh-van", date(2021, 9, 23), 5, 20),
        ReportRound("annual", 2021, november, "ninh-an", date(2021, 11, 18), 8, 60),
        ReportRound("half-year", 2022, june, "ninh-giang", date(2022, 6, 17), 4, 20),
    )


def _days(year: int, month: int, *days: int) -> tuple[date, ...]:
    return tuple(date(year, month, day) for day in days)


def hand_in(stage: DemoStage, one: ReportRound, unit: str) -> None:
    """Let a commune fill, word, sign and hand in its report."""
    reporter = unit_officer(stage, unit, "reporter")
    report = current_report(stage, one, unit)
    if report is None:
        report = stage.app.reports.begin(reporter, unit, one.obligation, one.year)
    if report.state is ReportState.DRAFT:
        report = _write_sections(stage, reporter, report)
        _sign_report(stage, reporter, report, _number_of(stage, one, unit), stage.script["signer_unit"])
    if unit == one.returned and not _was_returned(stage, one, unit):
        _return_and_correct(stage, one, unit)


def accept(stage: DemoStage, one: ReportRound) -> None:
    """Accept what has come in."""
    standing = officer(stage, "standing")
    for line in stage.app.reports.standing(standing, one.obligation, one.year):
        if line.state is ReportState.SUBMITTED:
            stage.app.reports.accept(standing, line.report)


def consolidate(stage: DemoStage, one: ReportRound) -> None:
    """Gather the accepted reports into the district's, and let the chair sign it."""
    standing = officer(stage, "standing")
    chair = officer(stage, "chair")
    root = stage.app.district.root
    report = current_report(stage, one, root)
    if report is None or report.state not in FROZEN_STATES:
        report = stage.app.reports.consolidate(standing, one.obligation, one.year)
        report = _write_sections(stage, standing, report)
        _sign_report(stage, chair, report, one.number, stage.script["signer_district"])


def consolidated_id(stage: DemoStage, one: ReportRound) -> str:
    """Return the id of the district's report of a round."""
    return report_id(one.obligation, one.year, stage.app.district.root)


def current_report(stage: DemoStage, one: ReportRound, unit: str) -> Report | None:
    """Return a unit's report of a round, None where it wasn't begun."""
    lines = stage.app.reports.standing(officer(stage, "standing"), one.obligation, one.year)
    id = next((line.report for line in lines if line.unit == unit), "")
    if unit == stage.app.district.root:
        id = consolidated_id(stage, one)
        if stage.app.internals.context.storage.records.get("report", id) is None:
            return None
    return stage.app.reports.get(officer(stage, "standing"), id) if id else None


def _write_sections(stage: DemoStage, actor: Actor, report: Report) -> Report:
    unit = stage.app.district.unit(report.unit).name
    words = stage.script["report_words"]
    template = stage.app.district.templates[stage.app.district.obligation(report.obligation).template]
    for section in template.sections:
        if section.key in words and not report.section_text(section.key):
            report = stage.app.reports.write(actor, report.id, section.key, words[section.key].format(unit=unit))
    return stage.app.reports.refresh(actor, report.id)


def _sign_report(stage: DemoStage, actor: Actor, report: Report, number: int, signer: str) -> None:
    today = local_date(stage.clock.now())
    stage.app.reports.submit(actor, report.id, number=number, issued_on=today, signer=signer)


def _number_of(stage: DemoStage, one: ReportRound, unit: str) -> int:
    return one.first_number + communes(stage).index(unit)


def _was_returned(stage: DemoStage, one: ReportRound, unit: str) -> bool:
    report = current_report(stage, one, unit)
    return report is not None and bool(report.returned) and report.state in FROZEN_STATES


def _return_and_correct(stage: DemoStage, one: ReportRound, unit: str) -> None:
    standing = officer(stage, "standing")
    reporter = unit_officer(stage, unit, "reporter")
    words = stage.script["report_words"]
    report = current_report(stage, one, unit)
    if report is None:
        return
    if report.state is ReportState.SUBMITTED:
        report = stage.app.reports.give_back(standing, report.id, words["returned"])
    report = stage.app.reports.refresh(reporter, report.id)
    report = stage.app.reports.write(reporter, report.id, "difficulties", words["more_causes"])
    report = stage.app.reports.refresh(reporter, report.id)
    number = _number_of(stage, one, unit) + _SIGNED_AGAIN
    _sign_report(stage, reporter, report, number, stage.script["signer_unit"])
