"""Audit: who did what, and whether the record of it is whole."""

from anninh_core.domain.audit.log import AuditLog
from anninh_core.domain.audit.record_check import RecordCheck
from anninh_core.domain.audit.verification import ChainVerification
from anninh_core.usecase.runner import UseCaseRunner


class Audit:
    """Everything done with the journal.

    Attributes:
        log: reads and exports it.
        verification: verifies its chain, and makes checkpoints.
        records: compares the records with it.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self.log = AuditLog(runner)
        self.verification = ChainVerification(runner)
        self.records = RecordCheck(runner)
