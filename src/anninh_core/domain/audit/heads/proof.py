"""Comparison of a journal with heads, which proves lines or finds the first change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import define, field, frozen

from anninh_core.domain.audit.chain import verify_chain
from anninh_core.domain.audit.findings import AuditReport, Severity
from anninh_core.domain.audit.heads.head_file import HeadFile
from anninh_core.domain.audit.heads.model import BreakReason, SignedHead, decode_head, index_by_id
from anninh_core.kernel.crypto.signing import PublicKey
from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import GENESIS, JournalLine, entry_from

CONTINUED = "journal.continued"
"""Name of the event in the entry with which a journal continues after a break."""

HEAD_FACT = "statement"
"""Name of the fact with the signed head in the entry with which a journal continues after a break."""

_DECLARED = (BreakReason.RESTORE, BreakReason.BUNDLE)
_OWN = "own_head"
_REASONS = {
    BreakReason.RESTORE: Sentence("it was filled from a backup"),
    BreakReason.BUNDLE: Sentence("it was moved in a bundle"),
    BreakReason.BEHIND: Sentence(
        "it was found to end before what was noted outside of it: a standby that lagged, an older "
        "copy, or lines that were cut off"
    ),
    BreakReason.DIVERGED: Sentence(
        "it was found to hold another line than was noted outside of it: a standby that went on by "
        "itself, another copy, or a journal that was rewritten"
    ),
    BreakReason.REPLACED: Sentence("another journal was found than the one that was noted outside of it"),
    BreakReason.UNNOTED: Sentence(
        "nothing was noted of it outside of it any more: the note was deleted, or the keys were moved "
        "without it, and it may be an older copy"
    ),
}


@frozen
class JournalBreak:
    """An entry that continues the journal after a break, with its line."""

    line: JournalLine
    head: SignedHead

    @property
    def fits(self) -> bool:
        """Whether the head in the entry matches the position of the line."""
        return (self.head.seq, self.head.hash) == (self.line.seq - 1, self.line.previous)

    def is_explanation_of(self, lost: SignedHead) -> bool:
        """Return whether this break explains that the journal lacks a head."""
        return self.fits and self.head.seq < lost.seq and lost.at <= self.head.at


@define
class _LineCollector:
    """Passes lines on, and collects from them the hashes and breaks to compare with heads.

    Attributes:
        wanted: numbers of the lines to collect.
        hashes: hashes of those lines, by number.
        breaks: entries that continue the journal.
    """

    wanted: frozenset[int]
    hashes: dict[int, str] = field(factory=lambda: {0: GENESIS})
    breaks: list[JournalBreak] = field(factory=list)

    def collect_from(self, lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
        for line in lines:
            if line.seq in self.wanted:
                self.hashes.setdefault(line.seq, line.hash)
            if CONTINUED.encode() in line.content and (head := _read_continuation_head(line)) is not None:
                self.breaks.append(JournalBreak(line, head))
            yield line

    def drop_after(self, seq: int) -> None:
        """Drop the collected hashes and breaks of lines after `seq`, the last valid line of the chain."""
        self.hashes = {number: hash for number, hash in self.hashes.items() if number <= seq}
        self.breaks = [journal_break for journal_break in self.breaks if journal_break.line.seq <= seq]


def prove_journal(
    lines: Iterable[JournalLine],
    outside: HeadFile | None = None,
    own: Sequence[SignedHead] = (),
    keys: Sequence[PublicKey] = (),
) -> AuditReport:
    """Verify the chain of a whole journal and compare it with heads. No secrets are needed.

    Args:
        lines: from the first, in order.
        outside: heads that were kept elsewhere; only these prove anything.
        own: heads from the same storage as the journal: an attacker who changed the journal could change them too,
            unless they are signed with a key that the attacker didn't have.
        keys: public keys for `own` and for entries that continue the journal, in addition to those of `outside`.
    """
    heads = (*(outside.heads if outside else ()), *own)
    watch = _LineCollector(frozenset({1, *(head.seq for head in heads)}))
    verdict = verify_chain(watch.collect_from(lines))
    report = AuditReport(seq=verdict.seq, hash=verdict.hash)
    if not verdict.ok:
        watch.drop_after(verdict.seq)
        report.add("chain", Severity.BROKEN, verdict.why, line=verdict.broken_at)
    elif not verdict.seq:
        report.add("empty", Severity.BROKEN, "the journal is empty: every office has an entry of its beginning", line=1)
    keys_by_id = index_by_id((*keys, *(outside.keys if outside else ())))
    comparison = _Comparison(report, watch, keys_by_id, chain_holds=verdict.ok)
    comparison.compare_own(own)
    if outside is not None:
        comparison.compare_outside(outside)
    comparison.report_breaks()
    return report


@define
class _Comparison:
    """Compares heads with lines, and adds contradictions to the report.

    Attributes:
        keys: public keys by id; empty if no key has ever signed.
        lost: heads kept elsewhere with the break that explains their absence.
    """

    report: AuditReport
    watch: _LineCollector
    keys: Mapping[str, PublicKey]
    chain_holds: bool
    lost: list[tuple[JournalBreak, SignedHead]] = field(factory=list)

    def compare_outside(self, file: HeadFile) -> None:
        """Find the last line that heads kept elsewhere prove, and the first head that contradicts the journal."""
        if self._is_other_journal(file):
            return
        proven: SignedHead | None = None
        for head in sorted(file.heads, key=lambda head: (head.seq, head.at)):
            if self.watch.hashes.get(head.seq) == head.hash:
                proven = head
            elif not self.chain_holds and head.seq > self.report.seq:
                break  # Heads after the break aren't compared.
            elif (explanation := self._find_explanation(head)) is not None:
                self.lost.append((explanation, head))
            else:
                self._report_contradiction("head", head, proven)
                break
        if proven is not None:
            self.report.proven_to = proven.seq
            self.report.proven_at = proven.at
        self._report_proven_lines(file, proven)

    def compare_own(self, heads: Sequence[SignedHead]) -> None:
        """Compare the heads of the storage itself; they prove nothing, but may contradict the journal."""
        for before, head in zip((None, *heads), heads, strict=False):
            if not head.is_genuine(self.keys):
                sentence = Sentence(
                    "the store's own head {number} isn't signed by a key of this authority", number=head.number
                )
                self.report.add("own_head_signature", Severity.ALARM, sentence)
            elif head.number != (before.number + 1 if before else 1) or (before and head.previous != before.digest):
                sentence = Sentence(
                    "the store's own head {number} doesn't follow from the one before: one was removed",
                    number=head.number,
                )
                self.report.add("own_head_missing", Severity.ALARM, sentence)
            is_compared = self.chain_holds or head.seq <= self.report.seq
            differs = is_compared and self.watch.hashes.get(head.seq) != head.hash
            if differs and self._find_explanation(head) is None:
                self._report_contradiction(_OWN, head, before)
                return

    def report_breaks(self) -> None:
        """Report every entry that continues the journal after a break."""
        for journal_break in self.watch.breaks:
            head = journal_break.head
            continues = journal_break.head.continues
            if not journal_break.fits or continues is None:
                sentence = Sentence(
                    "line {line} says that the journal continues from line {continued_line}, but it doesn't",
                    line=journal_break.line.seq,
                    continued_line=head.seq,
                )
                self.report.add("break_unfit", Severity.ALARM, sentence, line=journal_break.line.seq)
                continue
            if not self._is_trusted(head):
                sentence = Sentence(
                    "line {line} continues the journal after a break, and no known key signed it; give a newer "
                    "file of heads too, if there is one",
                    line=journal_break.line.seq,
                )
                self.report.add("break_unsigned", Severity.ALARM, sentence, line=journal_break.line.seq)
            covered = self.report.proven_to >= journal_break.line.seq
            declared = continues.reason in _DECLARED and not any(lost is journal_break for lost, _ in self.lost)
            unexplained = Severity.ALARM if continues.reason is BreakReason.UNNOTED else Severity.BREAK
            severity = Severity.NOTE if covered or declared else unexplained
            self.report.add("break", severity, self._describe_break(journal_break), line=journal_break.line.seq)

    def _describe_break(self, journal_break: JournalBreak) -> str:
        continues = journal_break.head.continues
        assert continues is not None  # The caller has checked that the head continues a journal.
        lost = [head.seq for of, head in self.lost if of is journal_break]
        least = max([continues.lost or 0, *(seq - journal_break.head.seq for seq in lost)])
        count = (
            Sentence("at least {count:,} lines are lost", count=least)
            if least
            else Sentence("how many lines are lost wasn't noted")
        )
        if continues.lost == 0 and not lost:
            count = Sentence("no noted line is lost")
        if lost:
            count = Sentence(
                "{loss}, and heads kept elsewhere saw lost lines up to {line:,}", loss=count, line=max(lost)
            )
        return Sentence(
            "break at line {line:,}: continued from line {continued_line:,}, because {reason}; {loss}",
            line=journal_break.line.seq,
            continued_line=journal_break.head.seq,
            reason=_REASONS[continues.reason],
            loss=count,
        )

    def _find_explanation(self, head: SignedHead) -> JournalBreak | None:
        return next(
            (
                journal_break
                for journal_break in self.watch.breaks
                if journal_break.is_explanation_of(head) and self._is_trusted(journal_break.head)
            ),
            None,
        )

    def _is_trusted(self, head: SignedHead) -> bool:
        return not self.keys or (head.is_signed and head.is_genuine(self.keys))

    def _is_other_journal(self, file: HeadFile) -> bool:
        first = self.watch.hashes.get(1)
        if first in (file.store, None) or not file.heads:
            return False
        replaced = [
            journal_break
            for journal_break in self.watch.breaks
            if journal_break.line.seq == 1 and self._is_trusted(journal_break.head)
        ]
        if replaced:
            self.lost += [(replaced[0], head) for head in file.heads]
            return True
        sentence = Sentence(
            "line 1 isn't the one that the heads saw: all of it was rewritten, or they are of another journal"
        )
        self.report.add("head", Severity.BROKEN, sentence, line=1)
        self.report.add("unproven", Severity.NOTE, Sentence("from the first line on nothing is proven"))
        return True

    def _report_contradiction(self, name: str, head: SignedHead, good: SignedHead | None) -> None:
        after = good.seq if good else 0
        label = (
            Sentence("head {number} of {at} that is in the store", number=head.number, at=_format_moment(head.at))
            if name == _OWN
            else Sentence(
                "head {number} of {at} that was kept elsewhere", number=head.number, at=_format_moment(head.at)
            )
        )
        if head.seq <= self.report.seq:
            sentence = Sentence(
                "line {line:,} isn't the one that {head} saw: the first line that was altered, inserted, removed or "
                "moved is one of {first:,} to {line:,}",
                line=head.seq,
                head=label,
                first=after + 1,
            )
            self.report.add(name, Severity.BROKEN, sentence, line=after + 1)
            return
        end = self.report.seq
        missing = self.report.seq + 1
        sentence = Sentence(
            "the journal ends at line {end:,}, but {head} saw line {line:,}: lines are missing from line {missing:,} on"
            if end
            else "the journal is empty, but {head} saw line {line:,}: lines are missing from line {missing:,} on",
            end=end,
            head=label,
            line=head.seq,
            missing=missing,
        )
        self.report.add(name, Severity.BROKEN, sentence, line=missing)

    def _report_proven_lines(self, file: HeadFile, proven: SignedHead | None) -> None:
        if proven is None:
            self.report.add("unproven", Severity.NOTE, Sentence("from the first line on nothing is proven"))
        elif proven.seq < self.report.seq or self.report.broken_at:
            sentence = Sentence(
                "from head {number} on, which saw line {line:,}, nothing is proven",
                number=proven.number,
                line=proven.seq,
            )
            self.report.add("unproven", Severity.NOTE, sentence)
        if unsigned := sum(not head.is_signed for head in file.heads):
            sentence = Sentence(
                "{count:,} heads are unsigned: they prove as much as you trust the place where they were kept",
                count=unsigned,
            )
            self.report.add("unsigned", Severity.NOTE, sentence)


def _read_continuation_head(line: JournalLine) -> SignedHead | None:
    try:
        entry = entry_from(line.content)
        statement = entry.facts.get(HEAD_FACT)
        return decode_head(statement) if CONTINUED in entry.events and isinstance(statement, str) else None
    except DECODE_ERRORS:
        return None


def _format_moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
