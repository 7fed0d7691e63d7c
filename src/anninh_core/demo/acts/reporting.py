"""Reporting in the demo: communes draft and sign, one report is returned, late communes are reminded, the district
accepts and consolidates.
"""

from datetime import date

from attrs import frozen

from anninh_core.demo.cast import find_officer, find_unit_officer, list_communes
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.reports.model import Report, make_report_id
from anninh_core.domain.reports.states import FROZEN_STATES, ReportState
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.actor import Actor

_SIGNED_AGAIN = 20
"""Difference between the document number of a returned report and that of its corrected version."""


@frozen
class ReportRound:
    """The reports that fulfil one obligation in one year of the demo.

    Attributes:
        days: days of submission, in the demo's order of communes; the last ones may be late.
        returned: commune with a first report that is returned.
        closing: day of the district's consolidation.
        number: document number of the district's report.
        first_number: document number of the first commune's report; the others follow in the demo's order of communes.
    """

    obligation: str
    year: int
    days: tuple[date, ...]
    returned: str
    closing: date
    number: int
    first_number: int


def list_report_rounds() -> tuple[ReportRound, ...]:
    """Return the three report rounds of the demo. "Before 15/6" is strict: 14/6 is in time, 15/6 is late."""
    september = _list_days(2021, 9, 16, 16, 17, 17, 17, 18, 18, 18, 19, 19, 21)
    november = _list_days(2021, 11, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 16)
    june = _list_days(2022, 6, 7, 8, 8, 9, 9, 10, 10, 13, 13, 14, 15)
    return (
        ReportRound("roll-out", 2021, september, "ninh-van", date(2021, 9, 23), 5, 20),
        ReportRound("annual", 2021, november, "ninh-an", date(2021, 11, 18), 8, 60),
        ReportRound("half-year", 2022, june, "ninh-giang", date(2022, 6, 17), 4, 20),
    )


def _list_days(year: int, month: int, *days: int) -> tuple[date, ...]:
    return tuple(date(year, month, day) for day in days)


def submit_report(stage: DemoStage, report_round: ReportRound, unit: str) -> None:
    """Let a commune draft, write, sign and submit its report."""
    reporter = find_unit_officer(stage, unit, "reporter")
    report = find_round_report(stage, report_round, unit)
    if report is None:
        report = stage.app.reports.begin(reporter, unit, report_round.obligation, report_round.year)
    if report.state is ReportState.DRAFT:
        report = _write_sections(stage, reporter, report)
        _sign_report(
            stage, reporter, report, _find_document_number(stage, report_round, unit), stage.script["signer_unit"]
        )
    if unit == report_round.returned and not _was_returned(stage, report_round, unit):
        _return_and_correct(stage, report_round, unit)


def accept_reports(stage: DemoStage, report_round: ReportRound) -> None:
    """Accept the submitted reports of a round."""
    standing = find_officer(stage, "standing")
    for line in stage.app.reports.standing(standing, report_round.obligation, report_round.year):
        if line.state is ReportState.SUBMITTED:
            stage.app.reports.accept(standing, line.report)


def consolidate_reports(stage: DemoStage, report_round: ReportRound) -> None:
    """Consolidate the accepted reports into the district's report, and let the chair sign it."""
    standing = find_officer(stage, "standing")
    chair = find_officer(stage, "chair")
    root = stage.app.district.root
    report = find_round_report(stage, report_round, root)
    if report is None or report.state not in FROZEN_STATES:
        report = stage.app.reports.consolidate(standing, report_round.obligation, report_round.year)
        report = _write_sections(stage, standing, report)
        _sign_report(stage, chair, report, report_round.number, stage.script["signer_district"])


def find_consolidated_id(stage: DemoStage, report_round: ReportRound) -> str:
    """Return the id of the district's consolidated report of a round."""
    return make_report_id(report_round.obligation, report_round.year, stage.app.district.root)


def find_round_report(stage: DemoStage, report_round: ReportRound, unit: str) -> Report | None:
    """Return a unit's report of a round, or None if it wasn't begun."""
    lines = stage.app.reports.standing(find_officer(stage, "standing"), report_round.obligation, report_round.year)
    id = next((line.report for line in lines if line.unit == unit), "")
    if unit == stage.app.district.root:
        id = find_consolidated_id(stage, report_round)
        if stage.app.internals.context.storage.records.get("report", id) is None:
            return None
    return stage.app.reports.get(find_officer(stage, "standing"), id) if id else None


def _write_sections(stage: DemoStage, actor: Actor, report: Report) -> Report:
    unit = stage.app.district.unit(report.unit).name
    words = stage.script["report_words"]
    template = stage.app.district.templates[stage.app.district.obligation(report.obligation).template]
    for section in template.sections:
        if section.key in words and not report.get_section_text(section.key):
            report = stage.app.reports.write(actor, report.id, section.key, words[section.key].format(unit=unit))
    return stage.app.reports.refresh(actor, report.id)


def _sign_report(stage: DemoStage, actor: Actor, report: Report, number: int, signer: str) -> None:
    today = local_date(stage.clock.now())
    stage.app.reports.submit(actor, report.id, number=number, issued_on=today, signer=signer)


def _find_document_number(stage: DemoStage, report_round: ReportRound, unit: str) -> int:
    return report_round.first_number + list_communes(stage).index(unit)


def _was_returned(stage: DemoStage, report_round: ReportRound, unit: str) -> bool:
    report = find_round_report(stage, report_round, unit)
    return report is not None and bool(report.returned) and report.state in FROZEN_STATES


def _return_and_correct(stage: DemoStage, report_round: ReportRound, unit: str) -> None:
    standing = find_officer(stage, "standing")
    reporter = find_unit_officer(stage, unit, "reporter")
    words = stage.script["report_words"]
    report = find_round_report(stage, report_round, unit)
    if report is None:
        return
    if report.state is ReportState.SUBMITTED:
        report = stage.app.reports.give_back(standing, report.id, words["returned"])
    report = stage.app.reports.refresh(reporter, report.id)
    report = stage.app.reports.write(reporter, report.id, "difficulties", words["more_causes"])
    report = stage.app.reports.refresh(reporter, report.id)
    number = _find_document_number(stage, report_round, unit) + _SIGNED_AGAIN
    _sign_report(stage, reporter, report, number, stage.script["signer_unit"])
