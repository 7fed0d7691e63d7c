"""A group is created only once, on a suitable asset."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from tests.zalo.groups.conftest import LIST, MAKE, TITLE, Make, build_address, get_group_state, list_group_names

from anninh_core.kernel.errors import (
    ConfigurationError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
)
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.groups.calls import GroupUpdate
from anninh_zalo.groups.group_creator import PATIENCE
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.groups.values import GroupInfo
from anninh_zalo.sending.text_split import count_characters
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount


def add_followers(account: SandboxOfficialAccount, count: int) -> list[Address]:
    return [build_address(account.person(f"Thử {number}", follows=True)) for number in range(count)]


def test_group_has_admins_and_named_members(
    groups: GroupChats, account: SandboxOfficialAccount, account_admin: Person
) -> None:
    """A new group has the account's administrators and each named member once, and a link with which people can
    join.
    """
    account.asset()
    (other,) = add_followers(account, 1)
    created = groups.create(TITLE, [other, other, build_address(account_admin)])
    group = get_group_state(account, created.address)

    assert (created.address.messenger, created.address.place) == ("oa", Place.GROUP)
    assert (group.name, group.description, created.link) == (TITLE, "", group.link)
    assert [*group.members] == [account_admin.id, other.id]


def test_smallest_sufficient_asset_is_used(
    groups: GroupChats, groups_builder: Make, account: SandboxOfficialAccount
) -> None:
    """Of the assets that are large enough, the smallest and then the longest valid is used, or one of the configured
    kind, and never an expired one.
    """
    sizes = (("gmf100", 90), ("gmf10", 0), ("gmf10", 30), ("gmf10", 60))
    large, _ended, short, small = (account.asset(kind, days) for kind, days in sizes)
    members = add_followers(account, 10)
    addresses = [groups.create(f"Tổ {number}", members[:9]).address for number in range(3)]
    assert [get_group_state(account, group).asset for group in addresses] == [small, short, large]
    for chats, expected in (
        (groups, "a group of 11 people: buy one of kind gmf50 in OA Manager"),
        (groups_builder(kind="gmf1000"), "a group of 11 people: buy one of kind gmf1000 in OA Manager"),
    ):
        with pytest.raises(NeedsPerson, match=expected):
            chats.create("Tổ 4", members)
    with pytest.raises(
        RequestRejected, match="at most 10 people, not 11: name fewer; the others can join by the group's link"
    ):
        groups_builder(kind="gmf10").create("Tổ 4", members)
    assert len(list_group_names(account)) == 3


@pytest.mark.parametrize(
    ("title", "limit", "name"),
    [
        (TITLE, 30, TITLE),
        ("Nhóm Zalo An ninh trật tự thôn Đông Thượng", 30, "Nhóm Zalo An ninh trật tự…"),
        ("Nhóm Zalo An ninh – thôn Đông Thượng", 20, "Nhóm Zalo An ninh…"),
        ("A" * 40, 30, "A" * 29 + "…"),
        ("Tổ 1 " + "👮" * 20, 30, "Tổ 1 " + "👮" * 12 + "…"),
    ],
)
def test_long_title_is_shortened(
    groups_builder: Make, account: SandboxOfficialAccount, title: str, limit: int, name: str
) -> None:
    """A long group title is cut after a word if enough remains, with an ellipsis, and the description then has the
    whole title.
    """
    account.asset()
    group = get_group_state(account, groups_builder(name_limit=limit).create(title, []).address)

    assert (group.name, group.description) == (name, "" if name == title else title)
    assert count_characters(group.name) <= limit


def test_remaining_members_are_invited(groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox) -> None:
    """Members above the limit of the first call are invited afterwards; after a failure the next try continues with the
    same group and the missing members.
    """
    account.asset("gmf1000")
    members = add_followers(account, 250)
    sandbox.fail_next("rate_limit", "/v3.0/oa/group/invite")
    with pytest.raises(RetryLater):
        groups.create(TITLE, members)
    created = groups.create(TITLE, members)

    assert len(get_group_state(account, created.address).members) == 251
    assert list_group_names(account) == [TITLE]
    assert [path for _, path in sandbox.calls].count("/v3.0/oa/group/invite") == 3


def test_group_needs_a_configured_admin(groups_builder: Make, account: SandboxOfficialAccount) -> None:
    """Without a configured administrator no group is created, and an unknown kind of asset is refused."""
    account.asset()
    with pytest.raises(NeedsPerson, match="administrator of the account: name at least one in the option `admins`"):
        groups_builder(admins=[]).create(TITLE, [])
    with pytest.raises(ConfigurationError, match="'gmf7'"):
        groups_builder(kind="gmf7")


def test_unreachable_member_prevents_creation(
    groups: GroupChats, account: SandboxOfficialAccount, person: Person
) -> None:
    """If a member can't be invited, no group is created, and the next try needs no wait."""
    account.asset()
    with pytest.raises(RecipientUnreachable) as refused:
        groups.create(TITLE, [build_address(person)])
    assert person.id not in str(refused.value)
    groups.create(TITLE, [])
    assert list_group_names(account) == [TITLE]


@pytest.fixture
def person(account: SandboxOfficialAccount) -> Person:
    return account.person("Thử Văn An")


@pytest.mark.parametrize("failure", ["lost_answer", "timeout_after"])
def test_group_is_found_after_a_lost_response(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, failure: str
) -> None:
    """If the response to a creation is lost, the group is found by its title and asset."""
    for _ in range(2):
        account.asset()
    sandbox.fail_next(failure, MAKE)
    created = groups.create(TITLE, [])

    assert list_group_names(account) == [TITLE]
    assert get_group_state(account, created.address).link == created.link
    assert groups.create(TITLE, []).address != created.address


@pytest.mark.parametrize("failure", ["server_error", "rejected", "lost_answer"])
def test_next_try_finds_the_created_group(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, failure: str
) -> None:
    """If the search after a lost response fails too, the outcome is unknown, and the next try finds the group."""
    for _ in range(2):
        account.asset()
    sandbox.fail_next("lost_answer", MAKE)
    sandbox.fail_next(failure, LIST)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    created = groups.create(TITLE, [])

    assert [*account.account.groups] == [created.address.id]


def test_lost_request_is_repeated_after_patience(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, clock: FixedClock
) -> None:
    """A creation that never reached Zalo is repeated, but only after `PATIENCE`, when it can't take effect any more."""
    account.asset()
    sandbox.fail_next("lost_before", MAKE)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    with pytest.raises(RetryLater) as refused:
        groups.create(TITLE, [])
    assert refused.value.after == PATIENCE
    clock.advance(PATIENCE)
    groups.create(TITLE, [])

    assert list_group_names(account) == [TITLE]


def test_earlier_group_of_same_title_is_ignored(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox
) -> None:
    """An earlier group with the same title isn't mistaken for the group whose creation lost its response."""
    for _ in range(2):
        account.asset()
    groups.create(TITLE, [])
    sandbox.fail_next("lost_before", MAKE)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    with pytest.raises(RetryLater):
        groups.create(TITLE, [])


def test_group_without_asset_needs_a_person(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If Zalo doesn't name the asset of a group with this title, a person is asked to check it, and the group is
    neither used nor created again.
    """
    account.asset()
    show = groups.calls.show
    monkeypatch.setattr(groups.calls, "show", lambda group: evolve(show(group), asset=None))
    sandbox.fail_next("lost_answer", MAKE)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    with pytest.raises(
        NeedsPerson, match=r"an earlier try created: check .* link the group by hand with `groups\.link_group`"
    ):
        groups.create(TITLE, [])
    assert list_group_names(account) == [TITLE]


def test_same_key_gives_the_same_group(
    groups: GroupChats, groups_builder: Make, account: SandboxOfficialAccount
) -> None:
    """A group that the registry didn't store is found by its request key, also by another process and after a
    rename.
    """
    for _ in range(2):
        account.asset()
    created = groups.create(TITLE, [], "g-1")
    groups.calls.update(created.address.id, GroupUpdate(group_name="Nhóm khác"))

    assert groups_builder().create(TITLE, [], "g-1") == created
    assert groups.create(TITLE, [], "g-2").address != created.address


def test_dissolved_group_is_created_again(groups: GroupChats, account: SandboxOfficialAccount) -> None:
    """If the group of a request key was dissolved, a new group is created."""
    account.asset()
    created = groups.create(TITLE, [], "g-1")
    account.dissolves(created.address.id)

    assert groups.create(TITLE, [], "g-1").address != created.address
    assert list_group_names(account) == [TITLE]


def test_group_survives_a_crash_after_creation(
    groups: GroupChats, groups_builder: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a process ends before it reads the response to a creation, the next process finds the group that Zalo
    created.
    """
    for _ in range(2):
        account.asset()
    create = groups.calls.create

    def raise_crash(*args: Any) -> GroupInfo:
        create(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(groups.calls, "create", raise_crash)
    with pytest.raises(KeyboardInterrupt):
        groups.create(TITLE, [], "g-1")
    created = groups_builder().create(TITLE, [], "g-1")

    assert [*account.account.groups] == [created.address.id]


def act_during_call(groups: GroupChats, monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Run `act` once during the API call `name`: after the call if it is `assets`, else before it."""
    real = getattr(groups.calls, name)
    pending_acts = [act]

    def call_and_act(*args: object) -> object:
        answer = real(*args) if name == "assets" else None
        if pending_acts:
            pending_acts.pop()()
        return answer or real(*args)

    monkeypatch.setattr(groups.calls, name, call_and_act)


def test_second_process_takes_the_next_asset(
    groups: GroupChats, groups_builder: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If two processes use one asset, the second takes the next asset, or asks a person to buy one."""
    for _ in range(2):
        account.asset()
    act_during_call(groups, monkeypatch, "assets", lambda: groups_builder().create("Tổ 2", []))
    groups.create("Tổ 1", [])
    assert list_group_names(account) == ["Tổ 2", "Tổ 1"]

    account.asset()
    act_during_call(groups, monkeypatch, "assets", lambda: groups_builder().create("Tổ 4", []))
    with pytest.raises(NeedsPerson, match="no free asset"):
        groups.create("Tổ 3", [])


def test_second_process_waits_for_the_group(
    groups: GroupChats, groups_builder: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a process creates a group, another process with the same key is refused, and later gets the same group."""
    for _ in range(2):
        account.asset()
    refused: list[RetryLater] = []

    def create_in_other_process() -> None:
        with pytest.raises(RetryLater, match="Another process is creating this group: try again later") as error:
            groups_builder().create(TITLE, [], "g-1")
        refused.append(error.value)

    act_during_call(groups, monkeypatch, "create", create_in_other_process)
    created = groups.create(TITLE, [], "g-1")

    assert len(refused) == 1
    assert groups_builder().create(TITLE, [], "g-1") == created


def test_process_with_expired_lease_stores_nothing(
    groups: GroupChats,
    account: SandboxOfficialAccount,
    clock: FixedClock,
    groups_builder: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process whose lease has expired stores nothing, and leaves the group to its successor."""
    for _ in range(3):
        account.asset()

    def outlive_lease() -> None:
        clock.advance(2 * PATIENCE)
        created.append(groups_builder().create(TITLE, [], "g-1"))

    created: list[object] = []
    act_during_call(groups, monkeypatch, "assets", outlive_lease)
    with pytest.raises(RetryLater, match="Another process is creating this group: try again later"):
        groups.create(TITLE, [], "g-1")

    assert list_group_names(account) == [TITLE]
    assert groups.create(TITLE, [], "g-1") == created[0]
