"""What people decide about words: unsuitable posts, and what is held as it leads to somebody."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.leaks.service import Leaks
    from anninh_core.domain.moderation.service import Moderation
    from anninh_core.workflows import LeakDecision, ModerationDecision, PossiblePostSteps
    from anninh_core.workflows.possible_steps.offers import Verbs


class ModerationApi:
    """Unsuitable posts: a person decides, another hears the appeal. Every verb takes the actor first."""

    def __init__(
        self,
        moderation: "Moderation",
        decision: "ModerationDecision",
        possible_steps: "Callable[[Verbs], PossiblePostSteps]",
    ) -> None:
        self.raise_post = moderation.flagging.raise_post
        self.confirm_done = moderation.rulings.confirm_done
        self.get = moderation.queries.get
        self.list = moderation.queries.list
        self.tasks = moderation.queries.tasks
        self.decide = decision.decide
        self.decide_appeal = decision.decide_appeal
        self.can_do = possible_steps({**vars(self)}).can_do


class LeaksApi:
    """What is held because it leads to somebody: a person lets it go or stops it. Every verb takes the actor first."""

    def __init__(self, leaks: "Leaks", decision: "LeakDecision") -> None:
        self.findings = leaks.findings
        self.finding = leaks.finding
        self.hits_by_officer = leaks.hits_by_officer
        self.release = decision.release
        self.stop = decision.stop
