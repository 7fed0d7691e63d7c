"""`anninh zalo status`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.cli.conftest import opened
from tests.zalo.cli.conftest import Office, Run

from anninh_zalo.official import OfficialAccount as Messenger


@pytest.fixture
def logged_in(run: Run, office: Office) -> None:
    """The account is logged in."""
    assert run("login", input=f"{office.consents()}\n").exit_code == 0


def told(run: Run, code: int = 0) -> Any:
    done = run("status", "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def levels(found: Any) -> dict[str, str]:
    return {check["name"]: check["level"] for check in found["checks"]}


@pytest.mark.usefixtures("logged_in")
def test_all_is_well(run: Run, office: Office) -> None:
    """Who it is, what the package still has, which groups can be made, and until when it all holds."""
    office.account.asset("gmf50", days=100)
    done = run("status")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]

    assert done.exit_code == 0, done.output
    for start in (
        f"account Công an xã Thử {office.account.id}, verified",
        "package Growth",
        "messages sub_quota: 500 of 500 left, until ",
        "groups gmf50: 1 free, 0 used, the first ends on ",
        "token given ",
        "consent until ",
        "webhook /hook/zalo, never heard",
        "ok token The access token is valid until ",
    ):
        assert [line for line in lines if line.startswith(start)], start


@pytest.mark.usefixtures("logged_in")
def test_programs_get_all_of_it(run: Run, office: Office) -> None:
    """The same in JSON, moments with their offset; no token in it."""
    office.account.account.package_until = office.clock.now() + timedelta(days=100)
    found = told(run)
    tokens = office.tokens()

    assert tokens is not None
    assert (found["instance"], found["oa_id"], found["verified"]) == ("zalo", office.account.id, True)
    assert found["quotas"][0]["kind"] == "sub_quota"
    assert found["token"]["access_until"].endswith("+07:00")
    assert found["webhook"] == {"path": "/hook/zalo", "last": None}
    assert levels(found).items() >= {"token": "ok", "package": "ok"}.items()
    assert tokens.access not in json.dumps(found)


def test_nobody_has_consented(run: Run) -> None:
    """Before the first login there is nothing to ask with; the checks say what to do."""
    found = told(run, 1)

    assert levels(found).items() >= {"token": "problem", "account": "problem"}.items()
    assert found["checks"][0]["todo"] == "Let an administrator of the account consent with `anninh zalo login`."
    assert (found["token"], found["quotas"]) == (None, [])


@pytest.mark.usefixtures("logged_in")
def test_consent_is_gone(run: Run, office: Office) -> None:
    """An account that took its permission away is a problem."""
    office.account.revokes(office.app)

    assert levels(told(run, 1))["account"] == "problem"


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(("days", "level", "code"), [(30, "ok", 0), (3, "warning", 0)])
def test_a_package_that_ends(run: Run, office: Office, days: int, level: str, code: int) -> None:
    """Somebody is told in time."""
    office.account.account.package_until = office.clock.now() + timedelta(days=days)

    assert levels(told(run, code))["package"] == level


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(("path", "name"), [("quota/message", "quota"), ("quota/group", "assets")])
def test_one_question_without_an_answer(run: Run, office: Office, path: str, name: str) -> None:
    """What couldn't be found out is a warning, and all the rest is told."""
    office.account.asset("gmf10")
    office.serving.sandbox.fail_next("rate_limit", path)
    found = told(run)

    assert levels(found).items() >= {"token": "ok", name: "warning"}.items()
    assert found["name"] == "Công an xã Thử"
    assert [bool(found["quotas"]), bool(found["assets"])] == [name != "quota", name != "assets"]


@pytest.mark.usefixtures("logged_in")
def test_a_name_that_would_steer_the_terminal(run: Run, office: Office) -> None:
    """What comes from outside can't."""
    office.account.account.name = "xã\x1b[2J\u202eThử"

    assert "xã\ufffd[2J\ufffdThử" in run("status").stdout


@pytest.mark.usefixtures("logged_in")
def test_status_shows_the_last_event(run: Run, office: Office) -> None:
    """When the last event came is told to people and to programs, in Vietnam's time."""
    with opened(office.folder) as (app, _):
        messenger = app.internals.messengers["zalo"]
        assert isinstance(messenger, Messenger)
        messenger.heartbeat.record(datetime(2026, 10, 1, 2, 30, tzinfo=UTC))

    assert "/hook/zalo, last heard 2026-10-01 09:30\n" in run("status").stdout
    assert told(run)["webhook"]["last"] == "2026-10-01T09:30:00+07:00"
