"""The class that holds all services of moderation: machines flag posts, a person decides by the charter, and another
person decides the appeal (P-III.1.c).
"""

from anninh_core.domain.moderation.appeals import Appeals
from anninh_core.domain.moderation.flagging import FindPosted, PostFlagging
from anninh_core.domain.moderation.queries import ModerationQueries
from anninh_core.domain.moderation.rulings import Rulings
from anninh_core.usecase.runner import UseCaseRunner


class Moderation:
    """All use cases of moderation. A machine never takes a measure against a person on its own."""

    def __init__(self, runner: UseCaseRunner, find_posted: FindPosted) -> None:
        """Set up the services; `find_posted` finds group and author of a post that a moderator raises."""
        self.flagging = PostFlagging(runner, find_posted)
        self.rulings = Rulings(runner)
        self.appeals = Appeals(runner)
        self.queries = ModerationQueries(runner)
