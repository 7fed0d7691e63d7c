from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from tests.zalo.sandbox.conftest import Caller

from anninh_core.testing import FixedClock
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.oauth.tokens import challenge
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant

PERMISSION = "https://oauth.zaloapp.com/v4/oa/permission"
TOKEN = "https://oauth.zaloapp.com/v4/oa/access_token"
VERIFIER = "v" * 43


@pytest.fixture
def client(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.transport())


def consent(client: httpx.Client, app: SandboxApplication, **more: str) -> dict[str, str]:
    answer = client.get(PERMISSION, params={"app_id": app.id, "redirect_uri": app.callback, **more})
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def ask(client: httpx.Client, app: SandboxApplication, secret: str = "", **form: str) -> Any:
    answer = client.post(TOKEN, data={"app_id": app.id, **form}, headers={"secret_key": secret or app.secret})
    assert answer.status_code == 200
    return answer.json()


def exchange(client: httpx.Client, app: SandboxApplication, code: str, verifier: str = VERIFIER) -> Any:
    return ask(client, app, grant_type="authorization_code", code=code, code_verifier=verifier)


def refresh(client: httpx.Client, app: SandboxApplication, token: str) -> Any:
    return ask(client, app, grant_type="refresh_token", refresh_token=token)


def test_consent_ends_in_tokens_that_work(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount
) -> None:
    """Permission, code and verifier give a pair whose life comes as text."""
    back = consent(client, app, code_challenge=challenge(VERIFIER), state="s1")
    pair = exchange(client, app, back["code"])
    called = client.get("https://openapi.zalo.me/v2.0/oa/getoa", headers={"access_token": pair["access_token"]})

    assert (back["oa_id"], back["state"], pair["expires_in"]) == (account.id, "s1", "90000")
    assert called.json()["data"]["oa_id"] == account.id


def test_a_person_can_be_asked_for_consent(clock: FixedClock) -> None:
    """Told to, the page shows a form, and what it posts comes back with a code for the chosen account."""
    sandbox = Sandbox(clock, manners=Variants(consents_at_once=False))
    app = sandbox.app()
    _ = sandbox.account("Xã Một")
    second = sandbox.account("Xã Hai")
    client = httpx.Client(transport=sandbox.transport())
    asked = {"app_id": app.id, "redirect_uri": app.callback}
    page = client.get(PERMISSION, params=asked)
    back = client.post(PERMISSION, data={**asked, "oa_id": second.id})

    assert "<form" in page.text
    assert second.id in page.text
    assert f"oa_id={second.id}" in back.headers["location"]


@pytest.mark.parametrize(
    ("wrong", "code"), [({"app_id": "1"}, -14002), ({"redirect_uri": "https://elsewhere.invalid"}, -14003)]
)
def test_the_permission_page_refuses(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount, wrong: dict[str, str], code: int
) -> None:
    """An unknown application and a callback that the console doesn't know are refused with HTTP 200."""
    answer = client.get(PERMISSION, params={"app_id": app.id, "redirect_uri": app.callback, **wrong})

    assert (answer.status_code, answer.json()["error"]) == (200, code)


def test_a_code_is_good_once_and_for_ten_minutes(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount, clock: FixedClock
) -> None:
    """A used code and an old one are refused."""
    used = consent(client, app)["code"]
    old = consent(client, app)["code"]
    exchange(client, app, used)
    clock.advance(timedelta(minutes=10))

    assert exchange(client, app, used)["error"] == -118
    assert exchange(client, app, old)["error"] == -118


def test_the_verifier_has_to_fit(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount
) -> None:
    """Another verifier is refused, also against the challenge stored in the console; the code stays good."""
    app.challenge = challenge(VERIFIER)
    code = consent(client, app)["code"]

    assert exchange(client, app, code, "w" * 43)["error_name"] == "Invalid code verifier"
    assert "access_token" in exchange(client, app, code)


def test_a_refresh_ends_the_old_pair_at_once(
    client: httpx.Client, app: SandboxApplication, grant: SandboxGrant, caller: Caller
) -> None:
    """The old access token is dead, the old refresh token spent, and coming with it again is counted."""
    old = grant.refresh
    pair = refresh(client, app, old)
    again = refresh(client, app, old)

    assert pair["refresh_token"] != old
    assert (again["error"], again["error_name"]) == (-14020, "Refresh token has been used")
    assert caller.data("/v2.0/oa/getoa")["error"] == -220
    assert (grant.refreshed, grant.replayed) == (1, 1)


def test_tokens_grow_old(
    client: httpx.Client, app: SandboxApplication, grant: SandboxGrant, caller: Caller, clock: FixedClock
) -> None:
    """An access token lives 25 hours, a refresh token 90 days."""
    clock.advance(timedelta(hours=25))
    expired = caller.data("/v2.0/oa/getoa")
    clock.advance(timedelta(days=90))

    assert (expired["error"], "expired" in expired["message"]) == (-216, True)
    assert refresh(client, app, grant.refresh)["error"] == -14020


def test_the_secret_has_to_be_right(client: httpx.Client, app: SandboxApplication, grant: SandboxGrant) -> None:
    """Another secret spends nothing."""
    refused = ask(client, app, "wrong", grant_type="refresh_token", refresh_token=grant.refresh)

    assert refused["error"] == -14004
    assert "access_token" in refresh(client, app, grant.refresh)


def test_a_removed_application_is_told_so(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount, grant: SandboxGrant, caller: Caller
) -> None:
    """After the account took its permission back, calls and refreshes are refused."""
    account.revokes(app)

    refused = caller.data("/v2.0/oa/getoa")
    assert refused["error"] == -219
    assert refused["message"] == "Your application has been removed by the Official Account"
    assert refresh(client, app, grant.refresh)["error"] == -14014


def test_a_proof_can_be_asked_for(app: SandboxApplication, caller: Caller) -> None:
    """With the switch on, a call without `appsecret_proof` is refused."""
    app.wants_proof = True

    assert caller.data("/v2.0/oa/getoa")["error"] == -242
