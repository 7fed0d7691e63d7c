from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import ApiClient, WebhookRecorder

from anninh_core.kernel.errors import BadInput
from anninh_core.testing import FixedClock
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

GROUP = "/v3.0/oa/group"


@pytest.fixture
def account_admin(account: SandboxOfficialAccount) -> Person:
    return account.person("Thử Thị Chi", admin=True, follows=True)


@pytest.fixture
def small_group(api_client: ApiClient, account: SandboxOfficialAccount, account_admin: Person) -> str:
    asset = account.asset("gmf10", days=30)
    answer = api_client.post(
        f"{GROUP}/creategroupwithoa", group_name="Tổ 1", asset_id=asset.id, member_user_ids=[account_admin.id]
    )
    return str(answer["data"]["group_id"])


def post_to_group(caller: ApiClient, group: str, **message: Any) -> Any:
    return caller.post(f"{GROUP}/message", recipient={"group_id": group}, message=message)


def test_group_uses_its_asset(
    api_client: ApiClient, account: SandboxOfficialAccount, account_admin: Person, small_group: str
) -> None:
    """A group uses its asset, so that no second group can use it."""
    asset = api_client.post("/v3.0/oa/quota/group", quota_owner="OA", product_type="gmf10")["data"][0]
    second = api_client.post(
        f"{GROUP}/creategroupwithoa", group_name="Tổ 2", asset_id=asset["asset_id"], member_user_ids=[account_admin.id]
    )

    assert (asset["status"], asset["used_id"], asset["valid_through"]) == ("used", small_group, "31/10/2026")
    assert second["error"] == -238


def test_group_needs_an_admin_and_known_people(
    api_client: ApiClient, account: SandboxOfficialAccount, account_admin: Person, person: Person
) -> None:
    """A group isn't created without an administrator, or with a person who is unknown to the account."""
    asset = account.asset()

    def create_with_members(*ids: str) -> int:
        call = {"group_name": "Tổ 1", "asset_id": asset.id, "member_user_ids": [*ids]}
        return int(api_client.post(f"{GROUP}/creategroupwithoa", **call)["error"])

    stranger = create_with_members(account_admin.id, person.id)
    person.says("chào")

    assert stranger == -213
    assert create_with_members(person.id) == -201
    assert create_with_members(account_admin.id, person.id) == 0


def test_group_message_reaches_members_and_webhook(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    api_client: ApiClient,
    person: Person,
    account_admin: Person,
    small_group: str,
) -> None:
    """A message in a group reaches the other members and the webhook."""
    person.joins(small_group)
    sent = post_to_group(api_client, small_group, text="chào cả tổ")
    message = person.says_in_group(small_group, "chào")
    sandbox.deliver_due()

    assert [message.text for message in account_admin.heard] == ["chào cả tổ", "chào"]
    assert [message.id for message in person.heard] == [sent["data"]["message_id"]]
    assert webhook_recorder.event_names == [
        "create_group",
        "user_join_group",
        "oa_send_group_text",
        "user_send_group_text",
    ]
    assert webhook_recorder.parsed_events[-1]["recipient"] == {"id": small_group}
    assert webhook_recorder.parsed_events[-1]["message"]["msg_id"] == message.id


@pytest.mark.parametrize(
    "payload", [{"template_type": "list", "elements": [{"title": "t"}]}, {"buttons": [{"title": "b"}]}]
)
def test_lists_and_buttons_are_refused_in_groups(
    api_client: ApiClient, small_group: str, payload: dict[str, Any]
) -> None:
    """Lists and buttons are refused in groups."""
    response = post_to_group(api_client, small_group, text="xem", attachment={"type": "template", "payload": payload})
    assert (response["error"], response["message"]) == (-233, "Message type is invalid or not supported")


def test_joining_with_approval_waits(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    api_client: ApiClient,
    account: SandboxOfficialAccount,
    person: Person,
    small_group: str,
) -> None:
    """If joining requires approval, people wait until they are accepted or rejected."""
    other = account.person("Thử Văn Dũng")
    api_client.post(f"{GROUP}/updateinfo", group_id=small_group, join_appr="true")
    joined = [candidate.joins(small_group) for candidate in (person, other)]
    listed = api_client.get(f"{GROUP}/listpendinginvite", group_id=small_group, offset=0, count=1)["data"]
    api_client.post(f"{GROUP}/acceptpendinginvite", group_id=small_group, member_user_ids=[person.id])
    api_client.post(f"{GROUP}/rejectpendinginvite", group_id=small_group, member_user_ids=[other.id])
    members = api_client.get(f"{GROUP}/listmember", group_id=small_group, count=10)["data"]["members"]
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
    assert webhook_recorder.event_names[-2:] == ["accept_request_join_group", "reject_request_join_group"]


def test_only_admins_post_in_a_locked_group(
    api_client: ApiClient, person: Person, account_admin: Person, small_group: str
) -> None:
    """In a locked group members can't post, and administrators can."""
    person.joins(small_group)
    api_client.post(f"{GROUP}/updateinfo", group_id=small_group, lock_send_msg=True)
    account_admin.says_in_group(small_group, "chào")

    with pytest.raises(BadInput, match="locked"):
        person.says_in_group(small_group, "chào")


def test_membership_changes_have_events(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    api_client: ApiClient,
    account: SandboxOfficialAccount,
    person: Person,
    small_group: str,
) -> None:
    """Inviting, promoting, demoting, removing, joining and leaving change the members, each with its event."""
    person.follows()
    for call in ("invite", "addadmins", "removeadmins", "removemembers"):
        assert api_client.post(f"{GROUP}/{call}", group_id=small_group, member_user_ids=[person.id])["error"] == 0
    person.joins(small_group)
    person.leaves(small_group)
    sandbox.deliver_due()

    assert person.id not in account.group(small_group).members
    assert webhook_recorder.event_names[2:] == [
        *("user_join_group", "add_group_admin", "remove_group_admin", "user_out_group"),
        *("user_join_group", "user_out_group"),
    ]


def test_full_group_refuses_members(
    api_client: ApiClient, account: SandboxOfficialAccount, person: Person, small_group: str
) -> None:
    """A group on an asset for ten members refuses an eleventh."""
    for number in range(9):
        account.person(f"Thử {number}").joins(small_group)

    with pytest.raises(BadInput, match="full"):
        person.joins(small_group)


@pytest.mark.usefixtures("long_token")
def test_expired_asset_disables_the_group(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    api_client: ApiClient,
    account: SandboxOfficialAccount,
    small_group: str,
    clock: FixedClock,
) -> None:
    """A group whose asset has expired is disabled until another asset is set, and is deleted 45 days after the asset's
    end.
    """
    clock.advance(timedelta(days=30))
    disabled = post_to_group(api_client, small_group, text="chào")["error"]
    api_client.post(f"{GROUP}/updateasset", group_id=small_group, asset_id=account.asset("gmf10", days=10).id)
    renewed = post_to_group(api_client, small_group, text="chào")["error"]
    clock.advance(timedelta(days=55))
    sandbox.deliver_due()

    assert (disabled, renewed) == (-237, 0)
    assert webhook_recorder.event_names[-1] == "delete_group"
    assert post_to_group(api_client, small_group, text="chào")["error"] == -403


def test_groups_are_listed_in_pages(
    api_client: ApiClient, account: SandboxOfficialAccount, account_admin: Person
) -> None:
    """A page of groups has its offset, its size and the total, and the number of each group's members."""
    for name in ("Tổ 1", "Tổ 2"):
        call = {"group_name": name, "group_description": "Xóm", "asset_id": account.asset().id}
        api_client.post(f"{GROUP}/creategroupwithoa", **call, member_user_ids=[account_admin.id])
    listed = api_client.get(f"{GROUP}/getgroupsofoa", offset=1)["data"]
    (second,) = listed.pop("groups")

    assert listed == {"offset": 1, "count": 5, "total": 2, "group_count": 1}
    assert (second["name"], second["group_description"], second["total_member"]) == ("Tổ 2", "Xóm", 1)
    assert second["group_link"].startswith("https://zalo.me/g/")
    assert {*second} == {
        *("group_id", "name", "avatar", "group_link", "group_description", "status", "total_member"),
    }


def test_groups_are_listed_and_dissolved(api_client: ApiClient, small_group: str) -> None:
    """After a group was dissolved, the account doesn't have it any more, and its asset is free."""
    listed = api_client.get(f"{GROUP}/getgroupsofoa", offset=0, count=5)["data"]
    api_client.post(f"{GROUP}/delete", group_id=small_group)

    assert (listed["total"], listed["groups"][0]["group_id"]) == (1, small_group)
    assert api_client.get(f"{GROUP}/getgroup", group_id=small_group)["error"] == -403
    assert api_client.post("/v3.0/oa/quota/group", quota_owner="OA")["data"][0]["status"] == "available"


def test_group_history_is_newest_first(api_client: ApiClient, account_admin: Person, small_group: str) -> None:
    """A group's history begins with the newest message, and has the senders' names."""
    account_admin.says_in_group(small_group, "một")
    post_to_group(api_client, small_group, text="hai")
    page = api_client.get(f"{GROUP}/conversation", group_id=small_group, offset=0, count=10)["data"]

    assert [(entry["from_display_name"], entry["message"]) for entry in page] == [
        ("Xã Thử", "hai"),
        ("Thử Thị Chi", "một"),
    ]
