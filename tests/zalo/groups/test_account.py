"""Every documented call about groups works on the simulated Zalo, with Zalo's paths and parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from attrs import define, field
from tests.zalo.groups.conftest import TITLE, Make, build_address, get_group_state

from anninh_core.kernel.errors import NeedsPerson, RequestRejected
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Address
from anninh_zalo.api.answers import AssetTaken
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.groups import calls
from anninh_zalo.groups.calls import GroupUpdate
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, Variants


@pytest.fixture
def large_group(groups: GroupChats, account: SandboxOfficialAccount) -> Address:
    """A group for up to a thousand members."""
    account.asset("gmf1000")
    return groups.create(TITLE, []).address


@define
class ScriptedApi:
    """A simulated API that returns the given answers in turn, the last one repeatedly, and records the calls."""

    answers: list[Any]
    asked: list[ApiCall] = field(factory=list)

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        self.asked.append(call)
        return {"data": self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]}


def test_update_changes_only_given_values(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address
) -> None:
    """Updating a group changes only the given values, and at least one value must be given."""
    changes = GroupUpdate(group_description="Của thôn", group_avatar="https://a.invalid/x.png", join_appr=True)
    groups.calls.update(large_group.id, changes)
    info = groups.calls.show(large_group.id)

    assert (info.name, info.description, info.avatar) == (TITLE, "Của thôn", "https://a.invalid/x.png")
    assert (info.members, info.most, info.enabled) == (1, 1000, True)
    assert {name for name, on in info.switches.items() if on} == {"join_appr", "enable_link_join"}
    with pytest.raises(RequestRejected, match="The change of the group is empty: give at least one new value"):
        groups.calls.update(large_group.id, GroupUpdate())
    with pytest.raises(RequestRejected, match="1 to 30 characters for the group's name, not 31: change the text"):
        groups.calls.update(large_group.id, GroupUpdate(group_name="N" * 31))


def test_join_requests_are_accepted_or_rejected(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address, account_admin: Person
) -> None:
    """People who request to join are pending until they are accepted or rejected."""
    groups.calls.update(large_group.id, GroupUpdate(join_appr=True))
    people = [account.person(f"Thử {number}") for number in range(120)]
    for person in people:
        person.joins(large_group.id)
    pending = groups.calls.list_pending(large_group.id)
    groups.calls.accept(large_group.id, [person.id for person in people[:110]])
    groups.calls.reject(large_group.id, [person.id for person in people[110:]])

    assert [member.name for member in pending] == [person.profile.name for person in people]
    assert groups.calls.list_pending(large_group.id) == []
    assert [*get_group_state(account, large_group).members] == [
        account_admin.id,
        *(person.id for person in people[:110]),
    ]


def test_members_are_promoted_demoted_and_removed(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address, account_admin: Person
) -> None:
    """Members of a group can be invited, promoted, demoted and removed; an empty list or an unknown member is
    refused.
    """
    people = [account.person(f"Thử {number}", follows=True).id for number in range(100)]
    groups.calls.invite(large_group.id, [*people, people[0]])
    groups.calls.promote(large_group.id, people)
    assert get_group_state(account, large_group).admins == {account_admin.id, *people}
    groups.calls.demote(large_group.id, people)
    assert get_group_state(account, large_group).admins == {account_admin.id}
    groups.calls.remove(large_group.id, people)
    assert [*get_group_state(account, large_group).members] == [account_admin.id]
    with pytest.raises(RequestRejected, match="No members are named: give at least one"):
        groups.calls.invite(large_group.id, [])
    with pytest.raises(RequestRejected, match="member"):
        groups.calls.remove(large_group.id, ["không"])


@pytest.mark.parametrize("page", [50, 7])
def test_all_member_pages_are_read(
    groups_builder: Make, account: SandboxOfficialAccount, large_group: Address, page: int
) -> None:
    """All pages of a group's members are read, at any page size, and include the account itself."""
    for number in range(999):
        account.person(f"Thử {number}").joins(large_group.id)
    members = groups_builder(page=page).calls.list_members(large_group.id)

    assert [member.oa_id for member in members if not member.user_id] == [account.id]
    assert [member.user_id for member in members if member.user_id] == [*get_group_state(account, large_group).members]


@pytest.mark.parametrize(
    ("answers", "read"),
    [
        ([{"members": [{"user_id": 1}, {"user_id": "2"}]}, {"members": [{"user_id": "3"}]}, {"members": []}], "123"),
        ([{"total": "3", "members": [{"user_id": "1"}]}, {"members": [{"user_id": "2"}, {"user_id": "3"}]}], "123"),
        ([{"total": 9, "members": [{"user_id": "1"}, {"name": "?"}, None]}], "1"),
        ([[{"user_id": "1"}]], "1"),
        ([{"total": 5}], ""),
        ([None], ""),
        (["?"], ""),
    ],
)
def test_malformed_pages_end_the_listing(answers: list[Any], read: str) -> None:
    """Reading pages comes to an end in spite of short pages, missing or wrong totals and a repeated page."""
    account = ScriptedApi(answers)
    assert "".join(member.user_id for member in GroupApi(account).list_members("g")) == read
    assert len(account.asked) <= 3


def test_all_group_pages_are_read(groups: GroupChats, account: SandboxOfficialAccount) -> None:
    """All groups of the account are listed, although they are spread over several pages."""
    for number in range(60):
        account.asset("gmf10")
        groups.create(f"Tổ {number}", [])
    assert [info.name for info in groups.calls.list_groups()] == [f"Tổ {number}" for number in range(60)]


@pytest.mark.parametrize("manners", [Variants(), Variants(nested_assets=True)])
def test_assets_are_listed_once(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address, clock: FixedClock
) -> None:
    """Each group asset is listed once with its group and its end, whether Zalo returns a bare or a nested list."""
    free = account.asset("gmf10", 30, auto_renew=True)
    (free_asset,) = groups.calls.assets("gmf10")
    (used,) = groups.calls.assets("gmf1000")

    assert (free_asset.id, free_asset.kind, free_asset.ends, free_asset.renews) == (
        free.id,
        "gmf10",
        date(2026, 10, 31),
        True,
    )
    assert (used.used, used.group, used.is_free_on(date(2026, 10, 1))) == (True, large_group.id, False)
    assert free_asset.is_free_on(date(2026, 10, 30))
    assert not free_asset.is_free_on(date(2026, 10, 31))


def test_group_moves_to_another_free_asset(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address
) -> None:
    """A group can be moved to another asset while that asset is free."""
    account.asset("gmf1000", 400)
    first, second = groups.calls.assets("gmf1000")
    groups.calls.move(large_group.id, second.id)
    info = groups.calls.show(large_group.id)
    assert info.asset is not None
    assert info.asset.id == second.id
    with pytest.raises(AssetTaken, match="choose another asset"):
        groups.calls.move(large_group.id, second.id)
    groups.calls.move(large_group.id, first.id)


def test_dissolved_group_frees_its_asset(
    groups: GroupChats, account: SandboxOfficialAccount, large_group: Address
) -> None:
    """A dissolved group frees its asset and can't be read any more."""
    groups.calls.delete(large_group.id)
    assert groups.calls.assets("gmf1000")[0].is_free_on(date(2026, 10, 1))
    with pytest.raises(RequestRejected, match="-403"):
        groups.calls.show(large_group.id)


def test_calls_match_zalo_documentation() -> None:
    """Paths and parameters are those of Zalo's documentation, and only calls whose repetition would have an effect
    twice count as sending.
    """
    orders = [
        calls.create("Tổ 1", "a", ["1"], "Của thôn"),
        calls.update_group_call("g", GroupUpdate(group_name="Tổ 2", lock_send_msg=False)),
        calls.move_group_call("g", "a"),
        calls.delete_group_call("g"),
        *calls.invite_calls("g", ["1"]),
        *calls.accept_calls("g", ["1"]),
        *calls.reject_calls("g", ["1"]),
        *calls.promote_calls("g", ["1"]),
        *calls.demote_calls("g", ["1"]),
        *calls.remove_calls("g", ["1"]),
        calls.assets("gmf10", "sub_quota"),
    ]
    person = {"group_id": "g", "member_user_ids": ["1"]}
    assert [(call.path.removeprefix("/v3.0/oa/"), call.body) for call in orders] == [
        (
            "group/creategroupwithoa",
            {"group_name": "Tổ 1", "asset_id": "a", "member_user_ids": ["1"], "group_description": "Của thôn"},
        ),
        ("group/updateinfo", {"group_id": "g", "group_name": "Tổ 2", "lock_send_msg": False}),
        ("group/updateasset", {"group_id": "g", "asset_id": "a"}),
        ("group/delete", {"group_id": "g"}),
        ("group/invite", person),
        ("group/acceptpendinginvite", person),
        ("group/rejectpendinginvite", person),
        ("group/addadmins", person),
        ("group/removeadmins", person),
        ("group/removemembers", person),
        ("quota/group", {"quota_owner": "OA", "product_type": "gmf10", "quota_type": "sub_quota"}),
    ]
    assert [call.path.rpartition("/")[2] for call in orders if call.sends] == ["creategroupwithoa", "invite"]
    queries = [
        calls.show("g"),
        calls.groups_call(5, 50),
        calls.members_call("g", 0, 5),
        calls.pending_people_call("g", 0, 5),
    ]
    assert [(call.path.removeprefix("/v3.0/oa/group/"), dict(call.query)) for call in queries] == [
        ("getgroup", {"group_id": "g"}),
        ("getgroupsofoa", {"offset": "5", "count": "50"}),
        ("listmember", {"group_id": "g", "offset": "0", "count": "5"}),
        ("listpendinginvite", {"group_id": "g", "offset": "0", "count": "5"}),
    ]


def test_repr_and_errors_name_no_people(
    groups: GroupChats, sandbox: Sandbox, large_group: Address, account_admin: Person
) -> None:
    """Neither `repr` nor errors contain people's ids, names or group titles."""
    call = calls.create(TITLE, "a", [account_admin.id])
    info = groups.calls.show(large_group.id)
    members = groups.calls.list_members(large_group.id)
    sandbox.fail_next(-237, "updateinfo")
    with pytest.raises(NeedsPerson) as refused:
        groups.calls.update(large_group.id, GroupUpdate(group_name=TITLE))
    for text in (repr(call), repr(info), repr(members), str(refused.value), repr(build_address(account_admin))):
        assert TITLE not in text
        assert account_admin.id not in text
        assert account_admin.profile.name not in text
