"""The pretend Zalo on its stage, a messenger that speaks to it over HTTP, and a door that hears its webhooks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from attrs import define, field

from anninh_core.testing import FixedClock, memory_services
from anninh_core.vocabulary.messages import (
    Address,
    DeliveryReport,
    Echo,
    InboundMessage,
    OutgoingMessage,
    Place,
    Receipt,
    WebhookRequest,
    Withdrawal,
)
from anninh_zalo.api.calls import post
from anninh_zalo.official import OfficialAccount
from anninh_zalo.simulation import SimulatedZalo, pretended

BEGIN = datetime(2021, 8, 20, 1, tzinfo=UTC)


@define
class Door:
    """A door on loopback that answers with a status and keeps what came."""

    base: str
    status: int = 200
    got: list[WebhookRequest] = field(factory=list)

    def accept(self, request: WebhookRequest) -> object:
        """Refuse: events of Zalo come over HTTP."""
        raise AssertionError(request)

    def url(self) -> str:
        """Return where events are posted to."""
        return f"{self.base}/hook/oa"


@define
class Played:
    """Everything on the stage."""

    clock: FixedClock
    platform: SimulatedZalo
    messenger: OfficialAccount
    door: Door

    def heard(self) -> list[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Deliver what is due, and return what the messenger makes of it."""
        known = len(self.door.got)
        self.platform.deliver()
        assert all(self.messenger.verify(request) for request in self.door.got)
        return [part for request in self.door.got[known:] for part in self.messenger.parse(request.body)]

    def message(self) -> InboundMessage:
        """Deliver what is due, and return the one message in it."""
        (message,) = (part for part in self.heard() if isinstance(part, InboundMessage))
        return message

    def tell(self, person: str, text: str) -> Receipt:
        """Write to a person."""
        address = Address("oa", Place.PERSON, person)
        return self.messenger.send(OutgoingMessage(key=text, to=address, text=text, purpose="probe"))

    def group(self, name: str) -> str:
        """Make a group and return its id."""
        assets = self.messenger.api.ask(post("/v3.0/oa/quota/group", {"quota_owner": "OA"}))["data"]
        options = self.platform.options
        asset = next(one["asset_id"] for one in assets if one["status"] == "available")
        body = {"group_name": name, "asset_id": asset, "member_user_ids": [options["admins"]]}
        id: str = self.messenger.api.ask(post("/v3.0/oa/group/creategroupwithoa", body))["data"]["group_id"]
        return id

    def pass_days(self, days: int) -> None:
        """Let days begin, one after the other."""
        for _ in range(days):
            self.clock.advance(timedelta(days=1))
            self.platform.new_day()


@pytest.fixture
def door() -> Iterator[Door]:
    """A door that takes everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            opened.got.append(WebhookRequest(body, tuple(self.headers.items())))
            self.send_response(opened.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        opened = Door(f"http://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield opened
        server.shutdown()
        thread.join()


@pytest.fixture
def played(door: Door, tmp_path: Path) -> Iterator[Played]:
    """A pretend Zalo that has let the messenger in."""
    clock = FixedClock(BEGIN)
    with pretended(clock, tmp_path) as platform:
        messenger = OfficialAccount("oa", dict(platform.options), memory_services(clock))
        platform.admit(messenger, door)
        yield Played(clock, platform, messenger, door)
        messenger.close()
