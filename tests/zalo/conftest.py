"""Fixtures with an official account of the simulated Zalo, and the messenger that is connected to it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from attrs import frozen

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place, WebhookRequest
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Person, Sandbox, Variants
from anninh_zalo.testing import SandboxOfficialAccount as PretendAccount
from anninh_zalo.testing.state import SandboxApplication

BEGIN = datetime(2026, 11, 2, 3, tzinfo=UTC)


@frozen
class Bench:
    """The simulated platform with its official account, and our messenger for the account."""

    clock: FixedClock
    sandbox: Sandbox
    app: SandboxApplication
    account: PretendAccount
    services: AdapterServices
    messenger: OfficialAccount

    def add_writer(self, name: str = "Khuất Thị Thử") -> Person:
        """Return a person who has just written to the account, so that a reply is allowed."""
        person = self.account.person(name)
        person.says("chào")
        return person

    def build_message(
        self, person: Person, text: str = "Cảm ơn bà con.", key: str = "k-1", **more: object
    ) -> OutgoingMessage:
        """Build a message from the account to a person."""
        address = Address("oa", Place.PERSON, person.id)
        return OutgoingMessage(key=key, to=address, text=text, purpose="probe", **more)  # type: ignore[arg-type]

    def request(self, index: int = -1) -> WebhookRequest:
        """Return a webhook request of the simulated platform that waits for delivery, by default the last."""
        delivery = self.sandbox.world.queue.waiting[index]
        return WebhookRequest(delivery.body, tuple(delivery.headers.items()))


def build_required_options(app: SandboxApplication, account: PretendAccount) -> dict[str, str]:
    """Return the required options of an account."""
    return {"app_id": app.id, "app_secret": app.secret, "oa_id": account.id, "oa_secret": app.oa_secret}


def build_bench(
    services: AdapterServices | None = None,
    manners: Variants | None = None,
    more: Mapping[str, str] | None = None,
    **options: str,
) -> Bench:
    """Build a simulated platform and a messenger with the given options; `more` has those with dots in their names."""
    services = services or memory_services(FixedClock(BEGIN))
    clock = services.clock
    assert isinstance(clock, FixedClock)  # The platform and the messenger share one clock, which tests advance.
    sandbox = Sandbox(clock, manners=manners)
    app = sandbox.app(webhook="https://door.invalid/hook/oa")
    account = sandbox.account("Công an thử")
    admin = account.person("Quản trị", admin=True, follows=True)
    chosen = build_required_options(app, account) | {"admins": admin.id} | options | dict(more or {})
    messenger = OfficialAccount("oa", chosen, services, sandbox.transport)
    grant = sandbox.grant(app, account)
    messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))
    return Bench(clock, sandbox, app, account, services, messenger)


@pytest.fixture
def bench() -> Iterator[Bench]:
    new_bench = build_bench()
    yield new_bench
    new_bench.messenger.close()
