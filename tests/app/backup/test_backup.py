"""Backups are written while other use cases run, restored into an empty place, and always verified."""

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from attrs import evolve
from tests.app.backup.conftest import OLD_PAPER, PAPER, PICTURE, PROFILE, Office, Settle, settings_in

from anninh_core.app import Settings, open_app
from anninh_core.app.backup import FileReader, back_up, verify
from anninh_core.app.backup.restoration import finish_restore, restore
from anninh_core.app.backup.restore_target import open_target
from anninh_core.app.backup.verification import hash_stored_content
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.kernel.errors import (
    BadInput,
    ConfigurationError,
    NewerDatabase,
    NotFound,
    Refused,
    StorageError,
)
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.vocabulary.district import District

pytestmark = pytest.mark.slow

NOW = datetime(2021, 9, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


def restore_backup(
    settings: Settings,
    path: Path,
    *,
    resume: bool = False,
    district: District = PROFILE,
    unauthenticated: bool = False,
) -> None:
    with open_target(settings) as place, FileReader(path) as file:
        restore(place, district, file, now=NOW, resume=resume, unauthenticated=unauthenticated)


def test_restore_keeps_content_keys_and_journal(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A restored store has the same content, opens with the same keys, and its audit log continues."""
    manifest = back_up(office.app, office.me, path)
    settings = empty_folder_maker("new")
    restore_backup(settings, path, resume=True)
    with open_target(settings) as place:
        assert hash_stored_content(place.storage, manifest.parts) == manifest.content
    finish_restore(PROFILE, settings, "keeping.restore", "backup.restored")
    with open_app(PROFILE, settings) as app:
        assert [plan.number for plan in app.programme.plans(office.me).items] == ["01/KH"]
        assert EncryptedBlobs(app.internals.runner, app.internals.context.blobs).get(office.blob("paper")) == PAPER
        assert app.audit.verify(office.me).ok
        assert list(find_mismatches(app.internals.context)) == []
        entries = [entry_from(line.content) for line in app.internals.context.storage.journal.read()]
        assert [entry.action for entry in entries if entry.action.startswith("keeping.")] == [
            "keeping.back_up",
            "keeping.restore",
        ]


def test_backup_contains_only_used_blobs(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A backup contains the blobs that records and messages name, not those that were purged or never used."""
    assert back_up(office.app, office.me, path).count("blobs") == 2
    settings = empty_folder_maker("new")
    restore_backup(settings, path)
    with open_app(PROFILE, settings) as app:
        blobs = EncryptedBlobs(app.internals.runner, app.internals.context.blobs)
        assert set(blobs.digests()) == {office.blob("paper"), office.blob("picture")}
        assert blobs.get(office.blob("picture")) == PICTURE
    assert OLD_PAPER not in path.read_bytes()


def test_restored_messages_have_unknown_outcome(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A message that was pending in the backup has an unknown outcome after the restore: it may have been sent
    since.
    """
    back_up(office.app, office.me, path)
    settings = empty_folder_maker("new")
    restore_backup(settings, path)
    with open_app(PROFILE, settings) as app:
        assert app.internals.context.storage.queues.depth() == {"outbox.unknown": 2}
        assert len(app.failures.troubles(office.me)) == 2


def test_resume_keeps_messages_pending(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """With `resume`, pending messages stay pending, in their order."""
    back_up(office.app, office.me, path)
    settings = empty_folder_maker("new")
    restore_backup(settings, path, resume=True)
    with open_target(settings) as place:
        assert place.storage.queues.depth() == {"outbox.ready": 1, "outbox.waiting": 1}


def test_backup_during_writes_is_consistent(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A backup made during writes shows one moment: its audit log is complete and ends where the manifest states."""
    stop = Event()
    written = Event()

    def write_records() -> None:
        while not stop.is_set():
            office.send("thêm")
            written.set()

    writer = Thread(target=write_records)
    writer.start()
    try:
        assert written.wait(30)
        manifest = back_up(office.app, office.me, path)
    finally:
        stop.set()
        writer.join()
    settings = empty_folder_maker("new")
    restore_backup(settings, path)
    with open_target(settings) as place:
        assert place.storage.journal.head() == (manifest.journal_seq, manifest.journal_hash)
        assert manifest.count("outbox") == len(place.storage.queues.outbox(limit=100_000))


def test_restore_fills_search_index(office: Office, tmp_path: Path, empty_folder_maker: Settle, path: Path) -> None:
    """If the profile searches by terms, a search finds restored records."""
    district = evolve(PROFILE, search_mode="tokens")
    settings = settings_in(tmp_path / "tokens")
    with open_app(district, settings) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        run_step(
            app.internals.services.tips.intake.receive, me, "Đánh bạc ở đầu làng", unit=PROFILE.root, origin="entry"
        )
        assert len(app.tips.search(me, "danh bac").items) == 1
        back_up(app, me, path)
    new_settings = build_settings_in(settings, tmp_path / "again")
    restore_backup(new_settings, path)
    assert finish_restore(district, new_settings, "keeping.restore", "backup.restored").indexed == 1
    with open_app(district, new_settings) as app:
        assert len(app.tips.search(me, "danh bac").items) == 1


def build_settings_in(settings: Settings, folder: Path) -> Settings:
    moved = settings_in(folder)
    Path(moved.keys).write_bytes(Path(settings.keys).read_bytes())
    Path(moved.keys).chmod(0o600)
    return moved


def test_existing_file_needs_force(office: Office, path: Path) -> None:
    """An existing file is replaced only with `force`, and only by a complete backup."""
    path.write_text("last week's")
    with pytest.raises(BadInput, match="--force"):
        back_up(office.app, office.me, path)
    assert path.read_text() == "last week's"
    back_up(office.app, office.me, path, force=True)
    with FileReader(path) as file:
        verify(file)


def test_failed_backup_leaves_no_file(office: Office, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a blob can't be read, no file and no partial file is written."""

    def fail_to_read(_: object, digest: str) -> bytes:
        raise StorageError(f"{digest} can't be read")

    monkeypatch.setattr(type(office.app.internals.context.blobs), "get", fail_to_read)
    with pytest.raises(StorageError, match="can't be read"):
        back_up(office.app, office.me, path)
    assert [file.name for file in path.parent.iterdir()] == ["office"]


def test_backup_needs_operator_permission(office: Office, path: Path) -> None:
    """An officer without the permission gets no file, and the audit log records the refusal."""
    editor = UnsafeLocalUsers(office.app).appoint("Cán bộ Mẫu", "ninh-hoa", "editor")
    with pytest.raises(Refused):
        back_up(office.app, editor, path)
    assert not path.exists()
    last = office.app.internals.context.storage.journal.read(
        after=office.app.internals.context.storage.journal.head()[0] - 1
    )[0]
    assert entry_from(last.content).outcome == "refused"


def list_part_names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as file:
        return file.namelist()


def flip_bit(path: Path, name: str) -> None:
    """Flip a bit in the middle of a part of a backup file."""
    with zipfile.ZipFile(path) as file:
        info = file.getinfo(name)
    data = bytearray(path.read_bytes())
    names, extra = struct.unpack("<HH", data[info.header_offset + 26 : info.header_offset + 30])
    data[info.header_offset + 30 + names + extra + info.compress_size // 2] ^= 4
    path.write_bytes(bytes(data))


def rewrite_file(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write a backup file again with parts changed or left out, and with correct checksums of the archive."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            if (changed := change(name, data)) is not None:
                file.writestr(name, changed)


def test_every_damaged_part_is_named(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A flipped bit in any part is found before anything is written, and the error names the part."""
    back_up(office.app, office.me, path)
    intact = path.read_bytes()
    settings = empty_folder_maker("new")
    for name in list_part_names(path):
        path.write_bytes(intact)
        flip_bit(path, name)
        with pytest.raises(StorageError, match=name):
            restore_backup(settings, path)
    path.write_bytes(intact)
    restore_backup(settings, path)


def test_changed_rows_are_found(office: Office, path: Path) -> None:
    """A changed part doesn't match the manifest, even if the archive's own checksums were corrected."""
    back_up(office.app, office.me, path)
    rewrite_file(path, lambda name, data: data.replace(b'"reply"', b'"emergency"') if name == "outbox" else data)
    with (
        FileReader(path) as file,
        pytest.raises(
            StorageError, match=r"Part 'outbox' of .* is damaged \(it has 1388 bytes, not 1380\): use another copy"
        ),
    ):
        verify(file)


@pytest.mark.parametrize("part", ["journal", "blobs", "records/own_plan"])
def test_missing_part_is_found(office: Office, path: Path, part: str) -> None:
    """A file with a missing part is refused."""
    back_up(office.app, office.me, path)
    rewrite_file(path, lambda name, data: None if name == part else data)
    with FileReader(path) as file, pytest.raises(StorageError, match=f"{part}.*missing"):
        verify(file)


def test_added_part_is_found(office: Office, path: Path) -> None:
    """A file with an added part is refused."""
    back_up(office.app, office.me, path)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("records/officer2", b"{}\n")
    with FileReader(path) as reader, pytest.raises(StorageError, match="officer2"):
        verify(reader)


def test_truncated_file_is_refused(office: Office, path: Path) -> None:
    """A truncated copy is refused as incomplete, wherever it ends."""
    back_up(office.app, office.me, path)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:size])
        with pytest.raises(StorageError, match=r"is incomplete, or isn't an anninh file .*: use another copy"):
            FileReader(path)


def test_foreign_file_is_refused(path: Path) -> None:
    """The error about a missing file, or another program's archive, names the file or the missing part."""
    with pytest.raises(NotFound, match=path.name):
        FileReader(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("letter.txt", "x")
    with pytest.raises(
        StorageError, match=r"isn't an anninh file, because it has no part 'manifest.json': use another file"
    ):
        FileReader(path)


def test_newer_format_is_refused(office: Office, path: Path) -> None:
    """A file of a later format is refused with a request to update the program."""
    back_up(office.app, office.me, path)

    def raise_format(name: str, data: bytes) -> bytes:
        return json.dumps(json.loads(data) | {"format": 99, "news": 1}).encode() if name == "manifest.json" else data

    rewrite_file(path, raise_format)
    with pytest.raises(NewerDatabase, match="99"):
        FileReader(path)


def test_altered_audit_log_is_found(office: Office, path: Path) -> None:
    """If the audit log was altered before the backup, verification fails and names the line."""
    with closing(sqlite3.connect(path.parent / "office" / "anninh.db")) as file, file:
        file.execute("UPDATE journal SET content = CAST(content || ' ' AS BLOB) WHERE seq = 2")
    back_up(office.app, office.me, path)
    with (
        FileReader(path) as reader,
        pytest.raises(
            StorageError, match=r"Line 2 of the audit log in .* doesn't follow from line 1, so the log was altered"
        ),
    ):
        verify(reader)


def test_restore_needs_empty_place(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A restore over existing content is refused, and changes nothing."""
    back_up(office.app, office.me, path)
    settings = empty_folder_maker("new")
    restore_backup(settings, path)
    with pytest.raises(BadInput, match="empty"):
        restore_backup(settings, path)
    with pytest.raises(BadInput, match="empty"):
        restore_backup(office.settings, path)


def test_restore_needs_the_right_keys(office: Office, tmp_path: Path, path: Path) -> None:
    """Without the key file, or with another one, nothing is restored, and no key file is created."""
    back_up(office.app, office.me, path)
    settings = settings_in(tmp_path / "new")
    with pytest.raises(ConfigurationError, match=r"anninh\.keys"):
        restore_backup(settings, path)
    assert not Path(settings.keys).exists()
    with open_app(PROFILE, settings_in(tmp_path / "other")):
        pass
    other = settings_in(tmp_path / "other").model_copy(update={"storage": settings.storage})
    with pytest.raises(ConfigurationError, match="key file"):
        restore_backup(other, path)
    with open_target(other) as place:
        place.require_empty()


def test_restore_needs_its_own_profile(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """The backup of another authority is refused."""
    back_up(office.app, office.me, path)
    with pytest.raises(ConfigurationError, match="hoa-lu"):
        restore_backup(empty_folder_maker("new"), path, district=evolve(PROFILE, root="ninh-hoa"))


def test_interrupted_restore_can_be_repeated(
    office: Office, empty_folder_maker: Settle, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted restore leaves the storage empty, and can be repeated."""
    back_up(office.app, office.me, path)
    settings = empty_folder_maker("new")
    with monkeypatch.context() as patched:

        def fail_at_once(*_: object) -> str:
            raise StorageError("the disk is full")

        patched.setattr("anninh_storage.local_blobs.LocalBlobs.put", fail_at_once)
        with pytest.raises(StorageError, match="full"):
            restore_backup(settings, path)
    with open_target(settings) as place:
        place.require_empty()
    restore_backup(settings, path)
