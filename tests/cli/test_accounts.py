"""Signing in at the keyboard: from `init` to the first officer's second factor, and out again."""

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
    """A folder that `anninh init` made, and somebody's own folder of settings."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home

    def run(
        self, *words: str, typed: tuple[str, ...] = (), env: dict[str, str] | None = None, ok: bool = True
    ) -> Result:
        here = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": "120", **(env or {})}
        done = CliRunner().invoke(anninh, words, input="".join(f"{line}\n" for line in typed), env=here)
        assert (done.exit_code == 0) is ok, done.output
        return done

    def login(self, *, code: str = "", password: str = PASSWORD, name: str = "boss", ok: bool = True) -> Result:
        return self.run("login", "--name", name, typed=(password, code), ok=ok)

    def set_up(self, name: str, told: str) -> None:
        found = CODE.search(told)
        assert found is not None, told
        self.run("account", "setup", "--name", name, typed=(found[0], PASSWORD))

    def journal(self) -> list[Entry]:
        settings = load_settings(self.folder)
        with open_app(load_profile(settings.profile), settings) as app:
            return [entry_from(line.content) for line in app.internals.context.storage.journal.read(limit=10_000)]

    @property
    def officer(self) -> str:
        found = re.search(r"^officer\s+(\S+)", self.run("whoami").stdout, re.MULTILINE)
        assert found is not None
        return found[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The first officer has a name and a password."""
    made = Desk(tmp_path / "office", tmp_path / "home")
    told = made.run("init", str(made.folder), "--second", "Người Hai").stdout
    made.set_up("boss", told)
    return made


def enrol(desk: Desk) -> str:
    """Add an authenticator app for whoever is signed in, as a person does: the secret is read, a code typed."""
    settings = load_settings(desk.folder)
    with open_app(load_profile(settings.profile), settings) as app:
        token = next((desk.home / "anninh" / "sessions").iterdir()).read_text()
        me = app.accounts.authenticate_token(token)
        secret = app.accounts.begin_totp(me, PASSWORD).secret
        app.accounts.confirm_totp(me, pyotp.TOTP(secret).now())
    return secret


def test_the_first_officer_signs_in_and_out(desk: Desk) -> None:
    """The token is in a file of the user's own; after logout nobody acts."""
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


def test_the_entry_names_the_machine_s_user(desk: Desk) -> None:
    """Who was at the keyboard, by the name that the system knows, whatever a variable says."""
    desk.login()
    pwd = pytest.importorskip("pwd", reason="only POSIX systems know users this way")
    (entry,) = (entry for entry in desk.journal() if "account.signed_in" in entry.events)
    assert entry.facts["system_user"] == pwd.getpwuid(os.getuid()).pw_name
    assert PASSWORD not in str(desk.journal())


def test_a_wrong_password_is_one_sentence(desk: Desk) -> None:
    """And whoever is signed in stays so."""
    desk.login()
    for name, password in (("boss", "wrong"), ("nobody", PASSWORD)):
        assert "sign in again" in desk.login(name=name, password=password, ok=False).stderr
    assert desk.officer


@pytest.mark.slow
def test_what_can_t_be_undone_takes_a_second_factor(desk: Desk) -> None:
    """The first officer adds an app, and then appoints, invites and deactivates others."""
    desk.login()
    assert "second factor" in desk.run("officers", "appoint", "Ba", "hoa-lu", "--role", "auditor", ok=False).stderr
    enrol(desk)
    told = desk.run("officers", "list").stdout
    second = next(line.split()[0] for line in told.splitlines() if "Người Hai" in line)
    desk.set_up("hai", desk.run("officers", "invite", second).stdout)
    assert "has no role any more" in desk.run("officers", "deactivate", second).stdout
    other = Desk(desk.folder, desk.home.with_name("other"))
    assert "sign in again" in other.login(name="hai", ok=False).stderr


@pytest.mark.slow
def test_others_accounts_are_looked_after(desk: Desk) -> None:
    """Sign-ins ended, tokens listed and revoked, a second factor taken off, and the owner told."""
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


def test_a_token_works_for_a_program(desk: Desk) -> None:
    """Shown as a variable of the environment; a limit to a unit counts there too."""
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
def test_the_operator_s_reset_takes_the_recovery_copy(desk: Desk, tmp_path: Path) -> None:
    """Nobody is signed in; the owner reads of it."""
    desk.login()
    secret = enrol(desk)
    officer = desk.officer
    assert secret
    desk.run("logout")
    copy = tmp_path / "copy"
    words = {"ANNINH_PASSPHRASE": "mười hai con giáp đi chợ"}
    desk.run("keys", "recovery", str(copy), env=words)
    told = desk.run("officers", "reset", officer, "--recovery", str(copy), env=words).stdout
    found = CODE.search(told)
    assert found is not None
    desk.run("account", "setup", typed=(found[0], NEW))
    assert "were reset at the machine" in desk.login(password=NEW).stdout


def test_a_file_that_others_can_read_is_not_used(desk: Desk) -> None:
    """The sentence names it."""
    desk.login()
    (file,) = (desk.home / "anninh" / "sessions").iterdir()
    file.chmod(0o644)
    assert str(file) in desk.run("whoami", ok=False).stderr


@pytest.mark.slow
def test_ones_own_password_and_sessions(desk: Desk) -> None:
    """Changed and ended at the keyboard."""
    desk.login()
    other = Desk(desk.folder, desk.home.with_name("other"))
    other.login()
    mine = next(line.split()[0] for line in desk.run("account", "sessions").stdout.splitlines() if line.endswith("*"))
    other.run("account", "end", mine)
    desk.run("whoami", ok=False)
    assert "sign-in name" in other.run("account", "show").stdout
    other.run("account", "password", typed=(PASSWORD, NEW))
    other.run("whoami", ok=False)
    other.login(password=NEW)


@pytest.mark.slow
def test_a_restore_ends_all_sign_ins(desk: Desk, tmp_path: Path) -> None:
    """And lists who may sign in again, for somebody to look at."""
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
    told = desk.run("restore", str(tmp_path / "copy.zip")).stdout
    assert boss in told
    assert second not in told
    assert "deactivate them at once" in told
    desk.run("whoami", ok=False)
