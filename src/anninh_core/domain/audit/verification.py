"""Verification of the journal and of data that depend on it, and checkpoints of the journal."""

from collections.abc import Callable, Iterator
from itertools import islice

from attrs import evolve

from anninh_core.domain.audit.chain import ChainVerdict, verify_chain
from anninh_core.domain.audit.findings import AuditReport, AuditVerdict, Severity
from anninh_core.domain.audit.heads.head_file import HeadFile
from anninh_core.domain.audit.heads.key_keeper_notes import find_break
from anninh_core.domain.audit.heads.model import BreakReason, list_public_keys
from anninh_core.domain.audit.heads.proof import prove_journal
from anninh_core.domain.audit.heads.signing import iter_heads
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.audit.model import Checkpoint
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.audit.record_findings import RecordTally
from anninh_core.kernel.errors import NewerDatabase, NotFound
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.keys import NotesHeads
from anninh_core.ports.storages.changes import GENESIS
from anninh_core.usecase.arguments import Line
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import read_lines
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MOST_MISMATCHES = 10_000  # Greatest number of mismatches that are reported.
_MARK_LABEL = "journal.checkpoint"

StoreCheck = Callable[[UseCaseContext, AuditReport], None]
"""Type of a function that compares the journal with other data in the storage, and adds its findings to the report."""


def check_emptiness(context: UseCaseContext, report: AuditReport) -> None:
    """Report an empty journal in a storage with records: it was emptied, because no record is written without an
    entry.
    """
    if context.storage.journal.head()[0]:
        return
    kinds = context.storage.maintenance.kinds()
    if stored_kind := next((kind for kind in kinds if any(context.storage.maintenance.scan(kind, 1))), None):
        sentence = Sentence(
            "the journal is empty, but there are records, such as of the kind {kind!r}: the journal was emptied",
            kind=stored_kind,
        )
        report.add("empty_beside_records", Severity.BROKEN, sentence, line=1)


def check_note(context: UseCaseContext, report: AuditReport) -> None:
    """Compare the journal with the key keeper's note of its end."""
    if not isinstance(context.keys, NotesHeads):
        report.unchecked.append(
            Sentence("whether the store is an older copy: the keeper of keys notes nothing of the journal")
        )
        return
    continuation = find_break(context)
    if continuation is None:
        if not context.keys.noted_heads():
            report.unchecked.append(
                Sentence("whether the store is an older copy: nothing was noted of the journal yet")
            )
        return
    seq, _ = context.storage.journal.head()
    if continuation.reason is BreakReason.UNNOTED:
        sentence = Sentence(
            "the journal has {count:,} lines, and nothing is noted of it any more: the note was deleted, or the keys "
            "were moved without it; only heads kept elsewhere show whether this is an older copy",
            count=seq,
        )
        report.add("unnoted", Severity.ALARM, sentence)
        return
    sentence = Sentence(
        "the keeper of keys noted line {line:,} of the journal, but that line isn't there (the journal has {count:,}): "
        "the journal was cut off, emptied or rewritten, or this is an older copy",
        line=continuation.seen_seq,
        count=seq,
    )
    report.add("noted", Severity.BROKEN, sentence, line=min(continuation.seen_seq, seq + 1))


def check_records(context: UseCaseContext, report: AuditReport) -> None:
    """Compare every record, every outbox row and every key with its last version in the journal."""
    tally = RecordTally()
    mismatches = find_mismatches(context, tally)
    for finding in islice(mismatches, _MOST_MISMATCHES):
        report.add(f"record_{finding.mismatch}", Severity.ALARM, finding.describe())
    if more := sum(1 for _ in mismatches):
        report.add(
            "record_more", Severity.ALARM, Sentence("{count:,} more records aren't as the journal says", count=more)
        )
    if tally.body_only:
        report.unchecked.append(
            Sentence(
                "the clear columns of {count:,} of {compared:,} records; only their bodies were "
                "compared, because an earlier version wrote them last",
                count=tally.body_only,
                compared=tally.compared,
            )
        )
    if tally.unnamed_rows:
        report.unchecked.append(
            Sentence(
                "{count:,} rows of the outbox, except that they open: an earlier version queued them",
                count=tally.unnamed_rows,
            )
        )
    if tally.old_bodies:
        report.unchecked.append(
            Sentence("{count:,} done events that an earlier version left with a body", count=tally.old_bodies)
        )


def check_storage(context: UseCaseContext, report: AuditReport) -> None:
    """Report inconsistencies that the storage finds in its indexes of the journal and the records, and in its sums."""
    for sentence in context.storage.maintenance.check():
        report.add("storage", Severity.ALARM, sentence)


STORE_CHECKS: tuple[StoreCheck, ...] = (check_emptiness, check_note)
JOURNAL_CHECKS: tuple[StoreCheck, ...] = (check_records, check_storage)
"""Checks that trust the journal, so that they are skipped if it is broken."""
NEVER_CHECKED = Sentence(
    "what became of rows of the queues, rows that were taken out of them, files, the search index, marks of requests, "
    "and values of messengers"
)


class ChainVerification(Service):
    """Proof that the journal wasn't altered.

    Args:
        find_wrong_counters: yields counters that contradict the records, as sentences.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, find_wrong_counters: Callable[[], Iterator[str]]) -> None:
        super().__init__(runner)
        self._find_wrong_counters = find_wrong_counters

    @query(Permission.TRAIL_READ, public=True)
    def verify(self, session: ReadSession, *, after: Line = 0, hash: str = GENESIS) -> ChainVerdict:
        """Verify the journal's chain, all of it or the lines after a trusted line. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return verify_chain(read_lines(self.context.storage.journal, after), after=after, hash=hash)

    @query(Permission.TRAIL_READ)
    def examine(self, session: ReadSession, heads: HeadFile | None = None) -> AuditReport:
        """Verify the whole journal, and compare it with heads and with the other data in the storage. Nothing is
        written.

        Needs the permission on the root.

        Args:
            heads: heads that were kept elsewhere; without them, nothing is proven.
        """
        session.permit(self.context.district.root)
        context = self.context
        own = tuple(iter_heads(context))
        keys = list_public_keys(context.keys)
        report = prove_journal(read_lines(context.storage.journal), heads, own, keys)
        for check in STORE_CHECKS:
            check(context, report)
        if report.verdict is AuditVerdict.BROKEN:
            report.unchecked.append("records, what they are found by, keys, queues and counters: the journal is broken")
            return report
        for check in JOURNAL_CHECKS:
            check(context, report)
        self._check_counters(report)
        report.unchecked.append(NEVER_CHECKED)
        return report

    def _check_counters(self, report: AuditReport) -> None:
        try:
            for sentence in islice(self._find_wrong_counters(), _MOST_MISMATCHES):
                report.add("counters", Severity.ALARM, sentence)
        except NewerDatabase as error:
            report.unchecked.append(Sentence("the counters ({reason})", reason=error))

    @command(Permission.OPERATE, public=True)
    def checkpoint(self, uow: UnitOfWork) -> Checkpoint:
        """Record the journal's head with a mark made by the keys port; see `Checkpoint` for what that proves."""
        uow.permit(self.context.district.root)
        seq, hash = self.context.storage.journal.head()
        unmarked = Checkpoint(id=str(seq), unit=self.context.district.root, seq=seq, hash=hash, at=uow.at)
        uow.facts |= {"seq": seq, "hash": hash}
        uow.add_event("journal.checkpoint")
        return uow.save(CHECKPOINT, evolve(unmarked, mark=self.context.keys.blind(_MARK_LABEL, unmarked.mark_content)))

    @query(Permission.TRAIL_READ, public=True)
    def check_checkpoint(self, session: ReadSession, seq: Line) -> ChainVerdict:
        """Check that a checkpoint has our mark, that the journal still has its line, and that the lines after it are
        valid.

        Raises:
            NotFound: there is no checkpoint of this line.
        """
        session.permit(self.context.district.root)
        checkpoint = session.get(CHECKPOINT, str(seq))
        if checkpoint is None:
            raise NotFound("The audit log has no checkpoint at line {line}.", line=seq)
        return self._verify_checkpoint(checkpoint)

    def _verify_checkpoint(self, point: Checkpoint) -> ChainVerdict:
        if self.context.keys.blind(_MARK_LABEL, point.mark_content) != point.mark:
            return _build_broken_verdict(
                point, Sentence("the checkpoint's mark wasn't made with this authority's keys")
            )
        line = next(iter(self.context.storage.journal.read(point.seq - 1, 1)), None) if point.seq else None
        if point.seq and (line is None or line.hash != point.hash):
            return _build_broken_verdict(
                point, Sentence("line {line} isn't the one that the checkpoint saw", line=point.seq)
            )
        return verify_chain(read_lines(self.context.storage.journal, point.seq), after=point.seq, hash=point.hash)


def _build_broken_verdict(point: Checkpoint, why: str) -> ChainVerdict:
    return ChainVerdict(ok=False, seq=0, hash=GENESIS, broken_at=point.seq, why=why)
