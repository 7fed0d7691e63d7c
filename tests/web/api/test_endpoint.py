from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.web.api.conftest import Call, caller, serve
from tests.web.conftest import FaultyStorage, pieces

from anninh_core.app import App, Settings
from anninh_core.app.settings import ApiSettings, DoorSettings, RateSettings
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi

BYTES = {"Content-Type": "application/json"}


def test_a_call_does_what_the_library_does(call: Call, app: App, officer: Actor) -> None:
    """What came over HTTP is what Python reads, under the same person's name in the journal."""
    answer = call("tips.record_walk_in", officer, {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"})

    (tip,) = app.tips.list(officer).items
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert tip.text == "Có trộm xe máy ở chợ"
    assert call("tips.overdue", officer).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "tips.overdue", 405, "POST"),
        ("DELETE", "tips.overdue", 405, "POST"),
        ("POST", "openapi.json", 405, "GET"),
        ("GET", "uploads", 405, "POST"),
        ("POST", "tips.nothing", 404, None),
        ("POST", "services.tips", 404, None),
        ("POST", "tips.get/1", 404, None),
        ("POST", "../hook/oa", 404, None),
    ],
)
def test_other_addresses_and_methods(
    call: Call, officer: Actor, method: str, path: str, *, status: int, allowed: str | None
) -> None:
    """Everything else is a problem too; queries aren't answered to GET, whose addresses stand in logs."""
    answer = call(path, officer, {} if method == "POST" else None, method=method)

    assert (answer.status_code, answer.headers.get("Allow")) == (status, allowed)
    assert answer.headers["Content-Type"] == "application/problem+json" or path.startswith("..")


def test_nobody_is_answered_nothing(call: Call) -> None:
    """Without a sign-in every operation is refused alike; what says how the API is, isn't."""
    answers = [call("tips.overdue"), call("tips.get", arguments={"tip_id": "x"}), call("tips.get", arguments={"no": 1})]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert call("health", method="GET").json() == {"status": "ok"}


def test_arguments_that_do_not_fit_are_all_named(call: Call, officer: Actor) -> None:
    """Unknown ones, missing ones and wrong ones, with their paths."""
    problem = call("tips.triage", officer, {"tip_id": 3, "colour": "red"}).json()

    assert (problem["status"], problem["code"]) == (422, "bad_arguments")
    assert {error["path"] for error in problem["errors"]} == {"tip_id", "colour", "category"}
    assert problem["path"] == problem["errors"][0]["path"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"{}{}", b"[" * 5000], ids=range(8))
def test_bodies_that_are_no_object(call: Call, officer: Actor, body: bytes) -> None:
    """Each is a clear 422; nothing stands for no arguments."""
    answer = call("tips.get", officer, content=body, headers=BYTES)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_arguments")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(call: Call, officer: Actor, media_type: str) -> None:
    """What a page of another site could make a browser send isn't."""
    headers = {"Content-Type": media_type} if media_type else {}

    assert call("tips.overdue", officer, content=b"{}", headers=headers).status_code == 415


def test_a_stranger_sends_no_large_body(call: Call, officer: Actor) -> None:
    """Who isn't known is refused before the body is read; who is may send as much as there is room for."""
    taken: list[bytes] = []
    large = [b" " * 5000] * 10

    refused = call("tips.overdue", content=pieces(large, taken), headers={**BYTES, "Content-Length": "50000"})
    assert (refused.status_code, taken) == (401, [])
    taken.clear()
    refused = call("tips.overdue", content=pieces(large, taken), headers=BYTES)
    assert refused.status_code == 401
    assert call("tips.overdue", officer, content=pieces([*large, b"{}"], taken), headers=BYTES).status_code == 200


def test_a_body_over_the_limit(call: Call, officer: Actor) -> None:
    """It is cut off where it goes over, whatever its length says."""
    taken: list[bytes] = []
    large = [b" " * 100_000] * 30

    assert call("tips.overdue", officer, content=b" " * (1024 * 1024 + 1), headers=BYTES).status_code == 413
    assert call("tips.overdue", officer, content=pieces(large, taken), headers=BYTES).status_code == 413
    assert len(taken) < len(large)


def test_a_slow_body_is_cut(call: Call, officer: Actor) -> None:
    """Who doesn't send on loses the place."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.sleep_forever()

    answer = call("tips.overdue", officer, content=slow(), headers=BYTES)

    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


def test_a_second_settlement_says_what_was_decided(app: App, call: Call, officer: Actor) -> None:
    """The problem names the outcome on record, and no other."""
    tip = app.tips.record_walk_in(officer, "Mất xe", unit="hoa-lu", category="crime")
    app.tips.triage(officer, tip.id, category="crime")
    settle = {"tip_id": tip.id, "outcome": "resolved", "answer": "Đã thấy.", "reason": "found"}
    assert call("tips.settle", officer, settle).status_code == 200
    problem = call("tips.settle", officer, settle).json()
    assert "was settled as resolved" in problem["detail"]
    assert "unfounded" not in problem["detail"]


def test_people_read_problems_in_their_language(call: Call, officer: Actor) -> None:
    """In Vietnamese where they ask for it."""
    headers = {"Accept-Language": "vi-VN"}

    assert call("tips.get", officer, {"tip_id": "x"}, headers=headers).json()["title"] == "Không tìm thấy"


def test_missing_and_forbidden_are_the_same_bytes(call: Call, app: App, officer: Actor) -> None:
    """An officer of another commune can't tell a tip that there is from one that there isn't."""
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu")

    forbidden, missing = (call("tips.get", elsewhere, {"tip_id": id}) for id in (tip.id, "0" * len(tip.id)))

    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
    assert dict(forbidden.headers) == dict(missing.headers)


def test_what_the_storage_says_stays_here(clock: FixedClock) -> None:
    """A broken disk is a 503 that names nothing of the server."""
    storage = FaultyStorage()
    with memory_app(clock=clock, storage=storage) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        storage.break_down()

        answer = caller(serve(app))("tips.record_walk_in", officer, {"text": "Mất xe", "unit": "hoa-lu"})

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_busy")
    assert answer.headers["Retry-After"] == "10"
    assert "secret" not in answer.text


class TestLimits:
    """An API that bears little."""

    @pytest.fixture
    def limits(self) -> ApiSettings:
        """Two calls at once of a person, five of an address."""
        slow = RateSettings(per_minute=1, burst=2)
        return ApiSettings(account_pace=slow, address_pace=RateSettings(per_minute=1, burst=5))

    def test_one_person_holds_up_nobody_else(self, call: Call, officer: Actor, stranger: Actor) -> None:
        """Who asks too fast waits; others from the same office don't, until the address does."""
        statuses = [call("audit.head", one).status_code for one in (officer, officer, officer, stranger, stranger)]

        last = call("health", method="GET")
        assert [status == 429 for status in statuses] == [False, False, True, False, False]
        assert last.status_code == 429
        assert 1 <= int(last.headers["Retry-After"]) <= 60


def test_the_api_is_off_unless_asked_for(app: App) -> None:
    """Webhooks alone have no API; with it, both are at their addresses, also where the door is mounted in another."""
    without = caller(create_asgi(app))
    with_api = caller(create_asgi(app, api=True))
    mounted = caller(Starlette(routes=[Mount("/api/v1/office", create_asgi(app, api=True))]))

    assert without("health", method="GET").status_code == 404
    assert with_api("health", method="GET").json() == {"status": "ok"}
    assert with_api("tips.overdue", arguments={}).status_code == 401
    assert with_api("../../livez", method="GET").json() == {"status": "alive"}
    assert mounted("office/api/v1/health", method="GET").json() == {"status": "ok"}


def test_settings_name_the_proxies() -> None:
    """A network that is none is the operator's mistake, told when the API is built."""
    limits = ApiSettings(proxies=("here",))
    settings = Settings(door=DoorSettings(api=limits))
    with memory_app(settings=settings) as wrong, pytest.raises(ConfigurationError, match="here"):
        create_asgi(wrong, api=True)
