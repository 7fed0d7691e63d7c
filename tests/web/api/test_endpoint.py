from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.web.api.conftest import Call, build_api_caller, serve
from tests.web.conftest import FaultyStorage, iter_pieces

from anninh_core.app import App, Settings
from anninh_core.app.settings import ApiSettings, DoorSettings, RateSettings
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi

BYTES = {"Content-Type": "application/json"}


def test_a_call_does_what_the_library_does(call: Call, app: App, officer: Actor) -> None:
    """A call over HTTP has the same effect as a call of the library's method."""
    response = call("tips.record_walk_in", officer, {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"})

    (tip,) = app.tips.list(officer).items
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
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
def test_other_addresses_and_methods_are_refused(
    call: Call, officer: Actor, method: str, path: str, *, status: int, allowed: str | None
) -> None:
    """Any other address or method gets a problem response; queries don't accept GET, because addresses are logged."""
    response = call(path, officer, {} if method == "POST" else None, method=method)

    assert (response.status_code, response.headers.get("Allow")) == (status, allowed)
    assert response.headers["Content-Type"] == "application/problem+json" or path.startswith("..")


def test_anonymous_calls_are_refused_alike(call: Call) -> None:
    """Without a sign-in every operation gives the same refusal; only the health check is answered."""
    responses = [
        call("tips.overdue"),
        call("tips.get", arguments={"tip_id": "x"}),
        call("tips.get", arguments={"no": 1}),
    ]

    assert {response.status_code for response in responses} == {401}
    assert len({response.content for response in responses}) == 1
    assert call("health", method="GET").json() == {"status": "ok"}


def test_all_invalid_arguments_are_named(call: Call, officer: Actor) -> None:
    """All unknown, missing and wrong arguments of a call are reported with their paths."""
    problem = call("tips.triage", officer, {"tip_id": 3, "colour": "red"}).json()

    assert (problem["status"], problem["code"]) == (422, "bad_arguments")
    assert {error["path"] for error in problem["errors"]} == {"tip_id", "colour", "category"}
    assert problem["path"] == problem["errors"][0]["path"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"{}{}", b"[" * 5000], ids=range(8))
def test_bodies_that_are_no_object_are_refused(call: Call, officer: Actor, body: bytes) -> None:
    """A request body that isn't a JSON object gets 422 with a clear sentence."""
    response = call("tips.get", officer, content=body, headers=BYTES)

    assert (response.status_code, response.json()["code"]) == (422, "bad_arguments")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_accepted(call: Call, officer: Actor, media_type: str) -> None:
    """Only JSON is accepted, and no media type that another site's page can make a browser send."""
    headers = {"Content-Type": media_type} if media_type else {}

    assert call("tips.overdue", officer, content=b"{}", headers=headers).status_code == 415


def test_a_stranger_sends_no_large_body(call: Call, officer: Actor) -> None:
    """An unauthenticated request with a large body is refused before the body is read, and an authenticated one is
    accepted.
    """
    read_pieces: list[bytes] = []
    large = [b" " * 5000] * 10

    refused = call(
        "tips.overdue", content=iter_pieces(large, read_pieces), headers={**BYTES, "Content-Length": "50000"}
    )
    assert (refused.status_code, read_pieces) == (401, [])
    read_pieces.clear()
    refused = call("tips.overdue", content=iter_pieces(large, read_pieces), headers=BYTES)
    assert refused.status_code == 401
    assert (
        call("tips.overdue", officer, content=iter_pieces([*large, b"{}"], read_pieces), headers=BYTES).status_code
        == 200
    )


def test_body_over_the_limit_is_cut_off(call: Call, officer: Actor) -> None:
    """A request body over the limit is cut off at the limit, whatever length it declares."""
    read_pieces: list[bytes] = []
    large = [b" " * 100_000] * 30

    assert call("tips.overdue", officer, content=b" " * (1024 * 1024 + 1), headers=BYTES).status_code == 413
    assert call("tips.overdue", officer, content=iter_pieces(large, read_pieces), headers=BYTES).status_code == 413
    assert len(read_pieces) < len(large)


def test_slow_body_is_aborted(call: Call, officer: Actor) -> None:
    """A request whose body doesn't arrive in time gets an error and is ended."""

    async def iter_slow_body() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.sleep_forever()

    response = call("tips.overdue", officer, content=iter_slow_body(), headers=BYTES)

    assert (response.status_code, response.json()["code"]) == (408, "request_timeout")


def test_second_settlement_names_the_recorded_outcome(app: App, call: Call, officer: Actor) -> None:
    """The error response to a second settlement of a tip names the outcome that was recorded first, and no other."""
    tip = app.tips.record_walk_in(officer, "Mất xe", unit="hoa-lu", category="crime")
    app.tips.triage(officer, tip.id, category="crime")
    settle = {"tip_id": tip.id, "outcome": "resolved", "answer": "Đã thấy.", "reason": "found"}
    assert call("tips.settle", officer, settle).status_code == 200
    problem = call("tips.settle", officer, settle).json()
    assert "was settled as resolved" in problem["detail"]
    assert "unfounded" not in problem["detail"]


def test_people_read_problems_in_their_language(call: Call, officer: Actor) -> None:
    """Error responses are in Vietnamese if the request prefers Vietnamese."""
    headers = {"Accept-Language": "vi-VN"}

    assert call("tips.get", officer, {"tip_id": "x"}, headers=headers).json()["title"] == "Không tìm thấy"


def test_missing_and_forbidden_are_the_same_bytes(call: Call, app: App, officer: Actor) -> None:
    """An officer of another commune gets the same response for an existing and for a missing tip."""
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu")

    forbidden, missing = (call("tips.get", elsewhere, {"tip_id": id}) for id in (tip.id, "0" * len(tip.id)))

    assert (forbidden.status_code, forbidden.content) == (404, missing.content)
    assert dict(forbidden.headers) == dict(missing.headers)


def test_storage_failure_reveals_nothing(clock: FixedClock) -> None:
    """A storage failure gives a 503 that reveals nothing about the server."""
    storage = FaultyStorage()
    with memory_app(clock=clock, storage=storage) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        storage.start_failing()

        response = build_api_caller(serve(app))("tips.record_walk_in", officer, {"text": "Mất xe", "unit": "hoa-lu"})

    assert (response.status_code, response.json()["code"]) == (503, "storage_busy")
    assert response.headers["Retry-After"] == "10"
    assert "secret" not in response.text


class TestLimits:
    """Tests of an API with low rate limits."""

    @pytest.fixture
    def limits(self) -> ApiSettings:
        """Rate limits of two calls at once per person and five per address."""
        slow = RateSettings(per_minute=1, burst=2)
        return ApiSettings(account_pace=slow, address_pace=RateSettings(per_minute=1, burst=5))

    def test_rate_limits_are_per_person_and_address(self, call: Call, officer: Actor, stranger: Actor) -> None:
        """A person over the rate limit doesn't delay others at the same address, until the address reaches its own
        limit.
        """
        statuses = [call("audit.head", actor).status_code for actor in (officer, officer, officer, stranger, stranger)]

        last = call("health", method="GET")
        assert [status == 429 for status in statuses] == [False, False, True, False, False]
        assert last.status_code == 429
        assert 1 <= int(last.headers["Retry-After"]) <= 60


def test_api_is_off_by_default(app: App) -> None:
    """The API is served only if it is enabled; it is then served together with the webhooks, also when mounted in
    another application.
    """
    without_api = build_api_caller(create_asgi(app))
    with_api = build_api_caller(create_asgi(app, api=True))
    mounted = build_api_caller(Starlette(routes=[Mount("/api/v1/office", create_asgi(app, api=True))]))

    assert without_api("health", method="GET").status_code == 404
    assert with_api("health", method="GET").json() == {"status": "ok"}
    assert with_api("tips.overdue", arguments={}).status_code == 401
    assert with_api("../../livez", method="GET").json() == {"status": "alive"}
    assert mounted("office/api/v1/health", method="GET").json() == {"status": "ok"}


def test_invalid_proxy_is_reported() -> None:
    """An invalid network of trusted proxies is reported as a configuration error when the API is built."""
    limits = ApiSettings(proxies=("here",))
    settings = Settings(door=DoorSettings(api=limits))
    with memory_app(settings=settings) as misconfigured, pytest.raises(ConfigurationError, match="here"):
        create_asgi(misconfigured, api=True)
