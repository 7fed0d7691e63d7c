"""The official account implements the groups port."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.zalo.groups.conftest import TITLE, Make, build_address, get_group_state

from anninh_core.kernel.errors import BadInput, NeedsPerson, RequestRejected, RetryLater
from anninh_core.ports.health import Level, TellsHealth
from anninh_core.ports.messengers.platform import LooksAtGroups
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

DAY = timedelta(days=1)


@pytest.fixture
def small_group(groups: GroupChats, account: SandboxOfficialAccount) -> Address:
    """A group for ten members, until 31 October."""
    account.asset("gmf10", 30)
    return groups.create(TITLE, []).address


@pytest.fixture
def group_member(account: SandboxOfficialAccount, small_group: Address) -> Person:
    """A member of the group, whose name isn't in Unicode form NFC."""
    member = account.person("Thu\u031b\u0309 Văn An")
    member.joins(small_group.id)
    return member


def test_members_are_people_with_nfc_names(
    groups: GroupChats, small_group: Address, account_admin: Person, group_member: Person
) -> None:
    """The list of members has only people, with their names in Unicode form NFC, and marks the configured
    administrators.
    """
    listed = [(member.address, member.name, member.admin) for member in groups.list_members(small_group)]
    assert listed == [
        (build_address(account_admin), "Thử Thị Chi", True),
        (build_address(group_member), "Thử Văn An", False),
    ]


def test_member_is_removed_once(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, small_group: Address, group_member: Person
) -> None:
    """The removal of a member can be repeated after a lost response; if the removal is refused and the person is still
    a member, that is an error.
    """
    sandbox.fail_next(-201, "removemembers")
    with pytest.raises(RequestRejected):
        groups.remove_member(small_group, build_address(group_member))
    sandbox.fail_next("lost_answer", "removemembers")
    with pytest.raises(RetryLater):
        groups.remove_member(small_group, build_address(group_member))
    groups.remove_member(small_group, build_address(group_member))
    assert group_member.id not in get_group_state(account, small_group).members


def test_locked_group_takes_posts_of_admins_only(
    groups: GroupChats, small_group: Address, account_admin: Person, group_member: Person
) -> None:
    """In a locked group only admins can post, and repeated locking changes nothing."""
    for locked in (True, True):
        groups.lock_posting(small_group, locked)
    account_admin.says_in_group(small_group.id, "chào")
    with pytest.raises(BadInput, match="locked"):
        group_member.says_in_group(small_group.id, "chào")
    for locked in (False, False):
        groups.lock_posting(small_group, locked)
    group_member.says_in_group(small_group.id, "chào")


@pytest.mark.usefixtures("group_member")
def test_inspection_lists_members_and_end(
    groups: GroupChats, account: SandboxOfficialAccount, small_group: Address, clock: FixedClock
) -> None:
    """A group's state has members, link and last day; after that day the group is unusable and can't be locked."""
    assert isinstance(groups, LooksAtGroups)
    look = groups.look(small_group)
    assert (look.members, look.link, look.usable, look.ends) == (
        2,
        get_group_state(account, small_group).link,
        True,
        date(2026, 10, 31),
    )
    clock.advance(30 * DAY)
    assert (groups.look(small_group).usable, groups.look(small_group).ends) == (False, date(2026, 10, 31))
    with pytest.raises(NeedsPerson, match="renew"):
        groups.lock_posting(small_group, True)


def test_renewing_group_has_no_end(groups: GroupChats, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """A group whose asset is renewed automatically has no end and no warning."""
    account.asset("gmf10", 30, auto_renew=True)
    group = groups.create(TITLE, []).address
    assert groups.look(group).ends is None
    assert [check.level for check in groups.health()] == [Level.OK]


def test_disabled_link_is_not_shown(groups: GroupChats, account: SandboxOfficialAccount, small_group: Address) -> None:
    """A group's link that is disabled isn't shown."""
    get_group_state(account, small_group).settings["enable_link_join"] = False
    assert groups.look(small_group).link == ""


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
    """A person's address in place of a group, a group's in place of a person, and an address of another messenger are
    refused without a call to Zalo.
    """
    account.asset()
    for messenger, id in (("zalo", "1"), ("oa", "không")):
        for place in Place:
            with pytest.raises(RequestRejected):
                act(groups, Address(messenger, place, id))
    assert sandbox.calls == []


def test_ending_group_is_a_warning(
    groups: GroupChats, account: SandboxOfficialAccount, small_group: Address, clock: FixedClock
) -> None:
    """A group whose asset ends soon is a warning; a disabled group is a problem that names the day on which Zalo
    deletes it.
    """
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
        assert not [word for word in (TITLE, small_group.id) if word in check.what + check.todo]


def test_health_skips_a_slow_zalo(
    groups: GroupChats, groups_builder: Make, sandbox: Sandbox, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The health check is fine without groups, has a warning for a failed call, and doesn't wait for a slow Zalo."""
    assert [check.level for check in groups.health()] == [Level.OK]
    sandbox.fail_next("server_error")
    assert [(check.level, "RetryLater" in check.what) for check in groups.health()] == [(Level.WARNING, True)]
    slow_groups = groups_builder()
    assets = slow_groups.calls.assets

    def list_assets_slowly(kind: str) -> object:
        clock.advance(timedelta(seconds=5))
        return assets(kind)

    monkeypatch.setattr(slow_groups.calls, "assets", list_assets_slowly)
    assert [check.what for check in slow_groups.health()][1:] == ["Zalo is slow, so not all assets could be checked."]
