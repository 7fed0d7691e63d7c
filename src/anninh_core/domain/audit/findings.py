"""What an examination of the journal found: named findings, each with a severity and a sentence."""

from datetime import datetime
from enum import IntEnum, StrEnum

from attrs import define, field, frozen

from anninh_core.ports.storages.changes import GENESIS


class Severity(IntEnum):
    """How bad a finding is; what is greater is worse."""

    NOTE = 0
    """Good to know."""
    BREAK = 1
    """Lines are lost, and an entry of the journal says why."""
    ALARM = 2
    """The journal holds, and something else in the store doesn't agree with it, or its note is missing."""
    BROKEN = 3
    """The journal isn't what it was."""


class AuditVerdict(StrEnum):
    """The examination in a word."""

    PROVEN = "proven"  # it agrees with heads that were kept elsewhere
    CONSISTENT = "consistent, not proven"  # it agrees with itself, as a rewritten journal would too
    BREAK = "break"
    ALARM = "alarm"
    BROKEN = "broken"


@frozen(kw_only=True)
class AuditFinding:
    """One thing that was found.

    Attributes:
        name: stable, in lower case, for programs.
        sentence: for people; without a full stop.
        line: number of the journal line that it is about, 0 for none.
    """

    name: str
    severity: Severity
    sentence: str
    line: int = 0


@define(kw_only=True)
class AuditReport:
    """The result of an examination; checks add what they find.

    Attributes:
        seq, hash: the last line that follows from all before it.
        proven_to: lines up to this one are those that a head kept elsewhere saw; 0 for none.
        proven_at: when that head was made, in UTC.
        unchecked: what was not checked, in the middle of a sentence.
    """

    seq: int = 0
    hash: str = GENESIS
    proven_to: int = 0
    proven_at: datetime | None = None
    findings: list[AuditFinding] = field(factory=list)
    unchecked: list[str] = field(factory=list)

    def add(self, name: str, severity: Severity, sentence: str, *, line: int = 0) -> None:
        """Add a finding."""
        self.findings.append(AuditFinding(name=name, severity=severity, sentence=sentence, line=line))

    @property
    def broken_at(self) -> int:
        """The first line that is changed, missing, put in or moved; 0 for none, or where none can be named."""
        return min(
            (found.line for found in self.findings if found.severity is Severity.BROKEN and found.line), default=0
        )

    @property
    def verdict(self) -> AuditVerdict:
        """The worst of it; without anything bad, whether it is proven."""
        worst = max((found.severity for found in self.findings), default=Severity.NOTE)
        if worst is Severity.NOTE:
            return AuditVerdict.PROVEN if self.proven_at is not None else AuditVerdict.CONSISTENT
        return AuditVerdict[worst.name]
