from collections.abc import Callable, Iterator

from anninh_core.domain.audit.export import JournalExport
from anninh_core.domain.audit.heads.continuation import Continuations
from anninh_core.domain.audit.heads.head_reception import HeadReceipts
from anninh_core.domain.audit.heads.signing import JournalHeads
from anninh_core.domain.audit.log import AuditLog
from anninh_core.domain.audit.record_check import RecordCheck
from anninh_core.domain.audit.verification import ChainVerification
from anninh_core.usecase.runner import UseCaseRunner


class Audit:
    """The services of the journal, in one object."""

    def __init__(self, runner: UseCaseRunner, find_wrong_counters: Callable[[], Iterator[str]]) -> None:
        self.log = AuditLog(runner)
        self.verification = ChainVerification(runner, find_wrong_counters)
        self.heads = JournalHeads(runner)
        self.export = JournalExport(runner, self.log, self.heads)
        self.continuations = Continuations(runner)
        self.receipts = HeadReceipts(runner)
        self.records = RecordCheck(runner)
