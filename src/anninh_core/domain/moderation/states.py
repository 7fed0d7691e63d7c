"""States of a post, the transitions between them, and the possible measures."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class PostState(StrEnum):
    """State of a post."""

    RAISED = "raised"
    """The post waits for a ruling."""
    DECIDED = "decided"
    """A moderator has ruled on the post."""
    APPEALED = "appealed"
    """The author of the post appealed against the ruling."""
    UPHELD = "upheld"
    """The ruling was confirmed."""
    OVERTURNED = "overturned"
    """The ruling was overturned."""


class ModerationAction(StrEnum):
    """A measure that a person may decide on."""

    NONE = "none"
    """No measure."""
    REMIND = "remind"
    """Remind the group of the charter."""
    ASK_REMOVE = "ask_remove"
    """Ask the author to delete the post."""
    DELETE = "delete"
    """Delete the post."""
    LOCK = "lock"
    """Lock the group for a time."""
    REMOVE_MEMBER = "remove_member"
    """Remove the author from the group."""


S = PostState
TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    S.RAISED: frozenset({S.DECIDED}),
    S.DECIDED: frozenset({S.APPEALED}),
    S.APPEALED: frozenset({S.UPHELD, S.OVERTURNED}),
    S.UPHELD: frozenset(),
    S.OVERTURNED: frozenset(),
}
"""State machine of posts under moderation. There is one appeal, and another person decides it."""

GROUP_ACTIONS = frozenset({ModerationAction.DELETE, ModerationAction.LOCK, ModerationAction.REMOVE_MEMBER})
"""Measures that a messenger or a person must take in the group."""


ModerationChoice = Annotated[ModerationAction | str, Alias("ModerationChoice", choices="moderation_actions")]
"""The measure that a person decides on."""
