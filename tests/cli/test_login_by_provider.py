"""Signing in by the authority's identity provider: the officer pastes the address to which it redirects."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.support.identity_provider import CLIENT, REDIRECT, SECRET, PretendProvider, open_provider
from tests.support.sign_in import enrol

from anninh_core.app import load_settings, open_app
from anninh_core.cli.root import anninh
from anninh_core.kernel.clock import SystemClock
from anninh_core.profile import load_profile
from anninh_core.testing import UnsafeLocalUsers

_ANSWERS = "anninh_core.cli.accounts.login.ask_secret"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendProvider]:
    """The identity provider; the officer `lan` uses the browser."""
    monkeypatch.setenv("OFFICE_SECRET", SECRET)
    with open_provider(SystemClock().now) as provider:
        yield provider


@pytest.fixture
def office(tmp_path: Path, provider: PretendProvider) -> Path:
    """A folder with the provider in its settings and an officer's account."""
    folder = tmp_path / "office"
    assert CliRunner().invoke(anninh, ["init", str(folder)]).exit_code == 0
    with (folder / "anninh.toml").open("a") as settings:
        settings.write(
            f'\n[sign_in.oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\n'
            f'client_secret = "env:OFFICE_SECRET"\nredirect_uri = "{REDIRECT}"\n'
        )
    settings_of = load_settings(folder)
    with open_app(load_profile(settings_of.profile), settings_of) as app:
        enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")
    return folder


def run(office: Path, *words: str) -> Result:
    env = {"ANNINH_AT": str(office), "XDG_CONFIG_HOME": str(office.parent / "home"), "COLUMNS": "120"}
    return CliRunner().invoke(anninh, words, env=env)


def test_officer_signs_in_by_provider(office: Path, provider: PretendProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """An officer opens the printed address, pastes the one redirected to, and then commands act as that officer."""
    printed: list[str] = []
    monkeypatch.setattr("anninh_core.cli.accounts.login.echo", lambda text, **_: printed.append(text))

    def browse(_: str) -> str:
        callback = provider.browse(printed[-1].splitlines()[-1])
        return f"{REDIRECT}?code={callback['code']}&state={callback['state']}"

    monkeypatch.setattr(_ANSWERS, browse)
    result = run(office, "login", "--provider")
    assert result.exit_code == 0, result.output
    monkeypatch.undo()
    assert "oidc" in run(office, "whoami").stdout


def test_provider_error_is_reported(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address without a code is refused with the provider's error."""
    monkeypatch.setattr(_ANSWERS, lambda _: f"{REDIRECT}?error=access_denied&state=x")
    result = run(office, "login", "--provider")
    assert result.exit_code == 1
    assert "access_denied" in result.stderr
