"""Keys are created for an empty storage only; a storage in use without its keys is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import PROFILE, settings_in

from anninh_core.app import Settings, open_app
from anninh_core.app.examination import examine
from anninh_core.app.storage_upgrade import upgrade_to_newest
from anninh_core.kernel.errors import BadInput, ConfigurationError, StorageError
from anninh_core.ports.keys import ProtectableKeys
from anninh_core.testing.local_users import UnsafeLocalUsers

pytestmark = pytest.mark.slow  # These tests use whole folders without their keys.


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a storage in use, on either engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    settings = settings_in(tmp_path / "office", url)
    with open_app(PROFILE, settings) as app:
        UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
    return settings


def test_used_storage_gets_no_new_keys(settings: Settings) -> None:
    """A storage in use without its key file never opens and gets no new one; with its copy put back it opens."""
    keys = Path(settings.keys)
    copy = keys.read_bytes()
    keys.unlink()
    for _ in range(2):
        with pytest.raises(
            ConfigurationError,
            match=f"Key file {keys} doesn't exist, and nothing stored can be read without it: put its",
        ):
            open_app(PROFILE, settings)
        assert not keys.exists()
    keys.write_bytes(copy)
    keys.chmod(0o600)
    with open_app(PROFILE, settings) as app:
        assert app.internals.context.storage.journal.head()[0] > 0


def test_doctor_creates_no_keys(settings: Settings) -> None:
    """The doctor reports the missing key file, and creates none."""
    Path(settings.keys).unlink()
    checks = examine(PROFILE, settings, deep=True)
    assert any(check.name == "keys" and "doesn't exist" in check.what for check in checks)
    assert not Path(settings.keys).exists()


def test_storage_opened_once_is_in_use(tmp_path: Path) -> None:
    """A storage that was opened once, even without records, doesn't open without its keys."""
    settings = settings_in(tmp_path / "office")
    with open_app(PROFILE, settings):
        pass
    Path(settings.keys).unlink()
    with pytest.raises(
        ConfigurationError, match=r"Key file .* doesn't exist, and nothing stored can be read without it: put its copy"
    ):
        open_app(PROFILE, settings)


@pytest.mark.parametrize("prepare", [lambda _: None, upgrade_to_newest], ids=["nothing there", "tables only"])
def test_empty_storage_gets_keys(tmp_path: Path, prepare: Callable[[Settings], None]) -> None:
    """The first opening of an empty storage creates keys."""
    settings = settings_in(tmp_path / "office")
    prepare(settings)
    with open_app(PROFILE, settings):
        assert Path(settings.keys).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 300, b'{"blind": "AAAA", "current": "e0001", "epochs": {}}'])
def test_damaged_key_file_is_kept(settings: Settings, content: bytes) -> None:
    """An empty, truncated or foreign key file is refused and not overwritten."""
    Path(settings.keys).write_bytes(content)
    with pytest.raises(StorageError, match="is empty, damaged, or not a key file at all: restore it from its copy"):
        open_app(PROFILE, settings)
    assert Path(settings.keys).read_bytes() == content


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666])
def test_readable_keys_are_refused(settings: Settings, mode: int) -> None:
    """Keys that others may read are refused with the command that corrects the mode, and stay unchanged."""
    before = Path(settings.keys).read_bytes()
    Path(settings.keys).chmod(mode)
    with pytest.raises(StorageError, match=f"chmod 600 {settings.keys}"):
        open_app(PROFILE, settings)
    assert Path(settings.keys).read_bytes() == before


def test_new_keys_are_protected_by_passphrase(tmp_path: Path) -> None:
    """With a passphrase source in the settings, new keys are protected at once; a short passphrase creates no file."""
    words = tmp_path / "words.txt"
    settings = settings_in(tmp_path / "office").model_copy(update={"keys_passphrase": f"file:{words}"})
    words.write_text("short", "utf-8")
    words.chmod(0o600)
    with pytest.raises(BadInput, match="too short"):
        open_app(PROFILE, settings)
    assert not Path(settings.keys).exists()
    words.write_text("five words nobody would guess", "utf-8")
    with open_app(PROFILE, settings) as app:
        assert isinstance(app.internals.context.keys, ProtectableKeys)
        assert app.internals.context.keys.is_protected
    assert "epochs" not in Path(settings.keys).read_text()
