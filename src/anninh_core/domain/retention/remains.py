"""Functions that find the data which a purge deletes in addition to the key, the facts that it keeps of a record, and
the exports that it only lists.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from anninh_core.domain.retention.views import HandedOut
from anninh_core.kernel.errors import Damaged, KeysUnavailable, NotFound, Purged, StorageError
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.files.blob_references import BLOB_NAME
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.journal.entries import iter_about
from anninh_core.usecase.kinds import Fact, Kind, sum_facts
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner

EXPORTS = ("conversations.attachment", "tips.register", "tips.monthly_list", "tips.slip")
"""Queries that export files from the authority, and name the case in their audit entries."""


def count_facts(session: ReadSession, kinds: Mapping[str, Kind[Any]], scope: str) -> tuple[Fact, ...] | None:
    """Return the facts of a scope's record for the reports; None if it can't be read any more."""
    ref = Ref.parse(scope)
    kind = kinds.get(ref.kind)
    if kind is None or not kind.has_facts:
        return ()
    model = session.get_unpurged(kind, ref.id)
    if model is None:
        return None
    sums = sum_facts(kind.facts(model))
    return tuple(Fact(indicator, unit, day, dims, amount) for (indicator, unit, day, dims), amount in sums.items())


def find_files(context: UseCaseContext, records: Iterable[Record]) -> set[str]:
    """Return the names of the files that readable records mention."""
    return {name.decode() for _, body in context.open_bodies(records) for name in BLOB_NAME.findall(body)}


def find_sealed_files(runner: UseCaseRunner, scope: str, names: Collection[str]) -> Iterator[str]:
    """Yield the names of the files encrypted under a scope; others, such as official documents, may be shared."""
    files = EncryptedBlobs(runner, runner.context.blobs, scope)
    yield from (name for name in sorted(names) if _is_sealed_file(files, name))


def _is_sealed_file(files: EncryptedBlobs, name: str) -> bool:
    try:
        files.get(name)
    except (NotFound, Purged, Damaged):
        return False
    except KeysUnavailable:
        raise
    except StorageError:  # The file was altered: no one can read it, so it may be deleted.
        return True
    return True


def find_handed_out_exports(journal: Journal, scope: str) -> tuple[HandedOut, ...]:
    """Return a case's exports from the authority, according to the audit log; none for scopes that it can't search."""
    return tuple(
        HandedOut(seq=numbered.seq, action=entry.action, actor=entry.actor, at=entry.at)
        for numbered in iter_about(journal, scope)
        if (entry := numbered.entry).action in EXPORTS and entry.outcome == "read"
    )
