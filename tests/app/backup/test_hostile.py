"""Files made to harm the reader: each gives a one-sentence error, takes little memory, and writes nothing outside of
the place.
"""

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
from tests.app.backup.forging import MANIFEST, Parts, Told, forge_file, forge_manifest, read_parts, strip_authentication
from tests.app.backup.test_backup import restore_backup
from tests.app.backup.test_bundle import WORDS, export_office, import_office

from anninh_core.app.backup import FileReader, back_up, verify
from anninh_core.app.backup.bundle import read_keys
from anninh_core.app.backup.passphrase import unwrap_keys, wrap
from anninh_core.kernel.errors import AnninhError, StorageError

pytestmark = pytest.mark.slow

OUT = ("records/../../x", "PART/../../x", "files/../../x", "files/profile/../../../x", "files//etc/x", "files/a\\..\\x")
MORE_OUT = ("files/profile/../anninh.keys", "files/C:x", "files/", "files/a//b", "files/./a", "files/a\x00b", "/etc/x")


@pytest.fixture
def path(office: Office, tmp_path: Path) -> Path:
    """Path of a backup of the office."""
    back_up(office.app, office.me, tmp_path / "copy.zip")
    return tmp_path / "copy.zip"


def verify_file(path: Path) -> None:
    """Read and verify a whole backup file."""
    with FileReader(path) as file:
        verify(file)


@pytest.mark.parametrize("name", [*OUT, *MORE_OUT])
def test_unsafe_part_names_are_refused(path: Path, name: str) -> None:
    """A part with an unsafe or unknown name is refused before anything is read."""
    forge_file(path, lambda parts: parts.update({name: b"x"}))
    with pytest.raises(StorageError, match="name"):
        verify_file(path)


@pytest.mark.parametrize("name", OUT)
def test_nothing_is_written_outside(office: Office, tmp_path: Path, name: str) -> None:
    """A bundle with an unsafe part name writes nothing outside, even if unauthenticated files are accepted."""
    path = tmp_path / "bundle.zip"
    export_office(office, path)
    forge_file(path, lambda parts: parts.update({name: b"x"}))
    strip_authentication(path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StorageError, match="name"):
        import_office(settings_in(tmp_path / "new"), path, unauthenticated=True)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "new"])


def test_duplicate_part_in_manifest_is_refused(path: Path) -> None:
    """A manifest that names a part twice is refused, since its rows would be loaded twice."""
    forge_manifest(path, lambda manifest: manifest["parts"].append(manifest["parts"][-1]))
    with pytest.raises(StorageError, match="twice"):
        verify_file(path)


def test_large_manifest_is_refused(path: Path) -> None:
    """A manifest of more than 1 MiB is refused."""
    forge_manifest(path, lambda manifest: manifest.update(engine="x" * 9_000_000))
    with pytest.raises(StorageError, match=r"manifest.*1 MiB"):
        FileReader(path)


def test_highly_compressed_manifest_takes_little_memory(path: Path) -> None:
    """A highly compressed manifest of 256 MiB takes less than 32 MiB of memory: it is read up to 1 MiB."""
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
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    message, grown = result.stdout.strip().rsplit("\n", 1)
    assert "1 MiB" in message
    assert int(grown) < 32, "MiB"


@pytest.mark.parametrize(
    "deep",
    [b"[" * 100_000, b'{"parts":' * 50_000, b'{"format": 1' + b"0" * 5000 + b"}"],
    ids=["list", "table", "number"],
)
def test_malformed_manifest_is_refused(path: Path, deep: bytes) -> None:
    """Deep nesting, and numbers with thousands of digits, are reported as damage."""
    forge_file(path, lambda _: None)
    parts = read_parts(path) | {MANIFEST: deep}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match="manifest"):
        FileReader(path)


def test_overlong_line_is_refused(path: Path) -> None:
    """A line longer than any row is refused before it fills the memory."""
    forge_file(path, lambda parts: parts.update({"outbox": b'"' + b"x" * (65 << 20)}))
    with pytest.raises(StorageError, match=r"'outbox'.*line.*64 MiB"):
        verify_file(path)


def test_unterminated_last_row_is_refused(path: Path) -> None:
    """The last row of a part must end with a line break."""
    forge_file(path, lambda parts: parts.update({"outbox": parts["outbox"].removesuffix(b"\n")}))
    with pytest.raises(StorageError, match=r"'outbox'.*end"):
        verify_file(path)


@pytest.mark.parametrize(
    "row", [b"[" * 200_000, b'{"row":' * 100_000, b'"\\ud800"', b"\xff\xfe", b"1e999", b"null"], ids=range(6)
)
def test_malformed_row_is_named_by_line(path: Path, row: bytes) -> None:
    """The error about a malformed row names its part and line number."""
    sound = path.read_bytes()
    for name in ("outbox", "journal", "kinds", "states", "keyring", "counters"):
        path.write_bytes(sound)
        forge_file(path, lambda parts, name=name: parts.update({name: row + b"\n"}))  # type: ignore[misc]
        with pytest.raises(
            StorageError, match=rf"can't read line 1 of part {name} \(.*\): use the version that wrote the file"
        ):
            verify_file(path)


@pytest.mark.parametrize("size", [1 << 62, 1 << 40, 1 << 31, 10_000])
def test_oversized_blob_is_refused(path: Path, size: int) -> None:
    """A blob with a declared size beyond the file is refused without allocating that memory."""
    forge_file(path, lambda parts: parts.update(blobs=b"d" * 32 + size.to_bytes(8, "big") + b"x" * 100))
    with pytest.raises(StorageError, match=r"Part 'blobs' of .* is damaged \(cut off\): use another copy"):
        verify_file(path)


def test_compressed_blobs_are_refused(path: Path) -> None:
    """Compressed blobs are refused: blobs are encrypted and never compressed, and a compressed one could expand to any
    size.
    """
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match=r"'blobs'.*packed"):
        verify_file(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_refused(path: Path, method: int) -> None:
    """Parts in another compression format are refused."""
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(StorageError, match="packed"):
        verify_file(path)


def change_sizes(**changes: int) -> Callable[[Told], None]:
    return lambda manifest: manifest["parts"][0].update(changes)


@pytest.mark.parametrize(
    "change", [change_sizes(size=1), change_sizes(size=1 << 60), change_sizes(size=-1), change_sizes(count=99)]
)
def test_wrong_sizes_are_refused(path: Path, change: Callable[[Told], None]) -> None:
    """A part must have exactly the size and row count in the manifest."""
    forge_manifest(path, change)
    with pytest.raises(StorageError, match="'kinds'"):
        verify_file(path)


def test_damaged_bytes_give_known_errors(office: Office, path: Path) -> None:
    """Random changes anywhere in the file raise only errors of this library."""
    sound = path.read_bytes()
    random_ = random.Random(10)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(random_.choice((1, 1, 3, 40))):
            data[random_.randrange(len(data))] = random_.randrange(256)
        path.write_bytes(bytes(data))
        try:
            verify_file(path)
        except AnninhError:
            continue


def test_damaged_directory_gives_known_errors(path: Path) -> None:
    """Random changes in the archive's directory, at its end, raise only errors of this library."""
    sound = path.read_bytes()
    random_ = random.Random(11)
    directory = sound.index(b"PK\x01\x02")
    for _ in range(600):
        data = bytearray(sound)
        for _ in range(random_.choice((1, 2, 5))):
            data[random_.randrange(directory, len(data))] = random_.randrange(256)
        path.write_bytes(bytes(data))
        try:
            verify_file(path)
        except AnninhError:
            continue


@pytest.mark.parametrize(
    "cost",
    [{"n": 0}, {"n": -8, "r": -8}, {"r": 0}, {"p": 0}, {"p": -(1 << 70)}, {"n": 3}, {"n": 1 << 40}, {"p": 1 << 20}],
)
def test_unreasonable_costs_are_refused(office: Office, cost: dict[str, int]) -> None:
    """Wrapped keys with parameters that are invalid, or cost unlimited time or memory, are refused."""
    copy = office.app.internals.context.keys.export()  # type: ignore[attr-defined]
    wrapped = json.loads(wrap(copy, WORDS, CHEAP))
    wrapped["wrapping"] |= cost
    with pytest.raises(StorageError):
        unwrap_keys(json.dumps(wrapped).encode(), WORDS)


def test_missing_or_invalid_keys_are_refused(office: Office, tmp_path: Path) -> None:
    """A bundle with missing or invalid keys is refused."""
    path = tmp_path / "bundle.zip"
    changes: tuple[Callable[[Parts], object], ...] = (
        lambda parts: parts.pop("files/keys.json"),
        lambda parts: parts.update({"files/keys.json": b"[" * 100_000}),
        lambda parts: parts.update({"files/keys.json": b"{}"}),
        lambda parts: parts.update({"files/keys.json": b"x" * (17 << 20)}),
    )
    for change in changes:
        path.unlink(missing_ok=True)
        export_office(office, path)
        forge_file(path, lambda parts, change=change: discard_result(change(parts)))  # type: ignore[misc]
        with FileReader(path) as file, pytest.raises(StorageError, match="keys"):
            read_keys(file, WORDS)


def discard_result(_: object) -> None:
    """Discard the result of a call."""


def test_refused_restore_changes_nothing(path: Path, office: Office, tmp_path: Path) -> None:
    """A refused restore doesn't change the office whose backup it is."""
    forge_file(path, lambda parts: parts.update({"outbox": b"[\n"}))
    before = office.app.internals.context.storage.journal.head()
    with pytest.raises(AnninhError):
        restore_backup(office.settings, path)
    assert office.app.internals.context.storage.journal.head() == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
