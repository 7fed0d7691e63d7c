"""Files made to harm whoever reads them: each gives one sentence, takes little memory, and writes nowhere else."""

import json
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP, Office, settings_in
from tests.app.backup.forging import MANIFEST, Parts, Told, forge, read_parts, tell_only, without_authentication
from tests.app.backup.test_backup import restored
from tests.app.backup.test_bundle import WORDS, exported, imported

from anninh_core.app.backup import FileReader, back_up, verify
from anninh_core.app.backup.bundle import read_keys
from anninh_core.app.backup.passphrase import unwrap, wrap
from anninh_core.kernel.errors import AnninhError, StorageError

pytestmark = pytest.mark.slow

OUT = ("records/../../x", "PART/../../x", "files/../../x", "files/profile/../../../x", "files//etc/x", "files/a\\..\\x")
MORE_OUT = ("files/profile/../anninh.keys", "files/C:x", "files/", "files/a//b", "files/./a", "files/a\x00b", "/etc/x")


@pytest.fixture
def path(office: Office, tmp_path: Path) -> Path:
    """A backup."""
    back_up(office.app, office.me, tmp_path / "copy.zip")
    return tmp_path / "copy.zip"


def verified(path: Path) -> None:
    """Read all of a file."""
    with FileReader(path) as file:
        verify(file)


@pytest.mark.parametrize("name", [*OUT, *MORE_OUT])
def test_names_that_lead_out(path: Path, name: str) -> None:
    """A part whose name leads elsewhere, or is none that a file of ours has, is refused before anything is read."""
    forge(path, lambda parts: parts.update({name: b"x"}))
    with pytest.raises(StorageError, match="name"):
        verified(path)


@pytest.mark.parametrize("name", OUT)
def test_nothing_is_written_outside(office: Office, tmp_path: Path, name: str) -> None:
    """Nor does such a bundle write anything, even where its lack of authentication is allowed."""
    path = tmp_path / "bundle.zip"
    exported(office, path)
    forge(path, lambda parts: parts.update({name: b"x"}))
    without_authentication(path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StorageError, match="name"):
        imported(settings_in(tmp_path / "new"), path, unauthenticated=True)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "new"])


def test_a_part_named_twice(path: Path) -> None:
    """A manifest that names a part twice would have its rows loaded twice."""
    tell_only(path, lambda told: told["parts"].append(told["parts"][-1]))
    with pytest.raises(StorageError, match="twice"):
        verified(path)


def test_a_large_manifest(path: Path) -> None:
    """A manifest of nine megabytes is read no further than any of ours goes."""
    tell_only(path, lambda told: told.update(engine="x" * 9_000_000))
    with pytest.raises(StorageError, match=r"manifest.*1 MiB"):
        FileReader(path)


def test_a_manifest_that_packs_well(path: Path) -> None:
    """Nor does one of a gigabyte take a gigabyte: it packs into a megabyte, and is read to its first."""
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, data in parts.items():
            if name != MANIFEST:
                file.writestr(name, data)
        with file.open(MANIFEST, "w") as entry:
            for _ in range(256):
                entry.write(b" " * (1 << 20))
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from anninh_core.app.backup import FileReader\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    FileReader(Path(sys.argv[1]))\n"
        "except OSError as error:\n    print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    told, grown = done.stdout.strip().rsplit("\n", 1)
    assert "1 MiB" in told
    assert int(grown) < 32, "MiB"


@pytest.mark.parametrize(
    "deep",
    [b"[" * 100_000, b'{"parts":' * 50_000, b'{"format": 1' + b"0" * 5000 + b"}"],
    ids=["list", "table", "number"],
)
def test_a_bent_manifest(path: Path, deep: bytes) -> None:
    """Nesting without end, and numbers of thousands of digits, are told like any damage."""
    forge(path, lambda _: None)
    parts = read_parts(path) | {MANIFEST: deep}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match="manifest"):
        FileReader(path)


def test_a_line_without_end(path: Path) -> None:
    """A line of more bytes than any row has is given up before it fills the memory."""
    forge(path, lambda parts: parts.update({"outbox": b'"' + b"x" * (65 << 20)}))
    with pytest.raises(StorageError, match=r"'outbox'.*line.*64 MiB"):
        verified(path)


def test_a_row_cut_off_at_its_end(path: Path) -> None:
    """The last row of a part ends as all others do."""
    forge(path, lambda parts: parts.update({"outbox": parts["outbox"].removesuffix(b"\n")}))
    with pytest.raises(StorageError, match=r"'outbox'.*end"):
        verified(path)


@pytest.mark.parametrize(
    "row", [b"[" * 200_000, b'{"row":' * 100_000, b'"\\ud800"', b"\xff\xfe", b"1e999", b"null"], ids=range(6)
)
def test_a_bent_row(path: Path, row: bytes) -> None:
    """Whatever stands in a line that is no row, the part is named with the number of the line."""
    sound = path.read_bytes()
    for name in ("outbox", "journal", "kinds", "states", "keyring", "counters"):
        path.write_bytes(sound)
        forge(path, lambda parts, name=name: parts.update({name: row + b"\n"}))  # type: ignore[misc]
        with pytest.raises(
            StorageError, match=rf"can't read line 1 of part {name} \(.*\): use the version that wrote the file"
        ):
            verified(path)


@pytest.mark.parametrize("size", [1 << 62, 1 << 40, 1 << 31, 10_000])
def test_a_blob_longer_than_the_file(path: Path, size: int) -> None:
    """A blob that says it is larger than all that there is takes no memory of that size."""
    forge(path, lambda parts: parts.update(blobs=b"d" * 32 + size.to_bytes(8, "big") + b"x" * 100))
    with pytest.raises(StorageError, match=r"Part 'blobs' of .* is damaged \(cut off\): use another copy"):
        verified(path)


def test_compressed_blobs_are_refused(path: Path) -> None:
    """Blobs are encrypted and never packed: packed ones could swell to any size."""
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match=r"'blobs'.*packed"):
        verified(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_refused(path: Path, method: int) -> None:
    """Parts packed in another way than ours are refused."""
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match="packed"):
        verified(path)


def sizes(**changes: int) -> Callable[[Told], None]:
    return lambda told: told["parts"][0].update(changes)


@pytest.mark.parametrize("change", [sizes(size=1), sizes(size=1 << 60), sizes(size=-1), sizes(count=99)])
def test_sizes_that_do_not_fit(path: Path, change: Callable[[Told], None]) -> None:
    """What the manifest says of a part's size is what it has, no more and no less."""
    tell_only(path, change)
    with pytest.raises(StorageError, match="'kinds'"):
        verified(path)


def test_damaged_bytes_give_known_errors(office: Office, path: Path) -> None:
    """Bytes changed anywhere, and in any number, give an error of ours or do no harm; never anything else."""
    sound = path.read_bytes()
    random_ = random.Random(10)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(random_.choice((1, 1, 3, 40))):
            data[random_.randrange(len(data))] = random_.randrange(256)
        path.write_bytes(bytes(data))
        try:
            verified(path)
        except AnninhError:
            continue


def test_random_damage_of_the_directory(path: Path) -> None:
    """So do bytes changed in the archive's own directory, which stands at its end."""
    sound = path.read_bytes()
    random_ = random.Random(11)
    directory = sound.index(b"PK\x01\x02")
    for _ in range(600):
        data = bytearray(sound)
        for _ in range(random_.choice((1, 2, 5))):
            data[random_.randrange(directory, len(data))] = random_.randrange(256)
        path.write_bytes(bytes(data))
        try:
            verified(path)
        except AnninhError:
            continue


@pytest.mark.parametrize(
    "cost",
    [{"n": 0}, {"n": -8, "r": -8}, {"r": 0}, {"p": 0}, {"p": -(1 << 70)}, {"n": 3}, {"n": 1 << 40}, {"p": 1 << 20}],
)
def test_costs_nobody_would_choose(office: Office, cost: dict[str, int]) -> None:
    """Wrapped keys that would cost any time or memory to try, or none at all, are told."""
    copy = office.app.internals.context.keys.export()  # type: ignore[attr-defined]
    wrapped = json.loads(wrap(copy, WORDS, CHEAP))
    wrapped["wrapping"] |= cost
    with pytest.raises(StorageError):
        unwrap(json.dumps(wrapped).encode(), WORDS)


def test_keys_that_are_none(office: Office, tmp_path: Path) -> None:
    """A bundle without keys, or with something else in their place, is told."""
    path = tmp_path / "bundle.zip"
    changes: tuple[Callable[[Parts], object], ...] = (
        lambda parts: parts.pop("files/keys.json"),
        lambda parts: parts.update({"files/keys.json": b"[" * 100_000}),
        lambda parts: parts.update({"files/keys.json": b"{}"}),
        lambda parts: parts.update({"files/keys.json": b"x" * (17 << 20)}),
    )
    for change in changes:
        path.unlink(missing_ok=True)
        exported(office, path)
        forge(path, lambda parts, change=change: void(change(parts)))  # type: ignore[misc]
        with FileReader(path) as file, pytest.raises(StorageError, match="keys"):
            read_keys(file, WORDS)


def void(_: object) -> None:
    """Forget a result."""


def test_place_is_as_before(path: Path, office: Office, tmp_path: Path) -> None:
    """None of this touches the office that the copy came from."""
    forge(path, lambda parts: parts.update({"outbox": b"[\n"}))
    before = office.app.internals.context.storage.journal.head()
    with pytest.raises(AnninhError):
        restored(office.settings, path)
    assert office.app.internals.context.storage.journal.head() == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
