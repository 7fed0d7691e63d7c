"""An official account with an administrator, on the pretend Zalo, and its groups as the messenger has them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define

from anninh_core.ports.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.http import Http
from anninh_zalo.groups.service import Groups
from anninh_zalo.testing import Manners, OfficialAccount, Person, Sandbox
from anninh_zalo.testing.state import Grant
from anninh_zalo.testing.state import Group as Seen

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
TITLE = "Nhóm Zalo An ninh thôn Thử"
MAKE, LIST = "/v3.0/oa/group/creategroupwithoa", "/v3.0/oa/group/getgroupsofoa"

Make = Callable[..., Groups]
"""Called with what `Groups` takes beyond api, services and instance; another process on the same account and state."""


@define
class Lasting:
    """Tokens that no test wears out."""

    grant: Grant

    def current(self) -> str:
        """Return the token."""
        return self.grant.access

    def renewed(self, stale: str) -> str:
        """Return the token."""
        return self.grant.access


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(MORNING)


@pytest.fixture
def manners() -> Manners:
    """The readings that a client has more trouble with."""
    return Manners()


@pytest.fixture
def sandbox(clock: FixedClock, manners: Manners) -> Sandbox:
    """A pretend Zalo."""
    return Sandbox(clock, manners=manners, post=lambda *_: 200)


@pytest.fixture
def account(sandbox: Sandbox) -> OfficialAccount:
    """An official account."""
    return sandbox.account("Xã Thử")


@pytest.fixture
def leader(account: OfficialAccount) -> Person:
    """An administrator of the account."""
    return account.person("Thử Thị Chi", admin=True, follows=True)


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    """What the adapter gets from the core."""
    return memory_services(clock)


@pytest.fixture
def make(sandbox: Sandbox, account: OfficialAccount, services: AdapterServices, leader: Person) -> Make:
    """Builds the account's groups."""
    app = sandbox.app()
    app.per_minute = account.account.per_minute = 10_000
    grant = sandbox.grant(app, account)
    grant.access_until += timedelta(days=1000)

    def made(**more: Any) -> Groups:
        api = AccountApi(Http(transport=sandbox.transport), Lasting(grant))
        return Groups(api, services, "oa", **({"admins": [leader.id]} | more))

    return made


@pytest.fixture
def groups(make: Make) -> Groups:
    """The account's groups."""
    return make()


def at(person: Person) -> Address:
    """Return a person's address."""
    return Address("oa", Place.PERSON, person.id)


def seen(account: OfficialAccount, group: Address) -> Seen:
    """Return a group as Zalo has it."""
    return account.group(group.id)


def standing(account: OfficialAccount) -> list[str]:
    """Return the names of all groups that stand."""
    return [group.name for group in account.account.groups.values()]
