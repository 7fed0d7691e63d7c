"""The blob folder and its in-memory twin keep every rule of the blobs port."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from anninh_core.kernel.clock import SystemClock
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


def test_blobs_survive_a_restart(tmp_path: Path) -> None:
    """Blobs outlive the process, in folders named after their first digits."""
    digest = LocalBlobs(tmp_path).put(b"x")
    assert LocalBlobs(tmp_path).get(digest) == b"x"
    assert (tmp_path / digest[:2] / digest[2:4] / digest).read_bytes() == b"x"


def test_altered_blob_is_refused(tmp_path: Path) -> None:
    """Bytes that no longer match their name are refused."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put(b"x")
    (tmp_path / digest[:2] / digest[2:4] / digest).write_bytes(b"y")
    with pytest.raises(StorageError, match=digest):
        blobs.get(digest)


def test_half_written_blob_is_invisible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob whose writing failed is neither visible nor listed."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    blobs = LocalBlobs(tmp_path)
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StorageError, match="No space"):
        blobs.put(b"x")
    assert list(blobs.digests()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_root_must_be_a_folder(tmp_path: Path) -> None:
    """A root that isn't a folder is reported with its path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        LocalBlobs(tmp_path / "file").put(b"x")


def test_failed_deletion_names_the_path(tmp_path: Path) -> None:
    """A blob that can't be deleted is reported as a storage error with its path."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put(b"x")
    path = tmp_path / digest[:2] / digest[2:4] / digest
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match=digest):
        blobs.delete(digest)


def backdate_blob(root: Path, digest: str, hours: int) -> Path:
    """Set the time at which a blob was stored to `hours` ago, and return its path."""
    path = root / digest[:2] / digest[2:4] / digest
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_blob_stored_again_is_new(tmp_path: Path) -> None:
    """A blob that is stored again counts as new, although nothing is written."""
    blobs = LocalBlobs(tmp_path)
    day_ago = SystemClock().now() - timedelta(days=1)
    digest = blobs.put(b"x")
    other = blobs.put(b"y")
    backdate_blob(tmp_path, digest, 48)
    backdate_blob(tmp_path, other, 48)
    assert sorted(blobs.older(day_ago)) == sorted([digest, other])
    blobs.put(b"x")
    assert list(blobs.older(day_ago)) == [other]
    assert not blobs.delete(digest, before=day_ago)
    assert blobs.delete(other, before=day_ago)


def test_blob_stored_during_removal_exists(tmp_path: Path) -> None:
    """An old blob that is stored again during its removal exists afterwards."""
    day_ago = SystemClock().now() - timedelta(days=1)
    with ThreadPoolExecutor(2) as pool:
        for number in range(100):
            blobs = LocalBlobs(tmp_path)
            data = bytes([number])
            digest = blobs.put(data)
            backdate_blob(tmp_path, digest, 48)
            work = (pool.submit(LocalBlobs(tmp_path).put, data), pool.submit(blobs.delete, digest, day_ago))
            assert [future.result() for future in work][:1] == [digest]
            assert blobs.get(digest) == data


def test_old_temporary_files_are_removed(tmp_path: Path) -> None:
    """Temporary files of a crashed writer are removed once they are old, and blobs stay."""
    blobs = LocalBlobs(tmp_path)
    day_ago = SystemClock().now() - timedelta(days=1)
    path = backdate_blob(tmp_path, blobs.put(b"x"), 48)
    old, young = path.with_name(".new-a"), path.with_name(".new-b")
    old.write_bytes(b"hal")
    young.write_bytes(b"hal")
    os.utime(old, (0, 0))
    assert blobs.sweep(day_ago) == 1
    assert sorted(file.name for file in path.parent.iterdir()) == [".new-b", path.name]
    assert list(blobs.digests()) == [path.name]
