"""Passkeys are for the domain that the settings name; without it there are none."""

import pytest
from tests.domain.accounts.passkeys.conftest import chosen
from tests.support.passkey_device import ORIGIN
from tests.support.sign_in import PASSWORD, enrol

from anninh_core.kernel.errors import (
    ConfigurationError,
    MissingExtra,
    NotFound,
)
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app


@pytest.mark.parametrize(
    "origin",
    [
        "http://office.example",
        "https://evil.example",
        "https://office.example.evil.example",
        "office.example",
        "https://notoffice.example",
        "https://office.example/",
        "https://u@office.example",
        "https://OFFICE.example",
        "*",
    ],
)
def test_an_origin_is_a_page_of_the_domain(origin: str) -> None:
    """Anything else is refused when the office is opened."""
    with pytest.raises(ConfigurationError, match=r"sign_in\.passkeys\.origins"):
        memory_app(settings=chosen(origins=(origin,)))


@pytest.mark.parametrize("origin", [ORIGIN, "https://sub.office.example", "https://office.example:8443"])
def test_pages_below_the_domain_are_its_own(origin: str) -> None:
    """And other ports of it."""
    memory_app(settings=chosen(origins=(origin,))).close()


def test_without_the_extra_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office is opened."""
    monkeypatch.setattr("anninh_core.app.bootstrap.sign_in.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'anninh\[passkeys\]'"):
        memory_app(settings=chosen())


def test_without_settings_there_are_none(anninh_clock: FixedClock) -> None:
    """Neither to sign in by, nor to be made."""
    with memory_app(clock=anninh_clock) as app:
        holder = enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        for act in (
            app.accounts.begin_passkey_sign_in,
            lambda: app.accounts.finish_passkey_sign_in("t", "{}"),
            lambda: app.accounts.begin_passkey(holder.enter(), PASSWORD),
        ):
            with pytest.raises(NotFound, match=r"sign_in\.passkeys"):
                act()
