"""Fixtures that provide signed-in officers of a folder, each with an own home directory, and simulate input at a
terminal.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from attrs import frozen
from click.testing import CliRunner, Result
from tests.cli.conftest import get_mock_messenger, open_folder, process_chat_events

from anninh_core.cli.root import anninh
from anninh_core.testing.local_users import UnsafeLocalUsers

PASSWORD = "bốn con bò ăn cỏ"
WIDTH = 80


@frozen
class Person:
    """An officer with an account, who is signed in for a folder."""

    id: str
    folder: Path
    home: Path

    def run(self, *words: str, typed: str = "", ok: bool = True, env: dict[str, str] | None = None) -> Result:
        """Run a command line with `typed` as its input, and require success, or failure without `ok`."""
        environment = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": str(WIDTH)}
        result = CliRunner().invoke(anninh, words, input=typed, env={**environment, "LANGUAGE": "en", **(env or {})})
        assert (result.exit_code == 0) is ok, result.output
        return result

    def read(self, *words: str) -> Any:
        """Return the JSON that a command prints."""
        return json.loads(self.run(*words, "--json").stdout)

    def read_refusal(self, *words: str) -> Any:
        """Return the error of a refused command as JSON."""
        return json.loads(self.run(*words, "--json", ok=False).stderr)

    def add_second_factor(self) -> None:
        """Add an authenticator app to the account and confirm it by a code."""
        token = next((self.home / "anninh" / "sessions").iterdir()).read_text()
        with open_folder(self.folder) as (app, _):
            me = app.accounts.authenticate_token(token)
            secret = app.accounts.begin_totp(me, PASSWORD).secret
            app.accounts.confirm_totp(me, pyotp.TOTP(secret).now())

    def run_in_vietnamese(self, *words: str) -> str:
        """Return the Vietnamese output of a command, and require that it fits the width of the terminal."""
        output = self.run("--lang", "vi", *words).output
        assert [line for line in output.splitlines() if len(line) > WIDTH] == []
        return output


Appoint = Callable[..., Person]


@pytest.fixture
def person(folder: Path, tmp_path: Path) -> Appoint:
    """Function that appoints an officer with roles on a unit, sets up the officer's account, and signs the officer
    in.
    """

    def appoint(unit: str, *roles: str, name: str = "Cán bộ Mẫu") -> Person:
        with open_folder(folder) as (app, me):
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
    with open_folder(folder) as (app, me):
        chat = get_mock_messenger(app).chat
        (group,) = chat.groups()
        chat.says(chat.person("Anh Mẫu"), "Bán thuốc lá lậu giá rẻ đây, mua ngay http://lua.example", group)
        process_chat_events(app)
        (flagged,) = app.moderation.list(me).items
    return flagged.id


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that the input comes from a terminal, so that commands prompt."""
    monkeypatch.setattr("anninh_core.cli.frame.command.is_at_terminal", lambda: True)
