"""Records, journal, counters and the bundle of a release lose nothing when today's version reads and writes them."""

import json
from collections import Counter as Tally
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.storage.frozen.conftest import Told, as_stored, has_all_stored
from tests.support.released import unpack_release

from anninh_core.app import App, Settings, open_app
from anninh_core.app.backup import FileReader
from anninh_core.app.backup.bundle import import_bundle, read_files, read_keys
from anninh_core.app.backup.restore_target import open_target as place_at
from anninh_core.app.backup.verification import verify
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.figures.counter_maintenance import recount_records
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import Counter, Entry, entry_bytes, entry_from
from anninh_core.ports.storages.dumping import KeptOutbox, KeptRequest, KeptState
from anninh_core.profile import load_profile
from anninh_core.usecase import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs

pytestmark = pytest.mark.slow


def test_no_record_is_lost(app: App, release_description: Told) -> None:
    """Every kind has as many records and as many purged ones as the release described, and no kind has none."""
    counts_by_kind = {}
    for kind in KINDS:
        records = list(app.internals.context.storage.maintenance.scan(kind.name))
        counts_by_kind[kind.name] = {
            "records": len(records),
            "purged": len(records) - len(list(app.internals.context.open_bodies(records))),
        }
    assert {name: counts_by_kind[name] for name in release_description["kinds"]} == release_description["kinds"]
    assert all(counts["records"] for counts in release_description["kinds"].values())


def test_bodies_lose_nothing(app: App) -> None:
    """A record's body that is read and written again keeps every field's name and value, nested ones too."""
    lost = [
        (kind.name, record.id)
        for kind in KINDS
        for record, body in app.internals.context.open_bodies(app.internals.context.storage.maintenance.scan(kind.name))
        if record.schema == kind.schema
        and not has_all_stored(json.loads(body), json.loads(kind.encode(kind.decode(body, record.schema))))
    ]
    assert lost == []


def test_columns_equal_those_of_bodies(app: App) -> None:
    """The stored columns of a record equal those that its kind derives from its body today."""
    differ = [
        (kind.name, record.id)
        for kind in KINDS
        for record, body in app.internals.context.open_bodies(app.internals.context.storage.maintenance.scan(kind.name))
        if not has_all_stored(
            _without_work(record.columns), _without_work(kind.columns(kind.decode(body, record.schema)))
        )
    ]
    assert differ == []


def _without_work(columns: Mapping[str, Any]) -> Any:
    """Return the columns without `work`, which is empty until a reindex; queries by it also read the records that lack
    it.
    """
    return as_stored({name: value for name, value in columns.items() if name != "work"})


def test_journal_is_byte_identical(app: App, release_description: Told, all_roles_officer: Actor) -> None:
    """Each journal line read and written again is byte-identical, digests and facts included, and the chain holds."""
    lines = app.internals.context.storage.journal.read(limit=release_description["journal"]["lines"])
    described = release_description["journal"]
    assert [line.seq for line in lines if entry_bytes(entry_from(line.content)) != line.content] == []
    assert (len(lines), lines[-1].hash) == (described["lines"], described["last"])
    assert app.audit.verify(all_roles_officer).ok
    entries = [entry_from(line.content) for line in lines]
    assert Tally(f"{entry.action} {entry.outcome}" for entry in entries) == described["actions"]
    assert sorted({event for entry in entries for event in entry.events}) == described["events"]
    assert sorted({name for entry in entries for name in entry.facts}) == described["fact_names"]
    assert [
        _describe_entry(entries[expected["seq"] - 1], expected["seq"]) for expected in described["not_done"]
    ] == described["not_done"]


def _describe_entry(entry: Entry, seq: int) -> Told:
    """Return a journal entry in the form of the release's description."""
    return {
        "seq": seq,
        "actor": entry.actor,
        "action": entry.action,
        "outcome": entry.outcome,
        "unit": entry.unit,
        "facts": dict(entry.facts),
    }


def test_checkpoints_are_valid(app: App, release_description: Told, all_roles_officer: Actor) -> None:
    """Each checkpoint's mark was made with the keys, and the checkpoint matches the journal line that it covers."""
    seqs = [int(record.id) for record in app.internals.context.storage.maintenance.scan("checkpoint")]
    assert len(seqs) == release_description["kinds"]["checkpoint"]["records"]
    assert [seq for seq in seqs if not app.audit.check_checkpoint(all_roles_officer, seq).ok] == []


def test_frozen_counters_equal_a_recount(app: App, release_description: Told) -> None:
    """The sum of each indicator equals the release's, and a recount of the records finds no difference."""
    sums: Tally[str] = Tally()
    for row in app.internals.context.storage.maintenance.dump():
        if isinstance(row, Counter):
            sums[row.indicator] += row.amount
    assert sums == release_description["counters"]
    result = recount_records(app.internals.runner, KINDS)
    assert (result.differences, result.unreadable) == ((), ())


def test_request_keys_and_blobs_are_kept(app: App, release_description: Told) -> None:
    """A request whose request key was used isn't done again, and all blobs named by rows can be read."""
    kept = [row.request for row in app.internals.context.storage.maintenance.dump() if isinstance(row, KeptRequest)]
    assert kept == release_description["requests"]
    assert all(map(app.internals.context.storage.requested, kept))
    blobs = EncryptedBlobs(app.internals.runner, app.internals.context.blobs)
    assert {
        digest: sha256(blobs.get(digest)).hexdigest() for digest in release_description["blobs"]
    } == release_description["blobs"]


def test_keyed_words_are_found(own_app: App, release_description: Told, all_roles_officer: Actor) -> None:
    """A search by keyed words finds the records that the release indexed."""
    own_app.internals.context.district = evolve(own_app.internals.context.district, search_mode="tokens")
    assert (
        sorted(tip.id for tip in own_app.tips.search(all_roles_officer, "xe dap").items)
        == release_description["searched"]
    )


def test_bundle_restores_the_database(release: str, release_description: Told, tmp_path: Path) -> None:
    """The bundle verifies, its passphrase opens its keys, and an import of the bundle restores the old database."""
    described = release_description["bundle"]
    folder = unpack_release(release, tmp_path / "old")
    place = tmp_path / "new"
    settings = Settings(
        storage=f"sqlite:///{place / 'anninh.db'}", keys=str(place / "anninh.keys"), blobs=str(place / "blobs")
    )
    place.mkdir()
    with FileReader(folder / "bundle.zip") as file:
        verify(file)
        manifest = file.manifest
        assert {part.name: part.count for part in manifest.parts} == described["parts"]
        names = ("content", "journal_seq", "journal_hash", "unreadable")
        assert [getattr(manifest, name) for name in names] == [described[name] for name in names]
        assert read_files(file) == {"anninh.toml": b'profile = "hoa_lu_2021"\n'}
        with pytest.raises(StorageError, match=r"format 1.*--unauthenticated"):
            read_keys(file, described["passphrase"])
        with place_at(settings, new_keys=True) as new:
            import_bundle(new, file, read_keys(file, described["passphrase"], unauthenticated=True))
    with open_app(load_profile("hoa_lu_2021"), settings) as moved:
        rows = list(moved.internals.context.storage.maintenance.dump())
        outbox = {row.row.id: row.row.state for row in rows if isinstance(row, KeptOutbox)}
        assert {entry["id"]: outbox[entry["id"]] for entry in release_description["outbox"]["rows"].values()} == {
            entry["id"]: entry["state"] for entry in release_description["outbox"]["rows"].values()
        }
        states = {f"{row.owner} {row.name}": row.version for row in rows if isinstance(row, KeptState)}
        assert {name: states[name] for name in release_description["states"]} == {
            name: entry["version"] for name, entry in release_description["states"].items()
        }
        assert recount_records(moved.internals.runner, KINDS).differences == ()
