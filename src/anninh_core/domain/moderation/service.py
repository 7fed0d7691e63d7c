"""Moderation: machines flag, a person decides by the charter, another person hears the appeal (P-III.1.c)."""

from anninh_core.domain.moderation.appeals import Appeals
from anninh_core.domain.moderation.flagging import FindPosted, PostFlagging
from anninh_core.domain.moderation.queries import ModerationQueries
from anninh_core.domain.moderation.rulings import Rulings
from anninh_core.usecase.runner import UseCaseRunner


class Moderation:
    """Everything done about posts. Nothing is ever done about a person by a machine."""

    def __init__(self, runner: UseCaseRunner, find_posted: FindPosted) -> None:
        """Set up the service; `find_posted` tells where a post stands that a moderator raises."""
        self.flagging = PostFlagging(runner, find_posted)
        self.rulings = Rulings(runner)
        self.appeals = Appeals(runner)
        self.queries = ModerationQueries(runner)
