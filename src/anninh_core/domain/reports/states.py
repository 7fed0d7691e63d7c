"""Where a report stands, and what can follow."""

from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands. `due` is said of one that nobody has begun: it has no record."""

    DUE = "due"
    """Nobody has begun it."""
    DRAFT = "draft"
    """It is being written."""
    SUBMITTED = "submitted"
    """It was signed and handed in."""
    RETURNED = "returned"
    """It was given back."""
    ACCEPTED = "accepted"
    """It was accepted."""
    CONSOLIDATED = "consolidated"
    """It is a part of the report of the unit above."""
    SUPERSEDED = "superseded"
    """A corrected edition has taken its place."""


S = ReportState
TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    S.DUE: frozenset({S.DRAFT}),
    S.DRAFT: frozenset({S.DRAFT, S.SUBMITTED}),
    S.SUBMITTED: frozenset({S.RETURNED, S.ACCEPTED, S.SUPERSEDED}),
    S.RETURNED: frozenset({S.DRAFT}),
    S.ACCEPTED: frozenset({S.CONSOLIDATED, S.SUPERSEDED}),
    S.CONSOLIDATED: frozenset({S.SUPERSEDED}),
    S.SUPERSEDED: frozenset(),
}
"""The whole state machine. A signed report never changes: a correction is a new version that supersedes it."""

SIGNED_STATES = frozenset({S.SUBMITTED, S.ACCEPTED, S.CONSOLIDATED})
"""Signed, and not replaced by a later version."""

FROZEN_STATES = SIGNED_STATES | {S.SUPERSEDED}
