"""A third-party client, `zalo-sdk` from PyPI, works with the sandbox, although it uses Zalo's hosts."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.carriers.server import SandboxServer
from anninh_zalo.testing.oauth.tokens import compute_challenge
from anninh_zalo.testing.state import SandboxApplication

zalo_sdk: Any = pytest.importorskip(
    "zalo_sdk", reason="zalo-sdk is not installed; `pip install -e .[dev]` brings it, with requests"
)
requests: Any = pytest.importorskip("requests", reason="zalo-sdk needs requests and doesn't say so; install it")
OA: Any = import_module("zalo_sdk.oa")
ZNS: Any = import_module("zalo_sdk.zns.Client")
VERIFIER = "v" * 43
OAUTH = "https://oauth.zaloapp.com"


@pytest.fixture
def sandbox_server(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer[Sandbox]]:
    """The sandbox, served on loopback; requests for tokens are redirected to it, because the client has no setting for
    their host.
    """
    with sandbox.serve() as serving:
        real = requests.Session.request

        def redirect_token_request(self: Any, method: str, url: str, *args: Any, **more: Any) -> Any:
            return real(self, method, url.replace(OAUTH, serving.base("oauth")), *args, **more)

        monkeypatch.setattr(requests.Session, "request", redirect_token_request)
        yield serving


def test_client_logs_in_refreshes_and_sends(
    *,
    sandbox: Sandbox,
    sandbox_server: SandboxServer[Sandbox],
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    person: Person,
) -> None:
    """The client logs in, refreshes an expired token, and sends a message that arrives."""
    client = OA.Client(app.id, app.secret, endpoint_prefix=sandbox_server.base("openapi"))
    page = client.request_authoriation_code_url(app.callback, compute_challenge(VERIFIER), "s1")
    callback = requests.get(page, allow_redirects=False).headers["location"]
    client.get_access_token_from_authorization_code(dict(parse_qsl(urlsplit(callback).query))["code"], VERIFIER)
    first = client.access_token
    person.says("chào")
    sandbox.fail_next("expired_token")
    recipient = OA.ZaloRecipient(user_id=person.id)
    body = OA.ZaloMessageBody(text="cảm ơn bác")
    with pytest.raises(zalo_sdk.ZaloOAAuthTokenExpiredException):
        client.send_message(recipient, body)
    client.refresh_acccess_token()
    sent = client.send_message(recipient, body)

    assert client.access_token != first
    assert [message.id for message in person.heard] == [sent["data"]["message_id"]]


def test_client_uploads_and_reads(
    *,
    sandbox_server: SandboxServer[Sandbox],
    sandbox: Sandbox,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
) -> None:
    """The client's uploads and its calls about people and quotas succeed."""
    pair = sandbox.grant(app, account)
    person = account.person("Thử Văn An")
    client = OA.Client(app.id, app.secret, pair.access, pair.refresh, endpoint_prefix=sandbox_server.base("openapi"))

    assert client.upload_file(b"%PDF", "file", "a.pdf", "application/pdf")["data"]["token"]
    assert client.get_user_detail(person.id)["data"]["display_name"] == "Thử Văn An"
    assert client.get_list({"offset": 0, "count": 10})["data"]["users"] == [{"user_id": person.id}]
    assert client.get_zalo_user_quotas(person.id)["data"]["cs_reply"]["total"] == "8"


def test_client_sends_templates_by_phone(
    *,
    sandbox_server: SandboxServer[Sandbox],
    sandbox: Sandbox,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    person: Person,
) -> None:
    """The client for templates lists a template and sends it by phone."""
    pair = sandbox.grant(app, account)
    template = account.template("receipt", {"code": 10})
    prefix = sandbox_server.base("business")
    client = ZNS.Client(app.id, app.secret, pair.access, pair.refresh, endpoint_prefix=prefix)

    assert client.get_template_list(0, 10)["data"][0]["templateName"] == "receipt"
    client.send_zns_message("84000000001", template.id, {"code": "A1"}, "t1")
    assert person.heard[0].text == "receipt\ncode: A1"
