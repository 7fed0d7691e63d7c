"""The demo run, with steps in chronological order that are safe to repeat."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from anninh_core.demo.acts import (
    case_handling,
    group_creation,
    planning,
    publishing,
    reporting,
    resident_messages,
)
from anninh_core.demo.acts.daily_rounds import advance_open_work, start_day
from anninh_core.demo.acts.exporting import export_files
from anninh_core.demo.cast import appoint_first_officers, list_communes
from anninh_core.demo.open_world.schedule import LAST_DAY, open_world_steps
from anninh_core.demo.platform_setup import OpenDoor
from anninh_core.demo.stage import START, DemoStage, is_over, name_local_user, open_stage
from anninh_core.demo.steps import DemoStep, utc_time
from anninh_core.demo.summary import Summary, summarize

PLAN_END = date(2022, 6, 18)
"""The last day of the plan's year, at which nearly all work is done; later work stays open."""


class ProgressCallback(Protocol):
    """Receives the progress of the demo run."""

    def __call__(self, done: int, of: int, what: str) -> None:
        """Report that `done` of `of` steps are finished, and the name of the next step."""
        ...


def run(
    out: Path,
    *,
    progress: ProgressCallback | None = None,
    until: date = LAST_DAY,
    messenger: str = "mock",
    door: OpenDoor | None = None,
) -> Summary:
    """Run the plan of 2021 in a folder, from the first day to the half-year report, and return a summary.

    After the plan's year come some weeks with open work, so that every screen has content. A stopped demo run is
    resumed.

    Args:
        out: folder of the demo; created if it is missing.
        until: last day of the run.
        messenger: name of the plugin that provides the messenger and a simulated platform.
        door: opens a web server, for a platform that posts its events over HTTP.

    Raises:
        ConfigurationError: the plugin has no simulated platform, or a stopped demo run can't be resumed.
    """
    stage = open_stage(out, messenger, door)
    try:
        appoint_first_officers(stage)
        name_local_user(stage)
        _run_steps(stage, until, progress or _ignore_progress)
        summary = summarize(stage, export_files(stage, until))
        if until >= LAST_DAY and not is_over(stage.app):
            stage.mark_over()
        return summary
    finally:
        stage.close()


def _ignore_progress(done: int, of: int, what: str) -> None:
    """Do nothing with the progress, if the caller doesn't show it."""


def _run_steps(stage: DemoStage, until: date, progress: ProgressCallback) -> None:
    end = utc_time(until + timedelta(days=1), 0)
    steps = sorted((step for step in _iter_steps(stage) if step.at < end), key=lambda step: step.at)
    stage.deliver_events()
    for number in range(stage.steps_done, len(steps)):
        step = steps[number]
        progress(number, len(steps), step.what)
        stage.advance_clock(step.at)
        step.act()
        stage.mark_done(number + 1)
    progress(len(steps), len(steps), "done")


def _iter_steps(stage: DemoStage) -> Iterator[DemoStep]:
    yield DemoStep(START, "preparing", partial(_prepare_demo, stage))
    yield from _iter_group_steps(stage)
    yield from (
        DemoStep(line.at, "messages", partial(resident_messages.send_line, stage, n))
        for n, line in enumerate(stage.lines)
    )
    yield from _iter_plan_steps(stage)
    for number, item in enumerate(stage.script["items"]):
        yield DemoStep(item["at"], "publishing", partial(publishing.publish_item, stage, number))
    for report_round in reporting.list_report_rounds():
        yield from _iter_report_steps(stage, report_round)
    yield from _iter_daily_steps(stage)
    yield from open_world_steps(stage)


def _prepare_demo(stage: DemoStage) -> None:
    stage.app.worker.tick()
    planning.name_heads(stage)
    group_creation.create_board_group(stage)
    case_handling.write_articles(stage)


def _iter_group_steps(stage: DemoStage) -> Iterator[DemoStep]:
    pilot, *other_units = list_communes(stage)
    yield DemoStep(utc_time(date(2021, 8, 21), 8), "founding", partial(_set_up_commune, stage, pilot))
    for number, unit in enumerate(other_units):
        yield DemoStep(
            utc_time(date(2021, 9, 6) + timedelta(days=number // 2), 9),
            "founding",
            partial(_set_up_commune, stage, unit),
        )


def _set_up_commune(stage: DemoStage, unit: str) -> None:
    planning.issue_plan(stage, unit)
    group_creation.create_commune_groups(stage, unit)
    stage.deliver_events()


def _iter_plan_steps(stage: DemoStage) -> Iterator[DemoStep]:
    script = stage.script
    difficulty = script["difficulty"]
    yield DemoStep(utc_time(script["training"]["day"], 15), "planning", partial(planning.hold_board_training, stage))
    yield DemoStep(utc_time(script["campaign"]["start"], 9), "planning", partial(planning.open_campaign, stage))
    yield DemoStep(utc_time(date(2021, 10, 1), 9), "planning", partial(planning.close_campaign, stage))
    yield DemoStep(utc_time(date(2021, 9, 14), 16), "groups", partial(group_creation.measure_groups, stage))
    for number, inspection in enumerate(script["inspections"]):
        yield DemoStep(utc_time(inspection["day"], 9), "planning", partial(planning.inspect_commune, stage, number))
    yield DemoStep(utc_time(difficulty["raised"], 9), "planning", partial(planning.raise_difficulty, stage))
    yield DemoStep(utc_time(difficulty["answered"], 9), "planning", partial(planning.answer_difficulty, stage))
    yield DemoStep(utc_time(difficulty["closed"], 9), "planning", partial(planning.close_difficulty, stage))


def _iter_report_steps(stage: DemoStage, report_round: reporting.ReportRound) -> Iterator[DemoStep]:
    for unit, day in zip(list_communes(stage), report_round.days, strict=True):
        yield DemoStep(utc_time(day, 10), "reports", partial(reporting.submit_report, stage, report_round, unit))
    yield DemoStep(utc_time(report_round.closing, 9), "reports", partial(reporting.accept_reports, stage, report_round))
    yield DemoStep(
        utc_time(report_round.closing, 10), "reports", partial(reporting.consolidate_reports, stage, report_round)
    )


def _iter_daily_steps(stage: DemoStage) -> Iterator[DemoStep]:
    """Yield the officers' rounds: jobs due by the clock every morning, case handling every afternoon, groups once a
    month.
    """
    day = date(2021, 8, 21)
    while day <= PLAN_END:
        yield DemoStep(utc_time(day, 7), "days", partial(start_day, stage))
        yield DemoStep(utc_time(day, 17), "cases", partial(advance_open_work, stage))
        if (day + timedelta(days=1)).day == 1:
            yield DemoStep(utc_time(day, 16), "groups", partial(group_creation.measure_groups, stage))
        day += timedelta(days=1)
