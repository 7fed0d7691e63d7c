"""Fixtures with the simulated Zalo as the platform of a simulated demo, a messenger connected to it over HTTP, and an
endpoint for its webhooks.
"""

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
from anninh_zalo.api.calls import build_post_call
from anninh_zalo.official import OfficialAccount
from anninh_zalo.simulation import SimulatedZalo, serve_pretend_zalo

BEGIN = datetime(2021, 8, 20, 1, tzinfo=UTC)


@define
class WebhookEndpoint:
    """A webhook endpoint on loopback that responds with `status` and records the requests."""

    base: str
    status: int = 200
    got: list[WebhookRequest] = field(factory=list)

    def accept(self, request: WebhookRequest) -> object:
        """Raise an assertion error, because Zalo's events must arrive over HTTP."""
        raise AssertionError(request)

    def url(self) -> str:
        """Return the address of the webhook."""
        return f"{self.base}/hook/oa"


@define
class SimulatedDemo:
    """The parts of a simulated demo: clock, platform, messenger and webhook endpoint."""

    clock: FixedClock
    platform: SimulatedZalo
    messenger: OfficialAccount
    door: WebhookEndpoint

    def heard(self) -> list[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        """Deliver due events, and return what the messenger parses from them."""
        count_before = len(self.door.got)
        self.platform.deliver()
        assert all(self.messenger.verify(request) for request in self.door.got)
        return [part for request in self.door.got[count_before:] for part in self.messenger.parse(request.body)]

    def receive_message(self) -> InboundMessage:
        """Deliver due events, and return the only message in them."""
        (message,) = (part for part in self.heard() if isinstance(part, InboundMessage))
        return message

    def send_text(self, person: str, text: str) -> Receipt:
        """Send a message from the account to a person, and return its receipt."""
        address = Address("oa", Place.PERSON, person)
        return self.messenger.send(OutgoingMessage(key=text, to=address, text=text, purpose="probe"))

    def create_group(self, name: str) -> str:
        """Create a group, and return its id."""
        assets = self.messenger.api.ask(build_post_call("/v3.0/oa/quota/group", {"quota_owner": "OA"}))["data"]
        options = self.platform.options
        asset = next(asset["asset_id"] for asset in assets if asset["status"] == "available")
        body = {"group_name": name, "asset_id": asset, "member_user_ids": [options["admins"]]}
        id: str = self.messenger.api.ask(build_post_call("/v3.0/oa/group/creategroupwithoa", body))["data"]["group_id"]
        return id

    def pass_days(self, days: int) -> None:
        """Advance the clock by `days`, one day at a time."""
        for _ in range(days):
            self.clock.advance(timedelta(days=1))
            self.platform.new_day()


@pytest.fixture
def webhook_endpoint() -> Iterator[WebhookEndpoint]:
    """A webhook endpoint that accepts every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            endpoint.got.append(WebhookRequest(body, tuple(self.headers.items())))
            self.send_response(endpoint.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        endpoint = WebhookEndpoint(f"http://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield endpoint
        server.shutdown()
        thread.join()


@pytest.fixture
def played(webhook_endpoint: WebhookEndpoint, tmp_path: Path) -> Iterator[SimulatedDemo]:
    """The simulated Zalo with an account to which the messenger has access."""
    clock = FixedClock(BEGIN)
    with serve_pretend_zalo(clock, tmp_path) as platform:
        messenger = OfficialAccount("oa", dict(platform.options), memory_services(clock))
        platform.admit(messenger, webhook_endpoint)
        yield SimulatedDemo(clock, platform, messenger, webhook_endpoint)
        messenger.close()
