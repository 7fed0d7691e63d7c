"""`anninh officers`."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

SECRET = {"ANNINH_PASSPHRASE": "năm từ dễ nhớ mà khó đoán"}


def test_json_lists_officers_with_roles(read: Read) -> None:
    """JSON lists each officer with roles, also one appointed just now."""
    appointed = read("officers", "appoint", "Cán bộ Mới", "ninh-hoa", "--role", "editor")
    listed = {officer["id"]: officer for officer in read("officers", "list", "ninh-hoa")}
    assert listed[appointed["id"]]["name"] == "Cán bộ Mới"
    assert [grant["role"] for grant in listed[appointed["id"]]["grants"]] == ["editor"]


def test_list_shows_state_of_grants(run: Run, read: Read, folder: Path) -> None:
    """The list shows until when a role lasts and whether it has ended."""
    result = run("officers", "appoint", "--role", "tip_officer", "Cán bộ Mới", "ninh-hoa")
    id = result.stdout.partition("(id ")[2].partition(")")[0]
    assert run("officers", "grant", id, "editor", "ninh-hoa", "--until", "2035-01-01").exit_code == 0
    assert "until 2035-01-01" in json.dumps(read("officers", "list", "ninh-hoa"))
    assert run("officers", "revoke", id, "tip_officer", "ninh-hoa").exit_code == 0
    assert "ended" in json.dumps(read("officers", "list", "ninh-hoa"))
    assert id in run("officers", "list", "ninh-hoa").stdout
    with open_folder(folder) as (app, me):
        assert [grant.role for grant in app.units.officer(me, id).grants] == ["tip_officer", "editor"]


@pytest.mark.slow
def test_break_glass_needs_recovery_copy(run: Run, read: Read, tmp_path: Path) -> None:
    """Break-glass needs the recovery copy and its passphrase, takes effect later, and is in the journal."""
    copy = tmp_path / "recovery.key"
    assert run("officers", "recovery-copy", str(copy), env=SECRET).exit_code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    break_glass = ("officers", "break-glass", "Dự phòng", "--role", "steering_chair", "--recovery", str(copy))
    refusal = run(*break_glass, env={"ANNINH_PASSPHRASE": "một câu hoàn toàn khác"})
    assert (refusal.exit_code, "passphrase" in refusal.stderr) == (1, True)
    result = run(*break_glass, env=SECRET)
    assert (result.exit_code, "Notify the superior unit" in result.stdout) == (0, True)
    assert "from 20" in json.dumps(read("officers", "list"))
    assert "units.break_glass" in run("audit", "trail", "--action", "units.break_glass").stdout
    assert "One of them may come from `anninh officers break-glass`." in " ".join(run("doctor").stdout.split())


@pytest.mark.slow
def test_break_glass_refuses_other_keys(run: Run, tmp_path: Path) -> None:
    """Break-glass refuses the recovery copy of other keys."""
    copy = tmp_path / "other.key"
    assert run("init", str(tmp_path / "other")).exit_code == 0
    assert run("officers", "recovery-copy", str(copy), "--at", str(tmp_path / "other"), env=SECRET).exit_code == 0
    result = run("officers", "break-glass", "Kẻ gian", "--role", "auditor", "--recovery", str(copy), env=SECRET)
    assert (result.exit_code, "doesn't belong to the keys of this storage" in result.stderr) == (2, True)
    again = run("officers", "recovery-copy", str(copy), env=SECRET)
    assert "already exists and wasn't changed: choose another file" in again.stderr
