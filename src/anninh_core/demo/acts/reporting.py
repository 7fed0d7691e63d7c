"""Reporting: communes draft and sign, one is returned, late ones are urged, the district accepts and consolidates."""

from datetime import date

from attrs import frozen

from anninh_core.demo.cast import communes, of_unit, officer
from anninh_core.demo.stage import Stage
from anninh_core.kernel.dates import local_date
from anninh_core.rooms.reports.model import FROZEN, Report, ReportState, report_id
from anninh_core.work.actor import Actor


@frozen
class Round:
    """One obligation in one year.

    Attributes:
        days: when the communes hand in, in the play's order of communes; the last ones may be late.
        returned: commune whose first report is returned.
        closing: when the district consolidates.
        number: of the district's own paper.
    """

    obligation: str
    year: int
    days: tuple[date, ...]
    returned: str
    closing: date
    number: int


def rounds() -> tuple[Round, ...]:
    """Return the three rounds of the play. "Before 15/6" is strict: 14/6 is in time, 15/6 is late."""
    september = _days(2021, 9, 16, 16, 17, 17, 17, 18, 18, 18, 19, 19, 21)
    november = _days(2021, 11, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 16)
    june = _days(2022, 6, 7, 8, 8, 9, 9, 10, 10, 13, 13, 14, 15)
    return (
        Round("roll-out", 2021, september, "ninh-van", date(2021, 9, 23), 5),
        Round("annual", 2021, november, "ninh-an", date(2021, 11, 18), 8),
        Round("half-year", 2022, june, "ninh-giang", date(2022, 6, 17), 4),
    )


def _days(year: int, month: int, *days: int) -> tuple[date, ...]:
    return tuple(date(year, month, day) for day in days)


def hand_in(stage: Stage, one: Round, unit: str) -> None:
    """Let a commune fill, word, sign and hand in its report."""
    reporter = of_unit(stage, unit, "reporter")
    report = _current(stage, one, unit)
    if report is None:
        report = stage.app.reports.begin(reporter, unit, one.obligation, one.year)
    if report.state is ReportState.DRAFT:
        report = _worded(stage, reporter, report)
        _signed(stage, reporter, report, 20 + communes(stage).index(unit), stage.script["signer_unit"])
    if unit == one.returned and not _was_returned(stage, one, unit):
        _return_and_mend(stage, one, unit)


def accept(stage: Stage, one: Round) -> None:
    """Accept what has come in."""
    standing = officer(stage, "standing")
    for line in stage.app.reports.standing(standing, one.obligation, one.year):
        if line.state is ReportState.SUBMITTED:
            stage.app.reports.accept(standing, line.report)


def consolidate(stage: Stage, one: Round) -> None:
    """Gather the accepted reports into the district's, and let the chair sign it."""
    standing, chair = officer(stage, "standing"), officer(stage, "chair")
    root = stage.app.district.root
    report = _current(stage, one, root)
    if report is None or report.state not in FROZEN:
        report = stage.app.reports.consolidate(standing, one.obligation, one.year)
        report = _worded(stage, standing, report)
        _signed(stage, chair, report, one.number, stage.script["signer_district"])


def consolidated_id(stage: Stage, one: Round) -> str:
    """Return the id of the district's report of a round."""
    return report_id(one.obligation, one.year, stage.app.district.root)


def _current(stage: Stage, one: Round, unit: str) -> Report | None:
    lines = stage.app.reports.standing(officer(stage, "standing"), one.obligation, one.year)
    id = next((line.report for line in lines if line.unit == unit), "")
    if unit == stage.app.district.root:
        id = consolidated_id(stage, one)
        if stage.app.context.storage.records.get("report", id) is None:
            return None
    return stage.app.reports.get(officer(stage, "standing"), id) if id else None


def _worded(stage: Stage, actor: Actor, report: Report) -> Report:
    unit = stage.app.district.unit(report.unit).name
    words = stage.script["report_words"]
    template = stage.app.district.templates[stage.app.district.obligation(report.obligation).template]
    for section in template.sections:
        if section.key in words and not report.says(section.key):
            report = stage.app.reports.write(actor, report.id, section.key, words[section.key].format(unit=unit))
    return stage.app.reports.refresh(actor, report.id)


def _signed(stage: Stage, actor: Actor, report: Report, number: int, signer: str) -> None:
    today = local_date(stage.clock.now())
    stage.app.reports.submit(actor, report.id, number=number, issued_on=today, signer=signer)


def _was_returned(stage: Stage, one: Round, unit: str) -> bool:
    report = _current(stage, one, unit)
    return report is not None and bool(report.returned) and report.state in FROZEN


def _return_and_mend(stage: Stage, one: Round, unit: str) -> None:
    standing, reporter = officer(stage, "standing"), of_unit(stage, unit, "reporter")
    words = stage.script["report_words"]
    report = _current(stage, one, unit)
    if report is None:
        return
    if report.state is ReportState.SUBMITTED:
        report = stage.app.reports.give_back(standing, report.id, words["returned"])
    report = stage.app.reports.refresh(reporter, report.id)
    report = stage.app.reports.write(reporter, report.id, "difficulties", words["more_causes"])
    report = stage.app.reports.refresh(reporter, report.id)
    _signed(stage, reporter, report, 40 + communes(stage).index(unit), stage.script["signer_unit"])
