"""States of a group, and the transitions between them."""

from enum import StrEnum


class GroupState(StrEnum):
    """State of a group."""

    PLANNED = "planned"
    """The group is registered, but has no chat group yet."""
    FORMING = "forming"
    """The group exists on its messenger; its board and members are being collected."""
    ACTIVE = "active"
    """The group is open to members."""
    SUSPENDED = "suspended"
    """The group is out of use for a time."""
    CLOSED = "closed"
    """The group is closed permanently."""


S = GroupState
OPEN_STATES = tuple(state.value for state in S if state is not S.CLOSED)

TRANSITIONS: dict[GroupState, frozenset[GroupState]] = {
    S.PLANNED: frozenset({S.FORMING, S.CLOSED}),
    S.FORMING: frozenset({S.ACTIVE, S.CLOSED}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.CLOSED}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.CLOSED}),
    S.CLOSED: frozenset(),
}
"""State machine of groups. Transitions not listed here are impossible."""
