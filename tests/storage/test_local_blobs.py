"""The blob folder and its in-memory twin keep every rule of the port."""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import StorageError
from anninh_core.testing.kits.blobs import BlobsConformance
from anninh_core.testing.memory import MemoryBlobs
from anninh_storage import LocalBlobs


class TestLocalBlobs(BlobsConformance):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> LocalBlobs:
        return LocalBlobs(tmp_path / "blobs")


class TestMemoryBlobs(BlobsConformance):
    @pytest.fixture
    def blobs(self) -> MemoryBlobs:
        return MemoryBlobs()


def test_reopened(tmp_path: Path) -> None:
    """Blobs outlive the process, in folders named after their first digits."""
    digest = LocalBlobs(tmp_path).put(b"x")
    assert LocalBlobs(tmp_path).get(digest) == b"x"
    assert (tmp_path / digest[:2] / digest[2:4] / digest).read_bytes() == b"x"


def test_altered(tmp_path: Path) -> None:
    """Bytes that no longer match their name are refused."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put(b"x")
    (tmp_path / digest[:2] / digest[2:4] / digest).write_bytes(b"y")
    with pytest.raises(StorageError, match=digest):
        blobs.get(digest)


def test_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob whose writing failed is neither visible nor listed."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    blobs = LocalBlobs(tmp_path)
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StorageError, match="No space"):
        blobs.put(b"x")
    assert list(blobs.digests()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_root_is_a_file(tmp_path: Path) -> None:
    """A root that is no folder is told with its path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        LocalBlobs(tmp_path / "file").put(b"x")


def test_delete_fails(tmp_path: Path) -> None:
    """A blob that can't be removed is told as the storage's failure, with its path."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put(b"x")
    path = tmp_path / digest[:2] / digest[2:4] / digest
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match=digest):
        blobs.delete(digest)
