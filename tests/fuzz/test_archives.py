"""Bundles and backups that are damaged by random bytes, or by an attacker who knows the format and recomputes every
checksum, are refused.
"""

import json
import os
import tracemalloc
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random

import pytest
from attrs import frozen
from tests.app.backup.conftest import CHEAP
from tests.app.backup.forging import MANIFEST, forge_file, read_parts, write_parts
from tests.fuzz.doors import NOW
from tests.fuzz.mutating import encode_mutated, mutate_bytes
from tests.fuzz.refusals import LONGEST, catch_refusal
from tests.fuzz.seeds import fuzzed

from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup.bundle import export_bundle, import_bundle, read_keys
from anninh_core.app.backup.restoration import restore
from anninh_core.app.backup.restore_target import RestoreTarget
from anninh_core.app.bootstrap.keys import is_empty
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import AnninhError, ConfigurationError
from anninh_core.ports.keys import Keys
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase.files.blobs import EncryptedBlobs

pytestmark = pytest.mark.slow

WORDS = "Đồng lúa chín vàng bên sông"
MOST_MEMORY = 64 << 20
"""Highest peak memory in bytes while a file of about 50 kB is read, whatever sizes the file declares."""


@frozen(repr=False)
class SampleArchives:
    """The bytes of an intact backup and an intact bundle, and the keys of the office that wrote them."""

    backup: bytes
    bundle: bytes
    keys: Keys

    def create_target(self, keys: Keys | None = None) -> RestoreTarget:
        """Return an empty storage with keys, into which a file can be restored."""
        storage = MemoryStorage()
        storage.prepare([kind.spec for kind in KINDS])
        return RestoreTarget(storage=storage, keys=lambda: keys or self.keys, blobs=MemoryBlobs())

    def restore(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Restore the backup at `path` into `target`; if `trusting`, without authentication."""
        with FileReader(path) as file:
            restore(target, shipped_district(), file, now=file.manifest.made_at, unauthenticated=trusting)

    def import_(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Import the bundle at `path` into `target`; if `trusting`, without authentication."""
        with FileReader(path) as file:
            import_bundle(target, file, read_keys(file, WORDS, unauthenticated=trusting))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleArchives]:
    """Yield the backup and the bundle of an office with an officer, a case and an attached file; they have the same
    bytes in each run, so that a seed causes the same damage.
    """
    folder = tmp_path_factory.mktemp("archives")
    with pytest.MonkeyPatch.context() as patch, memory_app(clock=FixedClock(NOW)) as app:
        patch.setattr(os, "urandom", Random(0).randbytes)
        boss = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", app.district.root, *app.district.roles)
        app.tips.record_walk_in(boss, "Có trộm xe máy ở chợ", unit="hoa-lu")
        blob = EncryptedBlobs(app.internals.runner, app.internals.context.blobs).put(b"x" * 300)
        made = app.internals.context.clock.now().date()
        app.programme.issue_plan(boss, "ninh-hoa", number="01/KH", day=made, title="Kế hoạch", blob=blob)
        back_up(app, boss, folder / "backup.zip")
        export_bundle(app, boss, folder / "bundle.zip", WORDS, files={"anninh.toml": b"[x]\n"}, wrapping=CHEAP)
        yield SampleArchives(
            (folder / "backup.zip").read_bytes(), (folder / "bundle.zip").read_bytes(), keys=app.internals.context.keys
        )


@pytest.fixture(params=["backup", "bundle"])
def archive_file(request: pytest.FixtureRequest, archive: SampleArchives, tmp_path: Path) -> "ArchiveFile":
    """Return a backup and a bundle in turn."""
    return ArchiveFile(archive, request.param == "bundle", tmp_path / "file.zip")


@frozen(repr=False)
class ArchiveFile:
    """A backup or bundle on disk, and the restoring or import of it."""

    archive: SampleArchives
    is_bundle: bool
    path: Path

    def __repr__(self) -> str:
        """Return "bundle" or "backup", because Hypothesis prints it."""
        return "bundle" if self.is_bundle else "backup"

    @property
    def intact_bytes(self) -> bytes:
        return self.archive.bundle if self.is_bundle else self.archive.backup

    def try_restore(self, *, trusting: bool = False) -> str:
        """Restore or import the file into an empty target; return the sentence of a refusal, and assert that the target
        is empty after it.

        If `trusting`, data that was loaded but didn't match on comparison stays for examination, and the refusal
        mentions it.
        """
        target = self.archive.create_target(MemoryKeys(seed=5) if self.is_bundle else None)
        fill = self.archive.import_ if self.is_bundle else self.archive.restore
        # Without authentication, rows of any length are quoted in the refusal.
        longest = 100_000 if trusting else LONGEST
        sentence = catch_refusal(
            partial(fill, self.path, target, trusting=trusting), AnninhError, ConfigurationError, longest=longest
        )
        if sentence:
            assert is_empty(target.storage) or (trusting and "was loaded, but" in sentence), sentence
        return sentence


def test_intact_file_is_accepted(archive_file: ArchiveFile) -> None:
    """An intact file is accepted, so that the refusals in the other tests are due to the damage."""
    archive_file.path.write_bytes(archive_file.intact_bytes)
    assert archive_file.try_restore() == ""


@fuzzed(40)
def test_damaged_archive_leaves_place_empty(archive_file: ArchiveFile, seed: int) -> None:
    """A file with mutated bytes is refused in a sentence, and the target stays empty."""
    archive_file.path.write_bytes(mutate_bytes(Random(seed), archive_file.intact_bytes))
    archive_file.try_restore()


@fuzzed(25)
def test_recomputed_checksums_are_refused(archive_file: ArchiveFile, seed: int) -> None:
    """A mutated part or manifest with recomputed checksums is refused, because it isn't authenticated with the office's
    keys.
    """
    archive_file.path.write_bytes(archive_file.intact_bytes)
    _forge_part(Random(seed), archive_file.path)
    assert archive_file.try_restore()


@fuzzed(15)
def test_unauthenticated_wrong_rows_are_refused(archive_file: ArchiveFile, seed: int) -> None:
    """If an operator accepts a file without authentication, invalid rows are refused in a sentence."""
    archive_file.path.write_bytes(archive_file.intact_bytes)
    random = Random(seed)
    forge_file(archive_file.path, lambda parts: _mutate_part(random, parts), lambda manifest: manifest.update(format=2))
    parts = read_parts(archive_file.path)
    parts.pop("manifest.mac")
    write_parts(archive_file.path, parts)
    archive_file.try_restore(trusting=True)


@fuzzed(15)
def test_declared_size_takes_no_memory(archive_file: ArchiveFile, seed: int) -> None:
    """Reading a file that declares sizes of gigabytes takes no more memory than reading any other."""
    random = Random(seed)
    archive_file.path.write_bytes(archive_file.intact_bytes)
    random.choice((_falsify_size_in_directory, _falsify_size_in_manifest, _falsify_size_in_blobs))(
        random, archive_file.path
    )
    tracemalloc.start()
    try:
        archive_file.try_restore()
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def _forge_part(random: Random, path: Path) -> None:
    if random.random() < 0.4:
        parts = read_parts(path)
        write_parts(path, parts | {MANIFEST: encode_mutated(random, json.loads(parts[MANIFEST]))})
        return
    forge_file(path, lambda parts: _mutate_part(random, parts))


def _mutate_part(random: Random, parts: dict[str, bytes]) -> None:
    """Mutate a random part of an archive: a row, the order or number of its rows, or its bytes."""
    name = random.choice([name for name in parts if name not in {MANIFEST, "manifest.mac"}])
    lines = parts[name].splitlines(keepends=True)
    if name == "blobs" or not lines or random.random() < 0.2:
        parts[name] = mutate_bytes(random, parts[name])
        return
    place = random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(random.randrange(len(lines)), lines[place])
        case _:
            lines[place] = _mutate_row(random, lines[place]) + b"\n"
    parts[name] = b"".join(lines)


def _mutate_row(random: Random, row: bytes) -> bytes:
    try:
        return encode_mutated(random, json.loads(row)).replace(b"\n", b" ")
    except ValueError:  # The line isn't JSON.
        return mutate_bytes(random, row)


def _falsify_size_in_directory(random: Random, path: Path) -> None:
    """Overwrite a size or an offset in the directory of the zip file."""
    data = bytearray(path.read_bytes())
    entry = random.choice([place for place in range(len(data)) if data.startswith(b"PK\x01\x02", place)])
    # These are the offsets of the packed size, the unpacked size and the file's position in a directory entry.
    at = entry + random.choice((20, 24, 42))
    data[at : at + 4] = random.choice((2**32 - 1, 2**32 - 2, 2**31, 10**9)).to_bytes(4, "little")
    path.write_bytes(bytes(data))


def _falsify_size_in_manifest(random: Random, path: Path) -> None:
    claims: Mapping[str, object] = {random.choice(("size", "count")): random.choice((10**10, 2**63, 10**30, -1))}
    forge_file(path, lambda _: None, lambda manifest: random.choice(manifest["parts"]).update(claims))


def _falsify_size_in_blobs(random: Random, path: Path) -> None:
    size = random.choice((10**10, 2**63, 2**64 - 1, 2**31))
    forge_file(path, lambda parts: parts.update(blobs=b"d" * 32 + size.to_bytes(8, "big") + b"x" * 100))
