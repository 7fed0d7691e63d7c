"""One test for each of OWASP's ten risks of APIs (2023); if another file tests a risk more thoroughly, the sentence
names it.
"""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from tests.web.api.conftest import Call, build_api_caller

from anninh_core.app import App
from anninh_core.app.settings import ApiSettings, RateSettings
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.web import create_asgi
from anninh_core.web.api.problems.statuses import STATUS_CODES

WORDS = {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"}


def test_1_broken_object_level_authorization(call: Call, app: App, officer: Actor) -> None:
    """An officer of another commune can't read or change a tip; `test_stranger_over_http` tests all kinds of
    records.
    """
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")
    tip = app.tips.record_walk_in(officer, WORDS["text"], unit="hoa-lu")

    for name, arguments in (("tips.get", {}), ("tips.triage", {"category": "crime"}), ("tips.close", {})):
        assert call(name, elsewhere, {"tip_id": tip.id, **arguments}).status_code == 404, name
    assert app.tips.get(officer, tip.id).state == tip.state


def test_2_broken_authentication(app: App) -> None:
    """No operation is answered without a sign-in, whatever the address contains; `test_sign_in` tests this more
    thoroughly.
    """
    asgi = create_asgi(app, api=True)

    for number, name in enumerate(OperationGateway(app).operations):
        # The calls come from many addresses, because the calls of each address are limited.
        call = build_api_caller(asgi, f"203.0.113.{number % 256}")
        assert call(f"{name}?token=x&access_token=x", arguments={}).status_code == 401, name


def test_3_broken_object_property_level_authorization(call: Call, app: App, officer: Actor) -> None:
    """An unknown property is refused, nested ones included; the tests of views check returned properties."""
    for further in ({"state": "answered"}, {"officers": ["x"]}, {"version": 7}):
        assert call("tips.record_walk_in", officer, {**WORDS, **further}).status_code == 422
    piece = {"title": "Cảnh báo", "body": "…", "category": "crime_warning", "units": ["hoa-lu"], "state": "approved"}
    editor = UnsafeLocalUsers(app).appoint("Biên tập", "hoa-lu", "editor")
    refused = call("content.write", editor, {"unit": "hoa-lu", "piece": piece}).json()

    assert app.tips.list(officer).items == ()
    assert [error["path"] for error in refused["errors"]] == ["piece.state"]


class TestResources:
    """Tests of OWASP's risk 4, unrestricted resource consumption."""

    @pytest.fixture
    def limits(self) -> ApiSettings:
        """Rate limits of five calls at once per person."""
        return ApiSettings(account_pace=RateSettings(per_minute=1, burst=5))

    def test_4_unrestricted_resource_consumption(self, call: Call, officer: Actor) -> None:
        """Pages, bodies and calls are limited, and a refusal has the time of the next try; `test_endpoint` tests this
        more thoroughly.
        """
        assert call("tips.list", officer, {"limit": 100_000}).status_code == 422
        assert call("tips.list", officer, {"after": "x" * 2_000_000}).status_code == 413
        responses = [call("tips.overdue", officer, {}) for _ in range(6)]
        assert responses[-1].status_code == 429
        assert int(responses[-1].headers["Retry-After"]) > 0


def test_5_broken_function_level_authorization(call: Call, app: App, officer: Actor, stranger: Actor) -> None:
    """An officer without permissions can use no command; steps, partial acts and scheduled jobs have no API address."""
    gateway = OperationGateway(app)
    closed = ("units.break_glass", "keys.destroy_epoch", "tips.receive", "content.record_findings", "intake.accept")

    for name in closed:
        assert call(name, officer, {}).status_code == 404, name
    administrative = ("units.appoint", "units.grant", "retention.purge", "identity.reveal_identity", "accounts.invite")
    for name in administrative:
        assert call(name, stranger, {}, fresh=True).status_code in (403, 404, 422), name
    assert gateway.find("identity.reveal_identity").step_up


def test_6_unrestricted_access_to_sensitive_business_flows(
    call: Call, app: App, officer: Actor, clock: FixedClock
) -> None:
    """Acts that can't be undone require a second factor in the API; the rate limit per person restricts all others."""
    gateway = OperationGateway(app)
    guarded = [name for name, operation in gateway.operations.items() if operation.step_up]

    assert len(guarded) >= 25
    for name in guarded:
        body = dict.fromkeys(gateway.find(name).arguments.shapes, "x")
        response = call(name, officer, body)
        # Operations that take an upload give 404, because the upload is missing.
        assert response.status_code in (403, 404, 422), name
        if response.status_code == 403:
            assert response.json()["code"] == "step_up_needed", name
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert call("accounts.make_token", officer, {"name": "x", "until": until}).json()["code"] == "step_up_needed"


def test_7_server_side_request_forgery(call: Call, officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network address in an argument is treated as text, and the server never connects to it."""
    connections: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connections.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: connections.append(address))
    for url in ("http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd"):
        call("content.sources.get", officer, {"url": url})
        call("tips.record_walk_in", officer, {**WORDS, "text": url})

    assert connections == []


def test_8_security_misconfiguration(call: Call, officer: Actor) -> None:
    """Other sites can't read responses; no response is cached or has its type guessed, and no header reveals anything
    about the server.
    """
    responses = [
        call("tips.overdue", officer, {}, headers={"Origin": "https://evil.example"}),
        call("tips.overdue", None, method="OPTIONS", headers={"Origin": "https://evil.example"}),
        call("docs", method="GET"),
        call("openapi.json", method="GET"),
    ]

    for response in responses:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert not [name for name in response.headers if name.lower().startswith("access-control")]
        assert "server" not in response.headers
    assert responses[0].headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in responses[2].headers["Content-Security-Policy"]
    assert all(status < 600 for status in STATUS_CODES.values())


def test_8_page_loads_nothing_external(call: Call) -> None:
    """The documentation page works offline: its files contain no address of another server."""
    files = [call(name, method="GET").text for name in ("docs", "docs.css", "docs.js")]

    assert all(files)
    assert not [file for file in files if "http://" in file or "https://" in file or "//cdn" in file]
    assert "innerHTML" not in files[2]


def test_9_improper_inventory_management(call: Call, app: App, officer: Actor) -> None:
    """Every address that is served is in the API document, under one version, and no other address is served."""
    paths = call("openapi.json", method="GET").json()["paths"]
    served = {path.removeprefix("/api/v1/") for path in paths}

    assert set(OperationGateway(app).operations) <= served
    for name in served - set(OperationGateway(app).operations):
        assert call(name, officer, method="DELETE").status_code == 405, name
    for path in ("v2/tips.list", "debug", "metrics", "admin", "swagger.json", "tips", "docs/", "../v0/tips.list"):
        assert call(path, officer, {}).status_code == 404, path


def test_10_unsafe_consumption_of_apis(call: Call, officer: Actor) -> None:
    """The server trusts nothing that a client claims about itself: no name in a header, no file type, and no proxy
    address.
    """
    forged = {"X-Forwarded-For": "127.0.0.1", "X-Remote-User": officer.id, "X-Officer": officer.id, "From": officer.id}

    assert call("tips.overdue", arguments={}, headers=forged).status_code == 401
    page = b"<html><script>alert(1)</script>"
    assert call("uploads?name=a.png", officer, content=page, headers={"Content-Type": "image/png"}).status_code == 422


def test_refusal_over_http_is_journaled(call: Call, app: App, officer: Actor) -> None:
    """Each refusal over HTTP leaves an entry in the journal."""
    before, _ = app.internals.context.storage.journal.head()
    call("tips.get", officer, {"tip_id": "nothing"})

    (line,) = app.internals.context.storage.journal.read(before)
    assert b'"refused"' in line.content


def test_queries_are_never_in_an_address(app: App, call: Call, officer: Actor) -> None:
    """No query is answered to GET, so that search terms never appear in an address."""
    for name, operation in OperationGateway(app).operations.items():
        if operation.kind is UseCaseKind.QUERY:
            assert call(f"{name}?text=secret", officer, method="GET").status_code == 405, name


def test_documentation_page_is_small() -> None:
    """The documentation page is the project's own and smaller than 20,000 bytes."""
    folder = Path(__file__).parents[3] / "src/anninh_core/web/api/document/page"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 20_000
