from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.audit.export import JournalExport
from anninh_core.domain.audit.heads.head_reception import HeadReceipts
from anninh_core.domain.audit.heads.signing import JournalHeads
from anninh_core.domain.audit.log import AuditLog
from anninh_core.domain.audit.record_check import RecordCheck
from anninh_core.domain.audit.verification import ChainVerification

_log = part(lambda internals: internals.services.audit.log)
_export = part(lambda internals: internals.services.audit.export)
_verification = part(lambda internals: internals.services.audit.verification)
_heads = part(lambda internals: internals.services.audit.heads)
_receipts = part(lambda internals: internals.services.audit.receipts)
_records = part(lambda internals: internals.services.audit.records)


class AuditApi(Noun):
    """The audit log and its verification. Every verb takes the actor first."""

    trail = verb(_log, AuditLog.trail)
    head = verb(_log, AuditLog.head)
    export = verb(_export, JournalExport.export_journal)
    verify = verb(_verification, ChainVerification.verify)
    examine = verb(_verification, ChainVerification.examine)
    sign_head = verb(_heads, JournalHeads.sign_head)
    heads = verb(_heads, JournalHeads.heads)
    export_heads = verb(_heads, JournalHeads.export_heads)
    rotate_signing_key = verb(_heads, JournalHeads.rotate_signing_key)
    receive_heads = verb(_receipts, HeadReceipts.receive_heads)
    received_heads = verb(_receipts, HeadReceipts.received_heads)
    checkpoint = verb(_verification, ChainVerification.checkpoint)
    check_checkpoint = verb(_verification, ChainVerification.check_checkpoint)
    check_records = verb(_records, RecordCheck.check_records)
