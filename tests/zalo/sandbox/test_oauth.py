from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from tests.zalo.sandbox.conftest import ApiClient

from anninh_core.testing import FixedClock
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.oauth.tokens import compute_challenge
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant

PERMISSION = "https://oauth.zaloapp.com/v4/oa/permission"
TOKEN = "https://oauth.zaloapp.com/v4/oa/access_token"
VERIFIER = "v" * 43


@pytest.fixture
def client(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.transport())


def consent_as_admin(client: httpx.Client, app: SandboxApplication, **more: str) -> dict[str, str]:
    answer = client.get(PERMISSION, params={"app_id": app.id, "redirect_uri": app.callback, **more})
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def post_token_request(client: httpx.Client, app: SandboxApplication, secret: str = "", **form: str) -> Any:
    answer = client.post(TOKEN, data={"app_id": app.id, **form}, headers={"secret_key": secret or app.secret})
    assert answer.status_code == 200
    return answer.json()


def exchange_code(client: httpx.Client, app: SandboxApplication, code: str, verifier: str = VERIFIER) -> Any:
    return post_token_request(client, app, grant_type="authorization_code", code=code, code_verifier=verifier)


def refresh(client: httpx.Client, app: SandboxApplication, token: str) -> Any:
    return post_token_request(client, app, grant_type="refresh_token", refresh_token=token)


def test_consent_gives_valid_tokens(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount
) -> None:
    """A consent, its code and the verifier give a valid pair of tokens, whose lifetime is a text."""
    callback = consent_as_admin(client, app, code_challenge=compute_challenge(VERIFIER), state="s1")
    pair = exchange_code(client, app, callback["code"])
    response = client.get("https://openapi.zalo.me/v2.0/oa/getoa", headers={"access_token": pair["access_token"]})

    assert (callback["oa_id"], callback["state"], pair["expires_in"]) == (account.id, "s1", "90000")
    assert response.json()["data"]["oa_id"] == account.id


def test_consent_page_shows_a_form(clock: FixedClock) -> None:
    """With `consents_at_once` off the consent page shows a form, and the callback has a code for the chosen account."""
    sandbox = Sandbox(clock, manners=Variants(consents_at_once=False))
    app = sandbox.app()
    _ = sandbox.account("Xã Một")
    second = sandbox.account("Xã Hai")
    client = httpx.Client(transport=sandbox.transport())
    query = {"app_id": app.id, "redirect_uri": app.callback}
    page = client.get(PERMISSION, params=query)
    redirect = client.post(PERMISSION, data={**query, "oa_id": second.id})

    assert "<form" in page.text
    assert second.id in page.text
    assert f"oa_id={second.id}" in redirect.headers["location"]


@pytest.mark.parametrize(
    ("wrong", "code"), [({"app_id": "1"}, -14002), ({"redirect_uri": "https://elsewhere.invalid"}, -14003)]
)
def test_wrong_consent_request_is_refused(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount, wrong: dict[str, str], code: int
) -> None:
    """A consent request with an unknown application or an unregistered callback is refused with HTTP status 200."""
    answer = client.get(PERMISSION, params={"app_id": app.id, "redirect_uri": app.callback, **wrong})

    assert (answer.status_code, answer.json()["error"]) == (200, code)


def test_code_is_valid_once_for_ten_minutes(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount, clock: FixedClock
) -> None:
    """The code of a consent is refused after its use and after ten minutes."""
    used = consent_as_admin(client, app)["code"]
    old = consent_as_admin(client, app)["code"]
    exchange_code(client, app, used)
    clock.advance(timedelta(minutes=10))

    assert exchange_code(client, app, used)["error"] == -118
    assert exchange_code(client, app, old)["error"] == -118


def test_verifier_must_match_the_challenge(
    client: httpx.Client, app: SandboxApplication, account: SandboxOfficialAccount
) -> None:
    """A verifier that doesn't match the challenge in the console is refused, and the code remains valid."""
    app.challenge = compute_challenge(VERIFIER)
    code = consent_as_admin(client, app)["code"]

    assert exchange_code(client, app, code, "w" * 43)["error_name"] == "Invalid code verifier"
    assert "access_token" in exchange_code(client, app, code)


def test_refresh_invalidates_the_old_pair(
    client: httpx.Client, app: SandboxApplication, grant: SandboxGrant, api_client: ApiClient
) -> None:
    """A refresh invalidates the old pair of tokens at once, and a repeated use of the old refresh token is counted."""
    old = grant.refresh
    pair = refresh(client, app, old)
    repeated = refresh(client, app, old)

    assert pair["refresh_token"] != old
    assert (repeated["error"], repeated["error_name"]) == (-14020, "Refresh token has been used")
    assert api_client.get_with_data("/v2.0/oa/getoa")["error"] == -220
    assert (grant.refreshed, grant.replayed) == (1, 1)


def test_tokens_expire(
    client: httpx.Client, app: SandboxApplication, grant: SandboxGrant, api_client: ApiClient, clock: FixedClock
) -> None:
    """An access token is valid for 25 hours, and a refresh token for 90 days."""
    clock.advance(timedelta(hours=25))
    expired = api_client.get_with_data("/v2.0/oa/getoa")
    clock.advance(timedelta(days=90))

    assert (expired["error"], "expired" in expired["message"]) == (-216, True)
    assert refresh(client, app, grant.refresh)["error"] == -14020


def test_wrong_secret_spends_no_token(client: httpx.Client, app: SandboxApplication, grant: SandboxGrant) -> None:
    """A refresh with a wrong secret is refused, and spends no token."""
    refused = post_token_request(client, app, "wrong", grant_type="refresh_token", refresh_token=grant.refresh)

    assert refused["error"] == -14004
    assert "access_token" in refresh(client, app, grant.refresh)


def test_revoked_application_is_refused(
    client: httpx.Client,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    api_client: ApiClient,
) -> None:
    """After the account has revoked its permission, calls and refreshes are refused."""
    account.revokes(app)

    refused = api_client.get_with_data("/v2.0/oa/getoa")
    assert refused["error"] == -219
    assert refused["message"] == "Your application has been removed by the Official Account"
    assert refresh(client, app, grant.refresh)["error"] == -14014


def test_secret_proof_can_be_required(app: SandboxApplication, api_client: ApiClient) -> None:
    """If the sandbox has `wants_proof` set, a call without `appsecret_proof` is refused."""
    app.wants_proof = True

    assert api_client.get_with_data("/v2.0/oa/getoa")["error"] == -242
