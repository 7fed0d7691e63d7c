"""Damaged bundles and backups, by random bytes or by an attacker who knows the format and recomputes every checksum."""

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
from tests.app.backup.forging import MANIFEST, forge, read_parts, write_parts
from tests.fuzz.doors import NOW
from tests.fuzz.mutating import encode_mutated, mutate_bytes
from tests.fuzz.refusals import LONGEST, refusal
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
"""Highest peak memory in bytes for reading a file of some 50 kB, whatever sizes the file declares."""


@frozen(repr=False)
class Archive:
    """An intact file of each kind, as bytes, and the keys of its author."""

    backup: bytes
    bundle: bytes
    keys: Keys

    def target(self, keys: Keys | None = None) -> RestoreTarget:
        """Return an empty restore target."""
        storage = MemoryStorage()
        storage.prepare([kind.spec for kind in KINDS])
        return RestoreTarget(storage=storage, keys=lambda: keys or self.keys, blobs=MemoryBlobs())

    def restore(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Restore a backup into a target."""
        with FileReader(path) as file:
            restore(target, shipped_district(), file, now=file.manifest.made_at, unauthenticated=trusting)

    def import_(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Import a bundle into a target."""
        with FileReader(path) as file:
            import_bundle(target, file, read_keys(file, WORDS, unauthenticated=trusting))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Files of an office with an officer, a case and a used file; the same bytes in each run, so that a seed causes the
    same damage.
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
        yield Archive(
            (folder / "backup.zip").read_bytes(), (folder / "bundle.zip").read_bytes(), keys=app.internals.context.keys
        )


@pytest.fixture(params=["backup", "bundle"])
def use(request: pytest.FixtureRequest, archive: Archive, tmp_path: Path) -> "Use":
    """Each kind of file in turn."""
    return Use(archive, request.param == "bundle", tmp_path / "file.zip")


@frozen(repr=False)
class Use:
    """A kind of file, and its import."""

    archive: Archive
    is_bundle: bool
    path: Path

    def __repr__(self) -> str:
        """Return the kind of file, because Hypothesis prints it."""
        return "bundle" if self.is_bundle else "backup"

    @property
    def sound(self) -> bytes:
        return self.archive.bundle if self.is_bundle else self.archive.backup

    def try_restore(self, *, trusting: bool = False) -> str:
        """Fill an empty target from the file; return the refusal, and assert that the target is empty after it.

        Data that was loaded but didn't match on comparison stays for examination, and the refusal mentions it.
        """
        target = self.archive.target(MemoryKeys(seed=5) if self.is_bundle else None)
        fill = self.archive.import_ if self.is_bundle else self.archive.restore
        longest = 100_000 if trusting else LONGEST  # rows are trusted then, and quoted
        sentence = refusal(
            partial(fill, self.path, target, trusting=trusting), AnninhError, ConfigurationError, longest=longest
        )
        if sentence:
            assert is_empty(target.storage) or (trusting and "was loaded, but" in sentence), sentence
        return sentence


def test_intact_file_is_accepted(use: Use) -> None:
    """An intact file fills the target, so that the refusals below are due to the damage."""
    use.path.write_bytes(use.sound)
    assert use.try_restore() == ""


@fuzzed(40)
def test_damaged_archive_leaves_place_empty(use: Use, seed: int) -> None:
    """A file with mutated bytes is refused in a sentence, and the target stays empty."""
    use.path.write_bytes(mutate_bytes(Random(seed), use.sound))
    use.try_restore()


@fuzzed(25)
def test_recomputed_checksums_are_refused(use: Use, seed: int) -> None:
    """A mutated part or manifest with matching checksums is refused, because it wasn't made with the keys."""
    use.path.write_bytes(use.sound)
    _forge_part(Random(seed), use.path)
    assert use.try_restore()


@fuzzed(15)
def test_unauthenticated_wrong_rows_are_refused(use: Use, seed: int) -> None:
    """If an operator accepts a file without authentication, wrong rows are refused in a sentence."""
    use.path.write_bytes(use.sound)
    random = Random(seed)
    forge(use.path, lambda parts: _spoil_part(random, parts), lambda manifest: manifest.update(format=2))
    parts = read_parts(use.path)
    parts.pop("manifest.mac")
    write_parts(use.path, parts)
    use.try_restore(trusting=True)


@fuzzed(15)
def test_declared_size_takes_no_memory(use: Use, seed: int) -> None:
    """A file that declares gigabytes takes no more memory than any other."""
    random = Random(seed)
    use.path.write_bytes(use.sound)
    random.choice((_claim_in_directory, _claim_in_manifest, _claim_in_blobs))(random, use.path)
    tracemalloc.start()
    try:
        use.try_restore()
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def _forge_part(random: Random, path: Path) -> None:
    if random.random() < 0.4:
        parts = read_parts(path)
        write_parts(path, parts | {MANIFEST: encode_mutated(random, json.loads(parts[MANIFEST]))})
        return
    forge(path, lambda parts: _spoil_part(random, parts))


def _spoil_part(random: Random, parts: dict[str, bytes]) -> None:
    """Mutate a part: one of its rows, their order or number, or its bytes."""
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
            lines[place] = _spoil_row(random, lines[place]) + b"\n"
    parts[name] = b"".join(lines)


def _spoil_row(random: Random, row: bytes) -> bytes:
    try:
        return encode_mutated(random, json.loads(row)).replace(b"\n", b" ")
    except ValueError:  # a line that isn't JSON
        return mutate_bytes(random, row)


def _claim_in_directory(random: Random, path: Path) -> None:
    """Overwrite a size in the archive's directory."""
    data = bytearray(path.read_bytes())
    entry = random.choice([place for place in range(len(data)) if data.startswith(b"PK\x01\x02", place)])
    at = entry + random.choice((20, 24, 42))  # packed size, unpacked size, offset
    data[at : at + 4] = random.choice((2**32 - 1, 2**32 - 2, 2**31, 10**9)).to_bytes(4, "little")
    path.write_bytes(bytes(data))


def _claim_in_manifest(random: Random, path: Path) -> None:
    claims: Mapping[str, object] = {random.choice(("size", "count")): random.choice((10**10, 2**63, 10**30, -1))}
    forge(path, lambda _: None, lambda manifest: random.choice(manifest["parts"]).update(claims))


def _claim_in_blobs(random: Random, path: Path) -> None:
    size = random.choice((10**10, 2**63, 2**64 - 1, 2**31))
    forge(path, lambda parts: parts.update(blobs=b"d" * 32 + size.to_bytes(8, "big") + b"x" * 100))
