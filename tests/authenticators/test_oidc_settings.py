"""What the settings say of a sign-in service fits, or is refused with its place."""

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


def opened(**changed: Any) -> None:
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
def test_what_does_not_fit_is_refused_when_the_office_is_opened(changed: dict[str, Any], place: str) -> None:
    """With its place."""
    with pytest.raises(ConfigurationError, match=f"sign_in.oidc.{place}"):
        opened(**changed)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1", ""])
def test_no_weak_way_of_signing_can_be_chosen(algorithm: str) -> None:
    """Neither none nor a shared secret."""
    with pytest.raises(ValueError, match="algorithms"):
        OidcSettings.model_validate({**RIGHT, "algorithms": (algorithm,)})


def test_without_the_extra_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office is opened, not when the first officer wants to sign in."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "anninh_core.app.bootstrap.sign_in.find_spec", lambda name: None if name == "joserfc" else real(name)
    )
    with pytest.raises(MissingExtra, match=r"pip install 'anninh\[oidc\]'"):
        opened()


def test_the_file_of_the_settings(tmp_path: Path) -> None:
    """A secret's file counts from the folder of the settings."""
    (tmp_path / "anninh.toml").write_text(
        '[sign_in.oidc]\nissuer = "https://id.example"\nclient_id = "office"\nclient_secret = "file:oidc.secret"\n'
        'redirect_uri = "https://office.example/"\nnamed_by = "officer_id"\n'
    )
    settings = load_settings(tmp_path).sign_in.oidc

    assert settings is not None
    assert settings.client_secret == f"file:{tmp_path / 'oidc.secret'}"
    assert settings.named_by is NamedBy.OFFICER_ID


def test_the_secret_s_file_is_private(provider: PretendProvider, clock: FixedClock, tmp_path: Path) -> None:
    """It is read when somebody signs in; one that every user may read is refused."""
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


def test_an_officer_is_named_by_id_or_by_address(provider: PretendProvider, clock: FixedClock) -> None:
    """By an address only where the service has verified it."""
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


def test_a_missing_secret_is_told(
    provider: PretendProvider, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the name of where it should be; a blank one is missing, too."""
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
    for source, told in sources.items():
        oidc = OidcSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=source, redirect_uri=REDIRECT)
        with (
            memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app,
            pytest.raises(ConfigurationError, match=told),
        ):
            sign_in(app, provider)
