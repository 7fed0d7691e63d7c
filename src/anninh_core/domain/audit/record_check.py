"""The records compared with the journal's last word about each: what was rolled back, deleted or slipped in is named.

The journal says of every record that was written its version and the hashes of its body and of its clear columns. That
is sorted in temporary files without names, so that a million records take hardly more memory than a thousand. Others
may go on writing meanwhile: what the journal says by the end of the check counts too.

A purge changes no record, so one whose key was destroyed is compared like all others.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from anninh_core.domain.audit.record_check_keys import find_unusable_keys
from anninh_core.domain.audit.record_check_queues import find_altered_rows
from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding, RecordTally
from anninh_core.domain.audit.record_ledger import NEVER_SAID, OUTBOX, RecordLedger, RecordWord, WordsAhead
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.maintenance import Maintenance
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import hash_columns, key_columns_hash
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import ResidentNames, has_alias
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission

_BATCH = 500
_MAX_NAMED = 10_000


@view
class RecordVerdict:
    """The result of comparing all records.

    Attributes:
        ok: whether nothing was found.
        seq: the journal's last line when the check began.
        findings: what was found, in the order of kinds and ids; the first 10,000.
        total: how many were found in all.
        body_only: records whose clear columns the journal doesn't know, since an earlier version wrote them last.
    """

    ok: bool
    seq: int
    findings: tuple[RecordFinding, ...]
    total: int
    seconds: float
    body_only: int


class RecordCheck(Service):
    """Proof that the store holds what the journal says."""

    action_prefix = "governance"

    @query(Permission.TRAIL_READ, public=True)
    def check_records(self, session: ReadSession) -> RecordVerdict:
        """Compare version, body and clear columns of every record with the journal. Needs the permission on the root.

        It believes the journal: verify that first.
        """
        session.permit(self.context.district.root)
        began = self.runner.timer()
        seq, _ = self.context.storage.journal.head()
        tally = RecordTally()
        mismatches = find_mismatches(self.context, tally)
        findings = tuple(islice(mismatches, _MAX_NAMED))
        total = len(findings) + sum(1 for _ in mismatches)
        return RecordVerdict(
            ok=not total,
            seq=seq,
            findings=findings,
            total=total,
            seconds=self.runner.timer() - began,
            body_only=tally.body_only,
        )


def find_mismatches(context: UseCaseContext, tally: RecordTally | None = None) -> Iterator[RecordFinding]:
    """Yield every record that isn't as the journal last told, and every one whose key is gone or back without an order.

    Args:
        tally: counts what was compared.
    """
    storage = context.storage
    tally = RecordTally() if tally is None else tally
    with RecordLedger(storage.journal, context.names) as ledger:
        if ledger.is_empty and _holds_records(storage.maintenance):
            why = Sentence("the journal names no record, but the store has some")
            yield RecordFinding(kind="", id="", mismatch=Mismatch.EMPTY_JOURNAL, why=why)
            return
        words = WordsAhead(ledger.words())
        for kind in sorted(storage.maintenance.kinds()):
            records = storage.maintenance.scan(kind, _BATCH)
            while batch := list(islice(records, _BATCH)):
                tally.compared += len(batch)
                yield from _find_keyless(context, batch)
                for record in batch:
                    yield from map(_missing, words.before(kind, record.id))
                    _compare(ledger, record, words.at(kind, record.id), tally, context.names)
        yield from map(_missing, words.rest())
        yield from _compare_aliases(ledger, tally)
        yield from find_altered_rows(context, ledger, tally)
        yield from map(_to_finding, ledger.doubts())
    yield from find_unusable_keys(context)


def _holds_records(maintenance: Maintenance) -> bool:
    return any(True for kind in maintenance.kinds() for _ in maintenance.scan(kind, 1))


def _compare(
    ledger: RecordLedger, record: Record, said: RecordWord | None, tally: RecordTally, names: ResidentNames
) -> None:
    """Put a record that isn't what was said among the doubts: it may have been written meanwhile."""
    held = RecordWord(
        record.kind,
        record.id,
        record.version,
        sha256(record.body).hexdigest(),
        columns=hash_columns(record),
        keyed_columns=key_columns_hash(record, names),
    )
    if has_alias(record.kind, record.id):
        ledger.hold(held, said)
        if said is None or said.version < held.version:
            return
    _confirm(ledger, held, said, tally)


def _confirm(ledger: RecordLedger, held: RecordWord, said: RecordWord | None, tally: RecordTally) -> None:
    if said is None or not said.confirms(held):
        ledger.doubt(held, said)
    elif not said.columns:
        tally.body_only += 1


def _compare_aliases(ledger: RecordLedger, tally: RecordTally) -> Iterator[RecordFinding]:
    """Compare records that have another name in each version with what the journal says of these names."""
    for held, said in ledger.compare_aliases():
        if held is None and said is not None:
            why = Sentence(
                "of another name, isn't stored at version {version} or later, as the journal says", version=said.version
            )
            yield RecordFinding(kind=said.kind, id=said.id, mismatch=Mismatch.MISSING, why=why)
        elif held is not None and held.hash == NEVER_SAID:
            if said is not None:
                why = Sentence(
                    "is stored at version {version}, but the journal says {journal_version}",
                    version=held.version - 1,
                    journal_version=said.version,
                )
                yield RecordFinding(kind=held.kind, id=held.record, mismatch=Mismatch.OLDER, why=why)
        elif held is not None and held.hash:
            _confirm(ledger, held, said, tally)


def _find_keyless(context: UseCaseContext, records: list[Record]) -> Iterator[RecordFinding]:
    scopes = {record.scope for record in records} - {""}
    gone = scopes - context.storage.keyring.get_many(scopes).keys()
    lost = {scope for scope in gone if not _is_purged(context, scope)}
    for record in records:
        if record.scope in lost:
            why = Sentence("can't be opened: its key is gone, and nobody ordered that")
            yield RecordFinding(kind=record.kind, id=record.id, mismatch=Mismatch.KEYLESS, why=why)


def _is_purged(context: UseCaseContext, scope: str) -> bool:
    try:
        return context.is_purged(scope)
    except DecryptionError:  # the order doesn't open, and is named itself: whether it destroyed the key nobody knows
        return False


def _missing(word: RecordWord) -> RecordFinding:
    why = Sentence("isn't stored, although the journal says that it is at version {version}", version=word.version)
    return RecordFinding(kind=word.kind, id=word.id, mismatch=Mismatch.MISSING, why=why)


def _to_finding(doubt: tuple[RecordWord, RecordWord | None]) -> RecordFinding:
    held, said = doubt
    if held.kind == OUTBOX and said is not None:
        mismatch = Mismatch.ALTERED
        why = Sentence("isn't the row that was queued according to the journal")
    elif said is None:
        mismatch = Mismatch.UNNAMED
        why = Sentence("is stored at version {version}, but the journal never named it", version=held.version)
    elif held.version != said.version:
        mismatch = Mismatch.OLDER if held.version < said.version else Mismatch.NEWER
        why = Sentence(
            "is stored at version {version}, but the journal says {journal_version}",
            version=held.version,
            journal_version=said.version,
        )
    elif said.hash in ("", held.hash, held.keyed_hash):
        mismatch = Mismatch.COLUMNS
        why = Sentence("has other clear columns at version {version} than the journal says", version=held.version)
    else:
        mismatch = Mismatch.ALTERED
        why = Sentence("has another body at version {version} than the journal says", version=held.version)
    return RecordFinding(kind=held.kind, id=held.record or held.id, mismatch=mismatch, why=why)
