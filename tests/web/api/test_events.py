import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest
from tests.web.api.conftest import authenticate_by_header

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.rates import Rate
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.events import endpoint as events_endpoint
from anninh_core.web.api.events.endpoint import EventsEndpoint
from anninh_core.web.api.events.feed import ChangeFeed
from anninh_core.web.api.idempotency import Replays
from anninh_core.web.api.rate_limits import RequestRateLimiter
from anninh_core.web.api.request import ApiRequest
from anninh_core.workflows.changes import ChangeVisibility

Act = Callable[[], object]


class EventsOffice:
    """The event stream's endpoint for an app, and the officers whose sessions were ended."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.signed_out: set[str] = set()
        gateway = OperationGateway(app)
        threads = CallThreads(2, 20)
        calls = Calls(
            gateway, self._authenticate, RequestRateLimiter(Rate(per_minute=1000, burst=1000)), Replays(app, gateway)
        )
        feed = ChangeFeed(app.internals.context.storage.journal, threads, every=0.005)
        self.endpoint = EventsEndpoint(
            calls, feed, ChangeVisibility(app.internals.runner, app.internals.find_verb), threads, most=5
        )

    def _authenticate(self, request: ApiRequest) -> Actor:
        actor = authenticate_by_header(request)
        if actor.id in self.signed_out:
            raise NotSignedIn("it was ended")
        return actor

    def head(self, actor: Actor) -> ApiRequest:
        return ApiRequest("GET", "events", "", {"authorization": f"Bearer {actor.id}"}, "203.0.113.5", "203.0.113.5")


class Listener:
    """A client of the event stream, with the events that it received."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.raw = b""
        self.ended = False
        self._news = anyio.Event()

    async def send(self, message: Any) -> None:
        body = message.get("body", b"")
        self.raw += body
        for block in body.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if lines:
                self.events.append((lines["event"], json.loads(lines["data"])))
        self.ended = message["type"] == "http.response.body" and not message["more_body"]
        self._news.set()

    async def wait_until(self, happened: Callable[[], bool]) -> None:
        with anyio.fail_after(20):
            while not happened():
                await self._news.wait()
                self._news = anyio.Event()

    async def wait_for(self, count: int) -> None:
        await self.wait_until(lambda: len(self.events) >= count or self.ended)

    async def wait_for_end(self) -> None:
        await self.wait_until(lambda: self.ended)


@pytest.fixture
def office(app: App) -> EventsOffice:
    return EventsOffice(app)


def listen(
    office: EventsOffice, people: list[Actor], play: Callable[[list[Listener]], Awaitable[None]]
) -> list[Listener]:
    """Let officers listen to the event stream while `play` runs, and return the listeners."""
    listeners = [Listener() for _ in people]

    async def run_listeners() -> None:
        disconnected = anyio.Event()

        async def wait_and_disconnect() -> dict[str, str]:
            await disconnected.wait()
            return {"type": "http.disconnect"}

        async with anyio.create_task_group() as group:
            for actor, listener in zip(people, listeners, strict=True):
                stream = await office.endpoint.answer(office.head(actor), wait_and_disconnect)
                group.start_soon(partial(stream, {"type": "http"}, wait_and_disconnect, listener.send))
                await listener.wait_for(1)
            await play(listeners)
            disconnected.set()

    anyio.run(run_listeners)
    return listeners


async def run_acts(acts: list[Act]) -> None:
    for call in acts:
        await anyio.to_thread.run_sync(call)


def test_permitted_officers_get_events_of_a_tip(office: EventsOffice, officer: Actor, stranger: Actor) -> None:
    """An officer with permission gets the id, version and badges of a changed tip but none of its content, and other
    officers get no event.
    """
    users = UnsafeLocalUsers(office.app)
    app = office.app
    elsewhere = users.appoint("Cán bộ Khác", "ninh-giang", "tip_officer")

    async def record_tips(listeners: list[Listener]) -> None:
        await run_acts([lambda: app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu")])
        await listeners[0].wait_for(2)
        await run_acts([lambda: app.tips.record_walk_in(elsewhere, "Mất bò", unit="ninh-giang")])
        await listeners[2].wait_for(2)

    mine, without_grant, theirs = listen(office, [officer, stranger, elsewhere], record_tips)

    tips = {tip.text: tip.id for tip in app.tips.list(officer).items}
    (_, event) = mine.events[1]
    assert mine.events[0] == ("ready", {})
    assert (event["kind"], event["id"], event["version"]) == ("tip", tips["Có trộm xe máy ở chợ"], 1)
    assert set(event) == {"kind", "id", "version", "badges"}
    assert without_grant.events == [("ready", {})]
    assert [change["kind"] for name, change in theirs.events if name == "change"] == ["tip"]
    assert "trộm" not in mine.raw.decode() + theirs.raw.decode()


def test_excluded_officer_gets_no_events(office: EventsOffice, officer: Actor) -> None:
    """An officer who is excluded from a case gets no event of it, neither about the exclusion nor later, while other
    officers do.
    """
    users = UnsafeLocalUsers(office.app)
    app = office.app
    boss = users.appoint("Cán bộ Hai", "hoa-lu", "tip_officer", "tip_supervisor")
    tip = app.tips.record_walk_in(boss, "Cán bộ Mẫu nhận hối lộ", unit="hoa-lu")

    async def exclude_officer(listeners: list[Listener]) -> None:
        await run_acts([lambda: app.tips.exclusions.add(boss, tip.id, officer.id, "Là người bị tố cáo")])
        await listeners[1].wait_for(2)
        await run_acts([lambda: app.tips.triage(boss, tip.id, category="crime")])
        await listeners[1].wait_for(3)

    excluded, others = listen(office, [officer, boss], exclude_officer)

    assert excluded.events == [("ready", {})]
    assert [event["id"] for _, event in others.events[1:]] == [tip.id, tip.id]
    assert others.events[-1][1]["badges"] == ["tip.triaged"]


def test_listening_writes_no_entry(office: EventsOffice, officer: Actor) -> None:
    """Listening to the event stream writes no entry of a read, because the stream shows no record."""
    app = office.app

    async def play(listeners: list[Listener]) -> None:
        await run_acts([lambda: app.tips.record_walk_in(officer, "Mất bò", unit="hoa-lu")])
        await listeners[0].wait_for(2)

    before = app.internals.context.storage.journal.head()[0]
    listen(office, [officer], play)

    assert app.internals.context.storage.journal.head()[0] == before + 1


def test_a_stream_ends_with_the_session(office: EventsOffice, officer: Actor) -> None:
    """After the sign-out of its officer a stream ends without further events."""
    app = office.app

    async def play(listeners: list[Listener]) -> None:
        office.signed_out.add(officer.id)
        await run_acts([lambda: app.tips.record_walk_in(officer, "Mất bò", unit="hoa-lu")])
        await listeners[0].wait_for_end()

    (listener,) = listen(office, [officer], play)

    assert listener.events == [("ready", {})]


def test_streams_end_with_the_server(office: EventsOffice, officer: Actor) -> None:
    """Stopping the server ends the event streams."""

    async def play(listeners: list[Listener]) -> None:
        office.endpoint.close()
        await listeners[0].wait_for_end()

    (listener,) = listen(office, [officer], play)

    assert listener.ended


def test_silent_stream_sends_heartbeats(office: EventsOffice, officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream without events sends a comment from time to time, so that no proxy closes it."""
    monkeypatch.setattr(events_endpoint, "_HEARTBEAT", 0.0)

    async def play(listeners: list[Listener]) -> None:
        await listeners[0].wait_until(lambda: b": still here" in listeners[0].raw)

    (listener,) = listen(office, [officer], play)

    assert listener.events == [("ready", {})]


def test_number_of_streams_is_limited(office: EventsOffice, officer: Actor, stranger: Actor) -> None:
    """A person can have four event streams, and all people together as many as the setting allows; a closed stream
    frees its place.
    """

    async def open_too_many(listeners: list[Listener]) -> None:
        with pytest.raises(TooManyRequests):
            await office.endpoint.answer(office.head(officer), anyio.sleep_forever)  # type: ignore[arg-type]

    listen(office, [officer] * 4, open_too_many)
    listen(office, [stranger, *[officer] * 4], open_too_many)


def test_missed_events_cause_a_reload(office: EventsOffice, officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """If more records changed than the event feed remembers, the stream asks the client to reload."""
    app = office.app

    async def return_no_events(_: int) -> tuple[int, None]:
        return 0, None

    async def play(listeners: list[Listener]) -> None:
        monkeypatch.setattr(office.endpoint._feed, "since", return_no_events)  # noqa: SLF001  as if it had been long away
        await run_acts([lambda: app.tips.record_walk_in(officer, "Mất bò", unit="hoa-lu")])
        await listeners[0].wait_for(2)

    (listener,) = listen(office, [officer], play)

    assert ("reload", {}) in listener.events
