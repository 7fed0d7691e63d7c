"""An official account of the pretend Zalo, and the messenger that is connected to it."""

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
    """Both sides: the pretend platform with its account, and our messenger."""

    clock: FixedClock
    sandbox: Sandbox
    app: SandboxApplication
    account: PretendAccount
    services: AdapterServices
    messenger: OfficialAccount

    def somebody(self, name: str = "Khuất Thị Thử") -> Person:
        """Return a person who has just written, so that a reply is allowed."""
        person = self.account.person(name)
        person.says("chào")
        return person

    def to(self, person: Person, text: str = "Cảm ơn bà con.", key: str = "k-1", **more: object) -> OutgoingMessage:
        """Return an outgoing message to a person."""
        address = Address("oa", Place.PERSON, person.id)
        return OutgoingMessage(key=key, to=address, text=text, purpose="probe", **more)  # type: ignore[arg-type]

    def request(self, index: int = -1) -> WebhookRequest:
        """Return a webhook request that waits for delivery."""
        delivery = self.sandbox.world.queue.waiting[index]
        return WebhookRequest(delivery.body, tuple(delivery.headers.items()))


def minimal_options(app: SandboxApplication, account: PretendAccount) -> dict[str, str]:
    """Return the required options of an account."""
    return {"app_id": app.id, "app_secret": app.secret, "oa_id": account.id, "oa_secret": app.oa_secret}


def bench_with(
    services: AdapterServices | None = None,
    manners: Variants | None = None,
    more: Mapping[str, str] | None = None,
    **options: str,
) -> Bench:
    """Build a bench with the given options; `more` has those with dots in their names."""
    services = services or memory_services(FixedClock(BEGIN))
    clock = services.clock
    assert isinstance(clock, FixedClock)  # both sides share one clock, which tests advance
    sandbox = Sandbox(clock, manners=manners)
    app = sandbox.app(webhook="https://door.invalid/hook/oa")
    account = sandbox.account("Công an thử")
    admin = account.person("Quản trị", admin=True, follows=True)
    chosen = minimal_options(app, account) | {"admins": admin.id} | options | dict(more or {})
    messenger = OfficialAccount("oa", chosen, services, sandbox.transport)
    grant = sandbox.grant(app, account)
    messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))
    return Bench(clock, sandbox, app, account, services, messenger)


@pytest.fixture
def bench() -> Iterator[Bench]:
    new_bench = bench_with()
    yield new_bench
    new_bench.messenger.close()
