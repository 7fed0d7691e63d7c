"""Where a post stands, what can follow, and what may be done about it."""

from enum import StrEnum


class PostState(StrEnum):
    """Where a post stands."""

    RAISED = "raised"
    DECIDED = "decided"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class ModerationAction(StrEnum):
    """What a person may decide to do about a post."""

    NONE = "none"
    REMIND = "remind"
    ASK_REMOVE = "ask_remove"
    DELETE = "delete"
    LOCK = "lock"
    REMOVE_MEMBER = "remove_member"


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
