"""The play: steps in the order of their days, each safe to begin again."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from attrs import frozen

from anninh_core.demo.acts import founding, handling, moderating, planning, publishing, reporting, talking
from anninh_core.demo.acts.exporting import export
from anninh_core.demo.cast import appoint_all, communes
from anninh_core.demo.setting import OpenDoor
from anninh_core.demo.stage import BEGIN, Stage, name_local_user, set_up
from anninh_core.demo.summary import Summary, summed_up
from anninh_core.kernel.dates import VIETNAM

_LAST_DAY = date(2022, 6, 18)


class Progress(Protocol):
    """Hears how far the play is."""

    def __call__(self, done: int, of: int, what: str) -> None:
        """Hear that `done` of `of` steps are over, and what comes next."""
        ...


@frozen
class Step:
    """Something that happens at a moment."""

    at: datetime
    what: str
    act: Callable[[], object]


def run(
    out: Path,
    *,
    progress: Progress | None = None,
    until: date = _LAST_DAY,
    messenger: str = "mock",
    door: OpenDoor | None = None,
) -> Summary:
    """Play the plan of 2021 in a folder, from the first day to the half-year report, and return what came of it.

    A play that was stopped goes on where it stood.

    Args:
        out: folder of the play; made if need be.
        progress: hears of every step.
        until: last day played.
        messenger: name of the plugin that brings the messenger and a pretend platform to play on.
        door: opens a web door, for a platform that posts its events over HTTP.

    Raises:
        ConfigurationError: there is nothing to play on, or what a stopped play has left can't go on.
    """
    stage = set_up(out, messenger, door)
    try:
        appoint_all(stage)
        name_local_user(stage)
        _play(stage, until, progress or _quietly)
        files = export(stage, until)
        return summed_up(stage, files)
    finally:
        stage.close()


def _quietly(done: int, of: int, what: str) -> None:
    """Hear of the progress, and keep it to oneself."""


def _play(stage: Stage, until: date, progress: Progress) -> None:
    end = _at(until + timedelta(days=1), 0)
    steps = sorted((step for step in _steps(stage) if step.at < end), key=lambda step: step.at)
    stage.let_in()
    for number in range(stage.done, len(steps)):
        step = steps[number]
        progress(number, len(steps), step.what)
        stage.turn_clock(step.at)
        step.act()
        stage.mark_done(number + 1)
    progress(len(steps), len(steps), "done")


def _steps(stage: Stage) -> Iterator[Step]:
    yield Step(BEGIN, "preparing", partial(_prepare, stage))
    yield from _foundings(stage)
    yield from (Step(line.at, "messages", partial(talking.say, stage, n)) for n, line in enumerate(stage.lines))
    yield from _plan(stage)
    for number, item in enumerate(stage.script["items"]):
        yield Step(item["at"], "publishing", partial(publishing.publish, stage, number))
    for one in reporting.rounds():
        yield from _reports(stage, one)
    yield from _days(stage)


def _prepare(stage: Stage) -> None:
    stage.app.worker.tick()
    planning.name_heads(stage)
    founding.found_board(stage)
    handling.write_articles(stage)


def _foundings(stage: Stage) -> Iterator[Step]:
    pilot, *others = communes(stage)
    yield Step(_at(date(2021, 8, 21), 8), "founding", partial(_found, stage, pilot))
    for number, unit in enumerate(others):
        yield Step(_at(date(2021, 9, 6) + timedelta(days=number // 2), 9), "founding", partial(_found, stage, unit))


def _found(stage: Stage, unit: str) -> None:
    planning.issue_plan(stage, unit)
    founding.found_commune(stage, unit)
    stage.let_in()


def _plan(stage: Stage) -> Iterator[Step]:
    script = stage.script
    difficulty = script["difficulty"]
    yield Step(_at(script["training"]["day"], 15), "planning", partial(planning.train, stage))
    yield Step(_at(script["campaign"]["start"], 9), "planning", partial(planning.open_campaign, stage))
    yield Step(_at(date(2021, 10, 1), 9), "planning", partial(planning.close_campaign, stage))
    yield Step(_at(date(2021, 9, 14), 16), "groups", partial(founding.measure_groups, stage))
    for number, inspection in enumerate(script["inspections"]):
        yield Step(_at(inspection["day"], 9), "planning", partial(planning.inspect, stage, number))
    yield Step(_at(difficulty["raised"], 9), "planning", partial(planning.raise_difficulty, stage))
    yield Step(_at(difficulty["answered"], 9), "planning", partial(planning.answer_difficulty, stage))
    yield Step(_at(difficulty["closed"], 9), "planning", partial(planning.close_difficulty, stage))


def _reports(stage: Stage, one: reporting.Round) -> Iterator[Step]:
    for unit, day in zip(communes(stage), one.days, strict=True):
        yield Step(_at(day, 10), "reports", partial(reporting.hand_in, stage, one, unit))
    yield Step(_at(one.closing, 9), "reports", partial(reporting.accept, stage, one))
    yield Step(_at(one.closing, 10), "reports", partial(reporting.consolidate, stage, one))


def _days(stage: Stage) -> Iterator[Step]:
    """Yield the officers' rounds: the clock's own every morning, handling every afternoon, groups once a month."""
    day = date(2021, 8, 21)
    while day <= _LAST_DAY:
        yield Step(_at(day, 7), "days", partial(_morning, stage))
        yield Step(_at(day, 17), "cases", partial(_afternoon, stage))
        if (day + timedelta(days=1)).day == 1:
            yield Step(_at(day, 16), "groups", partial(founding.measure_groups, stage))
        day += timedelta(days=1)


def _morning(stage: Stage) -> None:
    stage.platform.new_day()
    stage.app.worker.tick()
    stage.let_in()


def _afternoon(stage: Stage) -> None:
    handling.mark_messages(stage)
    handling.handle_tips(stage)
    handling.answer_questions(stage)
    moderating.moderate(stage)
    moderating.appeal_once(stage)
    publishing.post_by_hand(stage)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM).astimezone(UTC)
