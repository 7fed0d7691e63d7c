"""Groups as the core asks for them."""

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
    """A group for ten, until 31 October."""
    account.asset("gmf10", 30)
    return groups.create(TITLE, []).address


@pytest.fixture
def person(account: SandboxOfficialAccount, group: Address) -> Person:
    """A member."""
    made = account.person("Thu\u031b\u0309 Văn An")
    made.joins(group.id)
    return made


def test_members_are_people_with_nfc_names(groups: GroupChats, group: Address, leader: Person, person: Person) -> None:
    """People only, with their names in NFC; the configured administrators are known to be some."""
    listed = [(one.address, one.name, one.admin) for one in groups.list_members(group)]
    assert listed == [(at(leader), "Thử Thị Chi", True), (at(person), "Thử Văn An", False)]


def test_a_member_is_taken_out(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, group: Address, person: Person
) -> None:
    """Once is enough, also where the answer was lost; a refusal about somebody who is still in it is one."""
    sandbox.fail_next(-201, "removemembers")
    with pytest.raises(RequestRejected):
        groups.remove_member(group, at(person))
    sandbox.fail_next("lost_answer", "removemembers")
    with pytest.raises(RetryLater):
        groups.remove_member(group, at(person))
    groups.remove_member(group, at(person))
    assert person.id not in seen(account, group).members


def test_posting_is_locked(groups: GroupChats, group: Address, leader: Person, person: Person) -> None:
    """Only admins write then; said twice, it stays as it is."""
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
    """Members, link and the last day; disabled after it, and gone 45 days later."""
    assert isinstance(groups, LooksAtGroups)
    look = groups.look(group)
    assert (look.members, look.link, look.usable, look.ends) == (2, seen(account, group).link, True, date(2026, 10, 31))
    clock.advance(30 * DAY)
    assert (groups.look(group).usable, groups.look(group).ends) == (False, date(2026, 10, 31))
    with pytest.raises(NeedsPerson, match="renew"):
        groups.lock_posting(group, True)


def test_a_group_whose_asset_renews_itself(
    groups: GroupChats, account: SandboxOfficialAccount, clock: FixedClock
) -> None:
    """It has no end that anybody must watch."""
    account.asset("gmf10", 30, auto_renew=True)
    group = groups.create(TITLE, []).address
    assert groups.look(group).ends is None
    assert [check.level for check in groups.health()] == [Level.OK]


def test_a_group_that_nobody_joins_by_link(groups: GroupChats, account: SandboxOfficialAccount, group: Address) -> None:
    """A link that is switched off is none."""
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
def test_addresses_that_are_none(
    groups: GroupChats, account: SandboxOfficialAccount, sandbox: Sandbox, act: Callable[[GroupChats, Address], object]
) -> None:
    """A person where a group is meant, the other way round, another messenger's: nothing is asked of Zalo."""
    account.asset()
    for messenger, id in (("zalo", "1"), ("oa", "không")):
        for place in Place:
            with pytest.raises(RequestRejected):
                act(groups, Address(messenger, place, id))
    assert sandbox.calls == []


def test_ending_group_is_a_warning(
    groups: GroupChats, account: SandboxOfficialAccount, group: Address, clock: FixedClock
) -> None:
    """An end in sight is a warning, a disabled group a problem with the day on which Zalo deletes it."""
    assert isinstance(groups, TellsHealth)
    account.asset("gmf1000", 400)
    account.asset("gmf50", 61)
    (ends,) = groups.health()
    assert (ends.level, "2026-10-31" in ends.what, "2026-12-15" in ends.what) == (Level.WARNING, True, True)

    clock.advance(31 * DAY)
    disabled, unused = groups.health()
    assert (disabled.level, unused.level) == (Level.PROBLEM, Level.WARNING)
    assert "deletes it after 2026-12-15" in disabled.what
    assert unused.what.startswith("An unused asset for a group of 50 people ends on ")
    for check in (ends, disabled, unused):
        assert not [word for word in (TITLE, group.id) if word in check.what + check.todo]


def test_health_asks_at_leisure(
    groups: GroupChats, make: Make, sandbox: Sandbox, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without groups all is well; what can't be found out is a finding, and a slow Zalo isn't waited for."""
    assert [check.level for check in groups.health()] == [Level.OK]
    sandbox.fail_next("server_error")
    assert [(check.level, "RetryLater" in check.what) for check in groups.health()] == [(Level.WARNING, True)]
    slow = make()
    assets = slow.calls.assets

    def late(kind: str) -> object:
        clock.advance(timedelta(seconds=5))
        return assets(kind)

    monkeypatch.setattr(slow.calls, "assets", late)
    assert [check.what for check in slow.health()][1:] == ["Zalo is slow, so not all assets could be checked."]
