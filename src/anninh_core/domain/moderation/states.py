"""Where a post stands, what can follow, and what may be done about it."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class PostState(StrEnum):
    """Where a post stands."""

    RAISED = "raised"
    """It waits for a ruling."""
    DECIDED = "decided"
    """There is a ruling."""
    APPEALED = "appealed"
    """Somebody objects to the ruling."""
    UPHELD = "upheld"
    """The ruling stands."""
    OVERTURNED = "overturned"
    """The ruling was taken back."""


class ModerationAction(StrEnum):
    """What a person may decide to do about a post."""

    NONE = "none"
    """Nothing."""
    REMIND = "remind"
    """Remind of the charter."""
    ASK_REMOVE = "ask_remove"
    """Ask whoever wrote it to take it away."""
    DELETE = "delete"
    """Delete the post."""
    LOCK = "lock"
    """Lock the group for a while."""
    REMOVE_MEMBER = "remove_member"
    """Take whoever wrote it out of the group."""


S = PostState
TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    S.RAISED: frozenset({S.DECIDED}),
    S.DECIDED: frozenset({S.APPEALED}),
    S.APPEALED: frozenset({S.UPHELD, S.OVERTURNED}),
    S.UPHELD: frozenset(),
    S.OVERTURNED: frozenset(),
}
"""The whole state machine. There is one appeal, and another person decides it."""

GROUP_ACTIONS = frozenset({ModerationAction.DELETE, ModerationAction.LOCK, ModerationAction.REMOVE_MEMBER})
"""Actions that somebody or some messenger must carry out in the group."""


ModerationChoice = Annotated[ModerationAction | str, Alias("ModerationChoice", choices="moderation_actions")]
"""What a person decides to do about a post."""
