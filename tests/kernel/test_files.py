"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.files import atomic_writer, make_folder, require_new_file, write_atomically


@pytest.fixture
def flushed_folders(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the inode of each folder is added when the folder is flushed to the disk."""
    inodes: list[int] = []
    sync = os.fsync

    def record_folder(handle: int) -> None:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            inodes.append(status.st_ino)
        sync(handle)

    monkeypatch.setattr("os.fsync", record_folder)
    return inodes


def test_written_file_replaces_old_content(tmp_path: Path, flushed_folders: list[int]) -> None:
    """New content replaces the old; the file is readable by its owner only, and its folder is flushed."""
    path = tmp_path / "file"
    for data in (b"old", b"new"):
        write_atomically(path, data)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o077 == 0
    assert flushed_folders == [tmp_path.stat().st_ino] * 2


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A failed write leaves no partial file."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_atomically(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_created_folders_are_flushed(tmp_path: Path, flushed_folders: list[int]) -> None:
    """The parent of each new folder is flushed, and existing folders aren't created again."""
    for _ in range(2):
        make_folder(tmp_path / "a" / "b")
    assert flushed_folders == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_file_appears_when_complete(tmp_path: Path) -> None:
    """A file that is written in pieces appears only when it is complete."""
    path = tmp_path / "file"
    with atomic_writer(path) as file:
        file.write(b"half ")
        assert not path.exists()
        file.write(b"whole")
    assert path.read_bytes() == b"half whole"


def test_failed_write_keeps_old_content(tmp_path: Path) -> None:
    """An exception while writing leaves the old content and no other file."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), atomic_writer(path) as file:
        file.writelines([b"new", "no bytes"])  # type: ignore[list-item]
    assert [(file_path.name, file_path.read_bytes()) for file_path in tmp_path.iterdir()] == [("file", b"old")]


def test_missing_partial_file_keeps_the_error(tmp_path: Path) -> None:
    """If the partial file was removed during an interrupted write, the original exception is still raised."""

    def interrupt_write() -> None:
        with atomic_writer(tmp_path / "file"):
            for half in tmp_path.iterdir():
                half.unlink()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupt_write()


def test_concurrently_created_folder_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that another process creates at the same time is accepted; a file with the same name is an error."""
    make = Path.mkdir

    def create_folder_too_late(path: Path, *arguments: object, **options: bool) -> None:
        os.mkdir(path)  # noqa: PTH102  by somebody else
        make(path, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", create_folder_too_late)
        make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file")


def test_an_existing_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    """Without `force`, an existing file is refused with its name; a new file needs no `force`."""
    path = tmp_path / "file"
    require_new_file(path, force=False)
    require_new_file(path, force=True)
    path.touch()
    require_new_file(path, force=True)
    with pytest.raises(BadInput, match="already exists: name another file, or replace it with --force"):
        require_new_file(path, force=False)
