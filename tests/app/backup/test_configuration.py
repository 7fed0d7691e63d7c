"""Settings that move to another place."""

from pathlib import Path

import pytest

from anninh_core.app import FILE_NAME, MessengerSettings, Settings, load_settings
from anninh_core.app.backup.portable_settings import (
    list_omitted_options,
    prepend_storage,
    read_relative_settings,
    render_portable,
)
from anninh_core.app.collector_settings import CollectorSettings
from anninh_core.app.settings import CourierSettings, HeadSettings

pytestmark = pytest.mark.slow

SETTINGS = Settings(
    profile="/srv/tỉnh/profile.toml",
    storage="postgresql://anninh:secret-of-the-database@db/anninh",
    keys="/secure/keys",
    plugins=("embedded", "zalo"),
    local_user='nobody "special"',
    messengers={
        "oa": MessengerSettings(type="zalo", options={"path": "chat.jsonl", "secret": "secret-of-oa", "app_id": "7"}),
        "paper": MessengerSettings(type="assisted", options={"folder": "giấy"}),
    },
)


def test_secrets_are_left_out(tmp_path: Path) -> None:
    """The written settings can be read again, without storage, keys and possible secrets."""
    text = render_portable(SETTINGS, profile="profile/profile.toml")
    assert "secret-of" not in text
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    moved = read_relative_settings(tmp_path)
    assert (moved.profile, moved.local_user, moved.plugins) == (
        "profile/profile.toml",
        SETTINGS.local_user,
        SETTINGS.plugins,
    )
    assert moved.messengers["oa"].options == {"path": "chat.jsonl"}
    assert moved.messengers["paper"] == SETTINGS.messengers["paper"]
    assert (moved.storage, moved.keys) == (Settings().storage, Settings().keys)


def test_omitted_options_are_named() -> None:
    """The options that must be set again in the new place are listed."""
    assert list_omitted_options(SETTINGS) == ["messengers.oa.options.secret", "messengers.oa.options.app_id"]
    assert "# secret was left out" in render_portable(SETTINGS, profile="x")


def test_couriers_move_without_their_secrets(tmp_path: Path) -> None:
    """The schedule for signed heads and their couriers are kept; omitted options are listed."""
    folder = CourierSettings(type="folder", options={"folder": "drop"})
    mail = CourierSettings(type="mail", options={"host": "secret-of-mail"})
    settings = Settings(heads=HeadSettings(every_hours=6, couriers={"share": folder, "post": mail}))
    text = render_portable(settings, profile="x")
    assert "secret-of" not in text
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    moved = read_relative_settings(tmp_path).heads
    assert (moved.every_hours, moved.couriers["share"]) == (6, folder)
    assert list_omitted_options(settings) == ["heads.couriers.post.options.host"]
    assert load_settings(tmp_path).heads.couriers["share"].options == {"folder": str(tmp_path / "drop")}


def test_storage_can_be_replaced(tmp_path: Path) -> None:
    """A new place can have another storage than the default."""
    text = prepend_storage(render_portable(SETTINGS, profile="hoa_lu_2021"), "postgresql://db/anninh")
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    assert load_settings(tmp_path).storage == "postgresql://db/anninh"
    assert prepend_storage("text", "") == "text"


def test_collectors_move_without_their_secrets(tmp_path: Path) -> None:
    """A collector keeps its source name, unit and interval; an address with a password is omitted and listed."""
    options = {"url": "https://secret-of-feed@x.gov.vn/rss", "folder": "drop"}
    province = CollectorSettings(type="rss", options=options, source_name="Công an tỉnh", unit="a", every_minutes=5)
    settings = Settings(collectors={"province": province})
    text = render_portable(settings, profile="x")
    assert "secret-of" not in text
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    moved = read_relative_settings(tmp_path).collectors["province"]
    assert moved == province.model_copy(update={"options": {"folder": "drop"}})
    assert list_omitted_options(settings) == ["collectors.province.options.url"]
