"""The first officer signs in by an invitation code, or by a name and password set while the folder is made."""

import re
import sys
from pathlib import Path

import pyotp
import pytest
from tests.cli.conftest import Run
from tests.support.terminal import open_terminal

from anninh_core.cli.accounts import qr_code
from anninh_core.cli.accounts.qr_code import draw_qr_code

PASSWORD = "bốn con bò ăn cỏ"
URI = "otpauth://totp/Huy%E1%BB%87n:boss?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Huy%E1%BB%87n"


def test_init_sets_name_and_password(run: Run, tmp_path: Path) -> None:
    """Without a terminal the password is read from a line, and the officer signs in by it without an invitation
    code.
    """
    at = str(tmp_path / "office")
    made = run("init", at, "--name", "Boss", input=f"{PASSWORD}\n")
    signed_in = run("login", "--at", at, "--name", "boss", input=f"{PASSWORD}\n\n")

    assert (made.exit_code, signed_in.exit_code) == (0, 0), made.output + signed_in.output
    assert "boss is that officer's sign-in name" in made.stdout
    assert "hand it over" not in made.stdout
    assert PASSWORD not in made.output


@pytest.mark.parametrize(
    ("name", "password", "word"),
    [
        ("boss", "short", "12 to 128"),
        ("boss", "123456789012", "Many people use this password"),
        ("boss", "first officer 1985", "your own name"),
        ("b", PASSWORD, "sign-in name"),
        ("boss", "", "Password is empty: type it"),
    ],
)
def test_invalid_password_makes_no_folder(run: Run, tmp_path: Path, name: str, password: str, word: str) -> None:
    """An invalid name or password is refused before the folder is made."""
    result = run("init", str(tmp_path / "office"), "--name", name, input=f"{password}\n")

    assert result.exit_code == 1
    assert word in result.stderr
    assert not (tmp_path / "office").exists()


def test_trial_refuses_a_sign_in_name(run: Run, tmp_path: Path) -> None:
    """A trial, which has no sign-in, refuses a sign-in name."""
    assert run("init", str(tmp_path / "office"), "--trial", "--name", "boss").exit_code == 2
    assert not (tmp_path / "office").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_terminal_prompts_for_password(tmp_path: Path) -> None:
    """At a terminal the password is prompted for twice, and again if refused, and the authenticator's secret is shown
    as a QR code.
    """
    env = {"ANNINH_AT": str(tmp_path / "office"), "XDG_CONFIG_HOME": str(tmp_path / "home")}
    with open_terminal("init", str(tmp_path / "office"), env=env) as session:
        session.answer("Sign-in name of the first officer", "boss")
        session.answer("Password:", "123456789012")
        session.answer("Repeat for confirmation:", "123456789012")
        session.answer("Sign-in name [boss]:", "")
        session.answer("Password:", PASSWORD)
        session.answer("Repeat for confirmation:", PASSWORD)
        assert session.read_to_end() == 0, session.shown
    with open_terminal("login", "--name", "boss", env=env) as session:
        session.answer("Password:", PASSWORD)
        session.answer("Code of your second factor", "")
        assert session.read_to_end() == 0, session.shown
    with open_terminal("account", "totp", env=env) as session:
        session.answer("Password:", PASSWORD)
        session.answer("Code that the app shows:", "")
        secret = re.search(r"^  ([A-Z2-7]{32})$", session.shown, re.MULTILINE)
        assert secret is not None, session.shown
        session.answer("Code that the app shows:", pyotp.TOTP(secret[1]).now())
        assert session.read_to_end() == 0, session.shown
    assert "█▀▀▀▀▀█" in session.shown or "▄▄▄▄▄" in session.shown
    assert "otpauth://totp/" in session.shown


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_empty_name_gives_invitation_code(tmp_path: Path) -> None:
    """At a terminal an empty name leads to an invitation code, because the person who makes the folder may not be the
    first officer.
    """
    with open_terminal("init", str(tmp_path / "office"), env={}) as session:
        session.answer("Sign-in name of the first officer", "")
        assert session.read_to_end() == 0
    assert "hand it over" in session.shown


def test_qr_code_needs_a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A QR code is drawn only at a terminal that is wide enough, and only with segno; otherwise the secret's letters
    suffice.
    """
    monkeypatch.setenv("COLUMNS", "80")
    assert draw_qr_code(URI) == ""
    monkeypatch.setattr(qr_code, "on_terminal", lambda: True)
    lines = draw_qr_code(URI).splitlines()
    assert len({*map(len, lines)}) == 1
    assert len(lines) * 2 in (len(lines[0]), len(lines[0]) + 1)
    assert {*"".join(lines)} <= {*"█▀▄ "}
    monkeypatch.setenv("COLUMNS", "30")
    assert draw_qr_code(URI) == ""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setitem(sys.modules, "segno", None)
    assert draw_qr_code(URI) == ""
