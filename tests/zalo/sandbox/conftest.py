"""A sandbox whose clock the tests turn, and whose webhooks land in a list."""

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
class Mailbox:
    """A webhook: keeps what comes and answers as it is told; 0 is no connection."""

    status: int = 200
    got: list[tuple[str, Mapping[str, str], bytes]] = field(factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take a webhook."""
        if self.status == 0:
            raise ConnectionError("nobody listens")
        self.got.append((url, headers, body))
        return self.status

    @property
    def events(self) -> list[Json]:
        """Return what came, parsed."""
        return [json.loads(body) for _, _, body in self.got]

    @property
    def names(self) -> list[str]:
        """Return the names of the events that came."""
        return [event["event_name"] for event in self.events]


@define
class Caller:
    """A client of the account's calls."""

    client: httpx.Client

    def post(self, path: str, **params: Any) -> Json:
        """Call with a JSON body and return the answer."""
        answer: Json = self.client.post(path, json=params).json()
        return answer

    def get(self, path: str, **params: Any) -> Json:
        """Call with plain parameters and return the answer."""
        answer: Json = self.client.get(path, params=params).json()
        return answer

    def data(self, path: str, **params: Any) -> Json:
        """Call with parameters in `data` and return the answer."""
        return self.get(path, data=json.dumps(params))

    def tell(self, person: Person, text: str, **more: Any) -> Json:
        """Send a consultation message and return the answer."""
        return self.post("/v3.0/oa/message/cs", recipient={"user_id": person.id}, message={"text": text, **more})


class Told:
    """The sandbox's own API over HTTP."""

    def __init__(self, base: str) -> None:
        self.base = base

    def post(self, path: str, /, **body: Any) -> Any:
        """Call with a JSON body and return the answer."""
        return httpx.post(f"{self.base}{path}", json=body).json()

    def get(self, path: str, /, **params: str) -> Any:
        """Call with parameters and return the answer."""
        return httpx.get(f"{self.base}{path}", params=params).json()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(MORNING)


@pytest.fixture
def mailbox() -> Mailbox:
    """A webhook."""
    return Mailbox()


@pytest.fixture
def sandbox(clock: FixedClock, mailbox: Mailbox) -> Sandbox:
    """A sandbox."""
    return Sandbox(clock, post=mailbox)


@pytest.fixture
def app(sandbox: Sandbox) -> SandboxApplication:
    """An application with a webhook."""
    return sandbox.app(webhook="https://anninh.invalid/webhook")


@pytest.fixture
def account(sandbox: Sandbox) -> SandboxOfficialAccount:
    """An official account."""
    return sandbox.account("Xã Thử")


@pytest.fixture
def grant(sandbox: Sandbox, app: SandboxApplication, account: SandboxOfficialAccount) -> SandboxGrant:
    """The application's tokens for the account."""
    return sandbox.grant(app, account)


@pytest.fixture
def lasting(grant: SandboxGrant) -> None:
    """A token that lasts, for tests in which days pass."""
    grant.access_until += timedelta(days=365)


@pytest.fixture
def person(account: SandboxOfficialAccount) -> Person:
    """A resident."""
    return account.person("Thử Văn An", phone="84000000001")


@pytest.fixture
def caller(sandbox: Sandbox, grant: SandboxGrant) -> Iterator[Caller]:
    """A client with the token in its header."""
    headers = {"access_token": grant.access}
    with httpx.Client(transport=sandbox.transport(), base_url="https://openapi.zalo.me", headers=headers) as client:
        yield Caller(client)


@pytest.fixture
def business(sandbox: Sandbox, grant: SandboxGrant) -> Iterator[Caller]:
    """A client of the host for template messages."""
    headers = {"access_token": grant.access}
    base = "https://business.openapi.zalo.me"
    with httpx.Client(transport=sandbox.transport(), base_url=base, headers=headers) as client:
        yield Caller(client)
