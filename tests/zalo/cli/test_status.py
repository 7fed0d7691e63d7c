"""The command `anninh zalo status`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.cli.conftest import open_folder
from tests.zalo.cli.conftest import AccountFolder, Run

from anninh_zalo.official import OfficialAccount as Messenger


@pytest.fixture
def logged_in(run: Run, office: AccountFolder) -> None:
    """Logs the official account in."""
    assert run("login", input=f"{office.consent_as_admin()}\n").exit_code == 0


def read_json_status(run: Run, code: int = 0) -> Any:
    result = run("status", "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def list_levels(status: Any) -> dict[str, str]:
    return {check["name"]: check["level"] for check in status["checks"]}


@pytest.mark.usefixtures("logged_in")
def test_status_of_a_healthy_account(run: Run, office: AccountFolder) -> None:
    """The status shows the account, its package, quotas, group assets and the validity of each."""
    office.account.asset("gmf50", days=100)
    result = run("status")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]

    assert result.exit_code == 0, result.output
    for start in (
        f"account Công an xã Thử {office.account.id}, verified",
        "package Growth",
        "messages sub_quota: 500 of 500 left, until ",
        "groups gmf50: 1 free, 0 used, the first ends on ",
        "token given ",
        "consent until ",
        "webhook /hook/zalo, no sign of life yet",
        "ok token The access token is valid until ",
    ):
        assert [line for line in lines if line.startswith(start)], start


@pytest.mark.usefixtures("logged_in")
def test_json_status_is_complete(run: Run, office: AccountFolder) -> None:
    """The status in JSON has the same data; its times have UTC offsets, and it contains no token."""
    office.account.account.package_until = office.clock.now() + timedelta(days=100)
    status = read_json_status(run)
    tokens = office.tokens()

    assert tokens is not None
    assert (status["instance"], status["oa_id"], status["verified"]) == ("zalo", office.account.id, True)
    assert status["quotas"][0]["kind"] == "sub_quota"
    assert status["token"]["access_until"].endswith("+07:00")
    assert status["webhook"] == {"path": "/hook/zalo", "last": None}
    assert list_levels(status).items() >= {"token": "ok", "package": "ok"}.items()
    assert tokens.access not in json.dumps(status)


def test_status_before_the_first_login(run: Run) -> None:
    """Before the first login the checks are problems with the command to log in."""
    status = read_json_status(run, 1)

    assert list_levels(status).items() >= {"token": "problem", "account": "problem"}.items()
    assert status["checks"][0]["todo"] == "Let an administrator of the account consent with `anninh zalo login`."
    assert (status["token"], status["quotas"]) == (None, [])


@pytest.mark.usefixtures("logged_in")
def test_revoked_consent_is_a_problem(run: Run, office: AccountFolder) -> None:
    """A revoked consent is a problem of the account."""
    office.account.revokes(office.app)

    assert list_levels(read_json_status(run, 1))["account"] == "problem"


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(("days", "level", "code"), [(30, "ok", 0), (3, "warning", 0)])
def test_ending_package_is_a_warning(run: Run, office: AccountFolder, days: int, level: str, code: int) -> None:
    """A package that ends within a few days is a warning."""
    office.account.account.package_until = office.clock.now() + timedelta(days=days)

    assert list_levels(read_json_status(run, code))["package"] == level


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(("path", "name"), [("quota/message", "quota"), ("quota/group", "assets")])
def test_failed_call_is_a_warning(run: Run, office: AccountFolder, path: str, name: str) -> None:
    """A failed call to Zalo is a warning, and the rest of the status is shown."""
    office.account.asset("gmf10")
    office.serving.sandbox.fail_next("rate_limit", path)
    status = read_json_status(run)

    assert list_levels(status).items() >= {"token": "ok", name: "warning"}.items()
    assert status["name"] == "Công an xã Thử"
    assert [bool(status["quotas"]), bool(status["assets"])] == [name != "quota", name != "assets"]


@pytest.mark.usefixtures("logged_in")
def test_control_characters_are_replaced(run: Run, office: AccountFolder) -> None:
    """Control characters in a name from Zalo are replaced before they reach the terminal."""
    office.account.account.name = "xã\x1b[2J\u202eThử"

    assert "xã\ufffd[2J\ufffdThử" in run("status").stdout


@pytest.mark.usefixtures("logged_in")
def test_status_shows_the_last_event(run: Run, office: AccountFolder) -> None:
    """The status shows the time of the last event in Vietnam's time zone, as text and in JSON."""
    with open_folder(office.folder) as (app, _):
        messenger = app.internals.messengers["zalo"]
        assert isinstance(messenger, Messenger)
        messenger.heartbeat.record(datetime(2026, 10, 1, 2, 30, tzinfo=UTC))

    assert "/hook/zalo, last sign of life 2026-10-01 09:30\n" in run("status").stdout
    assert read_json_status(run)["webhook"]["last"] == "2026-10-01T09:30:00+07:00"
