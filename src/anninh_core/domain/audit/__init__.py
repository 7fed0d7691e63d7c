"""Audit: the log of who did what, its chain and checkpoints of it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.audit.chain import ChainVerdict, export_line, parse_line, verify_chain, verify_export
    from anninh_core.domain.audit.export import JournalExport
    from anninh_core.domain.audit.findings import AuditFinding, AuditReport, AuditVerdict, Severity
    from anninh_core.domain.audit.heads.file import HeadFile
    from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD, RECEIVED_HEAD
    from anninh_core.domain.audit.heads.model import SignedHead
    from anninh_core.domain.audit.heads.proof import prove
    from anninh_core.domain.audit.heads.received import HeadReceipt
    from anninh_core.domain.audit.kind import CHECKPOINT
    from anninh_core.domain.audit.log import AuditLog, AuditPage
    from anninh_core.domain.audit.model import Checkpoint
    from anninh_core.domain.audit.record_check import RecordCheck, RecordVerdict, find_mismatches
    from anninh_core.domain.audit.record_check_columns import find_altered_columns
    from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding
    from anninh_core.domain.audit.service import Audit
    from anninh_core.domain.audit.verification import ChainVerification

__all__ = [
    "CHECKPOINT",
    "JOURNAL_HEAD",
    "RECEIVED_HEAD",
    "Audit",
    "AuditFinding",
    "AuditLog",
    "AuditPage",
    "AuditReport",
    "AuditVerdict",
    "ChainVerdict",
    "ChainVerification",
    "Checkpoint",
    "HeadFile",
    "HeadReceipt",
    "JournalExport",
    "Mismatch",
    "RecordCheck",
    "RecordFinding",
    "RecordVerdict",
    "Severity",
    "SignedHead",
    "export_line",
    "find_altered_columns",
    "find_mismatches",
    "parse_line",
    "prove",
    "verify_chain",
    "verify_export",
]

lazy(
    __name__,
    {
        "Audit": "service",
        "AuditLog": "log",
        "AuditPage": "log",
        "AuditReport": "findings",
        "CHECKPOINT": "kind",
        "ChainVerdict": "chain",
        "ChainVerification": "verification",
        "Checkpoint": "model",
        "AuditFinding": "findings",
        "HeadFile": "heads.file",
        "HeadReceipt": "heads.received",
        "JOURNAL_HEAD": "heads.kind",
        "JournalExport": "export",
        "Mismatch": "record_findings",
        "RECEIVED_HEAD": "heads.kind",
        "RecordCheck": "record_check",
        "RecordFinding": "record_findings",
        "RecordVerdict": "record_check",
        "Severity": "findings",
        "SignedHead": "heads.model",
        "AuditVerdict": "findings",
        "export_line": "chain",
        "find_altered_columns": "record_check_columns",
        "find_mismatches": "record_check",
        "parse_line": "chain",
        "prove": "heads.proof",
        "verify_chain": "chain",
        "verify_export": "chain",
    },
)
