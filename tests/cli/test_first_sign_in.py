"""The first officer comes in by a code, or by a name and a password that are set while the folder is made."""

import re
import sys
from pathlib import Path

import pyotp
import pytest
from tests.cli.conftest import Run
from tests.support.terminal import terminal

from anninh_core.cli.accounts import square_code
from anninh_core.cli.accounts.square_code import draw_square_code

PASSWORD = "bốn con bò ăn cỏ"
URI = "otpauth://totp/Huy%E1%BB%87n:boss?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Huy%E1%BB%87n"


def test_a_name_and_a_password_at_once(run: Run, tmp_path: Path) -> None:
    """In a pipe the password is a line; no code is shown, and the officer signs in by what was chosen."""
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
def test_what_doesn_t_fit_makes_no_folder(run: Run, tmp_path: Path, name: str, password: str, word: str) -> None:
    """It is told before anything is made."""
    done = run("init", str(tmp_path / "office"), "--name", name, input=f"{password}\n")

    assert done.exit_code == 1
    assert word in done.stderr
    assert not (tmp_path / "office").exists()


def test_in_a_trial_nobody_signs_in(run: Run, tmp_path: Path) -> None:
    """So there is no name to have."""
    assert run("init", str(tmp_path / "office"), "--trial", "--name", "boss").exit_code == 2
    assert not (tmp_path / "office").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_at_a_terminal_it_is_asked_for(tmp_path: Path) -> None:
    """The password twice, and once more where it doesn't fit; a telephone's camera then reads the secret."""
    env = {"ANNINH_AT": str(tmp_path / "office"), "XDG_CONFIG_HOME": str(tmp_path / "home")}
    with terminal("init", str(tmp_path / "office"), env=env) as asked:
        asked.answer("Sign-in name of the first officer", "boss")
        asked.answer("Password:", "123456789012")
        asked.answer("Repeat for confirmation:", "123456789012")
        asked.answer("Sign-in name [boss]:", "")
        asked.answer("Password:", PASSWORD)
        asked.answer("Repeat for confirmation:", PASSWORD)
        assert asked.finish() == 0, asked.shown
    with terminal("login", "--name", "boss", env=env) as asked:
        asked.answer("Password:", PASSWORD)
        asked.answer("Code of your second factor", "")
        assert asked.finish() == 0, asked.shown
    with terminal("account", "totp", env=env) as asked:
        asked.answer("Password:", PASSWORD)
        asked.answer("Code that the app shows:", "")
        secret = re.search(r"^  ([A-Z2-7]{32})$", asked.shown, re.MULTILINE)
        assert secret is not None, asked.shown
        asked.answer("Code that the app shows:", pyotp.TOTP(secret[1]).now())
        assert asked.finish() == 0, asked.shown
    assert "█▀▀▀▀▀█" in asked.shown or "▄▄▄▄▄" in asked.shown
    assert "otpauth://totp/" in asked.shown


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_at_a_terminal_too_a_code_can_be_had(tmp_path: Path) -> None:
    """Whoever sets the folder up isn't always the first officer."""
    with terminal("init", str(tmp_path / "office"), env={}) as asked:
        asked.answer("Sign-in name of the first officer", "")
        assert asked.finish() == 0
    assert "hand it over" in asked.shown


def test_a_square_code_is_drawn_where_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a pipe, not where it is wider than the terminal, and not without segno: the letters are there."""
    monkeypatch.setenv("COLUMNS", "80")
    assert draw_square_code(URI) == ""
    monkeypatch.setattr(square_code, "on_terminal", lambda: True)
    lines = draw_square_code(URI).splitlines()
    assert len({*map(len, lines)}) == 1
    assert len(lines) * 2 in (len(lines[0]), len(lines[0]) + 1)
    assert {*"".join(lines)} <= {*"█▀▄ "}
    monkeypatch.setenv("COLUMNS", "30")
    assert draw_square_code(URI) == ""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setitem(sys.modules, "segno", None)
    assert draw_square_code(URI) == ""
