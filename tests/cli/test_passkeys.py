"""Passkeys at the keyboard: listed and removed by their owner; a browser adds them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from tests.cli.test_accounts import PASSWORD, Desk, enrol
from tests.support.passkey_device import DOMAIN, ORIGIN, Device

from anninh_core.app import Parts, load_settings, open_app
from anninh_core.domain.accounts.credentials.passkeys import from_base64
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock

pytestmark = pytest.mark.slow

SETTINGS = f'\n[sign_in.passkeys]\nrp_id = "{DOMAIN}"\norigins = ["{ORIGIN}"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The first officer is signed in, and the settings name a domain for passkeys."""
    made = Desk(tmp_path / "office", tmp_path / "home")
    made.set_up("boss", made.run("init", str(made.folder)).stdout)
    with (made.folder / "anninh.toml").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    made.login()
    return made


def add(desk: Desk, name: str, ago: timedelta = timedelta(), device: Device | None = None) -> None:
    """Let a browser add a passkey for the officer who is signed in."""
    settings = load_settings(desk.folder)
    parts = Parts(clock=FixedClock(datetime.now(UTC) - ago))
    with open_app(load_profile(settings.profile), settings, parts) as app:
        token = next((desk.home / "anninh" / "sessions").iterdir()).read_text()
        me = app.accounts.authenticate_token(token)
        began = app.accounts.begin_passkey(me, password=PASSWORD)
        app.accounts.add_passkey(me, began.ticket, (device or Device()).create(began.options), name)


def test_it_is_said_where_one_is_added(desk: Desk) -> None:
    """With none, and in the help: in a browser."""
    assert "trong trình duyệt" in desk.run("--lang", "vi", "account", "passkeys").stdout
    assert "in a browser only" in desk.run("account", "passkeys", "--help").stdout


def test_passkeys_are_listed_and_removed(desk: Desk) -> None:
    """By the end of the id that the list shows, after a second factor and a question; other sign-ins end."""
    secret = enrol(desk)
    desk.run(
        "account", "step-up", typed=(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)),)
    )  # the code after the last one
    add(desk, "Máy ở bàn")
    listed = desk.run("--lang", "vi", "account", "passkeys").stdout.splitlines()
    assert "Máy ở bàn" in listed[1]
    end = listed[1].split()[0]
    assert "--yes" in desk.run("account", "remove-passkey", end, ok=False).stderr
    assert "đã gỡ" in desk.run("--lang", "vi", "account", "remove-passkey", end, "--yes").stdout
    assert desk.run("account", "passkeys", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("id", ["-Zx_hV9-A7h2Kq0pLmN4Rg", "-yes_V9-A7h2Kq0pLmN4Rg", "Zx_hV9QA7h2Kq0-h2mN4Rg"])
def test_the_id_of_a_passkey_is_no_option(desk: Desk, id: str) -> None:
    """Devices choose the ids; one that begins with a dash, or whose end does, is removed like any other."""
    secret = enrol(desk)
    desk.run("account", "step-up", typed=(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)),))
    add(desk, "Máy ở bàn", device=Device(id=from_base64(id)))
    word = id if id.startswith("-") else id[-8:]
    assert word.startswith("-")
    assert desk.run("account", "remove-passkey", word, "--kye", "k", "--yes", ok=False).exit_code == 2
    desk.run("account", "remove-passkey", word, "--yes")
    assert desk.run("account", "passkeys", "--json").stdout.strip() == "[]"


def test_a_second_factor_is_needed(desk: Desk) -> None:
    """Whoever has shown none just now is told how; the passkey stays."""
    add(desk, "Máy ở bàn", timedelta(minutes=6))  # longer than a second factor counts as shown just now
    end = json.loads(desk.run("account", "passkeys", "--json").stdout)[0]["id"]
    refused = desk.run("--lang", "vi", "account", "remove-passkey", end, "--yes", ok=False)
    assert "anninh account step-up" in refused.stderr
    assert end[-8:] in desk.run("account", "passkeys").stdout
