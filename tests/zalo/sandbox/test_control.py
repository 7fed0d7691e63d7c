import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import Told

from anninh_zalo.testing import Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.carriers.server import SandboxServer
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant


@pytest.fixture
def serving(sandbox: Sandbox) -> Iterator[SandboxServer[Sandbox]]:
    """The sandbox on loopback."""
    with sandbox.serve() as serving:
        yield serving


@pytest.fixture
def told(serving: SandboxServer[Sandbox]) -> Told:
    """Its own API."""
    return Told(serving.base("sandbox"))


def test_bots_can_be_played(serving: SandboxServer[Sandbox], told: Told) -> None:
    """People talk with a bot, alone and in a group, and hear its answer."""
    token = told.post("/bots", name="Bot Thử")["token"]
    alone = told.post("/bots/people", token=token, name="Thử Văn An")
    group = told.post("/bots/groups", token=token, name="Tổ 1")["chat_id"]
    member = told.post("/bots/people", token=token, name="Thử Thị Bình", chat_id=group)
    told.post("/bots/acts", token=token, **alone, act="says", text="chào")
    told.post("/bots/acts", token=token, **member, act="says", text="@Bot Thử chào")
    base = f"{serving.base('bot-api')}/bot{token}"
    updates = [httpx.post(f"{base}/getUpdates", json={"timeout": 0}).json()["result"]["message"] for _ in range(2)]
    for update in updates:
        httpx.post(f"{base}/sendMessage", json={"chat_id": update["chat"]["id"], "text": "dạ"})

    assert [update["from"]["id"] for update in updates] == [alone["user_id"], member["user_id"]]
    for chat in (alone["chat_id"], group):
        assert [one["text"] for one in told.get("/bots/heard", token=token, chat_id=chat)["heard"]] == ["dạ"]


def test_visitors_can_be_played(
    sandbox: Sandbox, serving: SandboxServer[Sandbox], told: Told, account: SandboxOfficialAccount, grant: SandboxGrant
) -> None:
    """A visitor of the website's widget writes, and hears the answer."""
    who = {"oa_id": account.id} | told.post("/visitors", oa_id=account.id)
    told.post("/acts", **who, act="says", text="cho hỏi")
    call = {"recipient": {"anonymous_id": who["anonymous_id"]}, "message": {"text": "dạ"}}
    url = f"{serving.base('openapi')}/v2.0/oa/message"
    httpx.post(url, json=call, headers={"access_token": grant.access})

    assert [one["text"] for one in told.get("/heard", **who)["heard"]] == ["dạ"]
    assert "says" in told.post("/acts", **who, act="withdraws")["error"]


def test_files_can_be_put_there_and_forgotten(told: Told) -> None:
    """What comes in base64 can be fetched until its link dies."""
    content = b"\x00picture"
    url = told.post("/media", name="a.png", content=base64.b64encode(content).decode())["url"]
    fetched = httpx.get(url)
    told.post("/media/forget", url=url)

    assert (fetched.content, fetched.headers["content-type"]) == (content, "image/png")
    assert httpx.get(url).status_code == 404


def test_limits_can_be_set(
    sandbox: Sandbox, told: Told, app: SandboxApplication, account: SandboxOfficialAccount, grant: SandboxGrant
) -> None:
    """Of an account, an application, a person and a bot, each named by its id."""
    bot = sandbox.bot("Bot Thử")
    person = account.person("Thử Văn An")
    told.post("/limits", oa_id=account.id, monthly=3, package_days=-1)
    told.post("/limits", app_id=app.id, per_minute=5, muted=["follow"])
    told.post("/limits", token=bot.token, monthly=7)
    told.post("/limits", oa_id=account.id, user_id=person.id, reach=False)

    assert (account.account.monthly, account.account.package_until < sandbox.world.now()) == (3, True)  # type: ignore[operator]
    assert (app.per_minute, app.muted, bot.bot.monthly, person.profile.reach) == (5, {"follow"}, 7, False)


def test_readings_can_be_chosen_while_it_runs(sandbox: Sandbox, told: Told) -> None:
    """All are shown, some are set, the rest stays."""
    before = told.get("/manners")
    after = told.post("/manners", receipts_from="oa", free_replies=None)

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
def test_what_is_wrong_changes_nothing(
    sandbox: Sandbox, told: Told, path: str, body: dict[str, Any], says: str
) -> None:
    """A sentence names it, and what there is instead."""
    assert says in told.post(path, **body)["error"]
    assert sandbox.world.variants == Variants()


def test_a_limit_of_another_type_is_refused(told: Told, account: SandboxOfficialAccount) -> None:
    """Nothing is set then, not even what was right."""
    answer = told.post("/limits", oa_id=account.id, monthly=3, daily="many")

    assert "daily can't be 'many'" in answer["error"]
    assert account.account.monthly == 500


def test_the_console_can_be_played(
    sandbox: Sandbox, told: Told, app: SandboxApplication, account: SandboxOfficialAccount, grant: SandboxGrant
) -> None:
    """Its test button, tricks on events, and an account that takes its permission back."""
    told.post("/probe", app_id=app.id)
    told.post("/tricks", name="duplicate")
    told.post("/events", oa_id=account.id, name="user_feedback")
    with sandbox.world.lock:
        arrived = sandbox.world.changed.wait_for(lambda: len(sandbox.world.queue.tried) == 3, timeout=20)
    told.post("/revoke", oa_id=account.id, app_id=app.id)

    assert arrived
    assert [one["event_name"] for one in told.get("/deliveries")["tried"]] == ["", "user_feedback", "user_feedback"]
    assert grant.revoked
