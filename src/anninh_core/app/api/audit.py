"""The audit log and its verification."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.audit.service import Audit


class AuditApi:
    """The audit log and its verification. Every verb takes the actor first."""

    def __init__(self, audit: "Audit") -> None:
        self.trail = audit.log.trail
        self.head = audit.log.head
        self.export = audit.export.export_journal
        self.verify = audit.verification.verify
        self.examine = audit.verification.examine
        self.sign_head = audit.heads.sign_head
        self.heads = audit.heads.heads
        self.export_heads = audit.heads.export_heads
        self.rotate_signing_key = audit.heads.rotate_signing_key
        self.receive_heads = audit.receipts.receive_heads
        self.received_heads = audit.receipts.received_heads
        self.checkpoint = audit.verification.checkpoint
        self.check_checkpoint = audit.verification.check_checkpoint
        self.check_records = audit.records.check_records
