"""Over the API a browser makes a passkey and signs in by it, with JSON that it understands as it stands."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.support.passkey_device import DOMAIN, ORIGIN, Device
from tests.support.sign_in import PASSWORD, Holder, enrol
from tests.web.api.conftest import Call, caller

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.web import create_asgi


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app whose settings name a domain for passkeys."""
    passkeys = PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        yield app


@pytest.fixture
def call(app: App) -> Call:
    """Calls the API of `app`, which asks its accounts who calls."""
    return caller(create_asgi(app, api=True))


@pytest.fixture
def lan(app: App) -> Holder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def make(call: Call, lan: Holder, device: Device) -> str:
    """Make a passkey, and return the session in which that was done."""
    token: str = call("sign-in", arguments={"name": lan.name, "password": PASSWORD}).json()["token"]
    began = call("accounts.begin_passkey", arguments={"password": PASSWORD}, headers=bearer(token)).json()
    shown = {"ticket": began["ticket"], "credential": device.create(began["options"]), "name": "Máy ở bàn"}
    assert call("accounts.add_passkey", arguments=shown, headers=bearer(token)).json()["name"] == "Máy ở bàn"
    return token


def test_a_passkey_is_made_and_signs_in(call: Call, lan: Holder) -> None:
    """Asked for, made, listed; then it opens a session that may what takes a second factor."""
    device = Device()
    make(call, lan, device)
    began = call("sign-in/passkey/options", arguments={})
    shown = {"ticket": began.json()["ticket"], "credential": device.get(began.json()["options"])}
    session = call("sign-in/passkey", arguments=shown)

    assert (began.status_code, session.status_code) == (200, 200)
    assert began.headers["Cache-Control"] == session.headers["Cache-Control"] == "no-store"
    token = session.json()["token"]
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "wrong_step"  # no step-up
    (row,) = call("accounts.passkeys", headers=bearer(token)).json()
    assert (
        call("accounts.remove_passkey", arguments={"passkey_id": row["id"]}, headers=bearer(token)).status_code == 200
    )


def test_a_session_steps_up_by_a_passkey(call: Call, lan: Holder, clock: FixedClock) -> None:
    """In the session that a password began, once the device was shown too long ago."""
    device = Device()
    token = make(call, lan, device)
    clock.advance(timedelta(minutes=6))
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "step_up_needed"
    began = call("accounts.begin_passkey_step_up", headers=bearer(token)).json()
    shown = {"ticket": began["ticket"], "credential": device.get(began["options"])}
    assert call("accounts.step_up_by_passkey", arguments=shown, headers=bearer(token)).status_code == 200
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "wrong_step"


def test_whatever_is_wrong_is_told_alike(call: Call, lan: Holder) -> None:
    """Used, made up, of a stranger's device, or no answer at all: the same bytes."""
    device = Device()
    make(call, lan, device)
    began = call("sign-in/passkey/options", arguments={}).json()
    shown = {"ticket": began["ticket"], "credential": device.get(began["options"])}
    assert call("sign-in/passkey", arguments=shown).status_code == 200
    stranger = Device(owner=lan.id.encode())
    again = call("sign-in/passkey/options", arguments={}).json()
    answers = [
        call("sign-in/passkey", arguments=tried)
        for tried in (
            shown,
            {"ticket": again["ticket"], "credential": stranger.get(again["options"])},
            {"ticket": "made up", "credential": json.dumps({})},
        )
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_nobody_learns_who_has_a_passkey(call: Call, lan: Holder) -> None:
    """What is asked of a device names nobody, and a name can't be sent along."""
    options = json.loads(call("sign-in/passkey/options", arguments={}).json()["options"])
    assert options["allowCredentials"] == []
    assert call("sign-in/passkey/options", arguments={"name": "lan"}).status_code == 422
