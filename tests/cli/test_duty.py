"""`anninh duty`, and the binding of `anninh officers`."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run, opened

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system


def officer(run: Run, name: str = "Trực Một") -> str:
    done = run("officers", "appoint", "--role", "tip_officer", name, "ninh-hoa")
    return done.stdout.partition("(id ")[2].partition(")")[0]


def test_a_roster_is_set_and_shown(run: Run) -> None:
    """Weekdays, hours across midnight, a holiday by name; and who would be told at a moment."""
    first, second = officer(run), officer(run, "Trực Hai")
    today = local_date(SystemClock().now())  # the officers' roles begin today
    tuesday = today + timedelta(days=14 - (today.weekday() - 1) % 7)
    monday = tuesday - timedelta(days=1)
    tet = tuesday + timedelta(days=30)
    shift = f"mon-fri 17:00-07:00 {first},{second}"
    holiday = f"Tet {tet}/{tet + timedelta(days=6)} 00:00-24:00 {second}"
    done = run("duty", "set", "ninh-hoa", "--shift", shift, "--holiday", holiday, "--from", f"{monday}")
    assert (done.exit_code, f"from {monday}" in done.stdout) == (0, True)
    shown = run("duty", "roster", "ninh-hoa").stdout
    assert all(day in shown for day in ("mon,tue,wed,", "thu,fri"))
    assert "17:00-07:00" in shown
    assert all(part in shown for part in ("Tet", f"{tet}"))
    listed = run("duty", "on-duty", "ninh-hoa/kdc-1", "--when", f"{tuesday}T02:00").stdout.splitlines()
    assert [line.split()[-1] for line in listed[1:]] == [first, second]
    assert "no chat" in listed[1]
    assert "Nobody" in run("duty", "on-duty", "ninh-hoa", "--when", f"{tuesday}T12:00").stdout


@pytest.mark.parametrize(
    "wrong",
    ["mon-fri 17:00", "noday 17:00-07:00 x", "mon 25:99-07:00 x", "17:00-07:00 nobody"],
)
def test_a_shift_that_cannot_be_read(run: Run, wrong: str) -> None:
    """It says what is wrong, and how to write it."""
    done = run("duty", "set", "ninh-hoa", "--shift", wrong)
    assert done.exit_code != 0
    assert "write" in done.stderr or "isn't an officer" in done.stderr


def test_emergencies_are_listed_and_claimed(run: Run, folder: Path) -> None:
    """With their words, each line of the ladder and who is paged next; then who has it until when."""
    with opened(folder) as (app, _):
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
    shown = run("tips", "show", tip.receipt).stdout
    assert "An officer has this emergency." in shown
    assert re.search(r"claimed +by .+ until \d{4}", shown)
    assert re.search(r"has it until \d{4}", run("tips", "claim", tip.receipt).stdout)
    assert f"about {code}" in run("duty", "hand-up", code).stdout
    assert "Nobody has this emergency." in run("tips", "show", tip.receipt).stdout
    assert run("duty", "claim", "AAAAA").exit_code != 0


def test_a_code_is_shown_once(run: Run) -> None:
    """It is shown when it is made, and ended by `unbind`."""
    id = officer(run)
    code = run("officers", "bind", id).stdout.split()[0]
    assert len(code) == 13
    assert run("officers", "unbind", id).exit_code == 0
    assert run("officers", "unbind", id).exit_code != 0
