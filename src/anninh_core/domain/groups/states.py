"""Where a group stands, and what can follow."""

from enum import StrEnum


class GroupState(StrEnum):
    """Where a group stands in its life."""

    PLANNED = "planned"
    """It is registered, and there is no chat group."""
    FORMING = "forming"
    """It exists on its messenger; board and members are gathered."""
    ACTIVE = "active"
    """Members are in it."""
    SUSPENDED = "suspended"
    """It rests for a while."""
    CLOSED = "closed"
    """It has ended for good."""


S = GroupState
OPEN_STATES = tuple(state.value for state in S if state is not S.CLOSED)

TRANSITIONS: dict[GroupState, frozenset[GroupState]] = {
    S.PLANNED: frozenset({S.FORMING, S.CLOSED}),
    S.FORMING: frozenset({S.ACTIVE, S.CLOSED}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.CLOSED}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.CLOSED}),
    S.CLOSED: frozenset(),
}
"""The whole state machine. What isn't here can't happen."""
