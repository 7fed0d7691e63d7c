"""`anninh officers`."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

SECRET = {"ANNINH_PASSPHRASE": "năm từ dễ nhớ mà khó đoán"}


def test_programs_read_who_is_there(read: Read) -> None:
    """Each officer with roles; and whoever was just appointed, by the id."""
    appointed = read("officers", "appoint", "Cán bộ Mới", "ninh-hoa", "--role", "editor")
    listed = {one["id"]: one for one in read("officers", "list", "ninh-hoa")}
    assert listed[appointed["id"]]["name"] == "Cán bộ Mới"
    assert [grant["role"] for grant in listed[appointed["id"]]["grants"]] == ["editor"]


def test_a_grant_goes_its_way(run: Run, read: Read, folder: Path) -> None:
    """Appointed, granted, ended: each line of the list says what stands."""
    done = run("officers", "appoint", "--role", "tip_officer", "Cán bộ Mới", "ninh-hoa")
    id = done.stdout.partition("(id ")[2].partition(")")[0]
    assert run("officers", "grant", id, "editor", "ninh-hoa", "--until", "2035-01-01").exit_code == 0
    assert "until 2035-01-01" in json.dumps(read("officers", "list", "ninh-hoa"))
    assert run("officers", "revoke", id, "tip_officer", "ninh-hoa").exit_code == 0
    assert "ended" in json.dumps(read("officers", "list", "ninh-hoa"))
    assert id in run("officers", "list", "ninh-hoa").stdout
    with opened(folder) as (app, me):
        assert [grant.role for grant in app.units.officer(me, id).grants] == ["tip_officer", "editor"]


@pytest.mark.slow
def test_glass_is_broken_with_the_recovery_copy(run: Run, read: Read, tmp_path: Path) -> None:
    """On this machine, with the copy of its keys and the passphrase; it is in effect later, and on record."""
    copy = tmp_path / "recovery.key"
    assert run("officers", "recovery-copy", str(copy), env=SECRET).exit_code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    broken = ("officers", "break-glass", "Dự phòng", "--role", "steering_chair", "--recovery", str(copy))
    wrong = run(*broken, env={"ANNINH_PASSPHRASE": "một câu hoàn toàn khác"})
    assert (wrong.exit_code, "passphrase" in wrong.stderr) == (1, True)
    done = run(*broken, env=SECRET)
    assert (done.exit_code, "Tell the superior unit" in done.stdout) == (0, True)
    assert "from 20" in json.dumps(read("officers", "list"))
    assert "units.break_glass" in run("audit", "trail", "--action", "units.break_glass").stdout
    assert "One of them may come from `anninh officers break-glass`." in " ".join(run("doctor").stdout.split())


@pytest.mark.slow
def test_the_copy_of_other_keys_breaks_nothing(run: Run, tmp_path: Path) -> None:
    """A copy opens the store that it is of, and no other."""
    copy = tmp_path / "other.key"
    assert run("init", str(tmp_path / "other")).exit_code == 0
    assert run("officers", "recovery-copy", str(copy), "--at", str(tmp_path / "other"), env=SECRET).exit_code == 0
    done = run("officers", "break-glass", "Kẻ gian", "--role", "auditor", "--recovery", str(copy), env=SECRET)
    assert (done.exit_code, "doesn't belong to the keys of this storage" in done.stderr) == (2, True)
    again = run("officers", "recovery-copy", str(copy), env=SECRET)
    assert "already exists and wasn't changed: choose another file" in again.stderr
