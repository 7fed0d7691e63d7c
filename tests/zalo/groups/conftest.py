"""Fixtures with an official account and its administrator on the simulated Zalo, and the account's groups."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.http import HttpClient
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.state import SandboxGrant
from anninh_zalo.testing.state import SandboxGroup as Seen

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
TITLE = "Nhóm Zalo An ninh thôn Thử"
MAKE = "/v3.0/oa/group/creategroupwithoa"
LIST = "/v3.0/oa/group/getgroupsofoa"

Make = Callable[..., GroupChats]
"""Type of a function that builds another `GroupChats` for the account, as another process would; it takes the arguments
of `GroupChats` except api, services and instance.
"""


@define
class LastingTokens:
    """An access token that doesn't expire during a test."""

    grant: SandboxGrant

    def current(self) -> str:
        return self.grant.access

    def renew(self, stale: str) -> str:
        return self.grant.access


@pytest.fixture
def clock() -> FixedClock:
    """A clock that only a test advances."""
    return FixedClock(MORNING)


@pytest.fixture
def manners() -> Variants:
    """The simulated platform's variants of behaviour that are harder for a client."""
    return Variants()


@pytest.fixture
def sandbox(clock: FixedClock, manners: Variants) -> Sandbox:
    return Sandbox(clock, manners=manners, post=lambda *_: 200)


@pytest.fixture
def account(sandbox: Sandbox) -> SandboxOfficialAccount:
    return sandbox.account("Xã Thử")


@pytest.fixture
def account_admin(account: SandboxOfficialAccount) -> Person:
    """An administrator of the account."""
    return account.person("Thử Thị Chi", admin=True, follows=True)


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    """The services that the core gives to the adapter."""
    return memory_services(clock)


@pytest.fixture
def groups_builder(
    sandbox: Sandbox, account: SandboxOfficialAccount, services: AdapterServices, account_admin: Person
) -> Make:
    """A function that builds another `GroupChats` for the account."""
    app = sandbox.app()
    app.per_minute = account.account.per_minute = 10_000
    grant = sandbox.grant(app, account)
    grant.access_until += timedelta(days=1000)

    def build_groups(**more: Any) -> GroupChats:
        api = AccountApi(HttpClient(transport=sandbox.transport), LastingTokens(grant))
        return GroupChats(api, services, "oa", **({"admins": [account_admin.id]} | more))

    return build_groups


@pytest.fixture
def groups(groups_builder: Make) -> GroupChats:
    return groups_builder()


def build_address(person: Person) -> Address:
    return Address("oa", Place.PERSON, person.id)


def get_group_state(account: SandboxOfficialAccount, group: Address) -> Seen:
    """Return the state of a group on the simulated Zalo."""
    return account.group(group.id)


def list_group_names(account: SandboxOfficialAccount) -> list[str]:
    """Return the names of all groups that exist on the simulated Zalo."""
    return [group.name for group in account.account.groups.values()]
