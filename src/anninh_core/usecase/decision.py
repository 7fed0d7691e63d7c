"""Records of decisions that a person made about another person, each with its rule and reason."""

import re
from datetime import datetime

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.usecase.kinds import Kind

CONFLICT_OF_INTEREST = "conflict_of_interest"
"""The rule cited by decisions that keep an officer away from a case. Only those with permission to make them see
them.
"""

_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


def require_reason_code(code: str) -> str:
    """Return a reason code if it is valid, or raise `BadInput`: the code is stored in clear, where free text is
    forbidden.
    """
    if not _CODE.fullmatch(code):
        raise BadInput(
            "A reason must be a code such as `solved` or `not_ours` (a-z, 0-9, _ . -): write free text in "
            "its own field."
        )
    return code


@frozen(kw_only=True)
class Decision:
    """A decision that affects a person.

    Attributes:
        subject: `kind:id` of the record decided about.
        by: officer id; a machine can't decide.
        rule: the rule cited (a charter rule, a rule of law).
        reason: reason code; see `require_reason_code`.
        text: the officer's own words.
        evidence: SHA-256 of the reviewed evidence; for a conflict of interest the mark of the excluded officer; or "".
        version: version of the stored record.
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
