"""Daily rounds: the start of a day, and the officers' afternoon work."""

from anninh_core.demo.acts import case_handling, moderating, publishing
from anninh_core.demo.stage import DemoStage


def morning(stage: DemoStage) -> None:
    """Start a day: messages of the platform's people, and jobs due by the clock."""
    stage.platform.new_day()
    stage.app.worker.tick()
    stage.deliver_events()


def afternoon(stage: DemoStage) -> None:
    """Advance all open work: cases, posts, and posts to publish by hand."""
    case_handling.create_cases(stage)
    case_handling.claim_alarms(stage)
    case_handling.handle_tips(stage)
    case_handling.answer_questions(stage)
    moderating.moderate(stage)
    moderating.appeal_once(stage)
    publishing.post_by_hand(stage)
