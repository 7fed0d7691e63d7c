"""Passkeys belong to the domain in the settings; without a domain there are none."""

import pytest
from tests.domain.accounts.passkeys.conftest import build_settings
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
def test_origin_outside_the_domain_is_refused(origin: str) -> None:
    """Settings with an origin outside the domain for passkeys are refused when the office is opened."""
    with pytest.raises(ConfigurationError, match=r"sign_in\.passkeys\.origins"):
        memory_app(settings=build_settings(origins=(origin,)))


@pytest.mark.parametrize("origin", [ORIGIN, "https://sub.office.example", "https://office.example:8443"])
def test_subdomains_and_ports_are_accepted(origin: str) -> None:
    """Subdomains and other ports of the domain for passkeys are accepted as origins."""
    memory_app(settings=build_settings(origins=(origin,))).close()


def test_missing_extra_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the optional package for passkeys isn't installed, opening the office fails with the command to install it."""
    monkeypatch.setattr("anninh_core.app.bootstrap.sign_in.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'anninh\[passkeys\]'"):
        memory_app(settings=build_settings())


def test_no_settings_mean_no_passkeys(anninh_clock: FixedClock) -> None:
    """Without settings for passkeys, they can neither be made nor used to sign in."""
    with memory_app(clock=anninh_clock) as app:
        holder = enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        for act in (
            app.accounts.begin_passkey_sign_in,
            lambda: app.accounts.finish_passkey_sign_in("t", "{}"),
            lambda: app.accounts.begin_passkey(holder.enter(), PASSWORD),
        ):
            with pytest.raises(NotFound, match=r"sign_in\.passkeys"):
                act()
