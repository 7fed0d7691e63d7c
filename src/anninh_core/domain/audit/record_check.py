"""The records compared with the journal's last word about each: what was rolled back, deleted or slipped in is named.

The journal says of every record that was written its version and the hash of its body. That is sorted in temporary
files without names, so that a million records take hardly more memory than a thousand. Others may go on writing
meanwhile: what the journal says by the end of the check counts too.
"""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from anninh_core.domain.audit.record_ledger import NEVER_SAID, RecordLedger, RecordWord
from anninh_core.ports.storages.changes import UNINDEXED_KINDS, Record
from anninh_core.ports.storages.maintenance import Maintenance
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission

_BATCH = 500
_MAX_NAMED = 10_000


class Mismatch(StrEnum):
    """What is wrong with a record."""

    MISSING = "missing"
    """The journal names it, and it isn't there."""
    UNNAMED = "unnamed"
    """It is there, and the journal doesn't name it."""
    OLDER = "older"
    """It is older than the journal says."""
    NEWER = "newer"
    """It is newer than the journal says."""
    ALTERED = "altered"
    """It isn't what the journal says."""
    KEYLESS = "keyless"
    """Its key is gone, and nobody ordered that."""
    SEALED = "sealed"
    """It can't be opened."""
    COLUMNS = "columns"
    """What stands in clear isn't what its body says."""
    EMPTY_JOURNAL = "empty_journal"
    """There are records, and no journal."""


@view
class RecordFinding:
    """A record that isn't what the journal says, or what its own body says.

    Attributes:
        id: "" where no single record is meant.
        why: what is wrong, in the middle of a sentence.
        mismatch: what is wrong.
    """

    kind: str
    id: str
    mismatch: Mismatch
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.why}" if self.id else self.why


@view
class RecordVerdict:
    """The result of comparing all records.

    Attributes:
        ok: whether nothing was found.
        seq: the journal's last line when the check began.
        findings: what was found, in the order of kinds and ids; the first 10,000.
        total: how many were found in all.
        seconds: how long it took.
    """

    ok: bool
    seq: int
    findings: tuple[RecordFinding, ...]
    total: int
    seconds: float


class RecordCheck(Service):
    """Proof that the store holds what the journal says."""

    action_prefix = "governance"  # the stored first half of the journal's action names

    @query(Permission.TRAIL_READ, public=True)
    def check_records(self, session: ReadSession) -> RecordVerdict:
        """Compare version and body of every record with the journal. Needs the permission on the root.

        It believes the journal: verify that first.
        """
        session.permit(self.context.district.root)
        began = self.runner.timer()
        seq, _ = self.context.storage.journal.head()
        found = find_mismatches(self.context)
        findings = tuple(islice(found, _MAX_NAMED))
        total = len(findings) + sum(1 for _ in found)
        seconds = self.runner.timer() - began
        return RecordVerdict(ok=not total, seq=seq, findings=findings, total=total, seconds=seconds)


def find_mismatches(context: UseCaseContext) -> Iterator[RecordFinding]:
    """Yield every record that isn't as the journal last told, and every one whose key is gone without an order."""
    storage = context.storage
    with RecordLedger(storage.journal, context.names) as ledger:
        if ledger.is_empty and _holds_records(storage.maintenance):
            why = "the journal says nothing of any record, and the store holds some"
            yield RecordFinding(kind="", id="", mismatch=Mismatch.EMPTY_JOURNAL, why=why)
            return
        words = _Ahead(ledger.words())
        for kind in sorted(storage.maintenance.kinds()):
            records = storage.maintenance.scan(kind, _BATCH)
            while batch := list(islice(records, _BATCH)):
                yield from _find_keyless(context, batch)
                for record in batch:
                    yield from map(_missing, words.before(kind, record.id))
                    _compare(ledger, record, words.at(kind, record.id))
        yield from map(_missing, words.rest())
        yield from _compare_aliases(ledger)
        yield from map(_to_finding, ledger.doubts())


class _Ahead:
    """Words in their order, of which the next one is known."""

    def __init__(self, words: Iterator[RecordWord]) -> None:
        self._words = words
        self._next = next(words, None)

    def before(self, kind: str, id: str) -> Iterator[RecordWord]:
        """Yield those that come before a record."""
        while self._next is not None and self._next.key < (kind, id):
            yield self._next
            self._next = next(self._words, None)

    def at(self, kind: str, id: str) -> RecordWord | None:
        """Return the one about a record, if it comes next."""
        word = self._next
        if word is None or word.key != (kind, id):
            return None
        self._next = next(self._words, None)
        return word

    def rest(self) -> Iterator[RecordWord]:
        """Yield those that are left."""
        while self._next is not None:
            yield self._next
            self._next = next(self._words, None)


def _holds_records(maintenance: Maintenance) -> bool:
    return any(True for kind in maintenance.kinds() for _ in maintenance.scan(kind, 1))


def _compare(ledger: RecordLedger, record: Record, said: RecordWord | None) -> None:
    """Put a record that isn't what was said among the doubts: it may have been written meanwhile."""
    held = RecordWord(record.kind, record.id, record.version, sha256(record.body).hexdigest())
    if record.kind in UNINDEXED_KINDS:
        ledger.hold(held, said)
        if said is None or said.version < held.version:
            return
    if said is None or not said.confirms(held):
        ledger.doubt(held, said)


def _compare_aliases(ledger: RecordLedger) -> Iterator[RecordFinding]:
    """Compare records that have another name in each version with what the journal says of these names."""
    for held, said in ledger.compare_aliases():
        if held is None and said is not None:
            why = f"of another name, isn't stored at version {said.version} or later, as the journal says"
            yield RecordFinding(kind=said.kind, id=said.id, mismatch=Mismatch.MISSING, why=why)
        elif held is not None and held.hash == NEVER_SAID:
            if said is not None:
                why = f"is stored at version {held.version - 1}, and the journal says {said.version}"
                yield RecordFinding(kind=held.kind, id=held.record, mismatch=Mismatch.OLDER, why=why)
        elif held is not None and held.hash and (said is None or not said.confirms(held)):
            ledger.doubt(held, said)


def _find_keyless(context: UseCaseContext, records: list[Record]) -> Iterator[RecordFinding]:
    scopes = {record.scope for record in records} - {""}
    gone = scopes - context.storage.keyring.get_many(scopes).keys()
    lost = {scope for scope in gone if not context.is_purged(scope)}
    for record in records:
        if record.scope in lost:
            why = "can't be opened: its key is gone, and nobody ordered that"
            yield RecordFinding(kind=record.kind, id=record.id, mismatch=Mismatch.KEYLESS, why=why)


def _missing(word: RecordWord) -> RecordFinding:
    why = f"isn't stored, although the journal says that it is at version {word.version}"
    return RecordFinding(kind=word.kind, id=word.id, mismatch=Mismatch.MISSING, why=why)


def _to_finding(doubt: tuple[RecordWord, RecordWord | None]) -> RecordFinding:
    held, said = doubt
    if said is None:
        mismatch = Mismatch.UNNAMED
        why = f"is stored at version {held.version}, and the journal never named it"
    elif held.version != said.version:
        mismatch = Mismatch.OLDER if held.version < said.version else Mismatch.NEWER
        why = f"is stored at version {held.version}, and the journal says {said.version}"
    else:
        mismatch = Mismatch.ALTERED
        why = f"holds another body at version {held.version} than the journal says"
    return RecordFinding(kind=held.kind, id=held.record or held.id, mismatch=mismatch, why=why)
