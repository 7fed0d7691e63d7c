import json
import os
import subprocess
import sys
from threading import Thread
from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import Told

from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, TurnedClock
from anninh_zalo.testing.__main__ import main
from anninh_zalo.testing.carriers.asgi import ConnectionLost
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant

Json = dict[str, Any]


def test_the_host_is_found_by_name_or_path(
    sandbox: Sandbox, grant: SandboxGrant, account: SandboxOfficialAccount
) -> None:
    """Under its own name no prefix is needed; elsewhere the path says which host is meant."""
    headers = {"access_token": grant.access}
    with sandbox.serve() as serving:
        by_path = httpx.get(f"{serving.base('openapi')}/v2.0/oa/getoa", headers=headers)
        by_name = httpx.get(f"{serving.base()}/v2.0/oa/getoa", headers={**headers, "host": "openapi.zalo.me"})
        neither = httpx.get(f"{serving.base()}/v2.0/oa/getoa", headers=headers)

    assert by_path.json()["data"]["oa_id"] == by_name.json()["data"]["oa_id"] == account.id
    assert neither.status_code == 404


def test_webhooks_go_out_by_themselves(
    sandbox: Sandbox, app: SandboxApplication, grant: SandboxGrant, person: Person
) -> None:
    """A program that listens on loopback hears of what people say, without anybody calling `deliver_due`."""
    listener = Sandbox()  # any server does; its answer of 404 is an answer
    with listener.serve() as other, Sandbox().serve() as serving:
        served = serving.sandbox
        account = served.account("Xã Thử")
        served.grant(served.app(webhook=f"{other.base()}/webhook"), account)
        account.person("Thử").says("chào")
        with served.world.lock:
            arrived = served.world.changed.wait_for(lambda: served.world.queue.tried, timeout=20)
        assert arrived

    assert [delivery.status for delivery in served.deliveries] == [404]


def test_media_can_be_fetched_until_forgotten(sandbox: Sandbox) -> None:
    """What people send is there under its link, and gone when the link dies."""
    with sandbox.serve():
        url = sandbox.media(b"picture", "a.jpg")
        fetched = httpx.get(url)
        sandbox.forget_media(url)

        assert (fetched.content, fetched.headers["content-type"]) == (b"picture", "image/jpeg")
        assert httpx.get(url).status_code == 404


def test_a_long_poll_is_woken(sandbox: Sandbox) -> None:
    """Who waits for an update gets it as soon as somebody speaks."""
    bot = sandbox.bot("Bot Thử")
    chat = bot.person("Thử Văn An")
    got: list[Json] = []
    with sandbox.serve() as serving:
        url = f"{serving.base('bot-api')}/bot{bot.token}/getUpdates"
        waiting = Thread(target=lambda: got.append(httpx.post(url, json={"timeout": 20}, timeout=30).json()))
        waiting.start()
        chat.says("chào")
        waiting.join()

    assert got[0]["result"]["message"]["text"] == "chào"


@pytest.mark.anyio
async def test_it_is_an_asgi_application(
    sandbox: Sandbox, grant: SandboxGrant, account: SandboxOfficialAccount
) -> None:
    """Any ASGI server or client can carry it; an answer that is to be lost raises."""
    transport = httpx.ASGITransport(app=sandbox.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="https://openapi.zalo.me") as client:
        answer = await client.get("/v2.0/oa/getoa", headers={"access_token": grant.access}, params={"data": "{}"})
        sandbox.fail_next("lost_answer")
        with pytest.raises(ConnectionLost):
            await client.get("/v2.0/oa/getoa", headers={"access_token": grant.access})

    assert answer.json()["data"]["oa_id"] == account.id


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_programs_in_any_language_can_play() -> None:
    """Everything a test needs can be done over HTTP: people, acts, time, failures, and what was heard."""
    with Sandbox(TurnedClock()).serve() as serving:
        told = Told(serving.base("sandbox"))
        app = told.post("/apps", callback="https://x.invalid/callback")
        oa = told.post("/accounts", name="Xã Thử")["oa_id"]
        token = told.post("/grants", app_id=app["app_id"], oa_id=oa)["access_token"]
        who = {"oa_id": oa, "user_id": told.post("/people", oa_id=oa, name="Thử Văn An")["user_id"]}
        picture = {"kind": "image", "payload": {"url": "http://f6.invalid/a.jpg"}}
        told.post("/acts", **who, act="says", text="có trộm", parts=[picture])
        call = {"recipient": {"user_id": who["user_id"]}, "message": {"text": "dạ"}}

        def send() -> Any:
            url = f"{serving.base('openapi')}/v3.0/oa/message/cs"
            return httpx.post(url, json=call, headers={"access_token": token}).json()["error"]

        told.post("/failures", name="rate_limit", path="/message/cs")
        sent = [send(), send()]
        told.post("/clock", seconds=26 * 3600)

        assert [*sent, send()] == [-32, 0, -216]
        assert [message["text"] for message in told.get("/heard", **who)["heard"]] == ["dạ"]
        assert told.get("/")["accounts"][0]["people"][0]["name"] == "Thử Văn An"


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/nowhere", {}, "no such call"),
        ("/accounts", {}, "name"),
        ("/people", {"oa_id": "0", "name": "x"}, "missing, or unknown"),
        ("/failures", {"name": "nothing"}, "'nothing' isn't a failure: give an error code, or one of cut_off, "),
    ],
)
def test_the_own_api_says_what_is_wrong(sandbox: Sandbox, path: str, body: Json, says: str) -> None:
    """A sentence names what is missing or unknown."""
    with sandbox.serve() as serving:
        answer = Told(serving.base("sandbox")).post(path, **body)

    assert says in answer["error"]


def test_it_runs_as_a_process() -> None:
    """The first line of its output says where everything is and with which secrets."""
    command = [sys.executable, "-m", "anninh_zalo.testing", "--app-id", "42"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        overview = httpx.get(told["sandbox"] + "/").json()
        process.terminate()

    assert (told["app_id"], overview["apps"][0]["secret"]) == ("42", told["secret"])


@pytest.mark.parametrize("option", ["--port", "--proxy"])
def test_a_taken_port_is_one_sentence(sandbox: Sandbox, option: str) -> None:
    """Whoever starts it twice reads which port it is and what to do; nothing is left running."""
    with (
        sandbox.serve() as serving,
        pytest.raises(ConfigurationError, match=f"Port {serving.port} can't be used .*: choose another one"),
    ):
        main([option, str(serving.port)])


@pytest.mark.parametrize(
    ("package", "carrier", "extra"), [("httpx", "transport", "zalo"), ("starlette.types", "asgi", "web")]
)
def test_what_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, package: str, carrier: str, extra: str
) -> None:
    """Of what needs a package more than the process does, the line that installs it is told."""
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"anninh_zalo.testing.carriers.{carrier}", raising=False)
    with pytest.raises(MissingExtra, match=rf"pip install 'anninh\[{extra}\]'"):
        getattr(Sandbox(), carrier)()
