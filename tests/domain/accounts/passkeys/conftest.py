"""Fixtures with an app whose settings name a domain for passkeys, and an officer with a passkey."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.passkey_device import DOMAIN, ORIGIN, PasskeyDevice
from tests.support.sign_in import CLIENT, PASSWORD, AccountHolder

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.domain.accounts.views import NewSession, PasskeyRow
from anninh_core.testing import FixedClock, memory_app
from anninh_core.usecase.actor import Actor

WORDS = "Your sign-in data is wrong or has expired: sign in again."


def build_settings(**changed: Any) -> Settings:
    passkeys = PasskeySettings.model_validate({"rp_id": DOMAIN, "origins": (ORIGIN,), **changed})
    return Settings(sign_in=SignInSettings(passkeys=passkeys))


@pytest.fixture
def anninh_app(anninh_clock: FixedClock) -> Iterator[App]:
    """Yield an app whose settings name a domain for passkeys."""
    with memory_app(clock=anninh_clock, settings=build_settings()) as app:
        yield app


@pytest.fixture
def app(anninh_app: App) -> App:
    """Return the fixture `anninh_app` under a shorter name."""
    return anninh_app


@pytest.fixture
def device() -> PasskeyDevice:
    """Return a simulated device, with which the officer Lan makes passkeys."""
    return PasskeyDevice()


def create_passkey(
    app: App, me: Actor, device: PasskeyDevice, name: str = "Điện thoại", password: str = PASSWORD
) -> PasskeyRow:
    began = app.accounts.begin_passkey(me, password)
    return app.accounts.add_passkey(me, began.ticket, device.create(began.options), name)


def show(app: App, device: PasskeyDevice) -> NewSession:
    began = app.accounts.begin_passkey_sign_in()
    return app.accounts.finish_passkey_sign_in(began.ticket, device.get(began.options), client=CLIENT)


@pytest.fixture
def owner(app: App, lan: AccountHolder, device: PasskeyDevice) -> AccountHolder:
    """Return the officer Lan, who has a passkey on `device`."""
    create_passkey(app, lan.enter(), device)
    return lan
