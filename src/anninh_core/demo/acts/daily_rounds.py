"""Daily rounds of the demo: the start of a day, and the officers' afternoon work."""

from anninh_core.demo.acts import case_handling, moderating, publishing
from anninh_core.demo.stage import DemoStage


def start_day(stage: DemoStage) -> None:
    """Start a day of the demo: the platform's people write their messages, and jobs due by the clock run."""
    stage.platform.new_day()
    stage.app.worker.tick()
    stage.deliver_events()


def advance_open_work(stage: DemoStage) -> None:
    """Advance all open work of the demo: cases, posts, and posts to publish by hand."""
    case_handling.create_cases(stage)
    case_handling.claim_alarms(stage)
    case_handling.handle_tips(stage)
    case_handling.answer_questions(stage)
    moderating.moderate_posts(stage)
    moderating.appeal_first_removal(stage)
    publishing.post_items_by_hand(stage)
