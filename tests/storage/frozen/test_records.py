"""Records, journal, counters and the bundle of a release lose nothing when they are read and written today."""

import json
from collections import Counter as Tally
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.storage.frozen.conftest import Told, as_stored, keeps
from tests.support.released import unpack

from anninh_core.app import App, Settings, open_app
from anninh_core.app.backup import FileReader
from anninh_core.app.backup.bundle import import_bundle, read_files, read_keys
from anninh_core.app.backup.restore_target import open_target as place_at
from anninh_core.app.backup.verification import verify
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.figures.counter_maintenance import recount
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import Counter, Entry, entry_bytes, entry_from
from anninh_core.ports.storages.dumping import KeptOutbox, KeptRequest, KeptState
from anninh_core.profile import load_profile
from anninh_core.usecase import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs

pytestmark = pytest.mark.slow


def test_every_kind_was_stored(app: App, told: Told) -> None:
    """There are as many records of each kind as there were, as many of them purged, and of no kind there are none."""
    found = {}
    for kind in KINDS:
        records = list(app.internals.context.storage.maintenance.scan(kind.name))
        found[kind.name] = {
            "records": len(records),
            "purged": len(records) - len(list(app.internals.context.open_bodies(records))),
        }
    assert {name: found[name] for name in told["kinds"]} == told["kinds"]
    assert all(counts["records"] for counts in told["kinds"].values())


def test_bodies_lose_nothing(app: App) -> None:
    """A body read and written again has every field that it had, nested ones too, under its name and of its value."""
    lost = [
        (kind.name, record.id)
        for kind in KINDS
        for record, body in app.internals.context.open_bodies(app.internals.context.storage.maintenance.scan(kind.name))
        if record.schema == kind.schema
        and not keeps(json.loads(body), json.loads(kind.encode(kind.decode(body, record.schema))))
    ]
    assert lost == []


def test_columns_are_those_of_the_bodies(app: App) -> None:
    """What a record is found by, such as its state, is what its kind makes of the body today."""
    differ = [
        (kind.name, record.id)
        for kind in KINDS
        for record, body in app.internals.context.open_bodies(app.internals.context.storage.maintenance.scan(kind.name))
        if not keeps(_without_late(record.columns), _without_late(kind.columns(kind.decode(body, record.schema))))
    ]
    assert differ == []


def _without_late(columns: Mapping[str, Any]) -> Any:
    """Leave out what stays empty until a reindex: whoever asks by it knows, and opens the records that lack it."""
    return as_stored({name: value for name, value in columns.items() if name != "work"})


def test_the_journal_loses_nothing(app: App, told: Told, boss: Actor) -> None:
    """Each line read and written again is the same to the last byte, digests and facts with it, and the chain holds."""
    lines = app.internals.context.storage.journal.read(limit=told["journal"]["lines"])
    said = told["journal"]
    assert [line.seq for line in lines if entry_bytes(entry_from(line.content)) != line.content] == []
    assert (len(lines), lines[-1].hash) == (said["lines"], said["last"])
    assert app.audit.verify(boss).ok
    entries = [entry_from(line.content) for line in lines]
    assert Tally(f"{entry.action} {entry.outcome}" for entry in entries) == said["actions"]
    assert sorted({event for entry in entries for event in entry.events}) == said["events"]
    assert sorted({name for entry in entries for name in entry.facts}) == said["fact_names"]
    assert [_refused_or_read(entries[one["seq"] - 1], one["seq"]) for one in said["not_done"]] == said["not_done"]


def _refused_or_read(entry: Entry, seq: int) -> Told:
    """Return what the release wrote down of an entry that changed nothing."""
    return {
        "seq": seq,
        "actor": entry.actor,
        "action": entry.action,
        "outcome": entry.outcome,
        "unit": entry.unit,
        "facts": dict(entry.facts),
    }


def test_checkpoints_are_ours(app: App, told: Told, boss: Actor) -> None:
    """Each checkpoint carries the mark of the keys and stands on the line that it saw."""
    seqs = [int(record.id) for record in app.internals.context.storage.maintenance.scan("checkpoint")]
    assert len(seqs) == told["kinds"]["checkpoint"]["records"]
    assert [seq for seq in seqs if not app.audit.check_checkpoint(boss, seq).ok] == []


def test_frozen_counters_equal_a_recount(app: App, told: Told) -> None:
    """The sum of each indicator is that of then, and a recount of the records differs nowhere."""
    sums: Tally[str] = Tally()
    for row in app.internals.context.storage.maintenance.dump():
        if isinstance(row, Counter):
            sums[row.indicator] += row.amount
    assert sums == told["counters"]
    found = recount(app.internals.runner, KINDS)
    assert (found.differences, found.unreadable) == ((), ())


def test_request_keys_and_blobs(app: App, told: Told) -> None:
    """What was done under a request key isn't done again, and the blobs that rows name can be read."""
    kept = [row.request for row in app.internals.context.storage.maintenance.dump() if isinstance(row, KeptRequest)]
    assert kept == told["requests"]
    assert all(map(app.internals.context.storage.requested, kept))
    blobs = EncryptedBlobs(app.internals.runner, app.internals.context.blobs)
    assert {digest: sha256(blobs.get(digest)).hexdigest() for digest in told["blobs"]} == told["blobs"]


def test_words_are_found(own: App, told: Told, boss: Actor) -> None:
    """What was put into the index under keyed words is found by them."""
    own.internals.context.district = evolve(own.internals.context.district, search_mode="tokens")
    assert sorted(tip.id for tip in own.tips.search(boss, "xe dap").items) == told["searched"]


def test_the_bundle_goes_on_elsewhere(release: str, told: Told, tmp_path: Path) -> None:
    """It is whole, its passphrase opens its keys, and a new place filled from it holds what the old one did."""
    said = told["bundle"]
    folder = unpack(release, tmp_path / "old")
    place = tmp_path / "new"
    settings = Settings(
        storage=f"sqlite:///{place / 'anninh.db'}", keys=str(place / "anninh.keys"), blobs=str(place / "blobs")
    )
    place.mkdir()
    with FileReader(folder / "bundle.zip") as file:
        verify(file)
        found = file.manifest
        assert {part.name: part.count for part in found.parts} == said["parts"]
        names = ("content", "journal_seq", "journal_hash", "unreadable")
        assert [getattr(found, name) for name in names] == [said[name] for name in names]
        assert read_files(file) == {"anninh.toml": b'profile = "hoa_lu_2021"\n'}
        with pytest.raises(StorageError, match=r"format 1.*--unauthenticated"):
            read_keys(file, said["passphrase"])
        with place_at(settings, new_keys=True) as new:
            import_bundle(new, file, read_keys(file, said["passphrase"], unauthenticated=True))
    with open_app(load_profile("hoa_lu_2021"), settings) as moved:
        rows = list(moved.internals.context.storage.maintenance.dump())
        outbox = {row.row.id: row.row.state for row in rows if isinstance(row, KeptOutbox)}
        assert {one["id"]: outbox[one["id"]] for one in told["outbox"]["rows"].values()} == {
            one["id"]: one["state"] for one in told["outbox"]["rows"].values()
        }
        states = {f"{row.owner} {row.name}": row.version for row in rows if isinstance(row, KeptState)}
        assert {name: states[name] for name in told["states"]} == {
            name: one["version"] for name, one in told["states"].items()
        }
        assert recount(moved.internals.runner, KINDS).differences == ()
