"""Schedule of the demo's last weeks."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from anninh_core.demo.acts import group_creation, publishing
from anninh_core.demo.acts.daily_rounds import advance_open_work, start_day
from anninh_core.demo.open_world import items, moderated_posts, opening, reports, tips
from anninh_core.demo.stage import DemoStage
from anninh_core.demo.steps import DemoStep, utc_time

LAST_DAY = date(2022, 11, 14)
"""The last day in time for the yearly report, which is due before the 15th."""

QUIET_DAYS = "quiet days"
"""Name, in the progress display, of the days after the plan's year."""

_QUIET_TIME = (date(2022, 6, 20), date(2022, 10, 16))
"""First and last day between the plan's year and the last weeks, with few messages and one round of work per week."""

_LAST_POSTING = date(2022, 11, 11)
"""Last day on which posts are published by hand; later posts wait on the task sheets."""


def compute_final_time() -> datetime:
    """Return the time of the demo's clock at the end of the demo run."""
    return utc_time(LAST_DAY, 10)


def open_world_steps(stage: DemoStage) -> Iterator[DemoStep]:
    """Yield the steps of the demo's last weeks."""
    script = stage.script["open_world"]
    yield from _iter_day_steps(stage)
    yield DemoStep(utc_time(date(2022, 10, 17), 8), "open cases", partial(opening.open_last_weeks, stage))
    yield DemoStep(utc_time(date(2022, 11, 13), 17), "open cases", partial(opening.set_roster, stage))
    yield DemoStep(script["lost_chat"]["at"], "open cases", partial(opening.name_unreachable_head, stage))
    for number, goal in enumerate(script["tips"]):
        yield DemoStep(goal["at"], "open cases", partial(tips.bring_tip_to_goal, stage, number))
    yield DemoStep(script["walk_in"]["at"], "open cases", partial(tips.record_walk_in_question, stage))
    for number, item in enumerate(script["items"]):
        yield DemoStep(item["at"], "open items", partial(items.bring_item_to_goal, stage, number))
    yield DemoStep(script["moderation"]["decided"], "open posts", partial(moderated_posts.remove_post, stage))
    yield DemoStep(script["moderation"]["appealed"], "open posts", partial(moderated_posts.appeal_removal, stage))
    yield from _iter_report_steps(stage)
    yield DemoStep(script["identity"]["at"], "open cases", partial(tips.request_name, stage))
    yield DemoStep(compute_final_time(), "open cases", partial(_finish_due_work, stage))


def _iter_report_steps(stage: DemoStage) -> Iterator[DemoStep]:
    script = stage.script["open_world"]
    for number, handed_in in enumerate(script["reports"]["handed_in"]):
        yield DemoStep(handed_in["at"], "open reports", partial(reports.submit_report, stage, number))
    yield DemoStep(script["reports"]["decided"], "open reports", partial(reports.decide_reports, stage))
    yield DemoStep(script["reports"]["drafted"]["at"], "open reports", partial(reports.draft_report, stage))
    yield DemoStep(script["difficulty"]["at"], "open reports", partial(reports.raise_difficulty, stage))


def _iter_day_steps(stage: DemoStage) -> Iterator[DemoStep]:
    day, quiet_until = _QUIET_TIME
    while day <= LAST_DAY:
        yield DemoStep(utc_time(day, 7), QUIET_DAYS, partial(start_day, stage))
        if day <= _LAST_POSTING:
            act = advance_open_work if day < quiet_until else publishing.post_items_by_hand
            yield DemoStep(utc_time(day, 17), QUIET_DAYS, partial(act, stage))
        day += timedelta(days=7 if day < quiet_until else 1)
    for month_end in (date(2022, 6, 30), *(date(2022, month, 31) for month in (7, 8, 10)), date(2022, 9, 30)):
        yield DemoStep(utc_time(month_end, 16), "groups", partial(group_creation.measure_groups, stage))


def _finish_due_work(stage: DemoStage) -> None:
    """Run the worker until nothing is due at the end of the demo run."""
    stage.app.worker.tick()
    stage.deliver_events()
