"""Files are got by an address too, under an id that is the sealed call itself."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.web.api.conftest import Call, caller, serve

from anninh_core.app import App
from anninh_core.operations.downloads import KEPT_FOR
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor, person
from anninh_core.web.api.request import ApiRequest

WEEK = {"unit": "hoa-lu", "start": "2021-09-01", "end": "2021-09-07", "format": "csv"}
REGISTER = {"operation": "tips.papers.register", "arguments": WEEK}


@pytest.fixture
def tip_id(app: App, officer: Actor) -> str:
    """A tip, which stands in the register."""
    return app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu").id


def prepare(call: Call, actor: Actor, asked: object = REGISTER) -> str:
    answer = call("downloads", actor, asked)
    assert answer.status_code == 200, answer.text
    id: str = answer.json()["id"]
    return id


def test_a_file_is_got_as_it_is_answered(call: Call, officer: Actor, tip_id: str) -> None:
    """The same bytes, name and type as by POST, to be saved and kept nowhere."""
    posted = call("tips.papers.register", officer, WEEK)
    got = call(f"downloads/{prepare(call, officer)}", officer, method="GET")

    assert (got.status_code, got.content) == (200, posted.content)
    for name in ("Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy"):
        assert got.headers[name] == posted.headers[name]
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_a_limited_token_gets_no_id_for_another_operation(app: App, officer: Actor, tip_id: str) -> None:
    """Neither an id of its own nor the file of one that its officer was given."""

    def authenticate(request: ApiRequest) -> Actor:
        limited = SignIn(SignInMethod.TOKEN, "t1", operations=frozenset({"tips.list"}))
        return evolve(officer, sign_in=limited) if request.headers["authorization"] == "token" else officer

    call = caller(serve(app, authenticate))
    token = {"Authorization": "token"}
    id = prepare(call, officer)

    for refused in (
        call("downloads", None, REGISTER, headers=token),
        call(f"downloads/{id}", method="GET", headers=token),
    ):
        assert refused.status_code == 403
        assert "This sign-in by API token isn't permitted to use tips.papers.register." in refused.text
    assert call(f"downloads/{id}", officer, method="GET").status_code == 200


def test_the_address_tells_nothing(call: Call, officer: Actor, tip_id: str) -> None:
    """What is asked for stands sealed in it: it may lie in logs."""
    id = prepare(call, officer)

    assert "register" not in id
    assert id != prepare(call, officer)
    assert id.replace("-", "").replace("_", "").isalnum()


def test_it_is_its_askers_for_a_while(call: Call, officer: Actor, stranger: Actor, clock: FixedClock) -> None:
    """For anybody else, and later, there is no such thing, whatever the id is."""
    id = prepare(call, officer)
    told = {call(f"downloads/{named}", stranger, method="GET").text for named in (id, id[:-2], "AAAA", "ý")}
    assert len(told) == 1
    assert call(f"downloads/{id}", method="GET").status_code == 401

    clock.advance(KEPT_FOR - timedelta(seconds=1))
    assert call(f"downloads/{id}", officer, method="GET").status_code == 200
    clock.advance(timedelta(seconds=1))
    assert call(f"downloads/{id}", officer, method="GET").status_code == 404


def test_permissions_are_those_of_the_moment(call: Call, app: App, clock: FixedClock) -> None:
    """An id that was given gives nothing to an officer whose role has ended since."""
    users = UnsafeLocalUsers(app)
    leaving = users.appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    id = prepare(call, leaving)
    chair = users.appoint("Trưởng ban", "hoa-lu", "steering_chair")
    yesterday = clock.now().date() - timedelta(days=1)
    app.units.revoke(person(chair.id), leaving.id, "tip_officer", "hoa-lu", last_day=yesterday)

    assert call(f"downloads/{id}", leaving, method="GET").status_code == 403


def test_each_time_leaves_the_operations_trace(call: Call, app: App, officer: Actor, tip_id: str) -> None:
    """Asking for the id leaves none, for nothing was opened."""
    before = app.internals.context.storage.journal.head()[0]
    asked = {"operation": "audit.export_heads", "arguments": {}}
    id = prepare(call, officer, asked)
    prepared = app.internals.context.storage.journal.head()[0]

    assert prepared == before
    assert call(f"downloads/{id}", officer, method="GET").status_code == 403  # it takes the auditor's role
    assert app.internals.context.storage.journal.head()[0] == prepared + 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"operation": 7}, 422),
        ({"operation": "tips.list"}, 422),  # no file
        ({"operation": "conversations.open_original", "arguments": {}}, 422),  # an act, with a second factor
        ({"operation": "rights.export", "arguments": {}}, 422),
        ({"operation": "tips.papers.register", "arguments": {**WEEK, "day": 3}}, 422),
        ({"operation": "tips.papers.register", "arguments": {**WEEK, "format": "x" * 2_100}}, 422),
        ({"operation": "tips.papers.register", "argument": {}}, 422),
        ({"operation": "tips.nothing"}, 404),
        ({}, 422),
        ([], 422),
    ],
)
def test_what_is_not_downloaded(call: Call, officer: Actor, asked: object, status: int) -> None:
    """Told before any id is given."""
    assert call("downloads", officer, asked).status_code == status


def test_who_is_not_known_gets_no_id(call: Call) -> None:
    """Nor does the address answer anything but GET."""
    assert call("downloads", None, REGISTER).status_code == 401
    assert call("downloads/AAAA", None, {}).status_code == 405
