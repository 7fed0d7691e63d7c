"""Where a command works, and as whom."""

from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tests.cli.conftest import Run


def test_the_current_folder_is_the_default(run: Run, folder: Path) -> None:
    """Without --at and ANNINH_AT, the settings are looked for here."""
    with chdir(folder):
        assert run("groups", "list", env={"ANNINH_AT": ""}).exit_code == 0


def test_relative_paths_count_from_the_folder(run: Run, folder: Path) -> None:
    """Options of messengers and the profile too, wherever the command is run."""
    settings = folder / "anninh.toml"
    assert 'path = "mock-chat.jsonl"' in settings.read_text(encoding="utf-8")
    (folder / "own.toml").write_text('extends = "hoa_lu_2021"\n', encoding="utf-8")
    settings.write_text(settings.read_text(encoding="utf-8").replace('"hoa_lu_2021"', '"own.toml"'), encoding="utf-8")
    (folder / "mock-chat.jsonl").unlink()

    assert run("plugins").exit_code == 0
    assert not Path("mock-chat.jsonl").exists()
    assert (folder / "mock-chat.jsonl").exists()


def test_the_local_user_acts(run: Run) -> None:
    """Whoever runs the command is the officer that the settings name."""
    assert run("audit", "verify").exit_code == 0


def test_another_officer_can_act(run: Run, officer: Callable[..., str]) -> None:
    """--as names one; what that officer may not do is refused with the roles that would do."""
    auditor = officer("hoa-lu", "auditor")

    assert run("audit", "verify", "--as", auditor).exit_code == 0
    refused = run("tips", "list", "--as", auditor)
    assert refused.exit_code == 1
    assert "tip.read" in refused.stderr


def test_an_unknown_officer_is_refused(run: Run) -> None:
    """The sentence names the id and the setting."""
    done = run("tips", "list", "--as", "nobody")

    assert done.exit_code == 2
    assert "'nobody'" in done.stderr


def test_nobody_acts_unnamed(run: Run, folder: Path) -> None:
    """Settings without an officer, and none named: the sentence says both ways out."""
    settings = folder / "anninh.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    settings.write_text("\n".join(line for line in lines if "local_user =" not in line), encoding="utf-8")

    done = run("tips", "list")

    assert done.exit_code == 2
    assert "anninh login" in done.stderr
    assert "--as OFFICER" in done.stderr
    assert str(settings) in done.stderr


def test_outside_a_trial_nobody_acts_unseen(run: Run, folder: Path) -> None:
    """Neither by --as nor by `local_user`: the sentence names the way to sign in."""
    settings = folder / "anninh.toml"
    text = settings.read_text(encoding="utf-8")
    assert "unsafe_local_users = true" in text
    settings.write_text(text.replace("unsafe_local_users = true", ""), encoding="utf-8")

    for words in (("tips", "list"), ("tips", "list", "--as", "somebody")):
        done = run(*words)
        assert (done.exit_code, "anninh login" in done.stderr) == (2, True)
