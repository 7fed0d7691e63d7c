"""Files altered by an attacker without keys and passphrase are refused in one sentence, and no data is lost."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP, PROFILE, Office, Settle, settings_in
from tests.app.backup.forging import (
    Parts,
    drop_line,
    forge_file,
    forge_manifest,
    read_parts,
    strip_authentication,
    write_parts,
)
from tests.app.backup.test_backup import restore_backup
from tests.app.backup.test_bundle import WORDS, export_office, import_office

from anninh_core.app import open_app
from anninh_core.app.backup import FileReader, back_up, verify
from anninh_core.app.backup.bundle import export_bundle
from anninh_core.app.backup.restore_target import open_target
from anninh_core.kernel.errors import StorageError
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step

pytestmark = pytest.mark.slow

Restore = Callable[[], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copy.zip"


@pytest.fixture(params=["backup", "bundle"])
def restore_function(
    request: pytest.FixtureRequest, office: Office, empty_folder_maker: Settle, path: Path, tmp_path: Path
) -> Restore:
    """A function that restores a backup, or imports a bundle, of an office with a tip into an empty place."""
    run_step(
        office.app.internals.services.tips.intake.receive, office.me, "Mất trộm xe", unit=PROFILE.root, origin="entry"
    )
    if request.param == "backup":
        back_up(office.app, office.me, path)
        settings = empty_folder_maker("new")
        return lambda: restore_backup(settings, path)
    export_office(office, path)
    settings = settings_in(tmp_path / "new")
    return lambda: discard_result(import_office(settings, path))


def discard_result(_: object) -> None:
    """Discard the result of a call."""


def assert_still_empty(tmp_path: Path) -> None:
    """Assert that the place of the restore is still empty except for keys."""
    with open_target(settings_in(tmp_path / "new"), new_keys=True) as place:
        place.require_empty()
    assert not (tmp_path / "new" / "blobs").exists() or not [*(tmp_path / "new" / "blobs").rglob("*")]


def keep_parts(_: Parts) -> None:
    """Leave the parts of a file unchanged."""


def build_replacement(name: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def replace_in_part(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return replace_in_part


@pytest.mark.parametrize(
    "change",
    [
        drop_line("records/tip"),
        drop_line("outbox"),
        drop_line("keyring"),
        drop_line("states"),
        lambda parts: discard_result(parts.pop("records/tip")),
        build_replacement("outbox", b'"reply"', b'"emergency"'),
        build_replacement("records/tip", b'"state":"received"', b'"state":"closed"'),
    ],
    ids=["tip", "message", "key", "state", "kind", "lane", "column"],
)
def test_removed_or_changed_row_is_refused(
    restore_function: Restore, path: Path, tmp_path: Path, change: Callable[[Parts], None]
) -> None:
    """A removed or changed row is found before anything is written, even if every checksum and the content hash were
    corrected.
    """
    forge_file(path, change)
    with FileReader(path) as file:
        verify(file)  # Without the keys, the change isn't visible.
    with pytest.raises(
        StorageError, match=r"The manifest of .* isn't authentic, because it was altered, or written with other keys"
    ):
        restore_function()
    assert_still_empty(tmp_path)


def test_unaltered_copy_is_restored(restore_function: Restore) -> None:
    """An unaltered copy of a file is authentic, and is restored."""
    restore_function()


def test_reformatted_manifest_is_refused(restore_function: Restore, path: Path) -> None:
    """A manifest with the same content in other bytes isn't authentic."""
    forge_file(path, keep_parts)
    with pytest.raises(StorageError, match="authentic"):
        restore_function()


def test_wrong_content_hash_is_found(office: Office, path: Path) -> None:
    """Verification, which needs no keys, finds a content hash that doesn't match the parts."""
    back_up(office.app, office.me, path)
    forge_manifest(path, lambda manifest: manifest.update(content="0" * 64))
    with FileReader(path) as file, pytest.raises(StorageError, match="content"):
        verify(file)


def test_old_manifest_does_not_match_newer_parts(
    office: Office, empty_folder_maker: Settle, path: Path, tmp_path: Path
) -> None:
    """An older authentic manifest doesn't match newer parts; the error names the part that differs."""
    monday = tmp_path / "monday.zip"
    back_up(office.app, office.me, monday)
    office.send("thêm")
    back_up(office.app, office.me, path)
    old = {name: data for name, data in read_parts(monday).items() if name.startswith("manifest.")}
    write_parts(path, read_parts(path) | old)
    settings = empty_folder_maker("new")
    with pytest.raises(StorageError, match=r"Part '[\w/]+' of .* is damaged \(.*\): use another copy"):
        restore_backup(settings, path)
    assert_still_empty(tmp_path)


@pytest.mark.parametrize("formats", [1, 2])
def test_older_format_needs_consent(restore_function: Restore, path: Path, tmp_path: Path, formats: int) -> None:
    """A forged file in a format without authentication is refused unless the caller accepts unauthenticated files."""
    forge_file(path, drop_line("records/tip"), lambda manifest: manifest.update(format=formats))
    write_parts(path, {name: data for name, data in read_parts(path).items() if name != "manifest.mac"})
    with pytest.raises(StorageError, match="unauthenticated"):
        restore_function()
    assert_still_empty(tmp_path)


def test_authentication_code_is_required(restore_function: Restore, path: Path, tmp_path: Path) -> None:
    """A file in the current format without its authentication code is refused."""
    write_parts(path, {name: data for name, data in read_parts(path).items() if name != "manifest.mac"})
    with pytest.raises(StorageError, match=r"has no part 'manifest\.mac', so nothing proves who wrote the file"):
        restore_function()
    with (
        pytest.raises(StorageError, match=r"Part 'manifest\.mac' of .* is damaged \(missing\): use another copy"),
        FileReader(path) as file,
    ):
        verify(file)
    assert_still_empty(tmp_path)


@pytest.mark.parametrize(
    "code", [b"", b"0" * 64, b"\xff" * 64, b"x" * 9_000_000], ids=["none", "zeros", "bytes", "9MB"]
)
def test_other_authentication_code_is_refused(
    restore_function: Restore, path: Path, tmp_path: Path, code: bytes
) -> None:
    """A wrong authentication code is refused."""
    write_parts(path, read_parts(path) | {"manifest.mac": code})
    with pytest.raises(StorageError, match="manifest"):
        restore_function()
    assert_still_empty(tmp_path)


def test_foreign_keys_in_bundle_are_refused(office: Office, path: Path, tmp_path: Path) -> None:
    """A bundle with keys and an authentication code of another authority doesn't open with any passphrase."""
    with open_app(PROFILE, settings_in(tmp_path / "theirs")) as app:
        stranger = UnsafeLocalUsers(app).appoint("Người lạ", PROFILE.root, *PROFILE.roles)
        foreign_bundle = tmp_path / "theirs.zip"
        export_bundle(app, stranger, foreign_bundle, "mot hai ba bon nam", files={}, wrapping=CHEAP)
    export_office(office, path)
    forge_file(path, lambda parts: parts.update({"files/keys.json": read_parts(foreign_bundle)["files/keys.json"]}))
    write_parts(path, read_parts(path) | {"manifest.mac": read_parts(foreign_bundle)["manifest.mac"]})
    for words in (WORDS, "mot hai ba bon nam"):
        with pytest.raises(StorageError, match=r"passphrase|authentic"):
            import_office(settings_in(tmp_path / "new"), path, words)
    assert_still_empty(tmp_path)


def test_unauthenticated_file_needs_consent(office: Office, empty_folder_maker: Settle, path: Path) -> None:
    """A file from before authentication is restored only if the caller accepts unauthenticated files."""
    back_up(office.app, office.me, path)
    strip_authentication(path)
    settings = empty_folder_maker("new")
    with pytest.raises(StorageError, match="unauthenticated"):
        restore_backup(settings, path)
    restore_backup(settings, path, unauthenticated=True)
    with open_app(PROFILE, settings) as app:
        assert [plan.number for plan in app.programme.plans(office.me).items] == ["01/KH"]


def test_duplicate_part_is_refused(office: Office, path: Path) -> None:
    """A file with two parts of one name is refused, since readers may differ on which counts."""
    back_up(office.app, office.me, path)
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("outbox", b"")
    with pytest.raises(StorageError, match=r"'outbox'.*twice"):
        FileReader(path)
