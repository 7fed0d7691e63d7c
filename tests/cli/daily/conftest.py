"""Officers of a folder who have signed in, each in a home of their own, and a terminal at which they type."""

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
        """Carry a command line out; `typed` is what the person types."""
        here = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": str(WIDTH)}
        done = CliRunner().invoke(anninh, words, input=typed, env={**here, "LANGUAGE": "en", **(env or {})})
        assert (done.exit_code == 0) is ok, done.output
        return done

    def read(self, *words: str) -> Any:
        """Return the JSON that a command prints."""
        return json.loads(self.run(*words, "--json").stdout)

    def refused(self, *words: str) -> Any:
        """Return the error that a command prints as JSON."""
        return json.loads(self.run(*words, "--json", ok=False).stderr)

    def show_second_factor(self) -> None:
        """Add an authenticator app for the account, as a person does: the secret is read, a code typed."""
        token = next((self.home / "anninh" / "sessions").iterdir()).read_text()
        with opened(self.folder) as (app, _):
            me = app.accounts.authenticate_token(token)
            secret = app.accounts.begin_totp(me, PASSWORD).secret
            app.accounts.confirm_totp(me, pyotp.TOTP(secret).now())

    def vietnamese(self, *words: str) -> str:
        """Return what a command prints in Vietnamese, which has to fit."""
        shown = self.run("--lang", "vi", *words).output
        assert [line for line in shown.splitlines() if len(line) > WIDTH] == []
        return shown


Appoint = Callable[..., Person]


@pytest.fixture
def person(folder: Path, tmp_path: Path) -> Appoint:
    """Appoints an officer with roles on a unit, who sets an account up and signs in."""

    def appoint(unit: str, *roles: str, name: str = "Cán bộ Mẫu") -> Person:
        with opened(folder) as (app, me):
            officer = UnsafeLocalUsers(app).appoint(name, unit, *roles).id
            code = app.accounts.invite(me, officer).code
        one = Person(officer, folder, tmp_path / officer)
        one.run("account", "setup", "--name", f"o{officer[-6:]}", typed=f"{code}\n{PASSWORD}\n")
        one.run("login", "--name", f"o{officer[-6:]}", typed=f"{PASSWORD}\n\n")
        return one

    return appoint


@pytest.fixture
def post(folder: Path) -> str:
    """The id of a post in a group that somebody should look at."""
    with opened(folder) as (app, me):
        chat = mock(app).chat
        (group,) = chat.groups()
        chat.says(chat.person("Anh Mẫu"), "Bán thuốc lá lậu giá rẻ đây, mua ngay http://lua.example", group)
        hear(app)
        (seen,) = app.moderation.list(me).items
    return seen.id


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands ask: what is typed comes from a person."""
    monkeypatch.setattr("anninh_core.cli.frame.command.at_terminal", lambda: True)
