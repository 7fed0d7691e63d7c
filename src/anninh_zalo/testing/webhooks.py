"""The sandbox's webhooks, which are signed, delivered by the sandbox's clock, and redelivered as by the platform."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from attrs import define, evolve, field, frozen

from anninh_zalo.testing.state import SandboxApplication, SandboxBot
from anninh_zalo.testing.wire import Json, encode_json, encode_signed

if TYPE_CHECKING:
    import httpx

REDELIVERY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (30, 300, 900, 1800, 3600))
"""Delays of a webhook's redeliveries, counted from the first attempt."""

DEADLINE = timedelta(seconds=2)
"""Timeout for the response to a webhook."""

PostWebhook = Callable[[str, Mapping[str, str], bytes], int]
"""Function that posts a webhook to an address and returns the status; raises `OSError` without a connection, and
`TimeoutError` if the response takes too long.
"""


def compute_signature(app: SandboxApplication, body: bytes, timestamp: str) -> str:
    """Return the signature header for a webhook's body, a plain digest and no HMAC."""
    return "mac=" + hashlib.sha256(app.id.encode() + body + timestamp.encode() + app.oa_secret.encode()).hexdigest()


@frozen(kw_only=True)
class WebhookDelivery:
    """A delivery of an event to a webhook.

    Attributes:
        app: application of the webhook; None for a bot's webhook, which is tried once.
        status: status of the last attempt's response; 0 is no connection, -1 no response in time.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    name: str
    app: SandboxApplication | None
    made: datetime
    due: datetime
    tries: int = 0
    status: int | None = None


@define(eq=False)
class WebhookQueue:
    """Queue of the waiting deliveries of webhooks, with the attempted ones. The caller must hold the world's lock.

    Attributes:
        tricks: tricks on the next events: "duplicate", or "reorder" for two in reverse order.
    """

    _heap: list[tuple[datetime, int, WebhookDelivery]] = field(factory=list)
    _pushed: int = 0
    tried: list[WebhookDelivery] = field(factory=list)
    tricks: list[str] = field(factory=list)
    _held_back: list[WebhookDelivery] = field(factory=list)

    def event(self, app: SandboxApplication, event: Json, now: datetime, server: str, *, plain: bool = False) -> None:
        """Queue an event for an application's webhook, unless its console turned the event off; `plain` encodes it like
        a client.
        """
        name = str(event["event_name"])
        if app.webhook and app.subscribed and name not in app.muted:
            body = encode_json(event) if plain else encode_signed(event)
            headers = {
                "content-type": "application/json",
                "user-agent": "ZaloWebhook",
                "x-zevent-server": server,
                "x-zevent-signature": compute_signature(app, body, str(event["timestamp"])),
            }
            self._add_delivery(
                WebhookDelivery(url=app.webhook, headers=headers, body=body, name=name, app=app, made=now, due=now)
            )

    def queue_probe(self, app: SandboxApplication, now: datetime) -> None:
        """Queue the test request of the developer console, which is an empty object without a signature."""
        headers = {"content-type": "application/json", "user-agent": "ZaloWebhook"}
        self._add_delivery(
            WebhookDelivery(url=app.webhook, headers=headers, body=b"{}", name="", app=app, made=now, due=now)
        )

    def queue_update(self, bot: SandboxBot, update: Json, now: datetime) -> None:
        """Queue an update for a bot's webhook."""
        headers = {"content-type": "application/json", "x-bot-api-secret-token": bot.webhook_secret}
        event = update.get("result", update)
        self._add_delivery(
            WebhookDelivery(
                url=bot.webhook,
                headers=headers,
                body=encode_json(update),
                name=event["event_name"],
                app=None,
                made=now,
                due=now,
            )
        )

    @property
    def waiting(self) -> list[WebhookDelivery]:
        """The waiting deliveries, by due time."""
        return [delivery for _, _, delivery in sorted(self._heap)]

    def _add_delivery(self, delivery: WebhookDelivery) -> None:
        trick = self.tricks.pop(0) if self.tricks else ""
        if trick == "reorder" and not self._held_back:
            self._held_back.append(delivery)
            return
        delayed = [evolve(earlier, due=delivery.due) for earlier in self._held_back]
        self._held_back.clear()
        for queued in [delivery] * (2 if trick == "duplicate" else 1) + delayed:
            self._push_delivery(queued)

    def _push_delivery(self, delivery: WebhookDelivery) -> None:
        self._pushed += 1
        heappush(self._heap, (delivery.due, self._pushed, delivery))

    def take(self, now: datetime) -> WebhookDelivery | None:
        """Remove and return the first webhook delivery that is due, or None."""
        return heappop(self._heap)[2] if self._heap and self._heap[0][0] <= now else None

    def settle_attempt(self, delivery: WebhookDelivery, status: int, now: datetime, *, refused_too: bool) -> None:
        """Store the status of a delivery's attempt; queue the next attempt, or unsubscribe the application after the
        last.
        """
        attempt = evolve(delivery, status=status, tries=delivery.tries + 1)
        self.tried.append(attempt)
        failed = status == 0 or (refused_too and status != 200)
        if not failed or attempt.app is None or not attempt.name:
            return
        if attempt.tries <= len(REDELIVERY_DELAYS):
            headers = {**attempt.headers, "num_retry": str(attempt.tries)}
            due = max(now, attempt.made + REDELIVERY_DELAYS[attempt.tries - 1])
            self._push_delivery(evolve(attempt, headers=headers, due=due))
            return
        attempt.app.subscribed = False
        self._heap = [entry for entry in self._heap if entry[2].app is not attempt.app]
        heapify(self._heap)


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    client: "httpx.Client | None" = None,
    patience: timedelta = DEADLINE,
) -> int:
    """Post a webhook over HTTP and return the status; with `client`, requests share its connection.

    Raises:
        TimeoutError: the response took too long.
        OSError: the connection failed.
    """
    seconds = patience.total_seconds()
    return (
        _post_once(url, headers, body, seconds)
        if client is None
        else _post_with_client(client, url, headers, body, seconds)
    )


def _post_once(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    """Post a webhook without an HTTP client, because the sandbox as a process must not need optional packages."""
    parts = urlsplit(url)
    connection_type = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(connection_type(parts.hostname or "", parts.port, timeout=seconds)) as connection:
        try:
            connection.request("POST", urlunsplit(("", "", parts.path or "/", parts.query, "")), body, dict(headers))
            return connection.getresponse().status
        except HTTPException as error:
            raise ConnectionError(str(error)) from error


def _post_with_client(client: "httpx.Client", url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    import httpx  # noqa: PLC0415  whoever has a client has it installed

    try:
        return client.post(url, content=body, headers=dict(headers), timeout=seconds).status_code
    except httpx.TimeoutException as error:
        raise TimeoutError(str(error)) from error
    except httpx.TransportError as error:
        raise ConnectionError(str(error)) from error
