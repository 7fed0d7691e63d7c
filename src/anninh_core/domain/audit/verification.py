"""Verification of the journal's hash chain, and its checkpoints."""

from collections.abc import Callable
from itertools import islice

from attrs import evolve

from anninh_core.domain.audit.chain import ChainVerdict, verify_chain
from anninh_core.domain.audit.findings import AuditReport, AuditVerdict, Severity
from anninh_core.domain.audit.heads.file import HeadFile
from anninh_core.domain.audit.heads.model import public_keys
from anninh_core.domain.audit.heads.noting import find_break
from anninh_core.domain.audit.heads.proof import prove
from anninh_core.domain.audit.heads.signing import iter_heads
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.audit.model import Checkpoint
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.storages.changes import GENESIS
from anninh_core.usecase.arguments import Line
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import read_lines
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MOST_MISMATCHES = 10_000  # told at most
_MARK_LABEL = "journal.checkpoint"

StoreCheck = Callable[[UseCaseContext, AuditReport], None]
"""Compares the journal of a store with what lies beside it, and adds what it finds to the report."""


def check_emptiness(context: UseCaseContext, report: AuditReport) -> None:
    """An empty journal beside records was emptied: no record is written without an entry."""
    if context.storage.journal.head()[0]:
        return
    kinds = context.storage.maintenance.kinds()
    if found := next((kind for kind in kinds if any(context.storage.maintenance.scan(kind, 1))), None):
        sentence = f"the journal is empty, and there are records such as those of the kind {found!r}: it was emptied"
        report.add("empty_beside_records", Severity.BROKEN, sentence, line=1)


def check_notes(context: UseCaseContext, report: AuditReport) -> None:
    """Compare the journal with what the keeper of keys noted of it."""
    found = find_break(context)
    if found is None:
        return
    seq, _ = context.storage.journal.head()
    sentence = (
        f"the keeper of keys noted line {found.seen_seq:,} of the journal, and that line isn't there "
        f"(the journal has {seq:,}): it was cut off, emptied, rewritten, or is an older copy"
    )
    report.add("noted", Severity.BROKEN, sentence, line=min(found.seen_seq, seq + 1))


def check_records(context: UseCaseContext, report: AuditReport) -> None:
    """Compare every record with what the journal last said of it; pointless where the journal itself is broken."""
    if report.verdict is AuditVerdict.BROKEN:
        return
    for found in islice(find_mismatches(context), _MOST_MISMATCHES):
        report.add(f"record_{found.mismatch}", Severity.ALARM, str(found))


STORE_CHECKS: tuple[StoreCheck, ...] = (check_emptiness, check_notes, check_records)


class ChainVerification(Service):
    """Proof that nobody altered the journal."""

    action_prefix = "governance"  # the stored first half of the journal's action names

    @query(Permission.TRAIL_READ, public=True)
    def verify(self, session: ReadSession, *, after: Line = 0, hash: str = GENESIS) -> ChainVerdict:
        """Verify the journal's chain, all of it or what follows a trusted line. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return verify_chain(read_lines(self.context.storage.journal, after), after=after, hash=hash)

    @query(Permission.TRAIL_READ)
    def examine(self, session: ReadSession, heads: HeadFile | None = None) -> AuditReport:
        """Verify the whole journal, compare it with heads, and with what lies beside it in the store.

        Needs the permission on the root.

        Args:
            heads: those that were kept elsewhere; without any nothing is proven.
        """
        session.permit(self.context.district.root)
        context = self.context
        own = tuple(iter_heads(context))
        keys = public_keys(context.keys)
        report = prove(read_lines(context.storage.journal), heads, own, keys)
        for check in STORE_CHECKS:
            check(context, report)
        return report

    @command(Permission.OPERATE, public=True)
    def checkpoint(self, uow: UnitOfWork) -> Checkpoint:
        """Write down the journal's head with a mark of the keys port; see `Checkpoint` for what that proves."""
        uow.permit(self.context.district.root)
        seq, hash = self.context.storage.journal.head()
        unmarked = Checkpoint(id=str(seq), unit=self.context.district.root, seq=seq, hash=hash, at=uow.at)
        uow.facts |= {"seq": seq, "hash": hash}
        uow.add_event("journal.checkpoint")
        return uow.save(CHECKPOINT, evolve(unmarked, mark=self.context.keys.blind(_MARK_LABEL, unmarked.mark_content)))

    @query(Permission.TRAIL_READ, public=True)
    def check_checkpoint(self, session: ReadSession, seq: Line) -> ChainVerdict:
        """Tell whether a checkpoint is ours and the journal still has that line, and what follows from it holds.

        Raises:
            NotFound: there is no checkpoint of this line.
        """
        session.permit(self.context.district.root)
        checkpoint = session.get(CHECKPOINT, str(seq))
        if checkpoint is None:
            raise NotFound(f"there is no checkpoint of journal line {seq}")
        return self._verify_checkpoint(checkpoint)

    def _verify_checkpoint(self, point: Checkpoint) -> ChainVerdict:
        if self.context.keys.blind(_MARK_LABEL, point.mark_content) != point.mark:
            return _broken_verdict(point, "the checkpoint's mark was not made with this authority's keys")
        line = next(iter(self.context.storage.journal.read(point.seq - 1, 1)), None) if point.seq else None
        if point.seq and (line is None or line.hash != point.hash):
            return _broken_verdict(point, f"line {point.seq} is not the one that the checkpoint saw")
        return verify_chain(read_lines(self.context.storage.journal, point.seq), after=point.seq, hash=point.hash)


def _broken_verdict(point: Checkpoint, why: str) -> ChainVerdict:
    return ChainVerdict(ok=False, seq=0, hash=GENESIS, broken_at=point.seq, why=why)
