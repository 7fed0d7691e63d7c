"""Findings of an examination of the journal; each has a name, a severity and a sentence."""

from datetime import datetime
from enum import IntEnum, StrEnum

from attrs import define, field, frozen

from anninh_core.ports.storages.changes import GENESIS


class Severity(IntEnum):
    """Severity of a finding; a greater value is worse."""

    NOTE = 0
    """Information only."""
    BREAK = 1
    """Lines are lost, and an entry of the journal explains it."""
    ALARM = 2
    """The journal is valid, but other data in the storage contradict it, or its note is missing."""
    BROKEN = 3
    """The journal was changed."""


class AuditVerdict(StrEnum):
    """Overall result of an examination."""

    PROVEN = "proven"  # The journal agrees with heads that were kept elsewhere.
    CONSISTENT = "consistent, not proven"  # The journal agrees with itself, as a rewritten journal would too.
    BREAK = "break"
    ALARM = "alarm"
    BROKEN = "broken"


@frozen(kw_only=True)
class AuditFinding:
    """A finding of an examination.

    Attributes:
        name: stable, in lower case, for programs.
        sentence: for people; without a full stop.
        line: number of the journal line concerned, 0 for none.
    """

    name: str
    severity: Severity
    sentence: str
    line: int = 0


@define(kw_only=True)
class AuditReport:
    """The result of an examination; checks add their findings.

    Attributes:
        seq, hash: last line that follows from all lines before it.
        proven_to: number of the last line that a head kept elsewhere proves; 0 for none.
        proven_at: when that head was made, in UTC.
        unchecked: parts that weren't checked, in the middle of a sentence.
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
        """Number of the first line that was altered, inserted, moved or is missing; 0 if there is none or its number is
        unknown.
        """
        return min(
            (finding.line for finding in self.findings if finding.severity is Severity.BROKEN and finding.line),
            default=0,
        )

    @property
    def verdict(self) -> AuditVerdict:
        """The verdict of the worst finding; if no finding is worse than a note, the verdict shows whether the journal
        is proven.
        """
        worst = max((finding.severity for finding in self.findings), default=Severity.NOTE)
        if worst is Severity.NOTE:
            return AuditVerdict.PROVEN if self.proven_at is not None else AuditVerdict.CONSISTENT
        return AuditVerdict[worst.name]
