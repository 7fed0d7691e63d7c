"""The rounds of a day: how it begins, and what officers do in the afternoon."""

from anninh_core.demo.acts import case_handling, moderating, publishing
from anninh_core.demo.stage import DemoStage


def morning(stage: DemoStage) -> None:
    """Let a day begin: the platform's people, and what is due by the clock."""
    stage.platform.new_day()
    stage.app.worker.tick()
    stage.deliver_events()


def afternoon(stage: DemoStage) -> None:
    """Move everything on that is open: cases, posts, and what is to be posted by hand."""
    case_handling.mark_messages(stage)
    case_handling.take_up_alarms(stage)
    case_handling.handle_tips(stage)
    case_handling.answer_questions(stage)
    moderating.moderate(stage)
    moderating.appeal_once(stage)
    publishing.post_by_hand(stage)
