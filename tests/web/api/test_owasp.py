"""OWASP's ten risks of APIs (2023), point by point; where another file goes deeper, the sentence names it."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from tests.web.api.conftest import Call, caller

from anninh_core.app import App
from anninh_core.app.settings import ApiSettings, RateSettings
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.web import create_asgi
from anninh_core.web.api.problems.statuses import STATUS_CODES

WORDS = {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"}


def test_1_broken_object_level_authorization(call: Call, app: App, officer: Actor) -> None:
    """Another commune's tip is read, changed and searched by nobody else; all objects: `test_stranger_over_http`."""
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")
    tip = app.tips.record_walk_in(officer, WORDS["text"], unit="hoa-lu")

    for name, arguments in (("tips.get", {}), ("tips.triage", {"category": "crime"}), ("tips.close", {})):
        assert call(name, elsewhere, {"tip_id": tip.id, **arguments}).status_code == 404, name
    assert app.tips.get(officer, tip.id).state == tip.state


def test_2_broken_authentication(app: App) -> None:
    """No operation is answered without a sign-in, whatever stands in the address; deeper: `test_sign_in`."""
    asgi = create_asgi(app, api=True)

    for number, name in enumerate(Door(app).operations):
        call = caller(asgi, f"203.0.113.{number % 256}")  # one address may not ask so much
        assert call(f"{name}?token=x&access_token=x", arguments={}).status_code == 401, name


def test_3_broken_object_property_level_authorization(call: Call, app: App, officer: Actor) -> None:
    """A property that an operation doesn't take is refused, also in what is nested; what leaves: the tests of views."""
    for further in ({"state": "answered"}, {"officers": ["x"]}, {"version": 7}):
        assert call("tips.record_walk_in", officer, {**WORDS, **further}).status_code == 422
    piece = {"title": "Cảnh báo", "body": "…", "category": "crime_warning", "units": ["hoa-lu"], "state": "approved"}
    editor = UnsafeLocalUsers(app).appoint("Biên tập", "hoa-lu", "editor")
    refused = call("content.write", editor, {"unit": "hoa-lu", "piece": piece}).json()

    assert app.tips.list(officer).items == ()
    assert [error["path"] for error in refused["errors"]] == ["piece.state"]


class TestResources:
    """4: unrestricted resource consumption."""

    @pytest.fixture
    def limits(self) -> ApiSettings:
        """Five calls at once of a person."""
        return ApiSettings(account_pace=RateSettings(per_minute=1, burst=5))

    def test_4_unrestricted_resource_consumption(self, call: Call, officer: Actor) -> None:
        """Pages, bodies and calls are bounded, and a refusal says when to come back; deeper: `test_endpoint`."""
        assert call("tips.list", officer, {"limit": 100_000}).status_code == 422
        assert call("tips.list", officer, {"after": "x" * 2_000_000}).status_code == 413
        statuses = [call("tips.overdue", officer, {}) for _ in range(6)]
        assert statuses[-1].status_code == 429
        assert int(statuses[-1].headers["Retry-After"]) > 0


def test_5_broken_function_level_authorization(call: Call, app: App, officer: Actor, stranger: Actor) -> None:
    """Who has no grant gets through no command; steps, halves and the clock's acts have no address at all."""
    door = Door(app)
    closed = ("units.break_glass", "keys.destroy_epoch", "tips.receive", "content.record_findings", "intake.accept")

    for name in closed:
        assert call(name, officer, {}).status_code == 404, name
    administrative = ("units.appoint", "units.grant", "retention.purge", "identity.reveal_identity", "accounts.invite")
    for name in administrative:
        assert call(name, stranger, {}, fresh=True).status_code in (403, 404, 422), name
    assert door.find("identity.reveal_identity").step_up


def test_6_unrestricted_access_to_sensitive_business_flows(
    call: Call, app: App, officer: Actor, clock: FixedClock
) -> None:
    """What can't be undone takes a second factor, of every face; a person's pace bounds the rest."""
    door = Door(app)
    guarded = [name for name, one in door.operations.items() if one.step_up]

    assert len(guarded) >= 25
    for name in guarded:
        body = dict.fromkeys(door.find(name).arguments.shapes, "x")
        answer = call(name, officer, body)
        assert answer.status_code in (403, 404, 422), name  # 404: an upload that there isn't
        if answer.status_code == 403:
            assert answer.json()["code"] == "step_up_needed", name
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert call("accounts.make_token", officer, {"name": "x", "until": until}).json()["code"] == "step_up_needed"


def test_7_server_side_request_forgery(call: Call, officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that somebody names is looked at as words; nobody connects to it."""
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: asked.append(address))
    for url in ("http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd"):
        call("content.sources.get", officer, {"url": url})
        call("tips.record_walk_in", officer, {**WORDS, "text": url})

    assert asked == []


def test_8_security_misconfiguration(call: Call, officer: Actor) -> None:
    """No other site may read answers, none is kept or guessed at, and a failure tells nothing of the server."""
    answers = [
        call("tips.overdue", officer, {}, headers={"Origin": "https://evil.example"}),
        call("tips.overdue", None, method="OPTIONS", headers={"Origin": "https://evil.example"}),
        call("docs", method="GET"),
        call("openapi.json", method="GET"),
    ]

    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert "server" not in answer.headers
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answers[2].headers["Content-Security-Policy"]
    assert all(status < 600 for status in STATUS_CODES.values())


def test_8_the_page_takes_nothing_from_elsewhere(call: Call) -> None:
    """It works offline: every address in its files is of this server."""
    files = [call(name, method="GET").text for name in ("docs", "docs.css", "docs.js")]

    assert all(files)
    assert not [file for file in files if "http://" in file or "https://" in file or "//cdn" in file]
    assert "innerHTML" not in files[2]


def test_9_improper_inventory_management(call: Call, app: App, officer: Actor) -> None:
    """What is answered stands in the document, under one version; nothing else is there."""
    paths = call("openapi.json", method="GET").json()["paths"]
    served = {path.removeprefix("/api/v1/") for path in paths}

    assert set(Door(app).operations) <= served
    for name in served - set(Door(app).operations):
        assert call(name, officer, method="DELETE").status_code == 405, name
    for path in ("v2/tips.list", "debug", "metrics", "admin", "swagger.json", "tips", "docs/", "../v0/tips.list"):
        assert call(path, officer, {}).status_code == 404, path


def test_10_unsafe_consumption_of_apis(call: Call, officer: Actor) -> None:
    """Nobody is believed about themselves: neither a name in a header, nor a file's type, nor an address of a proxy."""
    forged = {"X-Forwarded-For": "127.0.0.1", "X-Remote-User": officer.id, "X-Officer": officer.id, "From": officer.id}

    assert call("tips.overdue", arguments={}, headers=forged).status_code == 401
    page = b"<html><script>alert(1)</script>"
    assert call("uploads?name=a.png", officer, content=page, headers={"Content-Type": "image/png"}).status_code == 422


def test_a_refusal_is_told_to_the_journal_and_to_nobody_else(call: Call, app: App, officer: Actor) -> None:
    """Each refusal leaves its entry, also of what came over HTTP."""
    before, _ = app.internals.context.storage.journal.head()
    call("tips.get", officer, {"tip_id": "nothing"})

    (line,) = app.internals.context.storage.journal.read(before)
    assert b'"refused"' in line.content


def test_queries_are_never_in_an_address(app: App, call: Call, officer: Actor) -> None:
    """What is searched for stands in the body: no query is answered to GET."""
    for name, operation in Door(app).operations.items():
        if operation.kind is UseCaseKind.QUERY:
            assert call(f"{name}?text=secret", officer, method="GET").status_code == 405, name


def test_no_file_of_the_page_is_large() -> None:
    """It is our own, and small enough to be read."""
    folder = Path(__file__).parents[3] / "src/anninh_core/web/api/document/page"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 20_000
