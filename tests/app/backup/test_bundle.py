"""Bundles: an authority moves to another place, or another storage engine, with its keys."""

from pathlib import Path

import pytest
from attrs import evolve
from tests.app.backup.conftest import CHEAP, PAPER, PROFILE, Office, settings_in
from tests.app.backup.test_backup import flip_bit, list_part_names

from anninh_core.app import Settings, open_app
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup.backup import keys_fingerprint
from anninh_core.app.backup.bundle import export_bundle, import_bundle, read_files, read_keys
from anninh_core.app.backup.manifest import Manifest
from anninh_core.app.backup.restore_target import open_target
from anninh_core.app.backup.verification import find_differences
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused, StorageError, Unsupported
from anninh_core.ports.keys import Keys
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.files.blobs import EncryptedBlobs

pytestmark = pytest.mark.slow  # These tests export and import whole stores.

WORDS = "Đồng lúa chín vàng bên sông"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bundle.zip"


def export_office(office: Office, path: Path, **files: bytes) -> Manifest:
    return export_bundle(office.app, office.me, path, WORDS, files=files, wrapping=CHEAP)


def import_office(settings: Settings, path: Path, words: str = WORDS, *, unauthenticated: bool = False) -> str:
    with FileReader(path) as file:
        keys = read_keys(file, words, unauthenticated=unauthenticated)
        with open_target(settings, new_keys=True) as place:
            return import_bundle(place, file, keys)


def test_bundle_moves_between_engines(office: Office, tmp_path: Path, path: Path, postgres_url: str) -> None:
    """From SQLite to PostgreSQL and back, the content keeps its hash, and everything can be read."""
    content = export_office(office, path).content
    postgres_settings = settings_in(tmp_path / "between", postgres_url)
    assert import_office(postgres_settings, path) == content
    with open_app(PROFILE, postgres_settings) as app:
        moved = Office(app, office.me, postgres_settings, office.blobs)
        assert [plan.number for plan in app.programme.plans(office.me).items] == ["01/KH"]
        assert list(find_mismatches(app.internals.context)) == []
        back = path.with_name("back.zip")
        returned_content = export_office(moved, back).content
    sqlite_settings = settings_in(tmp_path / "last")
    # The content differs, because the audit log has one more line.
    assert import_office(sqlite_settings, back) == returned_content != content
    with open_app(PROFILE, sqlite_settings) as app:
        assert EncryptedBlobs(app.internals.runner, app.internals.context.blobs).get(office.blob("paper")) == PAPER
        assert app.audit.verify(office.me).ok
        assert list(find_mismatches(app.internals.context)) == []
        assert app.internals.context.storage.queues.depth() == {"outbox.ready": 1, "outbox.waiting": 1}


def test_moved_bundle_has_identical_parts(office: Office, tmp_path: Path, path: Path, postgres_url: str) -> None:
    """Without changes in between, the file exported from PostgreSQL has the same parts, byte for byte."""
    first = export_office(office, path)
    for place, settings in enumerate((settings_in(tmp_path / "pg", postgres_url), settings_in(tmp_path / "lite"))):
        assert import_office(settings, path) == first.content, place


def test_bundle_contains_encrypted_keys(office: Office, tmp_path: Path, path: Path) -> None:
    """The new place has the same keys."""
    export_office(office, path)
    settings = settings_in(tmp_path / "new")
    import_office(settings, path)
    assert Path(settings.keys).read_bytes() == Path(office.settings.keys).read_bytes()
    with open_target(settings) as place:
        assert keys_fingerprint(place.keys()) == keys_fingerprint(office.app.internals.context.keys)


def test_wrong_passphrase_creates_nothing(office: Office, tmp_path: Path, path: Path) -> None:
    """With a wrong passphrase, neither keys nor storage are created."""
    export_office(office, path)
    settings = settings_in(tmp_path / "new")
    with pytest.raises(DecryptionError, match="passphrase"):
        import_office(settings, path, "Đồng lúa chín vàng bên núi")
    assert list((tmp_path / "new").iterdir()) == []


def test_existing_keys_are_not_overwritten(office: Office, tmp_path: Path, path: Path) -> None:
    """An import into a place with other keys is refused, and the keys stay."""
    export_office(office, path)
    with open_app(PROFILE, settings_in(tmp_path / "other")):
        pass
    other = settings_in(tmp_path / "other")
    before = Path(other.keys).read_bytes()
    moved = other.model_copy(update={"storage": f"sqlite:///{tmp_path / 'new.db'}"})
    with pytest.raises(BadInput, match="keys"):
        import_office(moved, path)
    assert Path(other.keys).read_bytes() == before
    with open_target(moved) as place:
        place.require_empty()


def test_import_needs_empty_place(office: Office, tmp_path: Path, path: Path) -> None:
    """A second import is refused."""
    export_office(office, path)
    settings = settings_in(tmp_path / "new")
    import_office(settings, path)
    with pytest.raises(BadInput, match="empty"):
        import_office(settings, path)


def test_every_damaged_part_is_named(office: Office, tmp_path: Path, path: Path) -> None:
    """A flipped bit in any part is found before anything is written, and the error names the part."""
    export_office(office, path, note=b"a note " * 20)
    intact = path.read_bytes()
    settings = settings_in(tmp_path / "new")
    for name in list_part_names(path):
        path.write_bytes(intact)
        flip_bit(path, name)
        with pytest.raises(StorageError, match=name):
            import_office(settings, path)
        assert not Path(settings.keys).exists()
    path.write_bytes(intact)
    import_office(settings, path)


def test_bundle_contains_files_by_name(office: Office, path: Path) -> None:
    """The bundle contains settings and similar files by name; the keys are not among these files."""
    export_office(office, path, **{"anninh.toml": b"x = 1\n", "profile/a.toml": b""})
    with FileReader(path) as file:
        assert read_files(file) == {"anninh.toml": b"x = 1\n", "profile/a.toml": b""}
        assert read_files(file, "profile/") == {"profile/a.toml": b""}


def test_backup_is_refused_as_bundle(office: Office, tmp_path: Path, path: Path) -> None:
    """The import of a backup is refused with a hint to restore it: it contains no keys."""
    back_up(office.app, office.me, path)
    with pytest.raises(BadInput, match="restore"):
        import_office(settings_in(tmp_path / "new"), path)


def test_unexportable_keys_are_named(office: Office, path: Path) -> None:
    """If the keys can't be exported, the error names the key store and no file is written."""

    class UnexportableKeys:
        """Keys that can't be exported."""

        def __init__(self, keys: Keys) -> None:
            self.blind = keys.blind
            self.wrap = keys.wrap
            self.unwrap = keys.unwrap
            self.turn_epoch = keys.turn_epoch
            self.destroy_epoch = keys.destroy_epoch
            self.epoch = keys.epoch

    office.app.internals.context.keys = UnexportableKeys(office.app.internals.context.keys)
    with pytest.raises(Unsupported, match="UnexportableKeys"):
        export_office(office, path)
    assert not path.exists()


def test_export_needs_operator_permission(office: Office, path: Path) -> None:
    """An officer without that permission gets no file."""
    editor = UnsafeLocalUsers(office.app).appoint("Cán bộ Mẫu", "ninh-hoa", "editor")
    with pytest.raises(Refused):
        export_office(Office(office.app, editor, office.settings, office.blobs), path)
    assert not path.exists()


def test_short_passphrase_is_refused(office: Office, path: Path) -> None:
    """A short passphrase is refused before anything is written."""
    with pytest.raises(BadInput, match="passphrase"):
        export_bundle(office.app, office.me, path, "123456", files={})
    assert not path.exists()


def test_stored_content_is_compared_with_file(office: Office, tmp_path: Path, path: Path) -> None:
    """After an import, each stored part that differs from the file is named; in an old format, only a different row
    count.
    """
    manifest = export_office(office, path)
    settings = settings_in(tmp_path / "new")
    import_office(settings, path)
    others = tuple(
        evolve(part, sha256="0" * 64, count=part.count + (part.name == "counters")) for part in manifest.parts
    )
    with open_target(settings) as place:
        assert find_differences(place.storage, manifest, frozenset()) == []
        differing = find_differences(place.storage, evolve(manifest, parts=others), frozenset({"outbox"}))
        assert "what is stored of journal differs" in differing
        assert not [sentence for sentence in differing if "outbox" in sentence]
        by_number = find_differences(place.storage, evolve(manifest, parts=others, format=2), frozenset())
    counters = manifest.count("counters")
    assert by_number == [f"{counters} of {counters + 1} rows of counters are there"]
    assert by_number[0] in differing
