"""Signed heads of the journal: made, exported, received, and what they prove."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.audit.heads.continuation import Continuations
    from anninh_core.domain.audit.heads.file import HeadFile, encode_head_file, merge_head_files, parse_head_file
    from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD, RECEIVED_HEAD
    from anninh_core.domain.audit.heads.model import BreakReason, Continuation, SignedHead
    from anninh_core.domain.audit.heads.proof import prove
    from anninh_core.domain.audit.heads.receipts import HeadReceipts
    from anninh_core.domain.audit.heads.received import HeadReceipt, ReceivedHead
    from anninh_core.domain.audit.heads.signing import JournalHeads
    from anninh_core.domain.audit.heads.watching import watch_journal

__all__ = [
    "JOURNAL_HEAD",
    "RECEIVED_HEAD",
    "BreakReason",
    "Continuation",
    "Continuations",
    "HeadFile",
    "HeadReceipt",
    "HeadReceipts",
    "JournalHeads",
    "ReceivedHead",
    "SignedHead",
    "encode_head_file",
    "merge_head_files",
    "parse_head_file",
    "prove",
    "watch_journal",
]

lazy(
    __name__,
    {
        "BreakReason": "model",
        "Continuation": "model",
        "Continuations": "continuation",
        "HeadFile": "file",
        "HeadReceipt": "received",
        "HeadReceipts": "receipts",
        "JOURNAL_HEAD": "kind",
        "JournalHeads": "signing",
        "RECEIVED_HEAD": "kind",
        "ReceivedHead": "received",
        "SignedHead": "model",
        "encode_head_file": "file",
        "merge_head_files": "file",
        "parse_head_file": "file",
        "prove": "proof",
        "watch_journal": "watching",
    },
)
