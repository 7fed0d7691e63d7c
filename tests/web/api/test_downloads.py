"""A file can be downloaded by GET under an id that contains the encrypted call of its operation."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.web.api.conftest import Call, build_api_caller, serve

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
    """The id of a recorded tip that appears in the register."""
    return app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu").id


def request_download_id(call: Call, actor: Actor, request: object = REGISTER) -> str:
    response = call("downloads", actor, request)
    assert response.status_code == 200, response.text
    id: str = response.json()["id"]
    return id


def test_download_equals_the_posted_file(call: Call, officer: Actor, tip_id: str) -> None:
    """A download has the same bytes, name, type and headers as the response to the POST of its operation, and isn't
    cached.
    """
    posted = call("tips.papers.register", officer, WEEK)
    downloaded = call(f"downloads/{request_download_id(call, officer)}", officer, method="GET")

    assert (downloaded.status_code, downloaded.content) == (200, posted.content)
    for name in ("Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy"):
        assert downloaded.headers[name] == posted.headers[name]
    assert downloaded.headers["Cache-Control"] == "no-store"
    assert downloaded.headers["Content-Disposition"].startswith("attachment;")
    assert downloaded.headers["X-Content-Type-Options"] == "nosniff"


def test_a_limited_token_gets_no_id_for_another_operation(app: App, officer: Actor, tip_id: str) -> None:
    """A token limited to other operations gets no download id for an operation, and no file by an id that its officer
    requested.
    """

    def authenticate_with_token(request: ApiRequest) -> Actor:
        limited = SignIn(SignInMethod.TOKEN, "t1", operations=frozenset({"tips.list"}))
        return evolve(officer, sign_in=limited) if request.headers["authorization"] == "token" else officer

    call = build_api_caller(serve(app, authenticate_with_token))
    token = {"Authorization": "token"}
    id = request_download_id(call, officer)

    for refused in (
        call("downloads", None, REGISTER, headers=token),
        call(f"downloads/{id}", method="GET", headers=token),
    ):
        assert refused.status_code == 403
        assert "This sign-in by API token isn't permitted to use tips.papers.register." in refused.text
    assert call(f"downloads/{id}", officer, method="GET").status_code == 200


def test_address_reveals_nothing(call: Call, officer: Actor, tip_id: str) -> None:
    """The download id is encrypted, so that an address in a log reveals nothing about the request."""
    id = request_download_id(call, officer)

    assert "register" not in id
    assert id != request_download_id(call, officer)
    assert id.replace("-", "").replace("_", "").isalnum()


def test_id_is_valid_for_its_requester_only(call: Call, officer: Actor, stranger: Actor, clock: FixedClock) -> None:
    """A download id is valid only for its requester and for a limited time, and looks unknown to any other caller."""
    id = request_download_id(call, officer)
    messages = {
        call(f"downloads/{download_id}", stranger, method="GET").text for download_id in (id, id[:-2], "AAAA", "ý")
    }
    assert len(messages) == 1
    assert call(f"downloads/{id}", method="GET").status_code == 401

    clock.advance(KEPT_FOR - timedelta(seconds=1))
    assert call(f"downloads/{id}", officer, method="GET").status_code == 200
    clock.advance(timedelta(seconds=1))
    assert call(f"downloads/{id}", officer, method="GET").status_code == 404


def test_permissions_are_checked_at_the_download(call: Call, app: App, clock: FixedClock) -> None:
    """Permissions are checked at the download, so that a download id is useless after its officer's role ended."""
    users = UnsafeLocalUsers(app)
    leaving = users.appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    id = request_download_id(call, leaving)
    chair = users.appoint("Trưởng ban", "hoa-lu", "steering_chair")
    yesterday = clock.now().date() - timedelta(days=1)
    app.units.revoke(person(chair.id), leaving.id, "tip_officer", "hoa-lu", last_day=yesterday)

    assert call(f"downloads/{id}", leaving, method="GET").status_code == 403


def test_each_download_leaves_an_entry(call: Call, app: App, officer: Actor, tip_id: str) -> None:
    """Each download writes the journal entry of its operation, and the request for a download id writes none."""
    before = app.internals.context.storage.journal.head()[0]
    request = {"operation": "audit.export_heads", "arguments": {}}
    id = request_download_id(call, officer, request)
    prepared = app.internals.context.storage.journal.head()[0]

    assert prepared == before
    # The operation requires the auditor's role.
    assert call(f"downloads/{id}", officer, method="GET").status_code == 403
    assert app.internals.context.storage.journal.head()[0] == prepared + 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"operation": 7}, 422),
        ({"operation": "tips.list"}, 422),  # The operation returns no file.
        # The operation is an act, and requires a second factor.
        ({"operation": "conversations.open_original", "arguments": {}}, 422),
        ({"operation": "rights.export", "arguments": {}}, 422),
        ({"operation": "tips.papers.register", "arguments": {**WEEK, "day": 3}}, 422),
        ({"operation": "tips.papers.register", "arguments": {**WEEK, "format": "x" * 2_100}}, 422),
        ({"operation": "tips.papers.register", "argument": {}}, 422),
        ({"operation": "tips.nothing"}, 404),
        ({}, 422),
        ([], 422),
    ],
)
def test_unsuitable_operations_get_no_id(call: Call, officer: Actor, asked: object, status: int) -> None:
    """A request for an invalid or unsuitable operation is refused before a download id is issued."""
    assert call("downloads", officer, asked).status_code == status


def test_anonymous_client_gets_no_id(call: Call) -> None:
    """An unauthenticated client gets no download id, and the download address accepts only GET."""
    assert call("downloads", None, REGISTER).status_code == 401
    assert call("downloads/AAAA", None, {}).status_code == 405
