import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.support.sign_in import PASSWORD, Holder, enrol
from tests.web.api.conftest import Call, caller

from anninh_core.app import App
from anninh_core.app.settings import ApiSettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi

As = Callable[..., httpx.Response]
"""Called with a token, a path and arguments."""


@pytest.fixture
def limits() -> ApiSettings:
    """What the API of `app` puts up with."""
    return ApiSettings()


@pytest.fixture
def call(app: App) -> Call:
    """Calls the API of `app`, which asks its accounts who calls."""
    return caller(create_asgi(app, api=True))


@pytest.fixture
def as_(call: Call) -> As:
    """Calls with a token."""

    def call_as(token: str, path: str, arguments: object = None, **rest: object) -> httpx.Response:
        return call(path, None, arguments, headers={"Authorization": f"Bearer {token}"}, **rest)

    return call_as


@pytest.fixture
def boss(app: App) -> Actor:
    """Grants roles in Hoa Lư."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "board_admin", "standing_officer")


@pytest.fixture
def holder(app: App, officer: Actor, clock: FixedClock) -> Holder:
    """An officer with an account and an authenticator app."""
    holder = enrol(app, officer.id, "lan", second_factor=True)
    clock.advance(timedelta(minutes=1))
    return holder


def sign_in(call: Call, holder: Holder, **given: str) -> httpx.Response:
    shown = {"name": holder.name, "password": PASSWORD, "code": holder.code(), **given}
    return call("sign-in", arguments=shown)


def test_a_person_signs_in_and_out(call: Call, as_: As, holder: Holder) -> None:
    """The answer's token is good for calls until its person signs out."""
    began = sign_in(call, holder)
    token = began.json()["token"]

    assert began.status_code == 200
    assert began.headers["Cache-Control"] == "no-store"
    assert as_(token, "accounts.account").json()["officer"] == holder.id
    assert [one["is_current"] for one in as_(token, "accounts.sessions").json()] == [True]
    assert as_(token, "accounts.sign_out").status_code == 200
    assert as_(token, "accounts.account").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": "nobody"}, {"password": "bốn con bò ăn rơm"}, {"code": "000000"}, {"code": ""}], ids=str
)
def test_whatever_is_wrong_is_told_alike(call: Call, holder: Holder, wrong: dict[str, str]) -> None:
    """Name, password, code or a missing code: the same bytes, and none of what was sent."""
    refused = sign_in(call, holder, **wrong)
    nobody = sign_in(call, holder, name="nobody-else")

    assert (refused.status_code, refused.content) == (401, nobody.content)
    assert dict(refused.headers) == dict(nobody.headers)


def test_no_secret_is_told_back_or_logged(call: Call, holder: Holder, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a problem, nor in the log, whatever was wrong with what was sent."""
    secret = "con bò bí mật"
    with caplog.at_level(logging.DEBUG):
        answers = [
            sign_in(call, holder, password=secret),
            call("sign-in", arguments={"name": "lan", "password": secret, "extra": secret}),
            call("sign-in", arguments={"name": "lan", "password": [secret]}),
            call("sign-in", content=f'{{"{secret}'.encode(), headers={"Content-Type": "application/json"}),
        ]

    assert [answer.status_code for answer in answers] == [401, 422, 422, 422]
    assert secret not in "".join(answer.text for answer in answers) + caplog.text


def test_every_fault_of_a_sign_in_is_named(call: Call) -> None:
    """Each with its path and in words of the program, not in those of the library that decodes."""
    answer = call("sign-in", arguments={"name": 7, "password": "x" * 401, "colour": "red"})
    assert answer.json()["errors"] == [
        {"path": "colour", "message": "isn't a field of it"},
        {"path": "name", "message": "isn't a text"},
        {"path": "password", "message": "is longer than 400 characters"},
    ]


def test_a_second_factor_is_asked_for_what_cannot_be_undone(
    call: Call, as_: As, holder: Holder, clock: FixedClock
) -> None:
    """Some minutes after it was shown it counts no longer; shown again, the act goes on."""
    until = (clock.now() + timedelta(days=1)).isoformat()
    token = sign_in(call, holder).json()["token"]
    clock.advance(timedelta(minutes=10))

    refused = as_(token, "accounts.make_token", {"name": "Báo cáo", "until": until})
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert as_(token, "accounts.step_up", {"code": holder.code()}).status_code == 200
    assert as_(token, "accounts.make_token", {"name": "Báo cáo", "until": until}).status_code == 200


def test_an_api_token_is_good_for_what_it_names(call: Call, as_: As, holder: Holder, clock: FixedClock) -> None:
    """For these operations and no others, never for a second factor, and not after it was revoked."""
    token = sign_in(call, holder).json()["token"]
    until = (clock.now() + timedelta(days=1)).isoformat()
    limits = {"name": "Máy đếm", "until": until, "operations": ["tips.overdue"]}
    made = as_(token, "accounts.make_token", limits).json()

    assert as_(made["token"], "tips.overdue").status_code == 200
    assert as_(made["token"], "tips.list").status_code == 403
    assert as_(token, "accounts.revoke_token", {"token_id": made["id"]}).status_code == 200
    assert as_(made["token"], "tips.overdue").status_code == 401


def test_a_session_ends_with_what_it_stands_on(call: Call, as_: As, app: App, holder: Holder, boss: Actor) -> None:
    """Once somebody ends an officer's sessions, the next call is refused, however lately one was answered."""
    token = sign_in(call, holder).json()["token"]
    assert as_(token, "tips.overdue").status_code == 200
    assert as_(token, "tips.overdue").status_code == 200

    app.accounts.end_sessions(boss, holder.id)

    assert as_(token, "tips.overdue").status_code == 401


def test_a_session_ends_by_the_clock(call: Call, as_: As, holder: Holder, clock: FixedClock) -> None:
    """After a long rest it is refused, though nothing was changed meanwhile."""
    token = sign_in(call, holder).json()["token"]
    assert as_(token, "tips.overdue").status_code == 200

    clock.advance(timedelta(hours=2))

    assert as_(token, "tips.overdue").status_code == 401


def test_guesses_are_slowed_down(call: Call, holder: Holder) -> None:
    """After some wrong tries the next one has to wait, right or wrong, and is told how long."""
    for _ in range(5):
        assert sign_in(call, holder, password="bốn con bò ăn rơm").status_code == 401

    slowed = sign_in(call, holder)

    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) >= 1


def test_an_account_is_set_up_by_its_code(call: Call, app: App, boss: Actor, officer: Actor) -> None:
    """Once; then its owner signs in."""
    code = app.accounts.invite(boss, officer.id).code

    first = call("set-up", arguments={"code": code, "name": "minh", "password": PASSWORD})
    again = call("set-up", arguments={"code": code, "name": "minh", "password": PASSWORD})

    assert (first.status_code, first.json()) == (200, {"officer": officer.id})
    assert again.status_code == 401


def test_whether_a_chat_is_bound_is_not_told(call: Call, holder: Holder) -> None:
    """Whoever asks for a code hears the same, whether there is such an account or not."""
    known, nobody = (call("sign-in/chat-code", arguments={"name": name}) for name in (holder.name, "nobody"))

    assert (known.status_code, known.content) == (200, nobody.content)
    assert call("sign-in/chat", arguments={"name": "nobody", "code": "ABCD2345"}).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic bGFuOmxhbg==", "Bearer " + "a" * 5000, "bearer ụ"])
def test_what_is_no_token(call: Call, header: str) -> None:
    """It is nobody's, whatever it looks like."""
    assert call("tips.overdue", headers={"Authorization": header.encode()}).status_code == 401
