"""Audit: who did what, and whether the record of it is whole."""

from anninh_core.rooms.audit.log import AuditLog
from anninh_core.rooms.audit.verification import ChainVerification
from anninh_core.work.desk import Desk


class Audit:
    """Everything done with the journal.

    Attributes:
        log: reads and exports it.
        verification: verifies its chain, and makes checkpoints.
    """

    def __init__(self, desk: Desk) -> None:
        self.log = AuditLog(desk)
        self.verification = ChainVerification(desk)
