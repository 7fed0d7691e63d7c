"""Fixtures with a folder for one official account of a sandbox on loopback, and with the installed command `anninh
zalo`.
"""

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from attrs import define
from click.testing import CliRunner, Result
from tests.cli.conftest import open_folder
from tests.support.installing import write_metadata

from anninh_core.cli.root import anninh
from anninh_zalo.oauth.consent import consent_url
from anninh_zalo.oauth.pkce import compute_code_challenge
from anninh_zalo.oauth.tokens import Tokens
from anninh_zalo.official import OfficialAccount as Messenger
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount, TurnedClock
from anninh_zalo.testing.carriers.server import SandboxServer
from anninh_zalo.testing.state import SandboxApplication

ROOT = Path(__file__).parents[3]
STATE = "state-of-this-login"
VERIFIER = "v" * 43
Run = Callable[..., Result]
"""Type of a function that runs `anninh zalo` with the given arguments and optionally `input`, and returns the command's
result.
"""


@define
class AccountFolder:
    """A folder with the settings of an official account of the sandbox."""

    folder: Path
    serving: SandboxServer[Sandbox]
    app: SandboxApplication
    account: SandboxOfficialAccount
    clock: TurnedClock

    def options(self, **more: str) -> dict[str, str]:
        bases = {f"base.{host}": self.serving.base(host) for host in ("oauth", "openapi", "business")}
        return {
            **bases,
            "app_id": self.app.id,
            "app_secret": self.app.secret,
            "oa_id": self.account.id,
            "oa_secret": self.app.oa_secret,
            "redirect_uri": self.app.callback,
            "verifier": VERIFIER,
            **more,
        }

    def write_settings(self, *instances: str, **more: str) -> None:
        """Write settings with one official account for each of `instances`, with these options; the value "" omits an
        option.
        """
        path = self.folder / "anninh.toml"
        head = path.read_text(encoding="utf-8").partition("\n[messengers.")[0].replace('"triage"]', '"triage", "zalo"]')
        options = {name: value for name, value in self.options(**more).items() if value}
        quoted = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in options.items())
        tables = [f'\n[messengers.{name}]\ntype = "zalo"\noptions = {{ {quoted} }}\n' for name in instances]
        path.write_text(head + "".join(tables), encoding="utf-8")

    def consent_as_admin(self, state: str = STATE, verifier: str = VERIFIER) -> str:
        """Let the administrator consent, and return the callback address to which the browser is redirected."""
        page = consent_url(
            self.serving.base("oauth"), self.app.id, self.app.callback, state, compute_code_challenge(verifier)
        )
        return httpx.get(page).headers["location"]

    def tokens(self, instance: str = "zalo") -> Tokens | None:
        """Return the stored tokens of an instance, or None."""
        with open_folder(self.folder) as (app, _):
            messenger = app.internals.messengers[instance]
            assert isinstance(messenger, Messenger)
            return messenger.tokens.tokens()


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the entry points of this source tree, because an older installation may have other entry points."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": project["scripts"], **project["entry-points"]}
    write_metadata(tmp_path / "site", project["name"], groups)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a new office that each test copies."""
    folder = tmp_path_factory.mktemp("zalo") / "hoa-lu"
    assert CliRunner().invoke(anninh, ["init", str(folder), "--trial"]).exit_code == 0
    return folder


@pytest.fixture
def office(empty_folder: Path, tmp_path: Path) -> Iterator[AccountFolder]:
    """The folder of an account `zalo` that isn't logged in; its callback address isn't on this machine."""
    clock = TurnedClock()
    sandbox = Sandbox(clock)
    app = sandbox.app()
    account = sandbox.account("Công an xã Thử")
    with sandbox.serve() as serving:
        office = AccountFolder(Path(shutil.copytree(empty_folder, tmp_path / "at")), serving, app, account, clock)
        office.write_settings("zalo")
        yield office


@pytest.fixture
def run(office: AccountFolder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs `anninh zalo` in this process on the office's folder; the state of a login is always
    `STATE`.
    """
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: STATE)

    def invoke_command(*words: str, input: str | None = None) -> Result:
        environment = {"ANNINH_AT": str(office.folder), "COLUMNS": "80"}
        result = CliRunner().invoke(anninh, ["zalo", *words], input=input, env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke_command
