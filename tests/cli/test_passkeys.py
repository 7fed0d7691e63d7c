"""Passkeys are listed and removed from the command line by their owner; only a browser adds them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from tests.cli.test_accounts import PASSWORD, Desk, enrol
from tests.support.passkey_device import DOMAIN, ORIGIN, PasskeyDevice

from anninh_core.app import Parts, load_settings, open_app
from anninh_core.domain.accounts.credentials.passkeys import decode_base64url
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock

pytestmark = pytest.mark.slow

SETTINGS = f'\n[sign_in.passkeys]\nrp_id = "{DOMAIN}"\norigins = ["{ORIGIN}"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The signed-in first officer, with a domain for passkeys in the settings."""
    new_desk = Desk(tmp_path / "office", tmp_path / "home")
    new_desk.set_up("boss", new_desk.run("init", str(new_desk.folder)).stdout)
    with (new_desk.folder / "anninh.toml").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    new_desk.login()
    return new_desk


def add_browser_passkey(
    desk: Desk, name: str, ago: timedelta = timedelta(), device: PasskeyDevice | None = None
) -> None:
    """Add a passkey for the signed-in officer, as a browser does."""
    settings = load_settings(desk.folder)
    parts = Parts(clock=FixedClock(datetime.now(UTC) - ago))
    with open_app(load_profile(settings.profile), settings, parts) as app:
        token = next((desk.home / "anninh" / "sessions").iterdir()).read_text()
        me = app.accounts.authenticate_token(token)
        offer = app.accounts.begin_passkey(me, password=PASSWORD)
        app.accounts.add_passkey(me, offer.ticket, (device or PasskeyDevice()).create(offer.options), name)


def test_passkeys_are_added_in_browser(desk: Desk) -> None:
    """The help and an empty list explain that passkeys are added in a browser."""
    assert "trong trình duyệt" in desk.run("--lang", "vi", "account", "passkeys").stdout
    assert "in a browser only" in desk.run("account", "passkeys", "--help").stdout


def test_passkey_is_removed_by_end_of_id(desk: Desk) -> None:
    """A passkey is removed by the end of its id, after a second factor and a confirmation."""
    secret = enrol(desk)
    desk.run(
        "account", "step-up", typed=(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)),)
    )  # The step-up uses the next code, because each code is accepted only once.
    add_browser_passkey(desk, "Máy ở bàn")
    listed = desk.run("--lang", "vi", "account", "passkeys").stdout.splitlines()
    assert "Máy ở bàn" in listed[1]
    end = listed[1].split()[0]
    assert "--yes" in desk.run("account", "remove-passkey", end, ok=False).stderr
    assert "đã gỡ" in desk.run("--lang", "vi", "account", "remove-passkey", end, "--yes").stdout
    assert desk.run("account", "passkeys", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("id", ["-Zx_hV9-A7h2Kq0pLmN4Rg", "-yes_V9-A7h2Kq0pLmN4Rg", "Zx_hV9QA7h2Kq0-h2mN4Rg"])
def test_passkey_id_with_dash_is_removed(desk: Desk, id: str) -> None:
    """A passkey with an id that begins or ends like an option, as authenticators choose ids, can be removed."""
    secret = enrol(desk)
    desk.run("account", "step-up", typed=(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)),))
    add_browser_passkey(desk, "Máy ở bàn", device=PasskeyDevice(id=decode_base64url(id)))
    word = id if id.startswith("-") else id[-8:]
    assert word.startswith("-")
    assert desk.run("account", "remove-passkey", word, "--kye", "k", "--yes", ok=False).exit_code == 2
    desk.run("account", "remove-passkey", word, "--yes")
    assert desk.run("account", "passkeys", "--json").stdout.strip() == "[]"


def test_removing_passkey_needs_second_factor(desk: Desk) -> None:
    """Removing a passkey needs a recent second factor, and the error mentions the command for it."""
    add_browser_passkey(
        desk, "Máy ở bàn", timedelta(minutes=6)
    )  # Six minutes are longer than a second factor counts as recent.
    end = json.loads(desk.run("account", "passkeys", "--json").stdout)[0]["id"]
    refused = desk.run("--lang", "vi", "account", "remove-passkey", end, "--yes", ok=False)
    assert "anninh account step-up" in refused.stderr
    assert end[-8:] in desk.run("account", "passkeys").stdout
