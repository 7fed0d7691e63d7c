"""Files that are there whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.files import atomic_writer, make_folder, require_new_file, write_atomically


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tell which folders, by inode, were flushed to the disk."""
    inodes: list[int] = []
    sync = os.fsync

    def note(handle: int) -> None:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            inodes.append(found.st_ino)
        sync(handle)

    monkeypatch.setattr("os.fsync", note)
    return inodes


def test_written_file_replaces_old_content(tmp_path: Path, synced: list[int]) -> None:
    """New content takes the place of old, for its owner only, and the name is flushed with it."""
    path = tmp_path / "file"
    for data in (b"old", b"new"):
        write_atomically(path, data)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o077 == 0
    assert synced == [tmp_path.stat().st_ino] * 2


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """When a file can't take its place, no half of it stays behind."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_atomically(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_made_folders_are_flushed(tmp_path: Path, synced: list[int]) -> None:
    """Each folder made is flushed in the one above it, and none is made twice."""
    for _ in range(2):
        make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_written_bit_by_bit(tmp_path: Path) -> None:
    """A file appears with its last bit, and not before."""
    path = tmp_path / "file"
    with atomic_writer(path) as file:
        file.write(b"half ")
        assert not path.exists()
        file.write(b"whole")
    assert path.read_bytes() == b"half whole"


def test_failed_write_keeps_old_content(tmp_path: Path) -> None:
    """An exception leaves the old content and nothing else."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), atomic_writer(path) as file:
        file.writelines([b"new", "no bytes"])  # type: ignore[list-item]
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("file", b"old")]


def test_the_failure_is_told_where_nothing_is_left_to_remove(tmp_path: Path) -> None:
    """Whoever took the half file away meanwhile doesn't hide why it wasn't finished."""

    def interrupted() -> None:
        with atomic_writer(tmp_path / "file"):
            for half in tmp_path.iterdir():
                half.unlink()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()


def test_a_folder_that_somebody_else_makes_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is there, which is all that was wanted; a file in its place is an error."""
    make = Path.mkdir

    def make_late(path: Path, *arguments: object, **options: bool) -> None:
        os.mkdir(path)  # noqa: PTH102  by somebody else
        make(path, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", make_late)
        make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file")


def test_an_existing_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    """The refusal names it; what isn't there yet needs no force."""
    path = tmp_path / "file"
    require_new_file(path, force=False)
    require_new_file(path, force=True)
    path.touch()
    require_new_file(path, force=True)
    with pytest.raises(BadInput, match="already exists: name another file, or replace it with --force"):
        require_new_file(path, force=False)
