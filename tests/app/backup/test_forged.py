"""Files that somebody altered who has neither the keys nor the passphrase: told in a sentence, and nothing is lost."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP, PROFILE, Office, Settle, settings_in
from tests.app.backup.forging import Parts, drop_line, forge, read_parts, tell_only, without_authentication, write_parts
from tests.app.backup.test_backup import restored
from tests.app.backup.test_bundle import WORDS, exported, imported

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
def taken_back(request: pytest.FixtureRequest, office: Office, empty: Settle, path: Path, tmp_path: Path) -> Restore:
    """A copy of an office with a tip, of either sort; called, it is taken back into an empty place."""
    run_step(
        office.app.internals.services.tips.intake.receive, office.me, "Mất trộm xe", unit=PROFILE.root, origin="entry"
    )
    if request.param == "backup":
        back_up(office.app, office.me, path)
        settings = empty("new")
        return lambda: restored(settings, path)
    exported(office, path)
    settings = settings_in(tmp_path / "new")
    return lambda: void(imported(settings, path))


def void(_: object) -> None:
    """Forget a result."""


def nothing_there(tmp_path: Path) -> None:
    """Hold that the place is as empty as it was, but for the keys that it may have had."""
    with open_target(settings_in(tmp_path / "new"), new_keys=True) as place:
        place.require_empty()
    assert not (tmp_path / "new" / "blobs").exists() or not [*(tmp_path / "new" / "blobs").rglob("*")]


def change_nothing(_: Parts) -> None:
    """Leave the parts."""


def replace(name: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


@pytest.mark.parametrize(
    "change",
    [
        drop_line("records/tip"),
        drop_line("outbox"),
        drop_line("keyring"),
        drop_line("states"),
        lambda parts: void(parts.pop("records/tip")),
        replace("outbox", b'"reply"', b'"emergency"'),
        replace("records/tip", b'"state":"received"', b'"state":"closed"'),
    ],
    ids=["tip", "message", "key", "state", "kind", "lane", "column"],
)
def test_what_was_left_out_or_changed_is_missed(
    taken_back: Restore, path: Path, tmp_path: Path, change: Callable[[Parts], None]
) -> None:
    """A row left out or changed, every checksum and the content's hash mended, is found before anything is written."""
    forge(path, change)
    with FileReader(path) as file:
        verify(file)  # without the keys it looks whole
    with pytest.raises(
        StorageError, match=r"The manifest of .* isn't authentic, because it was altered, or written with other keys"
    ):
        taken_back()
    nothing_there(tmp_path)


def test_an_unaltered_copy_is_taken(taken_back: Restore) -> None:
    """What nobody altered is authentic."""
    taken_back()


def test_manifests_are_written_one_way(taken_back: Restore, path: Path) -> None:
    """Even a manifest that says the same in other bytes is none that the keys' holder wrote."""
    forge(path, change_nothing)
    with pytest.raises(StorageError, match="authentic"):
        taken_back()


def test_content_is_computed_anew(office: Office, path: Path) -> None:
    """A hash of the content that isn't that of the parts is told by verification, which needs no keys."""
    back_up(office.app, office.me, path)
    tell_only(path, lambda told: told.update(content="0" * 64))
    with FileReader(path) as file, pytest.raises(StorageError, match="content"):
        verify(file)


def test_an_old_manifest_beside_newer_parts(office: Office, empty: Settle, path: Path, tmp_path: Path) -> None:
    """The manifest of Monday, authentic as it is, doesn't fit Tuesday's parts; the part that differs is named."""
    monday = tmp_path / "monday.zip"
    back_up(office.app, office.me, monday)
    office.send("thêm")
    back_up(office.app, office.me, path)
    old = {name: data for name, data in read_parts(monday).items() if name.startswith("manifest.")}
    write_parts(path, read_parts(path) | old)
    settings = empty("new")
    with pytest.raises(StorageError, match=r"Part '[\w/]+' of .* is damaged \(.*\): use another copy"):
        restored(settings, path)
    nothing_there(tmp_path)


@pytest.mark.parametrize("formats", [1, 2])
def test_no_way_round_by_an_older_format(taken_back: Restore, path: Path, tmp_path: Path, formats: int) -> None:
    """A forged file that says it is older than authentication is taken only by whoever says that it may be."""
    forge(path, drop_line("records/tip"), lambda told: told.update(format=formats))
    write_parts(path, {name: data for name, data in read_parts(path).items() if name != "manifest.mac"})
    with pytest.raises(StorageError, match="unauthenticated"):
        taken_back()
    nothing_there(tmp_path)


def test_the_code_can_not_be_left_out(taken_back: Restore, path: Path, tmp_path: Path) -> None:
    """A file of today without its code is refused, whatever the caller allows."""
    write_parts(path, {name: data for name, data in read_parts(path).items() if name != "manifest.mac"})
    with pytest.raises(StorageError, match=r"has no part 'manifest\.mac', so nothing proves who wrote the file"):
        taken_back()
    with (
        pytest.raises(StorageError, match=r"Part 'manifest\.mac' of .* is damaged \(missing\): use another copy"),
        FileReader(path) as file,
    ):
        verify(file)
    nothing_there(tmp_path)


@pytest.mark.parametrize(
    "code", [b"", b"0" * 64, b"\xff" * 64, b"x" * 9_000_000], ids=["none", "zeros", "bytes", "9MB"]
)
def test_other_authentication_code_is_refused(taken_back: Restore, path: Path, tmp_path: Path, code: bytes) -> None:
    """Nor is another code taken for it."""
    write_parts(path, read_parts(path) | {"manifest.mac": code})
    with pytest.raises(StorageError, match="manifest"):
        taken_back()
    nothing_there(tmp_path)


def test_a_code_of_another_authority(office: Office, path: Path, tmp_path: Path) -> None:
    """A bundle whose keys somebody replaced by keys and a passphrase of their own opens by no passphrase of ours."""
    with open_app(PROFILE, settings_in(tmp_path / "theirs")) as app:
        them = UnsafeLocalUsers(app).appoint("Người lạ", PROFILE.root, *PROFILE.roles)
        theirs = tmp_path / "theirs.zip"
        export_bundle(app, them, theirs, "mot hai ba bon nam", files={}, wrapping=CHEAP)
    exported(office, path)
    forge(path, lambda parts: parts.update({"files/keys.json": read_parts(theirs)["files/keys.json"]}))
    write_parts(path, read_parts(path) | {"manifest.mac": read_parts(theirs)["manifest.mac"]})
    for words in (WORDS, "mot hai ba bon nam"):
        with pytest.raises(StorageError, match=r"passphrase|authentic"):
            imported(settings_in(tmp_path / "new"), path, words)
    nothing_there(tmp_path)


def test_an_older_file_is_taken_by_word(office: Office, empty: Settle, path: Path) -> None:
    """A file of before authentication is restored by whoever says that they know where it comes from."""
    back_up(office.app, office.me, path)
    without_authentication(path)
    settings = empty("new")
    with pytest.raises(StorageError, match="unauthenticated"):
        restored(settings, path)
    restored(settings, path, unauthenticated=True)
    with open_app(PROFILE, settings) as app:
        assert [plan.number for plan in app.programme.plans(office.me).items] == ["01/KH"]


def test_two_entries_of_one_name(office: Office, path: Path) -> None:
    """A file that holds two parts of one name, so that readers may differ on which counts, is refused."""
    back_up(office.app, office.me, path)
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("outbox", b"")
    with pytest.raises(StorageError, match=r"'outbox'.*twice"):
        FileReader(path)
