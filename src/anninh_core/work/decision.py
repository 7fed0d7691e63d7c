"""The decision record: what a person decided about somebody, on which rule, and why."""

from datetime import datetime

from attrs import frozen

from anninh_core.ports.changes import IndexSpec
from anninh_core.work.kinds import Kind


@frozen(kw_only=True)
class Decision:
    """A decision that touches a person.

    Attributes:
        subject: `kind:id` of what it was about.
        by: officer id; a machine can't decide.
        rule: the rule cited (a charter rule, a rule of law).
        reason: reason code.
        text: the person's own words.
        evidence: SHA-256 of what was looked at, or "".
    """

    id: str
    subject: str
    unit: str
    by: str
    at: datetime
    rule: str
    reason: str
    text: str
    evidence: str = ""


DECISION = Kind(
    spec=IndexSpec(
        kind="decision",
        columns={"subject": str, "reason": str, "at": str},
        orders={"newest": ("-at",)},
    ),
    model=Decision,
    unit=lambda decision: decision.unit,
    columns=lambda decision: {
        "subject": decision.subject,
        "reason": decision.reason,
        "at": decision.at.isoformat(),
    },
    scope=lambda decision: decision.subject,
)
