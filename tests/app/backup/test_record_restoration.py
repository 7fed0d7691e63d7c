"""One damaged record is restored from a backup, and nothing else changes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.app.backup.conftest import Office
from tests.app.backup.forging import drop_line, forge_file

from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup.record_restoration import restore_record
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.kernel.errors import Damaged, NotFound, Refused, StorageError, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system


@pytest.fixture
def backup_path(office: Office, tmp_path: Path) -> Path:
    """Path of a backup of the office."""
    path = tmp_path / "night.backup"
    back_up(office.app, office.me, path)
    return path


@pytest.fixture
def stored_record(office: Office) -> Record:
    """A record of the office that wasn't purged."""
    records = office.app.internals.context.storage.maintenance.scan(OWN_PLAN.name)
    return next(record for record in records if not office.app.internals.context.is_purged(record.scope))


def alter_row(office: Office, statement: str, *values: object) -> None:
    """Change one row directly in the database, as an attacker or a fault would."""
    path = office.settings.storage.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def restore_from_backup(office: Office, backup: Path, record: Record) -> Record:
    with FileReader(backup) as file:
        return restore_record(office.app, office.me, file, Ref(record.kind, record.id))


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE r_own_plan SET body = ? WHERE id = ?", b"x" * 80),
        ("UPDATE r_own_plan SET unit = ? WHERE id = ?", "ninh-hai"),
        ("DELETE FROM r_own_plan WHERE ? = '' OR id = ?", "x"),
        ("UPDATE keyring SET wrapped = ? WHERE scope = 'own_plan:' || ?", b"x" * 40),
        ("DELETE FROM keyring WHERE ? = '' OR scope = 'own_plan:' || ?", "x"),
    ],
)
def test_damaged_record_is_restored(
    office: Office, backup_path: Path, stored_record: Record, statement: str, value: object
) -> None:
    """A record with a damaged body, column, row or key equals the original after the restore, and the audit log
    verifies.
    """
    alter_row(office, statement, value, stored_record.id)
    assert restore_from_backup(office, backup_path, stored_record) == stored_record

    stored = office.app.internals.context.storage.records.get(OWN_PLAN.name, stored_record.id)
    assert stored == stored_record
    assert office.app.internals.context.open_record(OWN_PLAN, stored_record).number == "01/KH"
    assert office.app.audit.verify(office.me).ok
    assert office.app.internals.context.storage.maintenance.check() == []


def test_quarantined_item_is_retried_at_once(office: Office, backup_path: Path, stored_record: Record) -> None:
    """An item quarantined because of the record is due at once after the restore."""
    alter_row(office, "UPDATE r_own_plan SET body = ? WHERE id = ?", b"x" * 80, stored_record.id)
    note = office.app.internals.services.quarantine.note
    quarantined = run_step(
        note, system("delivery"), "page_officers", f"own_plan:{stored_record.id}", stored_record.version, "Damaged"
    )
    assert quarantined.due_at > office.app.internals.context.clock.now()
    restore_from_backup(office, backup_path, stored_record)

    (item,) = office.app.quarantine.items(office.me).items
    assert item.due_at <= office.app.internals.context.clock.now()


def test_undamaged_record_is_not_replaced(office: Office, backup_path: Path, stored_record: Record) -> None:
    """A readable record is not replaced."""
    with pytest.raises(WrongStep, match="isn't damaged"):
        restore_from_backup(office, backup_path, stored_record)


def test_newer_version_is_not_overwritten(office: Office, backup_path: Path) -> None:
    """A backup with an earlier version of the record is refused."""
    officer = UnsafeLocalUsers(office.app).appoint("Cán bộ Mới", "ninh-hoa", "tip_officer")
    later = backup_path.with_name("later.backup")
    back_up(office.app, office.me, later)
    record = office.app.internals.context.storage.records.get("officer", officer.id)
    assert record is not None
    office.app.units.grant(office.me, officer.id, "tip_officer", "ninh-an")
    alter_row(office, "UPDATE r_officer SET body = ? WHERE id = ?", b"x" * 80, officer.id)
    with pytest.raises(
        WrongStep,
        match=r"has version 1 of record officer:.*, but the latest version in the audit log is 2: use a later",
    ):
        restore_from_backup(office, later, record)
    with pytest.raises(NotFound, match=r"night\.backup has no record officer:.*: use a later backup"):
        restore_from_backup(office, backup_path, record)


def test_purged_record_is_not_restored(office: Office, backup_path: Path) -> None:
    """A purged record is not restored from an older backup."""
    records = office.app.internals.context.storage.maintenance.scan(OWN_PLAN.name)
    purged = next(record for record in records if office.app.internals.context.is_purged(record.scope))
    with pytest.raises(WrongStep, match="was purged"):
        restore_from_backup(office, backup_path, purged)


def test_restoring_record_needs_operator(office: Office, backup_path: Path, stored_record: Record) -> None:
    """An officer who isn't an operator is refused, and nothing is written."""
    alter_row(office, "UPDATE r_own_plan SET body = ? WHERE id = ?", b"x" * 80, stored_record.id)
    stranger = UnsafeLocalUsers(office.app).appoint("Cán bộ Khác", "ninh-hoa", "tip_officer")
    with FileReader(backup_path) as file, pytest.raises(Refused):
        restore_record(office.app, stranger, file, Ref(stored_record.kind, stored_record.id))
    with pytest.raises(Damaged):
        office.app.internals.context.open_record(
            OWN_PLAN,
            next(
                iter(
                    office.app.internals.context.storage.records.get_many(
                        stored_record.kind, [stored_record.id]
                    ).values()
                )
            ),
        )


def test_altered_backup_is_refused(office: Office, backup_path: Path, stored_record: Record) -> None:
    """A file altered without the keys restores nothing."""
    alter_row(office, "UPDATE r_own_plan SET body = ? WHERE id = ?", b"x" * 80, stored_record.id)
    forge_file(backup_path, drop_line("records/officer"))
    with pytest.raises(StorageError, match="isn't authentic"):
        restore_from_backup(office, backup_path, stored_record)
