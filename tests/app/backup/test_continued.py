"""After a restore, a bundle move or a failover, the journal's first new entry names the line that it continues."""

import shutil
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP, PROFILE, Office, Settle, settings_in

from anninh_core.app import Settings, open_app
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup.bundle import export_bundle, import_bundle, read_keys
from anninh_core.app.backup.restoration import finish_restore, restore
from anninh_core.app.backup.restore_target import open_target
from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.heads.head_file import HeadFile, parse_head_file
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing.local_users import UnsafeLocalUsers

pytestmark = pytest.mark.slow

PASSPHRASE = "đồng lúa chín vàng"


def appoint_officers(office: Office, count: int) -> None:
    for number in range(count):
        UnsafeLocalUsers(office.app).appoint(f"Cán bộ {number}", PROFILE.root, "editor")


def read_entry_after(settings: Settings, seq: int) -> Entry:
    """Open the app, and return the journal's entry after a line."""
    with open_app(PROFILE, settings) as app:
        return entry_from(app.internals.context.storage.journal.read(seq, 1)[0].content)


def export_signed_heads(office: Office) -> HeadFile:
    office.app.audit.sign_head(office.me)
    return parse_head_file(office.app.audit.export_heads(office.me))


def test_restore_records_continuation_and_loss(office: Office, empty_folder_maker: Settle, tmp_path: Path) -> None:
    """A restore in the old place records the number of lost lines; verification finds the break, and proves the lines
    before it.
    """
    manifest = back_up(office.app, office.me, tmp_path / "backup.zip")
    appoint_officers(office, 3)
    heads = export_signed_heads(office)
    office.app.worker.jobs["sign_heads"].run()  # The periodic job notes the current head of the journal.
    noted_seq, _ = office.app.internals.context.storage.journal.head()
    settings = empty_folder_maker("new")
    shutil.copy(f"{office.settings.keys}.heads", f"{settings.keys}.heads")
    with open_target(settings) as place, FileReader(tmp_path / "backup.zip") as file:
        restore(place, PROFILE, file, now=manifest.made_at)
    finish_restore(PROFILE, settings, "keeping.restore", "backup.restored")
    entry = read_entry_after(settings, manifest.journal_seq)
    assert (entry.action, entry.facts["reason"]) == ("governance.continue_journal", "restore")
    assert (entry.facts["seq"], entry.facts["lost"]) == (manifest.journal_seq, noted_seq - manifest.journal_seq)
    with open_app(PROFILE, settings) as app:
        assert app.audit.examine(office.me).verdict is AuditVerdict.CONSISTENT
        report = app.audit.examine(office.me, heads)
        assert (report.verdict, report.proven_to > 0) == (AuditVerdict.BREAK, True)


def test_bundle_records_continuation(office: Office, tmp_path: Path) -> None:
    """After a move to another machine the loss is unknown; the signing key is the same."""
    path = tmp_path / "bundle.zip"
    manifest = export_bundle(office.app, office.me, path, PASSPHRASE, files={}, wrapping=CHEAP)
    keys = export_signed_heads(office).keys
    settings = settings_in(tmp_path / "new")
    with FileReader(path) as file, open_target(settings, new_keys=True) as place:
        import_bundle(place, file, read_keys(file, PASSPHRASE))
    finish_restore(PROFILE, settings, "keeping.import", "bundle.imported", BreakReason.BUNDLE)
    entry = read_entry_after(settings, manifest.journal_seq)
    assert (entry.facts["reason"], entry.facts["lost"]) == ("bundle", None)
    with open_app(PROFILE, settings) as app:
        app.audit.sign_head(office.me)
        assert parse_head_file(app.audit.export_heads(office.me)).keys == keys


@pytest.mark.parametrize("by_the_clock", [False, True], ids=["at opening", "by the clock"])
def test_outdated_store_records_continuation(office: Office, tmp_path: Path, by_the_clock: bool) -> None:
    """An older copy under the same keys, such as a lagging standby, is detected when it is opened, and by the periodic
    job.
    """
    settings = settings_in(tmp_path / "standby")
    manifest = back_up(office.app, office.me, tmp_path / "backup.zip")
    shutil.copy(office.settings.keys, settings.keys)
    with open_target(settings) as place, FileReader(tmp_path / "backup.zip") as file:
        restore(place, PROFILE, file, now=manifest.made_at)
    appoint_officers(office, 2)
    office.app.worker.jobs["sign_heads"].run()
    noted = Path(f"{office.settings.keys}.heads").read_bytes()
    with open_app(PROFILE, settings) as app:
        seq, _ = app.internals.context.storage.journal.head()
        Path(f"{settings.keys}.heads").write_bytes(noted)
        if by_the_clock:
            assert app.worker.jobs["sign_heads"].run() == 1
    entry = read_entry_after(settings, seq)
    # Two lines are missing, but the store wrote one line of its own: that it was opened without a note of its last
    # head.
    assert (entry.facts["reason"], entry.facts["lost"]) == ("behind", 1)
