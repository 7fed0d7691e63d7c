"""The yearly report of the demo on its last day in time: some reports are submitted, one was returned, one is being
written.
"""

from anninh_core.demo.acts import reporting
from anninh_core.demo.cast import find_officer, find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.reports.states import ReportState


def submit_report(stage: DemoStage, number: int) -> None:
    """Let a commune submit its report."""
    reporting.submit_report(
        stage, _find_report_round(stage), stage.script["open_world"]["reports"]["handed_in"][number]["unit"]
    )


def decide_reports(stage: DemoStage) -> None:
    """Accept some submitted reports, return one, and leave the others for the demo's user."""
    standing = find_officer(stage, "standing")
    script = stage.script["open_world"]["reports"]
    for line in stage.app.reports.standing(standing, script["obligation"], script["year"]):
        if line.state is ReportState.SUBMITTED and line.unit in script["accepted"]:
            stage.app.reports.accept(standing, line.report)
        elif line.state is ReportState.SUBMITTED and line.unit == script["returned"]:
            stage.app.reports.give_back(standing, line.report, stage.script["report_words"]["returned"])
    stage.deliver_events()


def draft_report(stage: DemoStage) -> None:
    """Let a commune begin its report, and write some sections."""
    draft_script = stage.script["open_world"]["reports"]["drafted"]
    reporter = find_unit_officer(stage, draft_script["unit"], "reporter")
    report = reporting.find_round_report(stage, _find_report_round(stage), draft_script["unit"])
    if report is None:
        script = stage.script["open_world"]["reports"]
        report = stage.app.reports.begin(reporter, draft_script["unit"], script["obligation"], script["year"])
    unit = stage.app.district.unit(report.unit).name
    for key in draft_script["sections"]:
        if not report.get_section_text(key):
            text = stage.script["report_words"][key].format(unit=unit)
            report = stage.app.reports.write(reporter, report.id, key, text)


def raise_difficulty(stage: DemoStage) -> None:
    """Let a commune report a difficulty, still without an answer."""
    difficulty_script = stage.script["open_world"]["difficulty"]
    reporter = find_unit_officer(stage, difficulty_script["unit"], "reporter")
    if not stage.app.programme.difficulties(reporter, unit=difficulty_script["unit"], limit=200).items:
        stage.app.programme.raise_difficulty(reporter, difficulty_script["unit"], difficulty_script["text"])
    stage.deliver_events()


def _find_report_round(stage: DemoStage) -> reporting.ReportRound:
    script = stage.script["open_world"]["reports"]
    days = tuple(handed_in["at"].date() for handed_in in script["handed_in"])
    return reporting.ReportRound(
        script["obligation"],
        script["year"],
        days,
        returned="",
        closing=script["decided"].date(),
        number=0,
        first_number=60,
    )
