"""After a restore, a bundle move or a failover the journal opens with an entry that says from where it goes on."""

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


def appoint(office: Office, count: int) -> None:
    for number in range(count):
        UnsafeLocalUsers(office.app).appoint(f"Cán bộ {number}", PROFILE.root, "editor")


def first_after(settings: Settings, seq: int) -> Entry:
    """Return the entry after a line, and see that the whole chain holds."""
    with open_app(PROFILE, settings) as app:
        return entry_from(app.internals.context.storage.journal.read(seq, 1)[0].content)


def outside_heads(office: Office) -> HeadFile:
    office.app.audit.sign_head(office.me)
    return parse_head_file(office.app.audit.export_heads(office.me))


def test_a_restore_opens_with_a_continuation(office: Office, empty: Settle, tmp_path: Path) -> None:
    """In the old place the loss is known to the line; verification shows the break, and proves the rest."""
    manifest = back_up(office.app, office.me, tmp_path / "backup.zip")
    appoint(office, 3)
    heads = outside_heads(office)
    office.app.worker.jobs["sign_heads"].run()  # a minute later: what is there is noted
    seen, _ = office.app.internals.context.storage.journal.head()
    settings = empty("new")
    shutil.copy(f"{office.settings.keys}.heads", f"{settings.keys}.heads")
    with open_target(settings) as place, FileReader(tmp_path / "backup.zip") as file:
        restore(place, PROFILE, file, now=manifest.made_at)
    finish_restore(PROFILE, settings, "keeping.restore", "backup.restored")
    entry = first_after(settings, manifest.journal_seq)
    assert (entry.action, entry.facts["reason"]) == ("governance.continue_journal", "restore")
    assert (entry.facts["seq"], entry.facts["lost"]) == (manifest.journal_seq, seen - manifest.journal_seq)
    with open_app(PROFILE, settings) as app:
        assert app.audit.examine(office.me).verdict is AuditVerdict.CONSISTENT
        report = app.audit.examine(office.me, heads)
        assert (report.verdict, report.proven_to > 0) == (AuditVerdict.BREAK, True)


def test_a_bundle_opens_with_a_continuation(office: Office, tmp_path: Path) -> None:
    """On another machine nobody noted what came after; the signing key is the same."""
    path = tmp_path / "bundle.zip"
    manifest = export_bundle(office.app, office.me, path, PASSPHRASE, files={}, wrapping=CHEAP)
    keys = outside_heads(office).keys
    settings = settings_in(tmp_path / "new")
    with FileReader(path) as file, open_target(settings, new_keys=True) as place:
        import_bundle(place, file, read_keys(file, PASSPHRASE))
    finish_restore(PROFILE, settings, "keeping.import", "bundle.imported", BreakReason.BUNDLE)
    entry = first_after(settings, manifest.journal_seq)
    assert (entry.facts["reason"], entry.facts["lost"]) == ("bundle", None)
    with open_app(PROFILE, settings) as app:
        app.audit.sign_head(office.me)
        assert parse_head_file(app.audit.export_heads(office.me)).keys == keys


@pytest.mark.parametrize("by_the_clock", [False, True], ids=["at opening", "by the clock"])
def test_a_store_that_fell_behind_says_so(office: Office, tmp_path: Path, by_the_clock: bool) -> None:
    """An older copy under the same keys, as a lagging standby is: noticed when it is opened, and within a minute."""
    settings = settings_in(tmp_path / "standby")
    manifest = back_up(office.app, office.me, tmp_path / "backup.zip")
    shutil.copy(office.settings.keys, settings.keys)
    with open_target(settings) as place, FileReader(tmp_path / "backup.zip") as file:
        restore(place, PROFILE, file, now=manifest.made_at)
    appoint(office, 2)
    office.app.worker.jobs["sign_heads"].run()
    noted = Path(f"{office.settings.keys}.heads").read_bytes()
    with open_app(PROFILE, settings) as app:
        seq, _ = app.internals.context.storage.journal.head()
        Path(f"{settings.keys}.heads").write_bytes(noted)
        if by_the_clock:
            assert app.worker.jobs["sign_heads"].run() == 1
    entry = first_after(settings, seq)
    # Two lines are missing, and one is its own: that it was opened without a note of where it stood.
    assert (entry.facts["reason"], entry.facts["lost"]) == ("behind", 1)
