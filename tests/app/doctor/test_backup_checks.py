"""The doctor reports missing and old backups."""

from datetime import timedelta
from pathlib import Path

from anninh_core.app import App
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup_notes import note_backup, read_backups
from anninh_core.app.doctor.backup_checks import check_backups
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, UnsafeLocalUsers


def test_missing_or_old_backup_is_a_warning(app: App, anninh_clock: FixedClock, tmp_path: Path) -> None:
    """No backup, or one older than a week, is a warning; the finding states whether the last backup was verified."""
    assert check_backups(app).level is Level.WARNING
    operator = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "operator")
    manifest = back_up(app, operator, tmp_path / "b.zip")
    assert "hasn't been verified with the keys yet" in check_backups(app).what
    note_backup(app.internals.context, manifest.to_note(verified_at=anninh_clock.now()))
    assert check_backups(app).what.endswith("and verified on 2021-09-01.")
    anninh_clock.advance(timedelta(days=8))
    assert check_backups(app).level is Level.WARNING


def test_last_ten_backups_are_remembered(app: App, anninh_clock: FixedClock, tmp_path: Path) -> None:
    """The last ten backups are remembered, newest first, with the time of verification."""
    operator = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "operator")
    for number in range(12):
        back_up(app, operator, tmp_path / f"{number}.zip")
        anninh_clock.advance(timedelta(days=1))
    with FileReader(tmp_path / "11.zip") as file:
        note_backup(app.internals.context, file.manifest.to_note(verified_at=anninh_clock.now()))
    days = [note.made_at.day for note in read_backups(app.internals.context)]
    assert days == [*range(12, 2, -1)]
    assert read_backups(app.internals.context)[0].verified_at == anninh_clock.now()
