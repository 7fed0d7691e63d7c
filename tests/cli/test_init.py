"""`anninh init`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Run, open_folder

from anninh_core.app import load_settings
from anninh_core.kernel.errors import Refused
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.usecase.actor import system

pytestmark = pytest.mark.slow


def test_new_folder_works_at_once(run: Run, tmp_path: Path) -> None:
    """A new folder has settings, storage and a first officer, so that every command works."""
    new = tmp_path / "a" / "new"

    result = run(
        "init", str(new), "--trial", "--officer", "Trung tá Mẫu", "--role", "steering_chair", "--role", "tip_officer"
    )

    assert result.exit_code == 0, result.output
    assert load_settings(new).local_user
    assert run("tips", "list", "--at", str(new)).stdout == "No tip in Huyện Hoa Lư, tỉnh Ninh Bình fits.\n"
    with open_folder(new) as (app, me):
        assert app.units.officer(me, me.id).name == "Trung tá Mẫu"


def test_init_grants_the_named_roles(run: Run, tmp_path: Path) -> None:
    """The first officer has only the roles named by `--role`."""
    result = run("init", str(tmp_path), "--trial", "--role", "auditor")

    assert "has the roles auditor" in result.stdout
    assert run("audit", "verify", "--at", str(tmp_path)).exit_code == 0
    assert run("tips", "list", "--at", str(tmp_path)).exit_code == 1


def test_first_officer_may_only_grant(run: Run, tmp_path: Path) -> None:
    """By default the first officer may grant roles but not read tips, and roles that exclude each other are refused."""
    result = run("init", str(tmp_path / "a"), "--trial")

    assert "has the roles steering_chair (" in result.stdout
    assert run("tips", "list", "--at", str(tmp_path / "a")).exit_code == 1
    apart = run("init", str(tmp_path / "b"), "--role", "editor", "--role", "reviewer")
    assert (apart.exit_code, "apart" in apart.stderr) == (1, True)


def test_second_officer_confirms_grants(run: Run, tmp_path: Path) -> None:
    """With a second officer the program itself grants no roles any more: one officer proposes and the other
    confirms.
    """
    assert run("init", str(tmp_path / "a"), "--trial", "--second", "Thiếu tá Mẫu").exit_code == 0

    with open_folder(tmp_path / "a") as (app, me):
        second = next(
            officer for officer in app.units.officers(me, app.district.root).items if officer.name == "Thiếu tá Mẫu"
        )
        with pytest.raises(Refused, match="or use `anninh officers break-glass` with the recovery copy"):
            app.units.appoint(system("setup"), "Ba", app.district.root, roles=["operator"])
    result = run("officers", "appoint", "--at", str(tmp_path / "a"), "--role", "operator", "Bốn", "hoa-lu")
    assert "another officer confirms it" in result.stdout
    words = result.stdout.splitlines()[1].partition("anninh ")[2].split()
    assert "themselves" not in run(*words, "--at", str(tmp_path / "a"), "--as", second.id).stderr
    listed = run("officers", "list", "--at", str(tmp_path / "a")).stdout
    assert "operator" in listed
    assert "waits" not in listed


def test_init_requires_sign_in(run: Run, tmp_path: Path) -> None:
    """Outside a trial the first officer gets a setup code, and every command asks for a sign-in."""
    result = run("init", str(tmp_path / "a"))

    assert "anninh account setup --at" in result.stdout
    assert not load_settings(tmp_path / "a").unsafe_local_users
    refused = run("officers", "list", "--at", str(tmp_path / "a"))
    assert (refused.exit_code, "anninh login" in refused.stderr) == (2, True)


def test_trial_is_announced(run: Run, tmp_path: Path) -> None:
    """A trial is announced as one, also a trial with the mock messenger."""
    for name, flag in (("a", "--trial"), ("b", "--mock")):
        assert "THIS IS A TRIAL" in run("init", str(tmp_path / name), flag).stdout
        assert load_settings(tmp_path / name).unsafe_local_users


def test_an_unknown_role_leaves_no_settings(run: Run, tmp_path: Path) -> None:
    """An unknown role is refused, and no settings are written."""
    result = run("init", str(tmp_path), "--role", "king")

    assert result.exit_code == 1
    assert "'king'" in result.stderr
    assert not (tmp_path / "anninh.toml").exists()


def test_an_unknown_profile_changes_nothing(run: Run, tmp_path: Path) -> None:
    """An unknown profile is refused with a suggestion, and no folder is made."""
    result = run("init", str(tmp_path / "new"), "--profile", "hoa_lu_2012")

    assert result.exit_code == 2
    assert "did you mean 'hoa_lu_2021'?" in result.stderr
    assert not (tmp_path / "new").exists()


def test_custom_profile_path_is_absolute(run: Run, tmp_path: Path) -> None:
    """A custom profile is recorded with its absolute path, so that the folder works from anywhere."""
    (tmp_path / 'own "1".toml').write_text('extends = "hoa_lu_2021"\n', encoding="utf-8")

    assert run("init", str(tmp_path / "new"), "--profile", str(tmp_path / 'own "1".toml')).exit_code == 0
    assert run("units", "--at", str(tmp_path / "new"), "--on", "2021-09-01").exit_code == 0


def test_existing_settings_are_kept(run: Run, folder: Path) -> None:
    """Existing settings are never overwritten."""
    before = (folder / "anninh.toml").read_bytes()

    result = run("init", str(folder))

    assert result.exit_code == 1
    assert "already exists and wasn't changed: choose another folder" in result.stderr
    assert (folder / "anninh.toml").read_bytes() == before


def test_only_the_owner_reads_the_folder(run: Run, tmp_path: Path) -> None:
    """Only the owner can read the folder and its settings, because settings may contain secrets of messengers."""
    run("init", str(tmp_path / "new"))

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "anninh.toml").stat().st_mode & 0o777 == 0o600


def test_first_officer_needs_a_name(run: Run, tmp_path: Path) -> None:
    """The first officer needs a name."""
    result = run("init", str(tmp_path), "--officer", " ")

    assert result.exit_code == 1
    assert "needs a name" in result.stderr
    assert not (tmp_path / "anninh.toml").exists()


def test_init_suggests_the_next_command(run: Run, tmp_path: Path) -> None:
    """The suggested next command is `play` with the mock messenger, and `plugins` without it."""
    assert "next: anninh plugins --at" in run("init", str(tmp_path / "a")).stdout
    assert "next: anninh play --at" in run("init", str(tmp_path / "b"), "--mock").stdout


def test_printed_appoint_command_works(run: Run, tmp_path: Path) -> None:
    """The printed command for a second officer works after NAME is replaced."""
    (hint,) = [line for line in run("init", str(tmp_path), "--trial").stdout.splitlines() if "second person" in line]
    command = ["Lan" if word == "NAME" else word for word in hint.partition(": anninh ")[2].split()]
    result = run(*command)
    assert result.exit_code == 0, result.stderr
    assert "Lan" in run("officers", "list", "--at", str(tmp_path)).stdout


def test_init_adds_plugins_once(run: Run, tmp_path: Path) -> None:
    """`--plugin` adds a plugin to the default ones once, and an unknown plugin is refused."""
    plugins = ("--plugin", "mock", "--plugin", "embedded")
    assert run("init", str(tmp_path), "--trial", *plugins).exit_code == 0
    assert load_settings(tmp_path).plugins == (*DEFAULT_PLUGINS, "mock")
    missing = run("init", str(tmp_path / "b"), "--plugin", "nobodys")
    assert "nobodys" in missing.stderr
    assert not (tmp_path / "b" / "anninh.toml").exists()


@pytest.mark.slow
def test_folder_on_postgresql_has_no_database(run: Run, tmp_path: Path, postgres_url: str) -> None:
    """With PostgreSQL as storage the folder has no database file, and commands work."""
    new = tmp_path / "new"

    assert run("init", str(new), "--trial", "--storage", postgres_url, "--role", "tip_officer").exit_code == 0
    assert load_settings(new).storage == postgres_url
    assert run("doctor", "--at", str(new)).exit_code == 0
    assert run("tips", "list", "--at", str(new)).stdout == "No tip in Huyện Hoa Lư, tỉnh Ninh Bình fits.\n"
    assert not list(new.glob("*.db"))
