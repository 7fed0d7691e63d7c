from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import Caller, Mailbox

from anninh_core.kernel.errors import BadInput
from anninh_core.testing import FixedClock
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

GROUP = "/v3.0/oa/group"


@pytest.fixture
def leader(account: SandboxOfficialAccount) -> Person:
    return account.person("Thử Thị Chi", admin=True, follows=True)


@pytest.fixture
def group(caller: Caller, account: SandboxOfficialAccount, leader: Person) -> str:
    asset = account.asset("gmf10", days=30)
    answer = caller.post(
        f"{GROUP}/creategroupwithoa", group_name="Tổ 1", asset_id=asset.id, member_user_ids=[leader.id]
    )
    return str(answer["data"]["group_id"])


def say(caller: Caller, group: str, **message: Any) -> Any:
    return caller.post(f"{GROUP}/message", recipient={"group_id": group}, message=message)


def test_group_uses_its_asset(caller: Caller, account: SandboxOfficialAccount, leader: Person, group: str) -> None:
    """A group uses its asset, which can't be used for a second group."""
    asset = caller.post("/v3.0/oa/quota/group", quota_owner="OA", product_type="gmf10")["data"][0]
    second = caller.post(
        f"{GROUP}/creategroupwithoa", group_name="Tổ 2", asset_id=asset["asset_id"], member_user_ids=[leader.id]
    )

    assert (asset["status"], asset["used_id"], asset["valid_through"]) == ("used", group, "31/10/2026")
    assert second["error"] == -238


def test_group_needs_an_admin_and_known_people(
    caller: Caller, account: SandboxOfficialAccount, leader: Person, person: Person
) -> None:
    """A group without an administrator or with a person unknown to the account isn't created."""
    asset = account.asset()

    def made(*ids: str) -> int:
        call = {"group_name": "Tổ 1", "asset_id": asset.id, "member_user_ids": [*ids]}
        return int(caller.post(f"{GROUP}/creategroupwithoa", **call)["error"])

    stranger = made(leader.id, person.id)
    person.says("chào")

    assert stranger == -213
    assert made(person.id) == -201
    assert made(leader.id, person.id) == 0


def test_group_message_reaches_members_and_webhook(
    *, sandbox: Sandbox, mailbox: Mailbox, caller: Caller, person: Person, leader: Person, group: str
) -> None:
    """A message in a group reaches the other members and the webhook."""
    person.joins(group)
    sent = say(caller, group, text="chào cả tổ")
    message = person.says_in_group(group, "chào")
    sandbox.deliver_due()

    assert [message.text for message in leader.heard] == ["chào cả tổ", "chào"]
    assert [message.id for message in person.heard] == [sent["data"]["message_id"]]
    assert mailbox.names == ["create_group", "user_join_group", "oa_send_group_text", "user_send_group_text"]
    assert mailbox.events[-1]["recipient"] == {"id": group}
    assert mailbox.events[-1]["message"]["msg_id"] == message.id


@pytest.mark.parametrize(
    "payload", [{"template_type": "list", "elements": [{"title": "t"}]}, {"buttons": [{"title": "b"}]}]
)
def test_lists_and_buttons_are_refused_in_groups(caller: Caller, group: str, payload: dict[str, Any]) -> None:
    """Lists and buttons are refused in groups."""
    response = say(caller, group, text="xem", attachment={"type": "template", "payload": payload})
    assert (response["error"], response["message"]) == (-233, "Message type is invalid or not supported")


def test_joining_with_approval_waits(
    *, sandbox: Sandbox, mailbox: Mailbox, caller: Caller, account: SandboxOfficialAccount, person: Person, group: str
) -> None:
    """With approval switched on, people wait until they are accepted or rejected."""
    other = account.person("Thử Văn Dũng")
    caller.post(f"{GROUP}/updateinfo", group_id=group, join_appr="true")
    joined = [candidate.joins(group) for candidate in (person, other)]
    listed = caller.get(f"{GROUP}/listpendinginvite", group_id=group, offset=0, count=1)["data"]
    caller.post(f"{GROUP}/acceptpendinginvite", group_id=group, member_user_ids=[person.id])
    caller.post(f"{GROUP}/rejectpendinginvite", group_id=group, member_user_ids=[other.id])
    members = caller.get(f"{GROUP}/listmember", group_id=group, count=10)["data"]["members"]
    sandbox.deliver_due()

    assert joined == [False, False]
    assert listed == {
        "offset": 0,
        "count": 1,
        "total": 2,
        "member_count": 1,
        "members": [{"user_id": person.id, "name": person.profile.name}],
    }
    assert [member.get("user_id") for member in members[2:]] == [person.id]
    assert mailbox.names[-2:] == ["accept_request_join_group", "reject_request_join_group"]


def test_only_admins_post_in_a_locked_group(caller: Caller, person: Person, leader: Person, group: str) -> None:
    """In a locked group members can't post, and its administrators can."""
    person.joins(group)
    caller.post(f"{GROUP}/updateinfo", group_id=group, lock_send_msg=True)
    leader.says_in_group(group, "chào")

    with pytest.raises(BadInput, match="locked"):
        person.says_in_group(group, "chào")


def test_membership_changes_have_events(
    *, sandbox: Sandbox, mailbox: Mailbox, caller: Caller, account: SandboxOfficialAccount, person: Person, group: str
) -> None:
    """Inviting, promoting, demoting, removing, joining and leaving change the members, each with its event."""
    person.follows()
    for call in ("invite", "addadmins", "removeadmins", "removemembers"):
        assert caller.post(f"{GROUP}/{call}", group_id=group, member_user_ids=[person.id])["error"] == 0
    person.joins(group)
    person.leaves(group)
    sandbox.deliver_due()

    assert person.id not in account.group(group).members
    assert mailbox.names[2:] == [
        *("user_join_group", "add_group_admin", "remove_group_admin", "user_out_group"),
        *("user_join_group", "user_out_group"),
    ]


def test_full_group_refuses_members(
    caller: Caller, account: SandboxOfficialAccount, person: Person, group: str
) -> None:
    """A group on an asset for ten members refuses an eleventh."""
    for number in range(9):
        account.person(f"Thử {number}").joins(group)

    with pytest.raises(BadInput, match="full"):
        person.joins(group)


@pytest.mark.usefixtures("lasting")
def test_expired_asset_disables_the_group(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    caller: Caller,
    account: SandboxOfficialAccount,
    group: str,
    clock: FixedClock,
) -> None:
    """A group with an expired asset is disabled until another asset is set, and is deleted 45 days after the end."""
    clock.advance(timedelta(days=30))
    disabled = say(caller, group, text="chào")["error"]
    caller.post(f"{GROUP}/updateasset", group_id=group, asset_id=account.asset("gmf10", days=10).id)
    renewed = say(caller, group, text="chào")["error"]
    clock.advance(timedelta(days=55))
    sandbox.deliver_due()

    assert (disabled, renewed) == (-237, 0)
    assert mailbox.names[-1] == "delete_group"
    assert say(caller, group, text="chào")["error"] == -403


def test_groups_are_listed_in_pages(caller: Caller, account: SandboxOfficialAccount, leader: Person) -> None:
    """A page of groups has its offset, its size and the total, and the members of a group as a number."""
    for name in ("Tổ 1", "Tổ 2"):
        call = {"group_name": name, "group_description": "Xóm", "asset_id": account.asset().id}
        caller.post(f"{GROUP}/creategroupwithoa", **call, member_user_ids=[leader.id])
    listed = caller.get(f"{GROUP}/getgroupsofoa", offset=1)["data"]
    (second,) = listed.pop("groups")

    assert listed == {"offset": 1, "count": 5, "total": 2, "group_count": 1}
    assert (second["name"], second["group_description"], second["total_member"]) == ("Tổ 2", "Xóm", 1)
    assert second["group_link"].startswith("https://zalo.me/g/")
    assert {*second} == {
        *("group_id", "name", "avatar", "group_link", "group_description", "status", "total_member"),
    }


def test_groups_are_listed_and_dissolved(caller: Caller, group: str) -> None:
    """A dissolved group isn't the account's any more, and its asset is free."""
    listed = caller.get(f"{GROUP}/getgroupsofoa", offset=0, count=5)["data"]
    caller.post(f"{GROUP}/delete", group_id=group)

    assert (listed["total"], listed["groups"][0]["group_id"]) == (1, group)
    assert caller.get(f"{GROUP}/getgroup", group_id=group)["error"] == -403
    assert caller.post("/v3.0/oa/quota/group", quota_owner="OA")["data"][0]["status"] == "available"


def test_group_history_is_newest_first(caller: Caller, leader: Person, group: str) -> None:
    """A group's history begins with the newest message, and has the senders' names."""
    leader.says_in_group(group, "một")
    say(caller, group, text="hai")
    page = caller.get(f"{GROUP}/conversation", group_id=group, offset=0, count=10)["data"]

    assert [(entry["from_display_name"], entry["message"]) for entry in page] == [
        ("Xã Thử", "hai"),
        ("Thử Thị Chi", "một"),
    ]
