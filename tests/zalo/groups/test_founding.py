"""A group is made once, on an asset that fits."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from tests.zalo.groups.conftest import LIST, MAKE, TITLE, Make, at, seen, standing

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
from anninh_zalo.sending.text_split import text_length
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount


def followers(account: SandboxOfficialAccount, count: int) -> list[Address]:
    return [at(account.person(f"Thử {number}", follows=True)) for number in range(count)]


def test_a_group_of_administrators_and_members(
    groups: GroupChats, account: SandboxOfficialAccount, leader: Person
) -> None:
    """It stands on Zalo with those who were named, once each, and can be joined by its link."""
    account.asset()
    (other,) = followers(account, 1)
    made = groups.create(TITLE, [other, other, at(leader)])
    group = seen(account, made.address)

    assert (made.address.messenger, made.address.place) == ("oa", Place.GROUP)
    assert (group.name, group.description, made.link) == (TITLE, "", group.link)
    assert [*group.members] == [leader.id, other.id]


def test_the_smallest_asset_that_fits(groups: GroupChats, make: Make, account: SandboxOfficialAccount) -> None:
    """Of one size the one that lasts longest; a configured kind is used instead; one that has run out never is."""
    sizes = (("gmf100", 90), ("gmf10", 0), ("gmf10", 30), ("gmf10", 60))
    large, _ended, short, small = (account.asset(kind, days) for kind, days in sizes)
    members = followers(account, 10)
    made = [groups.create(f"Tổ {number}", members[:9]).address for number in range(3)]
    assert [seen(account, group).asset for group in made] == [small, short, large]
    for these, what in (
        (groups, "a group of 11 people: buy one of kind gmf50 in OA Manager"),
        (make(kind="gmf1000"), "a group of 11 people: buy one of kind gmf1000 in OA Manager"),
    ):
        with pytest.raises(NeedsPerson, match=what):
            these.create("Tổ 4", members)
    with pytest.raises(
        RequestRejected, match="at most 10 people, not 11: name fewer; the others can join by the group's link"
    ):
        make(kind="gmf10").create("Tổ 4", members)
    assert len(standing(account)) == 3


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
def test_a_long_title(make: Make, account: SandboxOfficialAccount, title: str, limit: int, name: str) -> None:
    """Whole words and an ellipsis where that leaves enough; the description then has all of it."""
    account.asset()
    group = seen(account, make(name_limit=limit).create(title, []).address)

    assert (group.name, group.description) == (name, "" if name == title else title)
    assert text_length(group.name) <= limit


def test_more_people_than_one_call_takes(groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox) -> None:
    """The rest is invited; where that fails, the next try goes on with the same group and those who are missing."""
    account.asset("gmf1000")
    members = followers(account, 250)
    sandbox.fail_next("rate_limit", "/v3.0/oa/group/invite")
    with pytest.raises(RetryLater):
        groups.create(TITLE, members)
    made = groups.create(TITLE, members)

    assert len(seen(account, made.address).members) == 251
    assert standing(account) == [TITLE]
    assert [path for _, path in sandbox.calls].count("/v3.0/oa/group/invite") == 3


def test_nobody_to_lead_it(make: Make, account: SandboxOfficialAccount) -> None:
    """Without a configured administrator nothing is asked of Zalo; an unknown kind of asset isn't taken."""
    account.asset()
    with pytest.raises(NeedsPerson, match="administrator of the account: name at least one in the option `admins`"):
        make(admins=[]).create(TITLE, [])
    with pytest.raises(ConfigurationError, match="'gmf7'"):
        make(kind="gmf7")


def test_a_member_who_cant_be_invited(groups: GroupChats, account: SandboxOfficialAccount, person: Person) -> None:
    """Nothing is made, and the next try doesn't have to wait."""
    account.asset()
    with pytest.raises(RecipientUnreachable) as refused:
        groups.create(TITLE, [at(person)])
    assert person.id not in str(refused.value)
    groups.create(TITLE, [])
    assert standing(account) == [TITLE]


@pytest.fixture
def person(account: SandboxOfficialAccount) -> Person:
    return account.person("Thử Văn An")


@pytest.mark.parametrize("failure", ["lost_answer", "timeout_after"])
def test_an_answer_that_is_lost(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, failure: str
) -> None:
    """The group is found by its title and its asset."""
    for _ in range(2):
        account.asset()
    sandbox.fail_next(failure, MAKE)
    made = groups.create(TITLE, [])

    assert standing(account) == [TITLE]
    assert seen(account, made.address).link == made.link
    assert groups.create(TITLE, []).address != made.address


@pytest.mark.parametrize("failure", ["server_error", "rejected", "lost_answer"])
def test_an_answer_that_is_lost_with_all_that_follows(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, failure: str
) -> None:
    """Nobody knows whether the group is there; the next try finds it, whatever failed on the way."""
    for _ in range(2):
        account.asset()
    sandbox.fail_next("lost_answer", MAKE)
    sandbox.fail_next(failure, LIST)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    made = groups.create(TITLE, [])

    assert [*account.account.groups] == [made.address.id]


def test_a_call_that_was_lost(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, clock: FixedClock
) -> None:
    """What never arrived is asked for again, but not before it can't appear any more."""
    account.asset()
    sandbox.fail_next("lost_before", MAKE)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    with pytest.raises(RetryLater) as told:
        groups.create(TITLE, [])
    assert told.value.after == PATIENCE
    clock.advance(PATIENCE)
    groups.create(TITLE, [])

    assert standing(account) == [TITLE]


def test_another_group_of_the_same_title(groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox) -> None:
    """A group that stood there before isn't taken for the one whose answer was lost."""
    for _ in range(2):
        account.asset()
    groups.create(TITLE, [])
    sandbox.fail_next("lost_before", MAKE)
    with pytest.raises(UnknownOutcome):
        groups.create(TITLE, [])
    with pytest.raises(RetryLater):
        groups.create(TITLE, [])


def test_without_an_asset_in_the_answer_a_person_looks(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Zalo doesn't tell on which asset a group of this title stands, it is neither taken nor made again."""
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
    assert standing(account) == [TITLE]


def test_the_same_key_is_the_same_group(groups: GroupChats, make: Make, account: SandboxOfficialAccount) -> None:
    """A group that nobody wrote down is found by its key, also by another process and under another name."""
    for _ in range(2):
        account.asset()
    made = groups.create(TITLE, [], "g-1")
    groups.calls.update(made.address.id, GroupUpdate(group_name="Nhóm khác"))

    assert make().create(TITLE, [], "g-1") == made
    assert groups.create(TITLE, [], "g-2").address != made.address


def test_a_dissolved_group_is_made_anew(groups: GroupChats, account: SandboxOfficialAccount) -> None:
    """A key doesn't bring back what somebody has dissolved."""
    account.asset()
    made = groups.create(TITLE, [], "g-1")
    account.dissolves(made.address.id)

    assert groups.create(TITLE, [], "g-1").address != made.address
    assert standing(account) == [TITLE]


def test_a_process_that_ends_in_between(
    groups: GroupChats, make: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zalo made the group, and nobody heard the answer: the next process finds it."""
    for _ in range(2):
        account.asset()
    create = groups.calls.create

    def die(*args: Any) -> GroupInfo:
        create(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(groups.calls, "create", die)
    with pytest.raises(KeyboardInterrupt):
        groups.create(TITLE, [], "g-1")
    made = make().create(TITLE, [], "g-1")

    assert [*account.account.groups] == [made.address.id]


def meanwhile(groups: GroupChats, monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Let something happen once, after a call of the account has been answered or before it is made."""
    real = getattr(groups.calls, name)
    acts = [act]

    def call(*args: object) -> object:
        answer = real(*args) if name == "assets" else None
        if acts:
            acts.pop()()
        return answer or real(*args)

    monkeypatch.setattr(groups.calls, name, call)


def test_two_processes_and_one_asset(
    groups: GroupChats, make: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second takes the next asset; where there is none, a person is told to buy one."""
    for _ in range(2):
        account.asset()
    meanwhile(groups, monkeypatch, "assets", lambda: make().create("Tổ 2", []))
    groups.create("Tổ 1", [])
    assert standing(account) == ["Tổ 2", "Tổ 1"]

    account.asset()
    meanwhile(groups, monkeypatch, "assets", lambda: make().create("Tổ 4", []))
    with pytest.raises(NeedsPerson, match="no free asset"):
        groups.create("Tổ 3", [])


def test_two_processes_and_one_group(
    groups: GroupChats, make: Make, account: SandboxOfficialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one makes it, the other waits; afterwards it gets the same."""
    for _ in range(2):
        account.asset()
    refused: list[RetryLater] = []

    def other() -> None:
        with pytest.raises(RetryLater, match="Another process is creating this group: try again later") as told:
            make().create(TITLE, [], "g-1")
        refused.append(told.value)

    meanwhile(groups, monkeypatch, "create", other)
    made = groups.create(TITLE, [], "g-1")

    assert len(refused) == 1
    assert make().create(TITLE, [], "g-1") == made


def test_whoever_took_too_long_writes_nothing(
    groups: GroupChats, account: SandboxOfficialAccount, clock: FixedClock, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept while its turn ran out leaves the group to the one that came after it."""
    for _ in range(3):
        account.asset()

    def sleep() -> None:
        clock.advance(2 * PATIENCE)
        made.append(make().create(TITLE, [], "g-1"))

    made: list[object] = []
    meanwhile(groups, monkeypatch, "assets", sleep)
    with pytest.raises(RetryLater, match="Another process is creating this group: try again later"):
        groups.create(TITLE, [], "g-1")

    assert standing(account) == [TITLE]
    assert groups.create(TITLE, [], "g-1") == made[0]
