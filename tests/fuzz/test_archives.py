"""Bundles and backups, spoilt: byte by byte, and by somebody who knows the format and mends every checksum."""

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
"""Bytes that reading a file of some 50 kB may take at its peak, whatever the file says of itself."""


@frozen(repr=False)
class Archive:
    """A sound file of each kind, as bytes, and the keys of those who wrote them."""

    backup: bytes
    bundle: bytes
    keys: Keys

    def target(self, keys: Keys | None = None) -> RestoreTarget:
        """Return an empty place."""
        storage = MemoryStorage()
        storage.prepare([kind.spec for kind in KINDS])
        return RestoreTarget(storage=storage, keys=lambda: keys or self.keys, blobs=MemoryBlobs())

    def restore(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Restore a backup into a place."""
        with FileReader(path) as file:
            restore(target, shipped_district(), file, now=file.manifest.made_at, unauthenticated=trusting)

    def import_(self, path: Path, target: RestoreTarget, *, trusting: bool = False) -> None:
        """Import a bundle into a place."""
        with FileReader(path) as file:
            import_bundle(target, file, read_keys(file, WORDS, unauthenticated=trusting))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An office with an officer, a case and a file in use; the same bytes each time, so that a seed spoils the same."""
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
    """Both kinds of file."""
    return Use(archive, request.param == "bundle", tmp_path / "file.zip")


@frozen(repr=False)
class Use:
    """One kind of file, and what is done with it."""

    archive: Archive
    is_bundle: bool
    path: Path

    def __repr__(self) -> str:
        """Return which kind it is: Hypothesis prints it, and not a file."""
        return "bundle" if self.is_bundle else "backup"

    @property
    def sound(self) -> bytes:
        return self.archive.bundle if self.is_bundle else self.archive.backup

    def try_it(self, *, trusting: bool = False) -> str:
        """Fill an empty place from the file; return how that was refused, and see that the place is empty then.

        What was loaded and compared, and doesn't fit, stays for whoever looks at it, and the sentence says so.
        """
        target = self.archive.target(MemoryKeys(seed=5) if self.is_bundle else None)
        fill = self.archive.import_ if self.is_bundle else self.archive.restore
        longest = 100_000 if trusting else LONGEST  # rows are believed then, and quoted
        said = refusal(
            partial(fill, self.path, target, trusting=trusting), AnninhError, ConfigurationError, longest=longest
        )
        if said:
            assert is_empty(target.storage) or (trusting and "was loaded, but" in said), said
        return said


def test_a_sound_file_is_taken(use: Use) -> None:
    """What is spoilt below is refused for what was spoilt: untouched it fills the place."""
    use.path.write_bytes(use.sound)
    assert use.try_it() == ""


@fuzzed(40)
def test_damaged_archive_leaves_place_empty(use: Use, seed: int) -> None:
    """Bytes turned, cut, doubled or moved are told in a sentence, and the place stays empty."""
    use.path.write_bytes(mutate_bytes(Random(seed), use.sound))
    use.try_it()


@fuzzed(25)
def test_whoever_mends_the_checksums(use: Use, seed: int) -> None:
    """A part or the manifest made wrong, with checksums that fit, isn't taken: nobody without the keys wrote it."""
    use.path.write_bytes(use.sound)
    _forge_part(Random(seed), use.path)
    assert use.try_it()


@fuzzed(15)
def test_what_is_taken_on_trust(use: Use, seed: int) -> None:
    """Where an operator lets a file pass that nothing proves, wrong rows end in a sentence."""
    use.path.write_bytes(use.sound)
    random = Random(seed)
    forge(use.path, lambda parts: _spoil_part(random, parts), lambda told: told.update(format=2))
    parts = read_parts(use.path)
    parts.pop("manifest.mac")
    write_parts(use.path, parts)
    use.try_it(trusting=True)


@fuzzed(15)
def test_sizes_that_claim_too_much(use: Use, seed: int) -> None:
    """A file that says it holds gigabytes takes no more memory than one that doesn't."""
    random = Random(seed)
    use.path.write_bytes(use.sound)
    random.choice((_claim_in_directory, _claim_in_manifest, _claim_in_blobs))(random, use.path)
    tracemalloc.start()
    try:
        use.try_it()
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
    """Make a part wrong: one of its rows, their order or number, or any of its bytes."""
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
    except ValueError:  # a line of another file than ours
        return mutate_bytes(random, row)


def _claim_in_directory(random: Random, path: Path) -> None:
    """Write another size over one in the archive's directory."""
    data = bytearray(path.read_bytes())
    entry = random.choice([place for place in range(len(data)) if data.startswith(b"PK\x01\x02", place)])
    at = entry + random.choice((20, 24, 42))  # size packed, size unpacked, where it stands
    data[at : at + 4] = random.choice((2**32 - 1, 2**32 - 2, 2**31, 10**9)).to_bytes(4, "little")
    path.write_bytes(bytes(data))


def _claim_in_manifest(random: Random, path: Path) -> None:
    claims: Mapping[str, object] = {random.choice(("size", "count")): random.choice((10**10, 2**63, 10**30, -1))}
    forge(path, lambda _: None, lambda told: random.choice(told["parts"]).update(claims))


def _claim_in_blobs(random: Random, path: Path) -> None:
    size = random.choice((10**10, 2**63, 2**64 - 1, 2**31))
    forge(path, lambda parts: parts.update(blobs=b"d" * 32 + size.to_bytes(8, "big") + b"x" * 100))
