"""Unsuitable posts: a person decides, another hears the appeal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Moderation
    from anninh_core.workflows import ModerationDecision


class ModerationApi:
    """Unsuitable posts: a person decides, another hears the appeal. Every verb takes the actor first."""

    def __init__(self, moderation: "Moderation", decision: "ModerationDecision") -> None:
        self.raise_post = moderation.flagging.raise_post
        self.confirm_done = moderation.rulings.confirm_done
        self.get = moderation.queries.get
        self.list = moderation.queries.list
        self.tasks = moderation.queries.tasks
        self.decide = decision.decide
        self.decide_appeal = decision.decide_appeal
