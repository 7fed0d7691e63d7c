"""Fixtures with templates of an official account of the simulated Zalo."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import define, field

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock, memory_services
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.api.http import HttpClient
from anninh_zalo.templates.template_sender import TemplateSender
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant, SandboxTemplate

PHONE = "84000000001"
KEY = "0198b1f0-0000-7000-8000-000000000001"
TEXT = "Bà con đến nhà văn hoá lúc 8 giờ"
Build = Callable[..., TemplateSender]
"""Type of a function that builds a template sender, connected to the sandbox, with options and optionally phone
options.
"""


@define
class WebhookRecorder:
    """A webhook endpoint that records the bodies of its requests."""

    bodies: list[bytes] = field(factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Record the body of a request, and return status 200."""
        self.bodies.append(body)
        return 200


@define
class SingleTokenSource:
    """A source of access tokens that has only one token."""

    grant: SandboxGrant

    def current(self) -> str:
        return self.grant.access

    def renew(self, stale: str) -> str:
        """Return the same token, because the sandbox only scripts its refusal."""
        assert stale == self.grant.access
        return stale


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 1, 2, tzinfo=UTC))


@pytest.fixture
def webhook_recorder() -> WebhookRecorder:
    return WebhookRecorder()


@pytest.fixture
def sandbox(clock: FixedClock, webhook_recorder: WebhookRecorder) -> Sandbox:
    return Sandbox(clock, post=webhook_recorder)


@pytest.fixture
def application(sandbox: Sandbox) -> SandboxApplication:
    return sandbox.app(webhook="https://anninh.invalid/webhook")


@pytest.fixture
def account(sandbox: Sandbox) -> SandboxOfficialAccount:
    return sandbox.account("Xã Thử")


@pytest.fixture
def api(sandbox: Sandbox, application: SandboxApplication, account: SandboxOfficialAccount) -> Iterator[AccountApi]:
    http = HttpClient(transport=sandbox.transport)
    yield AccountApi(http, SingleTokenSource(sandbox.grant(application, account)))
    http.close()


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    return memory_services(clock)


@pytest.fixture
def person(account: SandboxOfficialAccount) -> Person:
    """A resident who has shared their telephone number."""
    person = account.person("Thử Văn An", phone=PHONE)
    person.profile.shared = {"name": "Thử Văn An", "phone": PHONE}
    return person


@pytest.fixture
def unit_template(account: SandboxOfficialAccount) -> SandboxTemplate:
    """A template with a code and the name of a unit as parameters."""
    return account.template("told", {"code": 11, "unit": 20})


@pytest.fixture
def sender_builder(api: AccountApi, services: AdapterServices) -> Build:
    def build_sender(options: Mapping[str, str], phone: Mapping[str, str] | None = None, **more: Any) -> TemplateSender:
        return TemplateSender(api, services, "oa", options, phone, **more)

    return build_sender


def build_options(template: SandboxTemplate, purpose: str = "tip.receipt") -> dict[str, str]:
    """Build options with which messages of a purpose fill the template of the fixture."""
    return {purpose: template.id, f"{purpose}.code": "{receipt}", f"{purpose}.unit": "Công an {unit}"}


def build_message(
    to: str, purpose: str = "tip.receipt", *, place: Place = Place.PERSON, **facts: str
) -> OutgoingMessage:
    """Build a message with the facts that fill a template."""
    merged = {"receipt": "7KM2Q-9XA3D", "unit": "xã Ninh Hòa", "district": "huyện Hoa Lư"} | facts
    return OutgoingMessage(key=KEY, to=Address("oa", place, to), text=TEXT, purpose=purpose, facts=merged)


@define
class ScriptedApi:
    """A simulated API with a scripted response for each path."""

    answers: Mapping[str, Any]

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Return the response of the called path, or raise it if it is an exception."""
        answer = self.answers[call.path]
        if isinstance(answer, Exception):
            raise answer
        return {"error": 0, "data": answer}
