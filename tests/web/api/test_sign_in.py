import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.support.sign_in import PASSWORD, AccountHolder, enrol
from tests.web.api.conftest import Call, build_api_caller

from anninh_core.app import App
from anninh_core.app.settings import ApiSettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi

As = Callable[..., httpx.Response]
"""Type of a function that calls an operation with a token, a path and arguments."""


@pytest.fixture
def limits() -> ApiSettings:
    return ApiSettings()


@pytest.fixture
def call(app: App) -> Call:
    """A function that calls the API of `app`, which authenticates callers by their accounts."""
    return build_api_caller(create_asgi(app, api=True))


@pytest.fixture
def call_as_fixture(call: Call) -> As:
    def call_as(token: str, path: str, arguments: object = None, **rest: object) -> httpx.Response:
        return call(path, None, arguments, headers={"Authorization": f"Bearer {token}"}, **rest)

    return call_as


@pytest.fixture
def boss(app: App) -> Actor:
    """An officer who grants roles in Hoa Lư."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "board_admin", "standing_officer")


@pytest.fixture
def holder(app: App, officer: Actor, clock: FixedClock) -> AccountHolder:
    """An officer with an account and an authenticator app."""
    holder = enrol(app, officer.id, "lan", second_factor=True)
    clock.advance(timedelta(minutes=1))
    return holder


def post_sign_in(call: Call, holder: AccountHolder, **overrides: str) -> httpx.Response:
    credentials = {"name": holder.name, "password": PASSWORD, "code": holder.code(), **overrides}
    return call("sign-in", arguments=credentials)


def test_token_is_valid_until_sign_out(call: Call, call_as_fixture: As, holder: AccountHolder) -> None:
    """The token of a sign-in's response is valid for calls until its owner signs out."""
    response = post_sign_in(call, holder)
    token = response.json()["token"]

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert call_as_fixture(token, "accounts.account").json()["officer"] == holder.id
    assert [session["is_current"] for session in call_as_fixture(token, "accounts.sessions").json()] == [True]
    assert call_as_fixture(token, "accounts.sign_out").status_code == 200
    assert call_as_fixture(token, "accounts.account").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": "nobody"}, {"password": "bốn con bò ăn rơm"}, {"code": "000000"}, {"code": ""}], ids=str
)
def test_all_wrong_credentials_get_one_response(call: Call, holder: AccountHolder, wrong: dict[str, str]) -> None:
    """A wrong name, password or code, or a missing code, gets the same response as an unknown name, and the response
    repeats nothing of the request.
    """
    refused = post_sign_in(call, holder, **wrong)
    unknown_name = post_sign_in(call, holder, name="nobody-else")

    assert (refused.status_code, refused.content) == (401, unknown_name.content)
    assert dict(refused.headers) == dict(unknown_name.headers)


def test_no_secret_is_returned_or_logged(call: Call, holder: AccountHolder, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a response nor the log repeats a secret, whatever was wrong with the request."""
    secret = "con bò bí mật"
    with caplog.at_level(logging.DEBUG):
        responses = [
            post_sign_in(call, holder, password=secret),
            call("sign-in", arguments={"name": "lan", "password": secret, "extra": secret}),
            call("sign-in", arguments={"name": "lan", "password": [secret]}),
            call("sign-in", content=f'{{"{secret}'.encode(), headers={"Content-Type": "application/json"}),
        ]

    assert [response.status_code for response in responses] == [401, 422, 422, 422]
    assert secret not in "".join(response.text for response in responses) + caplog.text


def test_each_error_of_a_request_is_listed(call: Call) -> None:
    """Each error of a sign-in request is listed with its path and a message of this program instead of the decoding
    library's.
    """
    response = call("sign-in", arguments={"name": 7, "password": "x" * 401, "colour": "red"})
    assert response.json()["errors"] == [
        {"path": "colour", "message": "isn't a field of it"},
        {"path": "name", "message": "isn't a text"},
        {"path": "password", "message": "is longer than 400 characters"},
    ]


def test_irreversible_act_needs_recent_second_factor(
    call: Call, call_as_fixture: As, holder: AccountHolder, clock: FixedClock
) -> None:
    """An irreversible act is refused some minutes after the second factor was entered, and works after a further
    one.
    """
    until = (clock.now() + timedelta(days=1)).isoformat()
    token = post_sign_in(call, holder).json()["token"]
    clock.advance(timedelta(minutes=10))

    refused = call_as_fixture(token, "accounts.make_token", {"name": "Báo cáo", "until": until})
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert call_as_fixture(token, "accounts.step_up", {"code": holder.code()}).status_code == 200
    assert call_as_fixture(token, "accounts.make_token", {"name": "Báo cáo", "until": until}).status_code == 200


def test_api_token_is_limited_to_its_operations(
    call: Call, call_as_fixture: As, holder: AccountHolder, clock: FixedClock
) -> None:
    """An API token is valid for its listed operations only, and not after it was revoked."""
    token = post_sign_in(call, holder).json()["token"]
    until = (clock.now() + timedelta(days=1)).isoformat()
    limits = {"name": "Máy đếm", "until": until, "operations": ["tips.overdue"]}
    api_token = call_as_fixture(token, "accounts.make_token", limits).json()

    assert call_as_fixture(api_token["token"], "tips.overdue").status_code == 200
    assert call_as_fixture(api_token["token"], "tips.list").status_code == 403
    assert call_as_fixture(token, "accounts.revoke_token", {"token_id": api_token["id"]}).status_code == 200
    assert call_as_fixture(api_token["token"], "tips.overdue").status_code == 401


def test_ended_session_is_refused_at_once(
    call: Call, call_as_fixture: As, app: App, holder: AccountHolder, boss: Actor
) -> None:
    """After an administrator ends an officer's sessions, the next call is refused, however recently a call was
    accepted.
    """
    token = post_sign_in(call, holder).json()["token"]
    assert call_as_fixture(token, "tips.overdue").status_code == 200
    assert call_as_fixture(token, "tips.overdue").status_code == 200

    app.accounts.end_sessions(boss, holder.id)

    assert call_as_fixture(token, "tips.overdue").status_code == 401


def test_idle_session_expires(call: Call, call_as_fixture: As, holder: AccountHolder, clock: FixedClock) -> None:
    """After two hours without a call a session is refused, even if nothing else has changed."""
    token = post_sign_in(call, holder).json()["token"]
    assert call_as_fixture(token, "tips.overdue").status_code == 200

    clock.advance(timedelta(hours=2))

    assert call_as_fixture(token, "tips.overdue").status_code == 401


def test_repeated_guesses_get_429(call: Call, holder: AccountHolder) -> None:
    """After five wrong passwords the next attempt gets 429 with a `Retry-After`, even with the right password."""
    for _ in range(5):
        assert post_sign_in(call, holder, password="bốn con bò ăn rơm").status_code == 401

    slowed = post_sign_in(call, holder)

    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) >= 1


def test_set_up_code_works_once(call: Call, app: App, boss: Actor, officer: Actor) -> None:
    """A set-up code can be used once, to create an account."""
    code = app.accounts.invite(boss, officer.id).code

    first = call("set-up", arguments={"code": code, "name": "minh", "password": PASSWORD})
    second = call("set-up", arguments={"code": code, "name": "minh", "password": PASSWORD})

    assert (first.status_code, first.json()) == (200, {"officer": officer.id})
    assert second.status_code == 401


def test_chat_code_reveals_no_account(call: Call, holder: AccountHolder) -> None:
    """A request for a chat code gets the same response whether the account exists or not."""
    existing, missing = (call("sign-in/chat-code", arguments={"name": name}) for name in (holder.name, "nobody"))

    assert (existing.status_code, existing.content) == (200, missing.content)
    assert call("sign-in/chat", arguments={"name": "nobody", "code": "ABCD2345"}).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic bGFuOmxhbg==", "Bearer " + "a" * 5000, "bearer ụ"])
def test_invalid_token_gets_401(call: Call, header: str) -> None:
    """A header without a valid token is refused."""
    assert call("tips.overdue", headers={"Authorization": header.encode()}).status_code == 401
