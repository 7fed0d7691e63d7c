"""A browser can register a passkey over the API and sign in with it; the options and credentials are the browser's own
JSON.
"""

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
    """Yield an app with a passkey domain in its settings."""
    passkeys = PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        yield app


@pytest.fixture
def call(app: App) -> Call:
    """Return a function that calls the API of `app` with authentication by accounts."""
    return caller(create_asgi(app, api=True))


@pytest.fixture
def lan(app: App) -> Holder:
    """Appoint an officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def make(call: Call, lan: Holder, device: Device) -> str:
    """Register a passkey, and return the token of the session used for that."""
    token: str = call("sign-in", arguments={"name": lan.name, "password": PASSWORD}).json()["token"]
    ceremony = call("accounts.begin_passkey", arguments={"password": PASSWORD}, headers=bearer(token)).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.create(ceremony["options"]), "name": "Máy ở bàn"}
    assert call("accounts.add_passkey", arguments=proof, headers=bearer(token)).json()["name"] == "Máy ở bàn"
    return token


def test_registered_passkey_signs_in(call: Call, lan: Holder) -> None:
    """A registered passkey opens a session with a fresh second factor."""
    device = Device()
    make(call, lan, device)
    ceremony = call("sign-in/passkey/options", arguments={})
    proof = {"ticket": ceremony.json()["ticket"], "credential": device.get(ceremony.json()["options"])}
    session = call("sign-in/passkey", arguments=proof)

    assert (ceremony.status_code, session.status_code) == (200, 200)
    assert ceremony.headers["Cache-Control"] == session.headers["Cache-Control"] == "no-store"
    token = session.json()["token"]
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "wrong_step"  # no step-up
    (row,) = call("accounts.passkeys", headers=bearer(token)).json()
    assert (
        call("accounts.remove_passkey", arguments={"passkey_id": row["id"]}, headers=bearer(token)).status_code == 200
    )


def test_a_session_steps_up_by_a_passkey(call: Call, lan: Holder, clock: FixedClock) -> None:
    """A passkey can renew the second factor of a session that a password began, after the factor has expired."""
    device = Device()
    token = make(call, lan, device)
    clock.advance(timedelta(minutes=6))
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "step_up_needed"
    ceremony = call("accounts.begin_passkey_step_up", headers=bearer(token)).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.get(ceremony["options"])}
    assert call("accounts.step_up_by_passkey", arguments=proof, headers=bearer(token)).status_code == 200
    assert call("accounts.renew_recovery_codes", headers=bearer(token)).json()["code"] == "wrong_step"


def test_passkey_failures_look_the_same(call: Call, lan: Holder) -> None:
    """A used ticket, an invented one and an unknown device get the same response, byte for byte."""
    device = Device()
    make(call, lan, device)
    ceremony = call("sign-in/passkey/options", arguments={}).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.get(ceremony["options"])}
    assert call("sign-in/passkey", arguments=proof).status_code == 200
    stranger = Device(owner=lan.id.encode())
    second_ceremony = call("sign-in/passkey/options", arguments={}).json()
    responses = [
        call("sign-in/passkey", arguments=invalid_proof)
        for invalid_proof in (
            proof,
            {"ticket": second_ceremony["ticket"], "credential": stranger.get(second_ceremony["options"])},
            {"ticket": "made up", "credential": json.dumps({})},
        )
    ]

    assert {response.status_code for response in responses} == {401}
    assert len({response.content for response in responses}) == 1


def test_options_reveal_no_passkey_owner(call: Call, lan: Holder) -> None:
    """The options for a sign-in name no officer, and a request can't name one either."""
    options = json.loads(call("sign-in/passkey/options", arguments={}).json()["options"])
    assert options["allowCredentials"] == []
    assert call("sign-in/passkey/options", arguments={"name": "lan"}).status_code == 422
