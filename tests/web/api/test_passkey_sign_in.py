"""A browser can register a passkey over the API and sign in with it; options and credentials have the browser's own
JSON form.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.support.passkey_device import DOMAIN, ORIGIN, PasskeyDevice
from tests.support.sign_in import PASSWORD, AccountHolder, enrol
from tests.web.api.conftest import Call, build_api_caller

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.web import create_asgi


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app with a passkey domain in its settings."""
    passkeys = PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        yield app


@pytest.fixture
def call(app: App) -> Call:
    """A function that calls the API of `app`, which authenticates callers by their accounts."""
    return build_api_caller(create_asgi(app, api=True))


@pytest.fixture
def lan(app: App) -> AccountHolder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def build_authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def register_passkey(call: Call, lan: AccountHolder, device: PasskeyDevice) -> str:
    """Register a passkey, and return the token of the session in which it was registered."""
    token: str = call("sign-in", arguments={"name": lan.name, "password": PASSWORD}).json()["token"]
    ceremony = call(
        "accounts.begin_passkey", arguments={"password": PASSWORD}, headers=build_authorization(token)
    ).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.create(ceremony["options"]), "name": "Máy ở bàn"}
    assert (
        call("accounts.add_passkey", arguments=proof, headers=build_authorization(token)).json()["name"] == "Máy ở bàn"
    )
    return token


def test_registered_passkey_signs_in(call: Call, lan: AccountHolder) -> None:
    """A sign-in with a registered passkey opens a session with a fresh second factor."""
    device = PasskeyDevice()
    register_passkey(call, lan, device)
    ceremony = call("sign-in/passkey/options", arguments={})
    proof = {"ticket": ceremony.json()["ticket"], "credential": device.get(ceremony.json()["options"])}
    session = call("sign-in/passkey", arguments=proof)

    assert (ceremony.status_code, session.status_code) == (200, 200)
    assert ceremony.headers["Cache-Control"] == session.headers["Cache-Control"] == "no-store"
    token = session.json()["token"]
    # The wrong code shows that no further second factor is required.
    assert call("accounts.renew_recovery_codes", headers=build_authorization(token)).json()["code"] == "wrong_step"
    (row,) = call("accounts.passkeys", headers=build_authorization(token)).json()
    assert (
        call(
            "accounts.remove_passkey", arguments={"passkey_id": row["id"]}, headers=build_authorization(token)
        ).status_code
        == 200
    )


def test_a_session_steps_up_by_a_passkey(call: Call, lan: AccountHolder, clock: FixedClock) -> None:
    """A passkey can renew the second factor of a session that a password began, after the factor has expired."""
    device = PasskeyDevice()
    token = register_passkey(call, lan, device)
    clock.advance(timedelta(minutes=6))
    assert call("accounts.renew_recovery_codes", headers=build_authorization(token)).json()["code"] == "step_up_needed"
    ceremony = call("accounts.begin_passkey_step_up", headers=build_authorization(token)).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.get(ceremony["options"])}
    assert call("accounts.step_up_by_passkey", arguments=proof, headers=build_authorization(token)).status_code == 200
    assert call("accounts.renew_recovery_codes", headers=build_authorization(token)).json()["code"] == "wrong_step"


def test_passkey_failures_look_the_same(call: Call, lan: AccountHolder) -> None:
    """A used ticket, an invented ticket and an unknown device get the same response, byte for byte."""
    device = PasskeyDevice()
    register_passkey(call, lan, device)
    ceremony = call("sign-in/passkey/options", arguments={}).json()
    proof = {"ticket": ceremony["ticket"], "credential": device.get(ceremony["options"])}
    assert call("sign-in/passkey", arguments=proof).status_code == 200
    stranger = PasskeyDevice(owner=lan.id.encode())
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


def test_options_reveal_no_passkey_owner(call: Call, lan: AccountHolder) -> None:
    """The options of a passkey sign-in name no officer, and a request for options can't name one either."""
    options = json.loads(call("sign-in/passkey/options", arguments={}).json()["options"])
    assert options["allowCredentials"] == []
    assert call("sign-in/passkey/options", arguments={"name": "lan"}).status_code == 422
