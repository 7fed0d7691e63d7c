"""Comparison of all records with the journal's last version of each, which finds records rolled back, deleted or
slipped in.

The journal names the version of every record written, with the hashes of its body and of its clear columns. These are
sorted in temporary files without names, so that a million records need hardly more memory than a thousand. Others may
write meanwhile: entries added until the end of the check count too.

A purge changes no record, so a record with a destroyed key is compared like all others.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from anninh_core.domain.audit.record_check_keys import find_unusable_keys
from anninh_core.domain.audit.record_check_queues import find_altered_rows
from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding, RecordTally
from anninh_core.domain.audit.record_ledger import NEVER_SAID, OUTBOX, RecordLedger, RecordWord, VersionCursor
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
        ok: whether there are no findings.
        seq: last line of the journal at the beginning of the check.
        findings: findings in the order of kinds and ids; the first 10,000.
        total: number of all findings.
        body_only: number of records without a hash of clear columns in the journal, since an earlier version wrote them
            last.
    """

    ok: bool
    seq: int
    findings: tuple[RecordFinding, ...]
    total: int
    seconds: float
    body_only: int


class RecordCheck(Service):
    """Proof that the storage holds the records that the journal names."""

    action_prefix = "governance"

    @query(Permission.TRAIL_READ, public=True)
    def check_records(self, session: ReadSession) -> RecordVerdict:
        """Compare version, body and clear columns of every record with the journal. Needs the permission on the root.

        The journal itself is trusted: verify it first.
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
    """Yield every record that differs from its last version in the journal, every record that is missing, and every key
    that is missing or back without an order.

    Args:
        tally: counts the compared records.
    """
    storage = context.storage
    tally = RecordTally() if tally is None else tally
    with RecordLedger(storage.journal, context.names) as ledger:
        if ledger.is_empty and _holds_records(storage.maintenance):
            why = Sentence("the journal names no record, but the store has some")
            yield RecordFinding(kind="", id="", mismatch=Mismatch.EMPTY_JOURNAL, why=why)
            return
        versions = VersionCursor(ledger.words())
        for kind in sorted(storage.maintenance.kinds()):
            records = storage.maintenance.scan(kind, _BATCH)
            while batch := list(islice(records, _BATCH)):
                tally.compared += len(batch)
                yield from _find_records_without_key(context, batch)
                for record in batch:
                    yield from map(_build_missing_finding, versions.before(kind, record.id))
                    _compare_record(ledger, record, versions.at(kind, record.id), tally, context.names)
        yield from map(_build_missing_finding, versions.take_rest())
        yield from _compare_aliases(ledger, tally)
        yield from find_altered_rows(context, ledger, tally)
        yield from map(_build_doubt_finding, ledger.doubts())
    yield from find_unusable_keys(context)


def _holds_records(maintenance: Maintenance) -> bool:
    return any(True for kind in maintenance.kinds() for _ in maintenance.scan(kind, 1))


def _compare_record(
    ledger: RecordLedger, record: Record, expected: RecordWord | None, tally: RecordTally, names: ResidentNames
) -> None:
    """Compare a record with its version in the journal; remember a mismatch as a doubt, since the record may have been
    written meanwhile.
    """
    actual = RecordWord(
        record.kind,
        record.id,
        record.version,
        sha256(record.body).hexdigest(),
        columns=hash_columns(record),
        keyed_columns=key_columns_hash(record, names),
    )
    if has_alias(record.kind, record.id):
        ledger.hold(actual, expected)
        if expected is None or expected.version < actual.version:
            return
    _confirm_version(ledger, actual, expected, tally)


def _confirm_version(ledger: RecordLedger, actual: RecordWord, expected: RecordWord | None, tally: RecordTally) -> None:
    if expected is None or not expected.is_same_version(actual):
        ledger.remember_doubt(actual, expected)
    elif not expected.columns:
        tally.body_only += 1


def _compare_aliases(ledger: RecordLedger, tally: RecordTally) -> Iterator[RecordFinding]:
    """Compare records that have another alias in each version with the journal's versions of these aliases."""
    for actual, expected in ledger.compare_aliases():
        if actual is None and expected is not None:
            why = Sentence(
                "of another name, isn't stored at version {version} or later, as the journal says",
                version=expected.version,
            )
            yield RecordFinding(kind=expected.kind, id=expected.id, mismatch=Mismatch.MISSING, why=why)
        elif actual is not None and actual.hash == NEVER_SAID:
            if expected is not None:
                why = Sentence(
                    "is stored at version {version}, but the journal says {journal_version}",
                    version=actual.version - 1,
                    journal_version=expected.version,
                )
                yield RecordFinding(kind=actual.kind, id=actual.record, mismatch=Mismatch.OLDER, why=why)
        elif actual is not None and actual.hash:
            _confirm_version(ledger, actual, expected, tally)


def _find_records_without_key(context: UseCaseContext, records: list[Record]) -> Iterator[RecordFinding]:
    scopes = {record.scope for record in records} - {""}
    missing = scopes - context.storage.keyring.get_many(scopes).keys()
    lost = {scope for scope in missing if not _is_purged(context, scope)}
    for record in records:
        if record.scope in lost:
            why = Sentence("can't be opened: its key is gone, without an order to destroy it")
            yield RecordFinding(kind=record.kind, id=record.id, mismatch=Mismatch.KEYLESS, why=why)


def _is_purged(context: UseCaseContext, scope: str) -> bool:
    try:
        return context.is_purged(scope)
    # The order of the purge can't be opened, which is a finding itself; whether the purge destroyed the key is unknown.
    except DecryptionError:
        return False


def _build_missing_finding(expected: RecordWord) -> RecordFinding:
    why = Sentence("isn't stored, although the journal says that it is at version {version}", version=expected.version)
    return RecordFinding(kind=expected.kind, id=expected.id, mismatch=Mismatch.MISSING, why=why)


def _build_doubt_finding(doubt: tuple[RecordWord, RecordWord | None]) -> RecordFinding:
    actual, expected = doubt
    if actual.kind == OUTBOX and expected is not None:
        mismatch = Mismatch.ALTERED
        why = Sentence("isn't the row that was queued according to the journal")
    elif expected is None:
        mismatch = Mismatch.UNNAMED
        why = Sentence("is stored at version {version}, but the journal never named it", version=actual.version)
    elif actual.version != expected.version:
        mismatch = Mismatch.OLDER if actual.version < expected.version else Mismatch.NEWER
        why = Sentence(
            "is stored at version {version}, but the journal says {journal_version}",
            version=actual.version,
            journal_version=expected.version,
        )
    elif expected.hash in ("", actual.hash, actual.keyed_hash):
        mismatch = Mismatch.COLUMNS
        why = Sentence("has other clear columns at version {version} than the journal says", version=actual.version)
    else:
        mismatch = Mismatch.ALTERED
        why = Sentence("has another body at version {version} than the journal says", version=actual.version)
    return RecordFinding(kind=actual.kind, id=actual.record or actual.id, mismatch=mismatch, why=why)
