"""A blob counts as in use if a stored row contains its name."""

from hashlib import sha256

import pytest
from attrs import evolve
from tests.usecase.conftest import install_purged_scopes

from anninh_core.ports.storages.changes import IndexSpec, JournalLine, Record
from anninh_core.ports.storages.dumping import KeptState, Row
from anninh_core.usecase.files.blob_references import BlobReferences
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner

NAME = sha256(b"a picture").hexdigest()


def is_referenced(runner: UseCaseRunner, *rows: Row) -> bool:
    """Return whether the scan of stored rows finds the picture's name."""
    names = BlobReferences(runner, frozenset({bytes.fromhex(NAME)}))
    for row in rows:
        names.scan_row(row)
    return names.referenced == {bytes.fromhex(NAME)}


def build_unencrypted_record(body: str) -> Record:
    """Return a record of an unencrypted kind."""
    return Record(kind="item", id="i1", unit="u", version=1, schema=1, body=body.encode())


@pytest.mark.parametrize("body", [NAME, f'{{"blob":"{NAME}"}}', f"x{NAME}", f"{NAME} {NAME}"])
def test_blob_name_counts_anywhere(runner: UseCaseRunner, body: str) -> None:
    """A blob's name counts as a reference at any place of a record's body."""
    assert is_referenced(runner, build_unencrypted_record(body))


@pytest.mark.parametrize("body", ["", NAME[:-1], NAME.upper(), f"{NAME}0", sha256(b"another").hexdigest()])
def test_parts_of_a_name_do_not_count(runner: UseCaseRunner, body: str) -> None:
    """A part of a blob's name, a longer hexadecimal number or another name is no reference to the blob."""
    assert not is_referenced(runner, build_unencrypted_record(body))


def test_sealed_state_of_adapters_is_searched(runner: UseCaseRunner) -> None:
    """The encrypted state of an adapter is searched, and the unencrypted state of other owners too."""
    EncryptedState(runner, "oa").put("last", NAME.encode(), 0)
    (row,) = [row for row in runner.context.storage.maintenance.dump() if isinstance(row, KeptState)]
    assert is_referenced(runner, row)
    assert is_referenced(runner, KeptState(owner="reactions", name="x", version=1, body=NAME.encode()))


def test_purged_and_altered_state(runner: UseCaseRunner) -> None:
    """Purged adapter state references no blob, and altered state is counted as unreadable, because it may reference any
    blob.
    """
    EncryptedState(runner, "oa").put("last", NAME.encode(), 0)
    (row,) = [row for row in runner.context.storage.maintenance.dump() if isinstance(row, KeptState)]
    names = BlobReferences(runner, frozenset({bytes.fromhex(NAME)}))
    names.scan_row(evolve(row, body=row.body[:-1] + b"\0"))
    assert (names.referenced, names.unreadable) == (set(), 1)
    install_purged_scopes(runner).add("adapter:oa")
    runner.context.storage.keyring.destroy("adapter:oa")
    names.scan_row(row)
    assert (names.referenced, names.unreadable) == (set(), 1)


def test_journal_keeps_no_blob(runner: UseCaseRunner) -> None:
    """A blob's name in a journal line or an index spec doesn't keep the blob."""
    line = JournalLine(seq=1, previous=NAME, hash=NAME, content=NAME.encode())
    assert not is_referenced(runner, line, IndexSpec(kind="x", columns={}))


def test_encrypted_blob_is_found_by_its_name(runner: UseCaseRunner) -> None:
    """A blob is found by the name that a store of encrypted blobs returns."""
    digest = EncryptedBlobs(runner, runner.context.blobs).put(b"a picture")
    names = BlobReferences(runner, frozenset(map(bytes.fromhex, runner.context.blobs.digests())))
    names.scan_row(build_unencrypted_record(f'"{digest}"'))
    assert names.referenced == {bytes.fromhex(digest)}
