"""The decision record: what a person decided about somebody, on which rule, and why."""

import re
from datetime import datetime

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.usecase.kinds import Kind

CONFLICT_OF_INTEREST = "conflict_of_interest"
"""Rule of decisions that keep somebody away from a case: they are shown to those alone who may make them."""

_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


def require_reason_code(given: str) -> str:
    """Return a reason code as it is, or raise `BadInput`: it stands in clear, where nobody's own words may stand."""
    if not _CODE.fullmatch(given):
        raise BadInput(
            "A reason must be a code such as `solved` or `not_ours` (a-z, 0-9, _ . -): write free text in "
            "its own field."
        )
    return given


@frozen(kw_only=True)
class Decision:
    """A decision that touches a person.

    Attributes:
        subject: `kind:id` of what it was about.
        by: officer id; a machine can't decide.
        rule: the rule cited (a charter rule, a rule of law).
        reason: reason code; see `require_reason_code`.
        text: the person's own words.
        evidence: SHA-256 of what was looked at; of a conflict of interest the mark of whom it keeps away; or "".
        version: of the stored record: how often it was written.
    """

    id: str
    subject: str
    unit: str
    by: str
    at: datetime
    rule: str
    reason: str
    text: str = field(repr=False)
    evidence: str = ""
    version: int = 0


DECISION = Kind(
    spec=IndexSpec(
        kind="decision",
        columns={"subject": str, "reason": str, "at": str},
        orders={"newest": ("-at",)},
    ),
    model=Decision,
    columns=lambda decision: {
        "subject": decision.subject,
        "reason": decision.reason,
        "at": decision.at.isoformat(),
    },
    scope=lambda decision: decision.subject,
    numbered=True,
)
