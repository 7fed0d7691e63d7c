"""States of a report, and the transitions between them."""

from enum import StrEnum


class ReportState(StrEnum):
    """State of a report. A report in state `due` has no record yet."""

    DUE = "due"
    """The unit hasn't begun the report."""
    DRAFT = "draft"
    """The report is being written."""
    SUBMITTED = "submitted"
    """The report was signed and submitted."""
    RETURNED = "returned"
    """The report was returned for improvement."""
    ACCEPTED = "accepted"
    """The report was accepted."""
    CONSOLIDATED = "consolidated"
    """The report is a part of the consolidated report of the unit above."""
    SUPERSEDED = "superseded"
    """A corrected version replaced the report."""


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
"""State machine of reports. A signed report never changes: a correction is a new version that supersedes it."""

SIGNED_STATES = frozenset({S.SUBMITTED, S.ACCEPTED, S.CONSOLIDATED})
"""States of a report that is signed and that no later version has replaced."""

FROZEN_STATES = SIGNED_STATES | {S.SUPERSEDED}
