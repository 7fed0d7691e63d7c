"""Fixtures with a sandbox on a test clock, whose webhooks are recorded in a list."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from attrs import define, field

from anninh_core.testing import FixedClock
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant

Json = dict[str, Any]
MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)


@define
class WebhookRecorder:
    """A webhook endpoint that records requests and responds with `status`; 0 means no connection."""

    status: int = 200
    got: list[tuple[str, Mapping[str, str], bytes]] = field(factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Record a webhook and return the status, or raise `ConnectionError`."""
        if self.status == 0:
            raise ConnectionError("nobody listens")
        self.got.append((url, headers, body))
        return self.status

    @property
    def parsed_events(self) -> list[Json]:
        """The received events, parsed."""
        return [json.loads(body) for _, _, body in self.got]

    @property
    def event_names(self) -> list[str]:
        """The names of the received events."""
        return [event["event_name"] for event in self.parsed_events]


@define
class ApiClient:
    """A client that makes API calls with the account's token."""

    client: httpx.Client

    def post(self, path: str, **params: Any) -> Json:
        """Call an API path with parameters as a JSON body, and return the response."""
        answer: Json = self.client.post(path, json=params).json()
        return answer

    def get(self, path: str, **params: Any) -> Json:
        """Call an API path with query parameters, and return the response."""
        answer: Json = self.client.get(path, params=params).json()
        return answer

    def get_with_data(self, path: str, **params: Any) -> Json:
        """Call an API path with parameters as JSON in `data`, and return the response."""
        return self.get(path, data=json.dumps(params))

    def send_text(self, person: Person, text: str, **more: Any) -> Json:
        """Send a consultation message to a person, and return the response."""
        return self.post("/v3.0/oa/message/cs", recipient={"user_id": person.id}, message={"text": text, **more})


class ControlClient:
    """A client of the sandbox's control API over HTTP."""

    def __init__(self, base: str) -> None:
        self.base = base

    def post(self, path: str, /, **body: Any) -> Any:
        """Call a path of the control API with a JSON body, and return the response."""
        return httpx.post(f"{self.base}{path}", json=body).json()

    def get(self, path: str, /, **params: str) -> Any:
        """Call a path of the control API with query parameters, and return the response."""
        return httpx.get(f"{self.base}{path}", params=params).json()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that only a test advances."""
    return FixedClock(MORNING)


@pytest.fixture
def webhook_recorder() -> WebhookRecorder:
    return WebhookRecorder()


@pytest.fixture
def sandbox(clock: FixedClock, webhook_recorder: WebhookRecorder) -> Sandbox:
    return Sandbox(clock, post=webhook_recorder)


@pytest.fixture
def app(sandbox: Sandbox) -> SandboxApplication:
    """An application with a webhook."""
    return sandbox.app(webhook="https://anninh.invalid/webhook")


@pytest.fixture
def account(sandbox: Sandbox) -> SandboxOfficialAccount:
    return sandbox.account("Xã Thử")


@pytest.fixture
def grant(sandbox: Sandbox, app: SandboxApplication, account: SandboxOfficialAccount) -> SandboxGrant:
    """The tokens with which the application may use the account."""
    return sandbox.grant(app, account)


@pytest.fixture
def long_token(grant: SandboxGrant) -> None:
    """Extends the access token by a year, for tests over many days."""
    grant.access_until += timedelta(days=365)


@pytest.fixture
def person(account: SandboxOfficialAccount) -> Person:
    return account.person("Thử Văn An", phone="84000000001")


@pytest.fixture
def api_client(sandbox: Sandbox, grant: SandboxGrant) -> Iterator[ApiClient]:
    """A client of the host for the account's API, with the account's token."""
    headers = {"access_token": grant.access}
    with httpx.Client(transport=sandbox.transport(), base_url="https://openapi.zalo.me", headers=headers) as client:
        yield ApiClient(client)


@pytest.fixture
def template_client(sandbox: Sandbox, grant: SandboxGrant) -> Iterator[ApiClient]:
    """A client of the host for template messages, with the account's token."""
    headers = {"access_token": grant.access}
    base = "https://business.openapi.zalo.me"
    with httpx.Client(transport=sandbox.transport(), base_url=base, headers=headers) as client:
        yield ApiClient(client)
