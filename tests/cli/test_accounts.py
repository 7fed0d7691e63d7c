"""The command line signs an officer in, from `init` to the first officer's second factor, and out again."""

import os
import re
import stat
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result

from anninh_core.app import load_settings, open_app
from anninh_core.cli.root import anninh
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.profile import load_profile
from anninh_core.testing import UnsafeLocalUsers

pytestmark = pytest.mark.slow

PASSWORD = "bốn con bò ăn cỏ"
NEW = "một câu khác dài hơn"
CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){2}\b")


class Desk:
    """A folder made by `anninh init`, and an officer's own home directory."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home

    def run(
        self, *words: str, typed: tuple[str, ...] = (), env: dict[str, str] | None = None, ok: bool = True
    ) -> Result:
        environment = {
            "ANNINH_AT": str(self.folder),
            "XDG_CONFIG_HOME": str(self.home),
            "COLUMNS": "120",
            **(env or {}),
        }
        result = CliRunner().invoke(anninh, words, input="".join(f"{line}\n" for line in typed), env=environment)
        assert (result.exit_code == 0) is ok, result.output
        return result

    def login(self, *, code: str = "", password: str = PASSWORD, name: str = "boss", ok: bool = True) -> Result:
        return self.run("login", "--name", name, typed=(password, code), ok=ok)

    def set_up(self, name: str, output: str) -> None:
        code = CODE.search(output)
        assert code is not None, output
        self.run("account", "setup", "--name", name, typed=(code[0], PASSWORD))

    def journal(self) -> list[Entry]:
        settings = load_settings(self.folder)
        with open_app(load_profile(settings.profile), settings) as app:
            return [entry_from(line.content) for line in app.internals.context.storage.journal.read(limit=10_000)]

    @property
    def officer(self) -> str:
        officer_line = re.search(r"^officer\s+(\S+)", self.run("whoami").stdout, re.MULTILINE)
        assert officer_line is not None
        return officer_line[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The folder in which the first officer has a name and a password."""
    new_desk = Desk(tmp_path / "office", tmp_path / "home")
    output = new_desk.run("init", str(new_desk.folder), "--second", "Người Hai").stdout
    new_desk.set_up("boss", output)
    return new_desk


def enrol(desk: Desk) -> str:
    """Add an authenticator app for the signed-in officer, confirm it by a code, and return its secret."""
    settings = load_settings(desk.folder)
    with open_app(load_profile(settings.profile), settings) as app:
        token = next((desk.home / "anninh" / "sessions").iterdir()).read_text()
        me = app.accounts.authenticate_token(token)
        secret = app.accounts.begin_totp(me, PASSWORD).secret
        app.accounts.confirm_totp(me, pyotp.TOTP(secret).now())
    return secret


def test_session_ends_with_logout(desk: Desk) -> None:
    """The session token is in a file that only its user can read, and after signing out it is invalid."""
    assert "anninh login" in desk.run("whoami", ok=False).stderr
    assert "is signed in until" in desk.login().stdout
    (file,) = (desk.home / "anninh" / "sessions").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "known by       password" in desk.run("whoami").stdout
    assert "anninh at" in desk.run("account", "sessions").stdout
    token = file.read_text()
    desk.run("logout")
    assert not file.exists()
    assert (
        "Your sign-in has ended: sign in again with `anninh login --at "
        in desk.run("whoami", env={"ANNINH_TOKEN": token}, ok=False).stderr
    )


def test_sign_in_entry_has_system_user(desk: Desk) -> None:
    """The entry of a sign-in has the operating system's user name, not one from a variable, and no password."""
    desk.login()
    pwd = pytest.importorskip("pwd", reason="only POSIX systems know users this way")
    (entry,) = (entry for entry in desk.journal() if "account.signed_in" in entry.events)
    assert entry.facts["system_user"] == pwd.getpwuid(os.getuid()).pw_name
    assert PASSWORD not in str(desk.journal())


def test_wrong_password_keeps_existing_session(desk: Desk) -> None:
    """A wrong name or password gives one and the same error, and the existing session remains."""
    desk.login()
    for name, password in (("boss", "wrong"), ("nobody", PASSWORD)):
        assert "sign in again" in desk.login(name=name, password=password, ok=False).stderr
    assert desk.officer


@pytest.mark.slow
def test_managing_officers_needs_second_factor(desk: Desk) -> None:
    """Appointing, inviting and deactivating officers needs a second factor."""
    desk.login()
    assert "second factor" in desk.run("officers", "appoint", "Ba", "hoa-lu", "--role", "auditor", ok=False).stderr
    enrol(desk)
    output = desk.run("officers", "list").stdout
    second = next(line.split()[0] for line in output.splitlines() if "Người Hai" in line)
    desk.set_up("hai", desk.run("officers", "invite", second).stdout)
    assert "has no role any more" in desk.run("officers", "deactivate", second).stdout
    other = Desk(desk.folder, desk.home.with_name("other"))
    assert "sign in again" in other.login(name="hai", ok=False).stderr


@pytest.mark.slow
def test_accounts_of_others_are_administered(desk: Desk) -> None:
    """An administrator ends sessions, revokes tokens and resets the second factor of another officer, who is
    notified.
    """
    desk.login()
    enrol(desk)
    second = next(line.split()[0] for line in desk.run("officers", "list").stdout.splitlines() if "Hai" in line)
    desk.set_up("hai", desk.run("officers", "invite", second).stdout)
    other = Desk(desk.folder, desk.home.with_name("other"))
    other.login(name="hai")
    enrol(other)
    other.run("account", "token", "Máy chủ", "--unit", "ninh-hoa", "--operation", "tips.list")
    listed = desk.run("officers", "tokens", second).stdout
    assert ("tips.list; ninh-hoa" in listed, "Máy chủ" in listed) == (True, True)
    desk.run("officers", "revoke-token", listed.splitlines()[1].split()[0])
    assert "over" in desk.run("officers", "tokens", second).stdout
    desk.run("officers", "sign-out", second)
    other.run("whoami", ok=False)
    desk.run("officers", "reset", second)
    assert "your second factor was taken off" in other.login(name="hai").stdout


def test_api_token_works_until_revoked(desk: Desk) -> None:
    """An API token works as an environment variable, but not for the own account, until it is revoked."""
    desk.login()
    enrol(desk)
    token = desk.run("account", "token", "Máy chủ").stdout.strip()
    program = Desk(desk.folder, desk.home.with_name("nobody's"))
    assert "known by  token" in program.run("whoami", env={"ANNINH_TOKEN": token}).stdout
    assert "API token" in program.run("account", "show", env={"ANNINH_TOKEN": token}, ok=False).stderr
    listed = desk.run("account", "tokens").stdout
    desk.run("account", "revoke-token", listed.splitlines()[1].split()[0])
    program.run("whoami", env={"ANNINH_TOKEN": token}, ok=False)


@pytest.mark.slow
def test_operator_resets_account_with_recovery_copy(desk: Desk, tmp_path: Path) -> None:
    """The operator resets an account with the recovery copy without a session, and its owner is notified."""
    desk.login()
    secret = enrol(desk)
    officer = desk.officer
    assert secret
    desk.run("logout")
    copy = tmp_path / "copy"
    environment = {"ANNINH_PASSPHRASE": "mười hai con giáp đi chợ"}
    desk.run("keys", "recovery", str(copy), env=environment)
    output = desk.run("officers", "reset", officer, "--recovery", str(copy), env=environment).stdout
    code = CODE.search(output)
    assert code is not None
    desk.run("account", "setup", typed=(code[0], NEW))
    assert "were reset at the machine" in desk.login(password=NEW).stdout


def test_readable_session_file_is_refused(desk: Desk) -> None:
    """A session file that others can read is refused, and the error has its path."""
    desk.login()
    (file,) = (desk.home / "anninh" / "sessions").iterdir()
    file.chmod(0o644)
    assert str(file) in desk.run("whoami", ok=False).stderr


@pytest.mark.slow
def test_password_change_ends_sessions(desk: Desk) -> None:
    """An officer ends an own session and changes the own password, which ends the other sessions."""
    desk.login()
    other = Desk(desk.folder, desk.home.with_name("other"))
    other.login()
    session_id = next(
        line.split()[0] for line in desk.run("account", "sessions").stdout.splitlines() if line.endswith("*")
    )
    other.run("account", "end", session_id)
    desk.run("whoami", ok=False)
    assert "sign-in name" in other.run("account", "show").stdout
    other.run("account", "password", typed=(PASSWORD, NEW))
    other.run("whoami", ok=False)
    other.login(password=NEW)


@pytest.mark.slow
def test_restore_ends_all_sessions(desk: Desk, tmp_path: Path) -> None:
    """A restore ends all sessions, and lists the officers who can sign in again for review."""
    desk.login()
    enrol(desk)
    boss = desk.officer
    second = next(line.split()[0] for line in desk.run("officers", "list").stdout.splitlines() if "Hai" in line)
    settings = load_settings(desk.folder)
    with open_app(load_profile(settings.profile), settings) as app:
        UnsafeLocalUsers(app).grant(UnsafeLocalUsers(app).get_actor(boss), "operator", app.district.root)
    desk.run("backup", "make", str(tmp_path / "copy.zip"))
    for file in desk.folder.glob("anninh.db*"):
        file.unlink()
    output = desk.run("restore", str(tmp_path / "copy.zip")).stdout
    assert boss in output
    assert second not in output
    assert "deactivate such officers at once" in " ".join(output.split())
    desk.run("whoami", ok=False)
