"""Wrong settings of a sign-in service are refused by name."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import CLIENT, REDIRECT, SECRET, PretendProvider
from tests.support.sign_in import enrol

from anninh_core.app import Settings, load_settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings
from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_core.ports.identity_provider import NamedBy
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app

RIGHT: dict[str, Any] = {"issuer": "https://id.example", "client_id": CLIENT, "redirect_uri": REDIRECT}


def open_app_with(**changed: Any) -> None:
    settings = OidcSettings(**{**RIGHT, **changed})
    with memory_app(settings=Settings(sign_in=SignInSettings(oidc=settings))):
        pass


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"issuer": "http://id.example"}, "issuer"),
        ({"issuer": "id.example"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"issuer": "https://id.example#x"}, "issuer"),
        ({"redirect_uri": "http://office.example/"}, "redirect_uri"),
        ({"scopes": ("profile",)}, "scopes"),
        ({"algorithms": ()}, "algorithms"),
        ({"proxy": "proxy.example:3128"}, "proxy"),
        ({"proxy": "socks5://proxy.example"}, "proxy"),
        ({"proxy": "http://proxy.example/page"}, "proxy"),
        ({"proxy": "http://proxy.example:port"}, "proxy"),
    ],
    ids=str,
)
def test_wrong_setting_is_refused_at_opening(changed: dict[str, Any], place: str) -> None:
    """An invalid setting is refused when the app opens, and the error names it."""
    with pytest.raises(ConfigurationError, match=f"sign_in.oidc.{place}"):
        open_app_with(**changed)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1", ""])
def test_weak_algorithms_are_refused(algorithm: str) -> None:
    """Neither the algorithm "none", nor a shared secret, nor SHA-1 can be set."""
    with pytest.raises(ValueError, match="algorithms"):
        OidcSettings.model_validate({**RIGHT, "algorithms": (algorithm,)})


def test_missing_extra_is_named_at_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the extra isn't installed, opening the app fails with the install line, not the first sign-in."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "anninh_core.app.bootstrap.sign_in.find_spec", lambda name: None if name == "joserfc" else real(name)
    )
    with pytest.raises(MissingExtra, match=r"pip install 'anninh\[oidc\]'"):
        open_app_with()


def test_secret_path_is_relative_to_settings(tmp_path: Path) -> None:
    """The path of the secret's file is relative to the settings' folder."""
    (tmp_path / "anninh.toml").write_text(
        '[sign_in.oidc]\nissuer = "https://id.example"\nclient_id = "office"\nclient_secret = "file:oidc.secret"\n'
        'redirect_uri = "https://office.example/"\nnamed_by = "officer_id"\n'
    )
    settings = load_settings(tmp_path).sign_in.oidc

    assert settings is not None
    assert settings.client_secret == f"file:{tmp_path / 'oidc.secret'}"
    assert settings.named_by is NamedBy.OFFICER_ID


def test_secret_file_must_be_private(provider: PretendProvider, clock: FixedClock, tmp_path: Path) -> None:
    """A sign-in fails if every user may read the secret's file."""
    file = tmp_path / "oidc.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o604)
    oidc = OidcSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=f"file:{file}", redirect_uri=REDIRECT)
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
        enrol(app, officer.id, "lan")
        with pytest.raises(
            ConfigurationError, match=r"Every user may read the passphrase or secret in .*oidc\.secret: run `chmod o= "
        ):
            sign_in(app, provider)
        file.chmod(0o600)
        assert sign_in(app, provider).officer == officer.id


def test_officer_is_found_by_id_or_verified_address(provider: PretendProvider, clock: FixedClock) -> None:
    """An officer is found by the officer id or by an e-mail address that the service has verified."""
    for claim, named_by in (("office_id", NamedBy.OFFICER_ID), ("email", NamedBy.SIGN_IN_NAME)):
        oidc = OidcSettings(
            issuer=provider.issuer,
            client_id=CLIENT,
            client_secret="env:OFFICE_SECRET",
            redirect_uri=REDIRECT,
            officer_claim=claim,
            named_by=named_by,
        )
        with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app:
            officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
            enrol(app, officer.id, "lan@office.example")
            provider.user |= {"office_id": officer.id, "email": "lan@office.example", "email_verified": False}
            if claim == "email":
                with pytest.raises(PermissionError):
                    sign_in(app, provider)
                provider.user["email_verified"] = True
            assert sign_in(app, provider).officer == officer.id


def test_missing_secret_is_named(
    provider: PretendProvider, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error about a missing or blank secret names its source."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("BLANK_SECRET", " \t")
    blank = tmp_path / "oidc.secret"
    blank.write_text("  \n", encoding="utf-8")
    blank.chmod(0o600)
    sources = {
        "env:NOBODY_SET_THIS": r"client_secret` names the environment variable NOBODY_SET_THIS, which isn't set",
        "env:BLANK_SECRET": r"names the environment variable BLANK_SECRET, which isn't set or is blank: set it",
        "credential:oidc": "CREDENTIALS_DIRECTORY",
        f"file:{blank}": r"The first line of .*oidc\.secret is empty: write the passphrase or secret into it",
    }
    for source, message in sources.items():
        oidc = OidcSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=source, redirect_uri=REDIRECT)
        with (
            memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app,
            pytest.raises(ConfigurationError, match=message),
        ):
            sign_in(app, provider)
