"""The registry creates a group of the account only once, and keeps its data up to date."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from tests.zalo.groups.conftest import TITLE, Make, list_group_names

from anninh_core.app import App
from anninh_core.domain.groups.states import GroupState
from anninh_core.kernel.errors import DeliveryError, StorageBusy
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.testing import FixedClock, MockChat, MockMessenger
from anninh_core.testing.apps import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, CreatedGroup
from anninh_zalo.groups.group_creator import PATIENCE
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount


class DelegatingMessenger(MockMessenger):
    """A mock messenger that delegates groups to the official account."""

    groups: GroupChats

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        return self.groups.create(title, members, key)

    def look(self, group: Address) -> GroupLook:
        return self.groups.look(group)


@pytest.fixture
def delegating_messenger(groups_builder: Make, services: AdapterServices, clock: FixedClock) -> DelegatingMessenger:
    delegating = DelegatingMessenger("oa", {}, services, MockChat(clock))
    delegating.groups = groups_builder()
    return delegating


@pytest.fixture
def app(delegating_messenger: DelegatingMessenger, clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=clock, messengers={"oa": delegating_messenger}) as running_app:
        yield running_app


@pytest.fixture
def admin(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ 1", "hoa-lu", "board_admin")


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before", "the storage"])
def test_retried_creation_gives_one_group(
    *,
    app: App,
    admin: Actor,
    account: SandboxOfficialAccount,
    sandbox: Sandbox,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    failure: str,
) -> None:
    """If `create` is called again after any failure, it stores the group in the registry and creates no second
    group.
    """
    for _ in range(3):
        account.asset()
    plan = app.groups.plan(admin, "ninh-hoa", kind="commune", title=TITLE)
    if failure != "the storage":
        sandbox.fail_next(failure, "creategroupwithoa")
        sandbox.fail_next("server_error", "getgroupsofoa")
    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", raise_storage_busy)
        with pytest.raises((DeliveryError, StorageBusy)):
            app.groups.create(admin, plan.id, "oa")
    clock.advance(PATIENCE)
    group = app.groups.create(admin, plan.id, "oa")

    assert (group.state, list_group_names(account)) == (GroupState.FORMING, [TITLE])


def raise_storage_busy(*_: object) -> None:
    raise StorageBusy("locked")


def test_registry_follows_members_and_link(
    app: App, admin: Actor, account: SandboxOfficialAccount, account_admin: Person, clock: FixedClock
) -> None:
    """The registry updates the members and the link of a group daily, and keeps the last values of a dissolved
    group.
    """
    account.asset("gmf10", 30)
    group = app.groups.establish(admin, "ninh-hoa", kind="commune", title=TITLE, messenger="oa")
    app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Cán bộ 1")
    assert group.address is not None
    app.groups.launch(admin, group.id)
    for members in (1, 2):
        account.group(group.address.id).link = f"https://zalo.me/g/{members}"
        app.worker.tick()
        entry = app.groups.get(admin, group.id)
        assert (entry.members, entry.link) == (members, f"https://zalo.me/g/{members}")
        account.person("Thử Văn An").joins(group.address.id)
        clock.advance(timedelta(days=1))
    clock.advance(timedelta(days=75))
    account.dissolves(group.address.id)
    app.worker.tick()
    assert app.groups.get(admin, group.id).members == 2
