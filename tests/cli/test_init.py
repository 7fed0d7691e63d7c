"""`anninh init`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Run, opened

from anninh_core.app import load_settings
from anninh_core.kernel.errors import Refused
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.usecase.actor import system

pytestmark = pytest.mark.slow


def test_a_new_folder_works_at_once(run: Run, tmp_path: Path) -> None:
    """Settings, storage and a first officer: every command goes from there."""
    new = tmp_path / "a" / "new"

    done = run(
        "init", str(new), "--trial", "--officer", "Trung tá Mẫu", "--role", "steering_chair", "--role", "tip_officer"
    )

    assert done.exit_code == 0, done.output
    assert load_settings(new).local_user
    assert run("tips", "list", "--at", str(new)).stdout == "No tip in Huyện Hoa Lư, tỉnh Ninh Bình fits.\n"
    with opened(new) as (app, me):
        assert app.units.officer(me, me.id).name == "Trung tá Mẫu"


def test_roles_can_be_chosen(run: Run, tmp_path: Path) -> None:
    """The first officer may only do what the roles named allow."""
    done = run("init", str(tmp_path), "--trial", "--role", "auditor")

    assert "has the roles auditor" in done.stdout
    assert run("audit", "verify", "--at", str(tmp_path)).exit_code == 0
    assert run("tips", "list", "--at", str(tmp_path)).exit_code == 1


def test_the_first_officer_may_grant_and_little_else(run: Run, tmp_path: Path) -> None:
    """Nobody begins with all roles: who grants them reads no tips, and roles that are kept apart aren't given."""
    done = run("init", str(tmp_path / "a"), "--trial")

    assert "has the roles steering_chair (" in done.stdout
    assert run("tips", "list", "--at", str(tmp_path / "a")).exit_code == 1
    apart = run("init", str(tmp_path / "b"), "--role", "editor", "--role", "reviewer")
    assert (apart.exit_code, "apart" in apart.stderr) == (1, True)


def test_two_may_grant_from_the_beginning(run: Run, tmp_path: Path) -> None:
    """Then the program itself grants nothing any more, and one proposes what the other confirms."""
    assert run("init", str(tmp_path / "a"), "--trial", "--second", "Thiếu tá Mẫu").exit_code == 0

    with opened(tmp_path / "a") as (app, me):
        second = next(one for one in app.units.officers(me, app.district.root).items if one.name == "Thiếu tá Mẫu")
        with pytest.raises(Refused, match="or use `anninh officers break-glass` with the recovery copy"):
            app.units.appoint(system("setup"), "Ba", app.district.root, roles=["operator"])
    done = run("officers", "appoint", "--at", str(tmp_path / "a"), "--role", "operator", "Bốn", "hoa-lu")
    assert "another officer confirms it" in done.stdout
    words = done.stdout.splitlines()[1].partition("anninh ")[2].split()
    assert "themselves" not in run(*words, "--at", str(tmp_path / "a"), "--as", second.id).stderr
    listed = run("officers", "list", "--at", str(tmp_path / "a")).stdout
    assert "operator" in listed
    assert "waits" not in listed


def test_nobody_acts_unseen_outside_a_trial(run: Run, tmp_path: Path) -> None:
    """The first officer gets a setup code, and every command names the way in until somebody has signed in."""
    done = run("init", str(tmp_path / "a"))

    assert "anninh account setup --at" in done.stdout
    assert not load_settings(tmp_path / "a").unsafe_local_users
    refused = run("officers", "list", "--at", str(tmp_path / "a"))
    assert (refused.exit_code, "anninh login" in refused.stderr) == (2, True)


def test_a_trial_says_so(run: Run, tmp_path: Path) -> None:
    """Also one with a pretend chat service."""
    for name, flag in (("a", "--trial"), ("b", "--mock")):
        assert "THIS IS A TRIAL" in run("init", str(tmp_path / name), flag).stdout
        assert load_settings(tmp_path / name).unsafe_local_users


def test_an_unknown_role_leaves_no_settings(run: Run, tmp_path: Path) -> None:
    """The sentence names the roles there are, and the folder isn't ready."""
    done = run("init", str(tmp_path), "--role", "king")

    assert done.exit_code == 1
    assert "'king'" in done.stderr
    assert not (tmp_path / "anninh.toml").exists()


def test_an_unknown_profile_changes_nothing(run: Run, tmp_path: Path) -> None:
    """The sentence names the one that may have been meant."""
    done = run("init", str(tmp_path / "new"), "--profile", "hoa_lu_2012")

    assert done.exit_code == 2
    assert "did you mean 'hoa_lu_2021'?" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_profile_of_ones_own_is_found_again(run: Run, tmp_path: Path) -> None:
    """Its path is written down whole, so that the folder can be used from anywhere."""
    (tmp_path / 'own "1".toml').write_text('extends = "hoa_lu_2021"\n', encoding="utf-8")

    assert run("init", str(tmp_path / "new"), "--profile", str(tmp_path / 'own "1".toml')).exit_code == 0
    assert run("units", "--at", str(tmp_path / "new"), "--on", "2021-09-01").exit_code == 0


def test_what_exists_is_left_alone(run: Run, folder: Path) -> None:
    """Settings are never overwritten."""
    before = (folder / "anninh.toml").read_bytes()

    done = run("init", str(folder))

    assert done.exit_code == 1
    assert "already exists and wasn't changed: choose another folder" in done.stderr
    assert (folder / "anninh.toml").read_bytes() == before


def test_only_the_owner_reads_the_folder(run: Run, tmp_path: Path) -> None:
    """Settings hold messengers' secrets."""
    run("init", str(tmp_path / "new"))

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "anninh.toml").stat().st_mode & 0o777 == 0o600


def test_the_first_officer_has_a_name(run: Run, tmp_path: Path) -> None:
    """Nobody signs with nothing."""
    done = run("init", str(tmp_path), "--officer", " ")

    assert done.exit_code == 1
    assert "needs a name" in done.stderr
    assert not (tmp_path / "anninh.toml").exists()


def test_the_next_step_works(run: Run, tmp_path: Path) -> None:
    """With a pretend chat service it is to play in it."""
    assert "next: anninh plugins --at" in run("init", str(tmp_path / "a")).stdout
    assert "next: anninh play --at" in run("init", str(tmp_path / "b"), "--mock").stdout


def test_a_second_person_is_appointed_as_told(run: Run, tmp_path: Path) -> None:
    """The command that it names can be given as it stands, with a name in the place of NAME."""
    (told,) = [line for line in run("init", str(tmp_path), "--trial").stdout.splitlines() if "second person" in line]
    command = ["Lan" if word == "NAME" else word for word in told.partition(": anninh ")[2].split()]
    done = run(*command)
    assert done.exit_code == 0, done.stderr
    assert "Lan" in run("officers", "list", "--at", str(tmp_path)).stdout


def test_a_plugin_is_loaded_from_the_beginning(run: Run, tmp_path: Path) -> None:
    """A storage of another package needs it; one that is loaded anyway is named once."""
    plugins = ("--plugin", "mock", "--plugin", "embedded")
    assert run("init", str(tmp_path), "--trial", *plugins).exit_code == 0
    assert load_settings(tmp_path).plugins == (*DEFAULT_PLUGINS, "mock")
    missing = run("init", str(tmp_path / "b"), "--plugin", "nobodys")
    assert "nobodys" in missing.stderr
    assert not (tmp_path / "b" / "anninh.toml").exists()


@pytest.mark.slow
def test_folder_on_postgresql_has_no_database(run: Run, tmp_path: Path, postgres_url: str) -> None:
    """The storage may be a database elsewhere: the folder then holds settings and keys only."""
    new = tmp_path / "new"

    assert run("init", str(new), "--trial", "--storage", postgres_url, "--role", "tip_officer").exit_code == 0
    assert load_settings(new).storage == postgres_url
    assert run("doctor", "--at", str(new)).exit_code == 0
    assert run("tips", "list", "--at", str(new)).stdout == "No tip in Huyện Hoa Lư, tỉnh Ninh Bình fits.\n"
    assert not list(new.glob("*.db"))
