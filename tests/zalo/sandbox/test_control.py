import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import ControlClient

from anninh_zalo.testing import Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.carriers.server import SandboxServer
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant


@pytest.fixture
def sandbox_server(sandbox: Sandbox) -> Iterator[SandboxServer[Sandbox]]:
    """The sandbox, served on loopback."""
    with sandbox.serve() as serving:
        yield serving


@pytest.fixture
def control_client(sandbox_server: SandboxServer[Sandbox]) -> ControlClient:
    """A client of the sandbox's control API."""
    return ControlClient(sandbox_server.base("sandbox"))


def test_control_api_plays_bot_users(sandbox_server: SandboxServer[Sandbox], control_client: ControlClient) -> None:
    """With the control API people can write to a bot, alone and in a group, and the bot's replies can be read."""
    token = control_client.post("/bots", name="Bot Thử")["token"]
    alone = control_client.post("/bots/people", token=token, name="Thử Văn An")
    group = control_client.post("/bots/groups", token=token, name="Tổ 1")["chat_id"]
    member = control_client.post("/bots/people", token=token, name="Thử Thị Bình", chat_id=group)
    control_client.post("/bots/acts", token=token, **alone, act="says", text="chào")
    control_client.post("/bots/acts", token=token, **member, act="says", text="@Bot Thử chào")
    base = f"{sandbox_server.base('bot-api')}/bot{token}"
    updates = [httpx.post(f"{base}/getUpdates", json={"timeout": 0}).json()["result"]["message"] for _ in range(2)]
    for update in updates:
        httpx.post(f"{base}/sendMessage", json={"chat_id": update["chat"]["id"], "text": "dạ"})

    assert [update["from"]["id"] for update in updates] == [alone["user_id"], member["user_id"]]
    for chat in (alone["chat_id"], group):
        assert [
            message["text"] for message in control_client.get("/bots/heard", token=token, chat_id=chat)["heard"]
        ] == ["dạ"]


def test_control_api_plays_visitors(
    sandbox: Sandbox,
    sandbox_server: SandboxServer[Sandbox],
    control_client: ControlClient,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
) -> None:
    """With the control API a visitor of the website's widget can write, and the reply can be read."""
    visitor = {"oa_id": account.id} | control_client.post("/visitors", oa_id=account.id)
    control_client.post("/acts", **visitor, act="says", text="cho hỏi")
    call = {"recipient": {"anonymous_id": visitor["anonymous_id"]}, "message": {"text": "dạ"}}
    url = f"{sandbox_server.base('openapi')}/v2.0/oa/message"
    httpx.post(url, json=call, headers={"access_token": grant.access})

    assert [message["text"] for message in control_client.get("/heard", **visitor)["heard"]] == ["dạ"]
    assert "says" in control_client.post("/acts", **visitor, act="withdraws")["error"]


def test_control_api_stores_and_forgets_files(control_client: ControlClient) -> None:
    """A file that is sent to the control API in base64 can be fetched until a call makes the sandbox forget it."""
    content = b"\x00picture"
    url = control_client.post("/media", name="a.png", content=base64.b64encode(content).decode())["url"]
    response = httpx.get(url)
    control_client.post("/media/forget", url=url)

    assert (response.content, response.headers["content-type"]) == (content, "image/png")
    assert httpx.get(url).status_code == 404


def test_control_api_sets_limits(
    sandbox: Sandbox,
    control_client: ControlClient,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
) -> None:
    """The control API sets limits of an account, an application, a person and a bot by id."""
    bot = sandbox.bot("Bot Thử")
    person = account.person("Thử Văn An")
    control_client.post("/limits", oa_id=account.id, monthly=3, package_days=-1)
    control_client.post("/limits", app_id=app.id, per_minute=5, muted=["follow"])
    control_client.post("/limits", token=bot.token, monthly=7)
    control_client.post("/limits", oa_id=account.id, user_id=person.id, reach=False)

    assert (account.account.monthly, account.account.package_until < sandbox.world.now()) == (3, True)  # type: ignore[operator]
    assert (app.per_minute, app.muted, bot.bot.monthly, person.profile.reach) == (5, {"follow"}, 7, False)


def test_control_api_changes_variants(sandbox: Sandbox, control_client: ControlClient) -> None:
    """The control API shows all variants, and changes only the given ones."""
    before = control_client.get("/manners")
    after = control_client.post("/manners", receipts_from="oa", free_replies=None)

    assert before == {name: getattr(Variants(), name) for name in before}
    assert after == before | {"receipts_from": "oa", "free_replies": None}
    assert sandbox.world.variants == Variants(receipts_from="oa", free_replies=None)


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/manners", {"nothing": 1}, "'nothing' isn't a reading: choose one of consents_at_once, "),
        ("/manners", {"receipts_from": "nobody"}, "'user' or 'oa'"),
        ("/manners", {"free_replies": True}, "int or NoneType"),
        ("/limits", {"monthly": 1}, "The owner of the limits is missing: give oa_id, app_id, "),
        ("/limits", {"app_id": "0", "per_minute": 1}, "missing, or unknown"),
        ("/tricks", {"name": "nothing"}, "duplicate"),
        ("/media", {"name": "a.png", "content": "no base64!"}, "base64"),
        ("/bots/acts", {"token": "0", "user_id": "0", "act": "says"}, "missing, or unknown"),
    ],
)
def test_wrong_control_call_changes_nothing(
    sandbox: Sandbox, control_client: ControlClient, path: str, body: dict[str, Any], says: str
) -> None:
    """A wrong call of the control API is refused in a sentence with the valid values, and changes nothing."""
    assert says in control_client.post(path, **body)["error"]
    assert sandbox.world.variants == Variants()


def test_limit_of_a_wrong_type_sets_none(control_client: ControlClient, account: SandboxOfficialAccount) -> None:
    """If one of several limits has a wrong type, none of them is set."""
    answer = control_client.post("/limits", oa_id=account.id, monthly=3, daily="many")

    assert "daily can't be 'many'" in answer["error"]
    assert account.account.monthly == 500


def test_control_api_plays_the_console(
    sandbox: Sandbox,
    control_client: ControlClient,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
) -> None:
    """The control API can send the console's test call and duplicated events, and can revoke a permission."""
    control_client.post("/probe", app_id=app.id)
    control_client.post("/tricks", name="duplicate")
    control_client.post("/events", oa_id=account.id, name="user_feedback")
    with sandbox.world.lock:
        arrived = sandbox.world.changed.wait_for(lambda: len(sandbox.world.queue.tried) == 3, timeout=20)
    control_client.post("/revoke", oa_id=account.id, app_id=app.id)

    assert arrived
    assert [delivery["event_name"] for delivery in control_client.get("/deliveries")["tried"]] == [
        "",
        "user_feedback",
        "user_feedback",
    ]
    assert grant.revoked
