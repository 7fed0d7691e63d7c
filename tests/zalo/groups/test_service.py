"""The groups port of the official account."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.zalo.groups.conftest import TITLE, Make, at, seen

from anninh_core.kernel.errors import BadInput, NeedsPerson, RequestRejected, RetryLater
from anninh_core.ports.health import Level, TellsHealth
from anninh_core.ports.messengers.platform import LooksAtGroups
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

DAY = timedelta(days=1)


@pytest.fixture
def group(groups: GroupChats, account: SandboxOfficialAccount) -> Address:
    """A group for ten members, until 31 October."""
    account.asset("gmf10", 30)
    return groups.create(TITLE, []).address


@pytest.fixture
def person(account: SandboxOfficialAccount, group: Address) -> Person:
    """A member of the group, with a name that isn't in NFC."""
    member = account.person("Thu\u031b\u0309 Văn An")
    member.joins(group.id)
    return member


def test_members_are_people_with_nfc_names(groups: GroupChats, group: Address, leader: Person, person: Person) -> None:
    """Only people are listed, with their names in NFC, and the configured administrators are marked."""
    listed = [(member.address, member.name, member.admin) for member in groups.list_members(group)]
    assert listed == [(at(leader), "Thử Thị Chi", True), (at(person), "Thử Văn An", False)]


def test_member_is_removed_once(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, group: Address, person: Person
) -> None:
    """A removal can be repeated after a lost response, and a refusal about a person who is still a member is an
    error.
    """
    sandbox.fail_next(-201, "removemembers")
    with pytest.raises(RequestRejected):
        groups.remove_member(group, at(person))
    sandbox.fail_next("lost_answer", "removemembers")
    with pytest.raises(RetryLater):
        groups.remove_member(group, at(person))
    groups.remove_member(group, at(person))
    assert person.id not in seen(account, group).members


def test_locked_group_takes_posts_of_admins_only(
    groups: GroupChats, group: Address, leader: Person, person: Person
) -> None:
    """In a locked group only admins can post, and repeated locking changes nothing."""
    for locked in (True, True):
        groups.lock_posting(group, locked)
    leader.says_in_group(group.id, "chào")
    with pytest.raises(BadInput, match="locked"):
        person.says_in_group(group.id, "chào")
    for locked in (False, False):
        groups.lock_posting(group, locked)
    person.says_in_group(group.id, "chào")


@pytest.mark.usefixtures("person")
def test_inspection_lists_members_and_end(
    groups: GroupChats, account: SandboxOfficialAccount, group: Address, clock: FixedClock
) -> None:
    """A group's state has members, link and last day; the group is unusable after that day, and can't be locked."""
    assert isinstance(groups, LooksAtGroups)
    look = groups.look(group)
    assert (look.members, look.link, look.usable, look.ends) == (2, seen(account, group).link, True, date(2026, 10, 31))
    clock.advance(30 * DAY)
    assert (groups.look(group).usable, groups.look(group).ends) == (False, date(2026, 10, 31))
    with pytest.raises(NeedsPerson, match="renew"):
        groups.lock_posting(group, True)


def test_renewing_group_has_no_end(groups: GroupChats, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """A group with an automatically renewed asset has no end and no warning."""
    account.asset("gmf10", 30, auto_renew=True)
    group = groups.create(TITLE, []).address
    assert groups.look(group).ends is None
    assert [check.level for check in groups.health()] == [Level.OK]


def test_disabled_link_is_not_shown(groups: GroupChats, account: SandboxOfficialAccount, group: Address) -> None:
    """A disabled link isn't shown."""
    seen(account, group).settings["enable_link_join"] = False
    assert groups.look(group).link == ""


@pytest.mark.parametrize(
    "act",
    [
        lambda groups, address: groups.look(address),
        lambda groups, address: groups.list_members(address),
        lambda groups, address: groups.lock_posting(address, True),
        lambda groups, address: groups.remove_member(address, address),
        lambda groups, address: groups.create(TITLE, [address]),
    ],
)
def test_wrong_addresses_are_refused(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, act: Callable[[GroupChats, Address], object]
) -> None:
    """A person's address for a group, a group's for a person and another messenger's are refused without a call to
    Zalo.
    """
    account.asset()
    for messenger, id in (("zalo", "1"), ("oa", "không")):
        for place in Place:
            with pytest.raises(RequestRejected):
                act(groups, Address(messenger, place, id))
    assert sandbox.calls == []


def test_ending_group_is_a_warning(
    groups: GroupChats, account: SandboxOfficialAccount, group: Address, clock: FixedClock
) -> None:
    """An asset that ends soon is a warning; a disabled group is a problem with the day on which Zalo deletes it."""
    assert isinstance(groups, TellsHealth)
    account.asset("gmf1000", 400)
    account.asset("gmf50", 61)
    (ending,) = groups.health()
    assert (ending.level, "2026-10-31" in ending.what, "2026-12-15" in ending.what) == (Level.WARNING, True, True)

    clock.advance(31 * DAY)
    disabled, unused = groups.health()
    assert (disabled.level, unused.level) == (Level.PROBLEM, Level.WARNING)
    assert "deletes it after 2026-12-15" in disabled.what
    assert unused.what.startswith("An unused asset for a group of 50 people ends on ")
    for check in (ending, disabled, unused):
        assert not [word for word in (TITLE, group.id) if word in check.what + check.todo]


def test_health_skips_a_slow_zalo(
    groups: GroupChats, make: Make, sandbox: Sandbox, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without groups the health is fine; a failed call is a warning, and a slow Zalo isn't waited for."""
    assert [check.level for check in groups.health()] == [Level.OK]
    sandbox.fail_next("server_error")
    assert [(check.level, "RetryLater" in check.what) for check in groups.health()] == [(Level.WARNING, True)]
    slow_groups = make()
    assets = slow_groups.calls.assets

    def late(kind: str) -> object:
        clock.advance(timedelta(seconds=5))
        return assets(kind)

    monkeypatch.setattr(slow_groups.calls, "assets", late)
    assert [check.what for check in slow_groups.health()][1:] == ["Zalo is slow, so not all assets could be checked."]
