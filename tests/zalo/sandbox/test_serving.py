import json
import os
import subprocess
import sys
from threading import Thread
from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import ControlClient

from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, TurnedClock
from anninh_zalo.testing.__main__ import main
from anninh_zalo.testing.carriers.asgi import ConnectionLost
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant

Json = dict[str, Any]


def test_host_is_chosen_by_header_or_path(
    sandbox: Sandbox, grant: SandboxGrant, account: SandboxOfficialAccount
) -> None:
    """The sandbox finds the pretended host by the Host header, or by a prefix of the path."""
    headers = {"access_token": grant.access}
    with sandbox.serve() as serving:
        by_path = httpx.get(f"{serving.base('openapi')}/v2.0/oa/getoa", headers=headers)
        by_name = httpx.get(f"{serving.base()}/v2.0/oa/getoa", headers={**headers, "host": "openapi.zalo.me"})
        neither = httpx.get(f"{serving.base()}/v2.0/oa/getoa", headers=headers)

    assert by_path.json()["data"]["oa_id"] == by_name.json()["data"]["oa_id"] == account.id
    assert neither.status_code == 404


def test_served_sandbox_delivers_webhooks(
    sandbox: Sandbox, app: SandboxApplication, grant: SandboxGrant, person: Person
) -> None:
    """A served sandbox delivers webhooks without a call of `deliver_due`."""
    listener = Sandbox()  # Any server can receive the webhook, because its 404 is a response too.
    with listener.serve() as other, Sandbox().serve() as serving:
        sender = serving.sandbox
        account = sender.account("Xã Thử")
        sender.grant(sender.app(webhook=f"{other.base()}/webhook"), account)
        account.person("Thử").says("chào")
        with sender.world.lock:
            arrived = sender.world.changed.wait_for(lambda: sender.world.queue.tried, timeout=20)
        assert arrived

    assert [delivery.status for delivery in sender.deliveries] == [404]


def test_media_can_be_fetched_until_forgotten(sandbox: Sandbox) -> None:
    """Media files can be fetched from the sandbox until they are forgotten there."""
    with sandbox.serve():
        url = sandbox.media(b"picture", "a.jpg")
        response = httpx.get(url)
        sandbox.forget_media(url)

        assert (response.content, response.headers["content-type"]) == (b"picture", "image/jpeg")
        assert httpx.get(url).status_code == 404


def test_long_poll_returns_at_a_message(sandbox: Sandbox) -> None:
    """A long poll that waits returns as soon as a person writes."""
    bot = sandbox.bot("Bot Thử")
    chat = bot.person("Thử Văn An")
    responses: list[Json] = []
    with sandbox.serve() as serving:
        url = f"{serving.base('bot-api')}/bot{bot.token}/getUpdates"
        poller = Thread(target=lambda: responses.append(httpx.post(url, json={"timeout": 20}, timeout=30).json()))
        poller.start()
        chat.says("chào")
        poller.join()

    assert responses[0]["result"]["message"]["text"] == "chào"


@pytest.mark.anyio
async def test_sandbox_is_an_asgi_application(
    sandbox: Sandbox, grant: SandboxGrant, account: SandboxOfficialAccount
) -> None:
    """Any ASGI server or client can run the sandbox, and a scripted lost response raises `ConnectionLost`."""
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


def test_control_api_covers_a_whole_test() -> None:
    """With the control API a test in any language can let people act, advance the time, script failures and read
    received messages.
    """
    with Sandbox(TurnedClock()).serve() as serving:
        control = ControlClient(serving.base("sandbox"))
        app = control.post("/apps", callback="https://x.invalid/callback")
        oa = control.post("/accounts", name="Xã Thử")["oa_id"]
        token = control.post("/grants", app_id=app["app_id"], oa_id=oa)["access_token"]
        person = {"oa_id": oa, "user_id": control.post("/people", oa_id=oa, name="Thử Văn An")["user_id"]}
        picture = {"kind": "image", "payload": {"url": "http://f6.invalid/a.jpg"}}
        control.post("/acts", **person, act="says", text="có trộm", parts=[picture])
        call = {"recipient": {"user_id": person["user_id"]}, "message": {"text": "dạ"}}

        def send_message() -> Any:
            url = f"{serving.base('openapi')}/v3.0/oa/message/cs"
            return httpx.post(url, json=call, headers={"access_token": token}).json()["error"]

        control.post("/failures", name="rate_limit", path="/message/cs")
        sent = [send_message(), send_message()]
        control.post("/clock", seconds=26 * 3600)

        assert [*sent, send_message()] == [-32, 0, -216]
        assert [message["text"] for message in control.get("/heard", **person)["heard"]] == ["dạ"]
        assert control.get("/")["accounts"][0]["people"][0]["name"] == "Thử Văn An"


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/nowhere", {}, "no such call"),
        ("/accounts", {}, "name"),
        ("/people", {"oa_id": "0", "name": "x"}, "missing, or unknown"),
        ("/failures", {"name": "nothing"}, "'nothing' isn't a failure: give an error code, or one of cut_off, "),
    ],
)
def test_wrong_control_call_is_explained(sandbox: Sandbox, path: str, body: Json, says: str) -> None:
    """A wrong control call is refused in a sentence with the missing or unknown value."""
    with sandbox.serve() as serving:
        answer = ControlClient(serving.base("sandbox")).post(path, **body)

    assert says in answer["error"]


def test_sandbox_runs_as_a_process() -> None:
    """Run as a process, the sandbox prints its addresses and secrets in its first line."""
    command = [sys.executable, "-m", "anninh_zalo.testing", "--app-id", "42"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}, text=True) as process:
        assert process.stdout is not None
        description = json.loads(process.stdout.readline())
        overview = httpx.get(description["sandbox"] + "/").json()
        process.terminate()

    assert (description["app_id"], overview["apps"][0]["secret"]) == ("42", description["secret"])


@pytest.mark.parametrize("option", ["--port", "--proxy"])
def test_occupied_port_is_refused(sandbox: Sandbox, option: str) -> None:
    """If the port is occupied, the sandbox refuses to start and names the port and a remedy."""
    with (
        sandbox.serve() as serving,
        pytest.raises(ConfigurationError, match=f"Port {serving.port} can't be used .*: choose another one"),
    ):
        main([option, str(serving.port)])


@pytest.mark.parametrize(
    ("package", "carrier", "extra"), [("httpx", "transport", "zalo"), ("starlette.types", "asgi", "web")]
)
def test_missing_package_names_the_install_command(
    monkeypatch: pytest.MonkeyPatch, package: str, carrier: str, extra: str
) -> None:
    """If a package is missing that a way of serving the sandbox needs, the error has the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"anninh_zalo.testing.carriers.{carrier}", raising=False)
    with pytest.raises(MissingExtra, match=rf"pip install 'anninh\[{extra}\]'"):
        getattr(Sandbox(), carrier)()
