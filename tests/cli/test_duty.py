"""`anninh duty`, and the chat binding by `anninh officers`."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run, open_folder

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system


def appoint_officer(run: Run, name: str = "Trực Một") -> str:
    result = run("officers", "appoint", "--role", "tip_officer", name, "ninh-hoa")
    return result.stdout.partition("(id ")[2].partition(")")[0]


def test_roster_shows_officers_on_duty(run: Run) -> None:
    """A roster has weekdays, hours across midnight and named holidays, and shows who is on duty at a given time."""
    first, second = appoint_officer(run), appoint_officer(run, "Trực Hai")
    today = local_date(SystemClock().now())  # the officers' roles begin today
    tuesday = today + timedelta(days=14 - (today.weekday() - 1) % 7)
    monday = tuesday - timedelta(days=1)
    tet = tuesday + timedelta(days=30)
    shift = f"mon-fri 17:00-07:00 {first},{second}"
    holiday = f"Tet {tet}/{tet + timedelta(days=6)} 00:00-24:00 {second}"
    result = run("duty", "set", "ninh-hoa", "--shift", shift, "--holiday", holiday, "--from", f"{monday}")
    assert (result.exit_code, f"from {monday}" in result.stdout) == (0, True)
    output = run("duty", "roster", "ninh-hoa").stdout
    assert all(day in output for day in ("mon,tue,wed,", "thu,fri"))
    assert "17:00-07:00" in output
    assert all(part in output for part in ("Tet", f"{tet}"))
    listed = run("duty", "on-duty", "ninh-hoa/kdc-1", "--when", f"{tuesday}T02:00").stdout.splitlines()
    assert [line.split()[-1] for line in listed[1:]] == [first, second]
    assert "no chat" in listed[1]
    assert "No officer" in run("duty", "on-duty", "ninh-hoa", "--when", f"{tuesday}T12:00").stdout


@pytest.mark.parametrize(
    "wrong",
    ["mon-fri 17:00", "noday 17:00-07:00 x", "mon 25:99-07:00 x", "17:00-07:00 nobody"],
)
def test_invalid_shift_is_refused(run: Run, wrong: str) -> None:
    """An invalid shift is refused, with the error and the right format."""
    result = run("duty", "set", "ninh-hoa", "--shift", wrong)
    assert result.exit_code != 0
    assert "write" in result.stderr or "isn't an officer" in result.stderr


def test_emergencies_are_listed_and_claimed(run: Run, folder: Path) -> None:
    """Emergencies are listed with their text and the next step, and a claimed one shows its officer and the end of the
    claim.
    """
    with open_folder(folder) as (app, _):
        receive = app.internals.services.tips.intake.receive
        tip = run_step(receive, system("router"), "Cháy nhà", unit="ninh-hoa", origin="one_to_one", emergency=True)
        app.worker.drain()
    code = tip.receipt[:5]
    listed = run("duty", "alarms").stdout
    assert code in listed
    assert "Cháy nhà" in listed
    assert "next: unheard" in listed
    claimed = run("duty", "claim", code.lower())
    assert re.search(rf"{code} is claimed until \d{{4}}-\d\d-\d\d \d\d:\d\d", claimed.stdout), claimed.stderr
    assert "claimed until" in run("duty", "alarms").stdout
    assert "claimed" in run("duty", "alarms", "--all").stdout
    output = run("tips", "show", tip.receipt).stdout
    assert "An officer has this emergency." in output
    assert re.search(r"claimed +by .+ until \d{4}", output)
    assert re.search(r"has it until \d{4}", run("tips", "claim", tip.receipt).stdout)
    assert f"about {code}" in run("duty", "hand-up", code).stdout
    assert "No officer has claimed this emergency." in run("tips", "show", tip.receipt).stdout
    assert run("duty", "claim", "AAAAA").exit_code != 0


def test_binding_is_ended_once(run: Run) -> None:
    """A binding code is printed once, and `unbind` ends the binding once."""
    id = appoint_officer(run)
    code = run("officers", "bind", id).stdout.split()[0]
    assert len(code) == 13
    assert run("officers", "unbind", id).exit_code == 0
    assert run("officers", "unbind", id).exit_code != 0
