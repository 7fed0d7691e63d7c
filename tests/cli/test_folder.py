"""The folder and the officer that a command uses."""

from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tests.cli.conftest import Run


def test_the_current_folder_is_the_default(run: Run, folder: Path) -> None:
    """Without `--at` and `ANNINH_AT` the current folder is used."""
    with chdir(folder):
        assert run("groups", "list", env={"ANNINH_AT": ""}).exit_code == 0


def test_relative_paths_count_from_the_folder(run: Run, folder: Path) -> None:
    """Relative paths in the settings count from the folder of the settings, for messenger options and the profile
    too.
    """
    settings = folder / "anninh.toml"
    assert 'path = "mock-chat.jsonl"' in settings.read_text(encoding="utf-8")
    (folder / "own.toml").write_text('extends = "hoa_lu_2021"\n', encoding="utf-8")
    settings.write_text(settings.read_text(encoding="utf-8").replace('"hoa_lu_2021"', '"own.toml"'), encoding="utf-8")
    (folder / "mock-chat.jsonl").unlink()

    assert run("plugins").exit_code == 0
    assert not Path("mock-chat.jsonl").exists()
    assert (folder / "mock-chat.jsonl").exists()


def test_the_local_user_acts(run: Run) -> None:
    """Without `--as` a command acts as the settings' local user."""
    assert run("audit", "verify").exit_code == 0


def test_as_option_chooses_the_officer(run: Run, officer: Callable[..., str]) -> None:
    """`--as` chooses another officer, with that officer's permissions only."""
    auditor = officer("hoa-lu", "auditor")

    assert run("audit", "verify", "--as", auditor).exit_code == 0
    refused = run("tips", "list", "--as", auditor)
    assert refused.exit_code == 1
    assert "tip.read" in refused.stderr


def test_an_unknown_officer_is_refused(run: Run) -> None:
    """An unknown officer is refused, and the error has the id."""
    result = run("tips", "list", "--as", "nobody")

    assert result.exit_code == 2
    assert "'nobody'" in result.stderr


def test_command_needs_an_officer(run: Run, folder: Path) -> None:
    """Without an officer in settings or options a command is refused, and the error shows both ways to choose one."""
    settings = folder / "anninh.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    settings.write_text("\n".join(line for line in lines if "local_user =" not in line), encoding="utf-8")

    result = run("tips", "list")

    assert result.exit_code == 2
    assert "anninh login" in result.stderr
    assert "--as OFFICER" in result.stderr
    assert str(settings) in result.stderr


def test_real_work_needs_sign_in(run: Run, folder: Path) -> None:
    """Outside a trial neither `--as` nor `local_user` is accepted, and the error mentions `anninh login`."""
    settings = folder / "anninh.toml"
    text = settings.read_text(encoding="utf-8")
    assert "unsafe_local_users = true" in text
    settings.write_text(text.replace("unsafe_local_users = true", ""), encoding="utf-8")

    for words in (("tips", "list"), ("tips", "list", "--as", "somebody")):
        result = run(*words)
        assert (result.exit_code, "anninh login" in result.stderr) == (2, True)
