"""Audit: the log of who did what, its chain and checkpoints of it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.audit.chain import ChainVerdict, export_line, parse_line, verify_chain, verify_export
    from anninh_core.domain.audit.kind import CHECKPOINT
    from anninh_core.domain.audit.log import AuditLog, AuditPage
    from anninh_core.domain.audit.model import Checkpoint
    from anninh_core.domain.audit.record_check import (
        Mismatch,
        RecordCheck,
        RecordFinding,
        RecordVerdict,
        find_mismatches,
    )
    from anninh_core.domain.audit.record_check_columns import find_altered_columns
    from anninh_core.domain.audit.service import Audit
    from anninh_core.domain.audit.verification import ChainVerification

__all__ = [
    "CHECKPOINT",
    "Audit",
    "AuditLog",
    "AuditPage",
    "ChainVerdict",
    "ChainVerification",
    "Checkpoint",
    "Mismatch",
    "RecordCheck",
    "RecordFinding",
    "RecordVerdict",
    "export_line",
    "find_altered_columns",
    "find_mismatches",
    "parse_line",
    "verify_chain",
    "verify_export",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Audit": "service",
        "AuditLog": "log",
        "AuditPage": "log",
        "CHECKPOINT": "kind",
        "ChainVerdict": "chain",
        "ChainVerification": "verification",
        "Checkpoint": "model",
        "Mismatch": "record_check",
        "RecordCheck": "record_check",
        "RecordFinding": "record_check",
        "RecordVerdict": "record_check",
        "export_line": "chain",
        "find_altered_columns": "record_check_columns",
        "find_mismatches": "record_check",
        "parse_line": "chain",
        "verify_chain": "chain",
        "verify_export": "chain",
    },
)
