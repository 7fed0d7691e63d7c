"""Rules for which files the SQLite storage opens, and which it refuses."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from tests.support.forking import store_in_a_fork

from anninh_core.kernel.errors import BadInput, NewerDatabase, StorageBusy, StorageError
from anninh_core.ports.storages.changes import ChangeSet, NewKey
from anninh_core.testing.kits.storage.base import SPECS, TIP, change, commit, commit_records, entry, find_all, item, tip
from anninh_storage import SqliteStorage
from anninh_storage.sqlite import connection
from anninh_storage.sqlite.connection import check_platform
from anninh_storage.sqlite.database import SqliteDatabase, SqliteResources

MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
files:/share /mnt/share nfs4 rw 0 0
//nas/x /mnt/my\\040disk cifs rw 0 0
/dev/vdb1 /mnt/share/local xfs rw 0 0
me@host:/ /mnt/ssh fuse.sshfs rw 0 0
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anninh.db"


@pytest.fixture
def storage(path: Path) -> Iterator[SqliteStorage]:
    storage = open_storage(path)
    yield storage
    storage.close()


def open_storage(path: Path) -> SqliteStorage:
    storage = SqliteStorage(f"sqlite:///{path}")
    storage.prepare(SPECS)
    return storage


def execute_directly(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def get_writer(storage: SqliteStorage) -> sqlite3.Connection:
    """Return the writing connection of a storage."""
    writer: sqlite3.Connection = storage.database.change(lambda connection: connection)  # type: ignore[assignment]
    return writer


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql:///x", "/x.db"])
def test_url_without_a_file_is_refused(url: str) -> None:
    """A URL without a file is refused with a valid example."""
    with pytest.raises(BadInput, match="sqlite:///folder"):
        SqliteStorage(url)


def test_file_is_private_and_synced(storage: SqliteStorage, path: Path) -> None:
    """The database file is private to its owner; commits are written ahead to a log and synced, and deleted content is
    overwritten.
    """
    writer = get_writer(storage)
    pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
    assert [writer.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 2, 1, 1]
    assert path.stat().st_mode & 0o077 == 0


def test_newer_file_is_refused(storage: SqliteStorage, path: Path) -> None:
    """A file of an unknown revision is refused by name and revision, with a remedy, and isn't changed."""
    commit_records(storage, tip("t1"))
    storage.close()
    execute_directly(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match=r"anninh\.db has revision 9999.*update anninh"):
        open_storage(path)
    assert path.read_bytes() == before


def test_foreign_file_is_refused(path: Path) -> None:
    """A database of another program is refused and isn't changed."""
    execute_directly(path, "CREATE TABLE cats (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        open_storage(path)
    assert path.read_bytes() == before


def test_other_file_is_refused(path: Path) -> None:
    """A file that isn't a database is refused and isn't changed."""
    path.write_text("Sổ tay của tổ 5\n" * 1000)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"anninh\.db: it isn't a database: name another file, or restore it"):
        open_storage(path)
    assert path.read_bytes() == before


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    """A missing folder is reported, not created."""
    with pytest.raises(StorageError, match="create its folder, or give this process permission to use it"):
        open_storage(tmp_path / "nowhere" / "anninh.db")
    assert not (tmp_path / "nowhere").exists()


def test_folder_instead_of_file_is_reported(tmp_path: Path) -> None:
    """A folder in the file's place is reported."""
    with pytest.raises(StorageError, match=str(tmp_path)):
        open_storage(tmp_path)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter; after the test, root's rights are restored."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = os.name == "posix" and os.geteuid() == 0
        yield Path(folder)
        if root:
            os.seteuid(0)


def test_read_only_file_is_reported(public_folder: Path) -> None:
    """A file that may not be written is reported with a remedy."""
    path = public_folder / "anninh.db"
    open_storage(path).close()
    for file in public_folder.iterdir():
        file.chmod(0o444)
    if os.geteuid() == 0:
        os.seteuid(65534)
    with pytest.raises(StorageError, match="create its folder, or give this process permission to use it"):
        open_storage(path)


def test_full_disk_fails_the_commit(storage: SqliteStorage) -> None:
    """A full disk fails the commit, nothing of it is stored, and the storage works again once there is space."""
    commit_records(storage, tip("t1"))
    writer = get_writer(storage)
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="disk is full"):
        commit(storage, change(tip("t2", body=b"x" * 100_000)))
    writer.execute("PRAGMA max_page_count = 1000000")
    commit_records(storage, tip("t3"))
    assert find_all(storage) == ["t3", "t1"]
    assert storage.maintenance.check() == []


def test_locked_file_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit on a file locked by another program fails after the timeout."""
    monkeypatch.setattr(connection, "PATIENCE_S", 0.0)
    storage = open_storage(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy, match="locked by another program"):
        commit_records(storage, tip("t1"))
    other.execute("ROLLBACK")
    other.close()
    commit_records(storage, tip("t1"))
    storage.close()


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/mnt/share/a/anninh.db", "nfs4"), ("/mnt/my disk/anninh.db", "cifs"), ("/mnt/ssh/anninh.db", "fuse.sshfs")],
)
def test_network_file_system_is_refused(place: str, kind: str) -> None:
    """A file on a network file system is refused, and the error names the type of the file system."""
    with pytest.raises(StorageError, match=rf"network file system \({kind}\)"):
        check_platform(Path(place), MOUNTS)


@pytest.mark.parametrize("place", ["/srv/anninh.db", "/mnt/share/local/anninh.db", "/mnt/sharex/anninh.db"])
def test_local_disk_is_accepted(place: str) -> None:
    """A file on a local disk is accepted, also if mounted below a network share or with a similar name."""
    check_platform(Path(place), MOUNTS)


def test_old_sqlite_is_refused() -> None:
    """A SQLite version that lacks required statements is refused."""
    with pytest.raises(StorageError, match=r"SQLite 3\.36\.0 is too old"):
        check_platform(Path("/srv/anninh.db"), "", (3, 36, 0))


def test_destroyed_key_is_overwritten(storage: SqliteStorage, path: Path) -> None:
    """A destroyed key's bytes are neither in the file nor in its log."""
    wrapped = os.urandom(64)
    commit(storage, change(keys=(NewKey(scope="case:1", epoch="e1", wrapped=wrapped),)))
    storage.keyring.destroy("case:1")
    for file in path.parent.iterdir():
        assert wrapped not in file.read_bytes()


def test_key_is_destroyed_after_a_crash(storage: SqliteStorage, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a process ended before it emptied the log, destroying the key again empties the log."""
    wrapped = os.urandom(64)
    commit(storage, change(keys=(NewKey(scope="case:1", epoch="e1", wrapped=wrapped),)))
    with monkeypatch.context() as patch:
        patch.setattr(SqliteDatabase, "scrub", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            storage.keyring.destroy("case:1")
    assert not storage.keyring.destroy("case:1")
    for file in path.parent.iterdir():
        assert wrapped not in file.read_bytes()


def _interrupt(database: SqliteDatabase) -> None:
    raise KeyboardInterrupt


def test_column_keeps_its_type(storage: SqliteStorage, path: Path) -> None:
    """A column can't silently change its type, which would misread stored values."""
    commit_records(storage, tip("t1"))
    spec = evolve(TIP, columns={**TIP.columns, "received": str})
    again = SqliteStorage(f"sqlite:///{path}")
    with pytest.raises(
        BadInput, match=r"kit_tip\.received is stored as BIGINT and can't be changed to str: give the new"
    ):
        again.prepare([spec])
    again.close()


def test_unstorable_text_is_refused(storage: SqliteStorage) -> None:
    """A text that can't be stored is refused as the caller's error."""
    with pytest.raises(BadInput, match="refused a value"):
        commit(storage, change(item("i1"), request="\ud800"))
    assert storage.records.get("kit_item", "i1") is None


def test_commit_after_closing_is_refused(storage: SqliteStorage, path: Path) -> None:
    """A commit that starts after the storage was closed is refused with this reason."""
    process = SqliteResources(path)
    process.close()
    with (
        pytest.raises(StorageError, match="was closed before this was done, and nothing of it was saved"),
        process.transaction(),
    ):
        pass


def test_check_reports_broken_chain(storage: SqliteStorage, path: Path) -> None:
    """A check reports an altered journal line by its number."""
    commit(storage, *(change(tip(f"t{number}")) for number in range(3)))
    execute_directly(path, "UPDATE journal SET content = replace(content, 'kit', 'KIT') WHERE seq = 2")
    assert [sentence.split(";")[0] for sentence in storage.maintenance.check()] == [
        "journal line 2 doesn't follow from line 1"
    ]


def test_check_reports_unequal_grains(storage: SqliteStorage, path: Path) -> None:
    """A check reports counters that differ between days, months and years."""
    execute_directly(path, "INSERT INTO counters_day VALUES ('tips', 'u1', 1, '', 5)")
    assert storage.maintenance.check() == ["2 counters differ between days, months and years; rebuild the counters"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM m_kit_tip",
        "UPDATE m_kit_tip SET value = 'bob'",
        "INSERT INTO m_kit_tip SELECT name, 'bob', id FROM m_kit_tip",
        "INSERT INTO m_kit_tip SELECT name, value, 'gone' FROM m_kit_tip LIMIT 1",
    ],
)
def test_check_reports_altered_side_rows(storage: SqliteStorage, path: Path, statement: str) -> None:
    """A check reports manually removed, inserted or changed rows of columns with several values."""
    commit_records(storage, tip("t1", assignees=("amy",)), tip("t2"))
    execute_directly(path, statement)
    (sentence,) = storage.maintenance.check()
    assert sentence.startswith(f"the rows beside kit_tip {'gone' if 'gone' in statement else 't1'} are not its own")


@pytest.mark.parametrize(
    ("statement", "refs"),
    [
        ("DELETE FROM journal_ref", ["kit_tip:t1"]),
        ("UPDATE journal_ref SET ref = 'kit_tip:t2'", ["kit_tip:t1", "kit_tip:t2"]),
        ("UPDATE journal_ref SET is_look = 1 - is_look", ["kit_tip:t1", "kit_tip:t1"]),
        ("INSERT INTO journal_ref VALUES ('kit_tip:t9', 0, 1)", ["kit_tip:t9"]),
    ],
)
def test_check_reports_altered_journal_index(
    storage: SqliteStorage, path: Path, statement: str, refs: list[str]
) -> None:
    """A check reports a manipulated index of the journal, for example a hidden or an invented read access."""
    commit(storage, change(entry=evolve(entry("e1"), named=("kit_tip:t1@1",))))
    execute_directly(path, statement)
    assert storage.maintenance.check() == [
        f"the index of the journal isn't that of its lines: {ref} in line 1; a move by bundle makes it anew"
        for ref in refs
    ]


def test_forked_process_has_own_connections(storage: SqliteStorage) -> None:
    """A forked process uses the file with connections of its own, and doesn't disturb the parent."""
    commit_records(storage, tip("t1"))
    assert store_in_a_fork(storage, "t2") == 0
    commit_records(storage, tip("t3"))
    assert find_all(storage) == ["t3", "t2", "t1"]
    assert storage.maintenance.check() == []


def test_key_destroyed_during_a_dump(tmp_path: Path) -> None:
    """A key destroyed during a dump is gone at once, and its bytes are gone from the files when the dump ends."""
    storage = SqliteStorage(f"sqlite:///{tmp_path / 'anninh.db'}")
    storage.prepare([])
    wrapped = b"wrapped key of the case"
    storage.commit([ChangeSet(keys=(NewKey(scope="case:1", epoch="e1", wrapped=wrapped),))])
    rows = storage.maintenance.dump()
    assert next(rows) == NewKey(scope="case:1", epoch="e1", wrapped=wrapped)
    assert storage.keyring.destroy("case:1")
    assert storage.keyring.get("case:1") is None
    assert list(rows) == []
    assert [path.name for path in tmp_path.iterdir() if wrapped in path.read_bytes()] == []
    storage.close()
