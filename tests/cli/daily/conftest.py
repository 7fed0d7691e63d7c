"""Signed-in officers of a folder, each with an own home directory, and simulated input at a terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from attrs import frozen
from click.testing import CliRunner, Result
from tests.cli.conftest import hear, mock, opened

from anninh_core.cli.root import anninh
from anninh_core.testing.local_users import UnsafeLocalUsers

PASSWORD = "bốn con bò ăn cỏ"
WIDTH = 80


@frozen
class Person:
    """An officer with an account, signed in for a folder."""

    id: str
    folder: Path
    home: Path

    def run(self, *words: str, typed: str = "", ok: bool = True, env: dict[str, str] | None = None) -> Result:
        """Run a command line; `typed` is the input."""
        environment = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": str(WIDTH)}
        result = CliRunner().invoke(anninh, words, input=typed, env={**environment, "LANGUAGE": "en", **(env or {})})
        assert (result.exit_code == 0) is ok, result.output
        return result

    def read(self, *words: str) -> Any:
        """Return the JSON that a command prints."""
        return json.loads(self.run(*words, "--json").stdout)

    def refused(self, *words: str) -> Any:
        """Return the error of a command as JSON."""
        return json.loads(self.run(*words, "--json", ok=False).stderr)

    def show_second_factor(self) -> None:
        """Add an authenticator app to the account and confirm it by a code."""
        token = next((self.home / "anninh" / "sessions").iterdir()).read_text()
        with opened(self.folder) as (app, _):
            me = app.accounts.authenticate_token(token)
            secret = app.accounts.begin_totp(me, PASSWORD).secret
            app.accounts.confirm_totp(me, pyotp.TOTP(secret).now())

    def vietnamese(self, *words: str) -> str:
        """Return the Vietnamese output of a command, and require that it fits the width of the terminal."""
        output = self.run("--lang", "vi", *words).output
        assert [line for line in output.splitlines() if len(line) > WIDTH] == []
        return output


Appoint = Callable[..., Person]


@pytest.fixture
def person(folder: Path, tmp_path: Path) -> Appoint:
    """Appoints an officer with roles on a unit, who sets up an account and signs in."""

    def appoint(unit: str, *roles: str, name: str = "Cán bộ Mẫu") -> Person:
        with opened(folder) as (app, me):
            officer = UnsafeLocalUsers(app).appoint(name, unit, *roles).id
            code = app.accounts.invite(me, officer).code
        signed_in = Person(officer, folder, tmp_path / officer)
        signed_in.run("account", "setup", "--name", f"o{officer[-6:]}", typed=f"{code}\n{PASSWORD}\n")
        signed_in.run("login", "--name", f"o{officer[-6:]}", typed=f"{PASSWORD}\n\n")
        return signed_in

    return appoint


@pytest.fixture
def post(folder: Path) -> str:
    """Id of a flagged post in a group."""
    with opened(folder) as (app, me):
        chat = mock(app).chat
        (group,) = chat.groups()
        chat.says(chat.person("Anh Mẫu"), "Bán thuốc lá lậu giá rẻ đây, mua ngay http://lua.example", group)
        hear(app)
        (flagged,) = app.moderation.list(me).items
    return flagged.id


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that the input comes from a terminal, so that commands prompt."""
    monkeypatch.setattr("anninh_core.cli.frame.command.at_terminal", lambda: True)
