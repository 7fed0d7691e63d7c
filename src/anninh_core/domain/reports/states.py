"""States of a report, and the transitions between them."""

from enum import StrEnum


class ReportState(StrEnum):
    """State of a report. A report in state `due` has no record yet."""

    DUE = "due"
    """The unit hasn't begun it."""
    DRAFT = "draft"
    """It is being written."""
    SUBMITTED = "submitted"
    """It was signed and submitted."""
    RETURNED = "returned"
    """It was returned for improvement."""
    ACCEPTED = "accepted"
    """It was accepted."""
    CONSOLIDATED = "consolidated"
    """It is a part of the consolidated report of the unit above."""
    SUPERSEDED = "superseded"
    """A corrected version replaced it."""


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
"""The state machine. A signed report never changes: a correction is a new version that supersedes it."""

SIGNED_STATES = frozenset({S.SUBMITTED, S.ACCEPTED, S.CONSOLIDATED})
"""Signed, and not replaced by a later version."""

FROZEN_STATES = SIGNED_STATES | {S.SUPERSEDED}
