"""An app whose settings name a domain for passkeys, and an officer with a passkey."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.passkey_device import DOMAIN, ORIGIN, Device
from tests.support.sign_in import CLIENT, PASSWORD, Holder

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.domain.accounts.views import NewSession, PasskeyRow
from anninh_core.testing import FixedClock, memory_app
from anninh_core.usecase.actor import Actor

WORDS = "Your sign-in data is wrong or has expired: sign in again."


def chosen(**changed: Any) -> Settings:
    passkeys = PasskeySettings.model_validate({"rp_id": DOMAIN, "origins": (ORIGIN,), **changed})
    return Settings(sign_in=SignInSettings(passkeys=passkeys))


@pytest.fixture
def anninh_app(anninh_clock: FixedClock) -> Iterator[App]:
    """An app whose settings name a domain for passkeys."""
    with memory_app(clock=anninh_clock, settings=chosen()) as app:
        yield app


@pytest.fixture
def app(anninh_app: App) -> App:
    """The same app under a shorter name."""
    return anninh_app


@pytest.fixture
def device() -> Device:
    """Lan's device."""
    return Device()


def add(app: App, me: Actor, device: Device, name: str = "Điện thoại", password: str = PASSWORD) -> PasskeyRow:
    began = app.accounts.begin_passkey(me, password)
    return app.accounts.add_passkey(me, began.ticket, device.create(began.options), name)


def show(app: App, device: Device) -> NewSession:
    began = app.accounts.begin_passkey_sign_in()
    return app.accounts.finish_passkey_sign_in(began.ticket, device.get(began.options), client=CLIENT)


@pytest.fixture
def owner(app: App, lan: Holder, device: Device) -> Holder:
    """Lan, with a passkey."""
    add(app, lan.enter(), device)
    return lan
