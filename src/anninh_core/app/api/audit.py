"""The audit log and its verification."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Audit


class AuditApi:
    """The audit log and its verification. Every verb takes the actor first."""

    def __init__(self, audit: "Audit") -> None:
        self.trail = audit.log.trail
        self.export = audit.log.export
        self.verify = audit.verification.verify
        self.checkpoint = audit.verification.checkpoint
        self.check_checkpoint = audit.verification.check_checkpoint
        self.check_records = audit.records.check_records
