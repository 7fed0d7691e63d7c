import json
import os
import shlex
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import httpx
import pytest
import requests
from tests.zalo.sandbox.conftest import Told

from anninh_zalo.testing import Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.carriers.proxy import SandboxProxy
from anninh_zalo.testing.hosts import NAMES
from anninh_zalo.testing.state import SandboxGrant

GETOA = "https://openapi.zalo.me/v2.0/oa/getoa"
PATIENCE = 60  # seconds for a process that is expected to end


@pytest.fixture
def proxy(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxProxy]:
    """The proxy, and what it wants exported."""
    with sandbox.proxy() as proxy:
        for name, value in proxy.environment.items():
            monkeypatch.setenv(name, value)
        yield proxy


def by_httpx(url: str, headers: Mapping[str, str]) -> Any:
    """Get with httpx, which reads the environment itself."""
    return httpx.get(url, headers=headers).json()


def by_requests(url: str, headers: Mapping[str, str]) -> Any:
    """Get with requests, which reads the environment itself."""
    return requests.get(url, headers=headers, timeout=PATIENCE).json()


def by_urllib(url: str, headers: Mapping[str, str]) -> Any:
    """Get with what Python brings."""
    with build_opener().open(Request(url, headers=dict(headers))) as answer:
        return json.load(answer)


@pytest.mark.parametrize("get", [by_httpx, by_requests, by_urllib])
@pytest.mark.usefixtures("proxy")
def test_hosts_in_the_code_are_answered(get: Any, grant: SandboxGrant, account: SandboxOfficialAccount) -> None:
    """A client that knows nothing but Zalo's addresses speaks to the sandbox, certificates checked."""
    assert get(GETOA, {"access_token": grant.access})["data"]["oa_id"] == account.id


@pytest.mark.usefixtures("proxy")
def test_one_tunnel_carries_many_calls(sandbox: Sandbox, grant: SandboxGrant) -> None:
    """The connection stays open, and a call that is to lose its answer does."""
    sandbox.fail_next("lost_answer")
    with httpx.Client(headers={"access_token": grant.access}) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(GETOA)
        answers = [client.get(GETOA).json()["error"] for _ in range(3)]

    assert answers == [0, 0, 0]
    assert sandbox.calls == [("GET", "/v2.0/oa/getoa")] * 4


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.usefixtures("proxy")
def test_every_pretended_host_has_a_certificate(name: str) -> None:
    """Each of Zalo's hosts answers under its own name, if only that there is no such path."""
    assert httpx.get(f"https://{name}/nowhere").status_code in {200, 404}


@pytest.mark.parametrize("url", ["https://example.invalid/", "https://openapi.zalo.me:444/", "https://zalo.me/"])
@pytest.mark.usefixtures("proxy")
def test_no_other_host_is_reached(url: str) -> None:
    """The tunnel is refused, and the line that clients show says why."""
    with pytest.raises(httpx.ProxyError, match="403 this proxy leads to the hosts of the pretend Zalo only"):
        httpx.get(url)


@pytest.mark.parametrize("url", ["http://example.invalid/", "http://openapi.zalo.me/v2.0/oa/getoa"])
def test_nothing_goes_without_a_tunnel(proxy: SandboxProxy, url: str) -> None:
    """Neither other hosts nor Zalo's are answered without TLS; the body names the way."""
    answer = httpx.get(url, proxy=proxy.address)

    assert answer.status_code == 403
    assert "openapi.zalo.me" in answer.text
    assert "https://" in answer.text


def plainly(proxy: SandboxProxy, urls: Iterable[str], headers: Mapping[str, str]) -> list[tuple[int, Any]]:
    """Ask for addresses over one connection, written whole on the request line and without a tunnel, as axios does."""
    connection = HTTPConnection(urlsplit(proxy.address).netloc, timeout=PATIENCE)
    answers = []
    for url in urls:
        connection.request("GET", url, headers=dict(headers))
        answer = connection.getresponse()
        answers.append((answer.status, answer.read()))
    connection.close()
    return answers


def test_clients_that_ask_for_no_tunnel_are_answered(proxy: SandboxProxy, grant: SandboxGrant) -> None:
    """Each address on the connection leads to its own host, whichever came before, and only to Zalo's."""
    urls = [GETOA, "https://oauth.zaloapp.com/nowhere", f"{GETOA}?a=b", "https://OPENAPI.zalo.me:443/v2.0/oa/getoa"]
    first, other, again, spelt = plainly(proxy, urls, {"access_token": grant.access})

    assert json.loads(first[1]) == json.loads(again[1]) == json.loads(spelt[1])
    assert json.loads(first[1])["error"] == 0
    assert other[0] == 404


@pytest.mark.parametrize(
    "url", ["https://example.invalid/", "https://openapi.zalo.me:444/", "https://a@openapi.zalo.me/"]
)
def test_no_other_host_is_reached_without_a_tunnel(proxy: SandboxProxy, url: str) -> None:
    """It is refused as it is with one, and the next call of the same client goes on a connection of its own."""
    (refused, body), (answered, _) = plainly(proxy, [url, GETOA], {})

    assert (refused, answered) == (403, 200)
    assert b"openapi.zalo.me" in body


def test_nobody_believes_it_unasked(proxy: SandboxProxy) -> None:
    """Without the file the certificate counts for nothing, and the proxy goes on."""
    with pytest.raises(URLError) as refused:
        stranger(proxy).open(GETOA)
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)

    assert by_urllib(GETOA, {})["error"] == -216


def stranger(proxy: SandboxProxy) -> Any:
    """Return a client that uses the proxy and believes no authority at all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return build_opener(ProxyHandler({"https": proxy.address}), HTTPSHandler(context=context))


def test_the_file_is_gone_afterwards(sandbox: Sandbox) -> None:
    """It holds a certificate and no key, while the proxy runs."""
    with sandbox.proxy() as proxy:
        file = proxy.ca_file
        written = file.read_text(encoding="ascii")

    assert written.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in written
    assert not file.parent.exists()


@pytest.mark.slow
def test_the_process_says_what_to_export_and_cleans_up(free_of: Mapping[str, str]) -> None:
    """A bare Python with the certificates' package alone runs it; ended, it leaves nothing behind."""
    command = [sys.executable, "-c", WITHOUT.format("httpx"), "--proxy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**free_of}, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        _, *exports = shlex.split(process.stdout.readline())
        exported = dict(line.split("=", 1) for line in exports)
        token = Told(told["sandbox"]).post("/grants", app_id=told["app_id"], oa_id=told["oa_id"])["access_token"]
        trusting = ssl.create_default_context(cafile=exported["SSL_CERT_FILE"])
        with httpx.Client(proxy=exported["HTTPS_PROXY"], verify=trusting) as client:
            answer = client.get(GETOA, headers={"access_token": token}).json()
        process.terminate()
        ended = process.wait(PATIENCE)

    assert answer["data"]["oa_id"] == told["oa_id"]
    assert ended == 0
    assert not Path(told["ca_file"]).parent.exists()


@pytest.mark.slow
def test_a_missing_extra_is_one_sentence(free_of: Mapping[str, str]) -> None:
    """Whoever lacks the package for certificates reads which line installs it."""
    command = [sys.executable, "-c", WITHOUT.format("trustme"), "--proxy"]
    told = subprocess.run(command, capture_output=True, env={**free_of}, text=True, check=False)

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "anninh: the proxy of the pretend Zalo needs an optional dependency; "
        "install it with: pip install 'anninh[sandbox]'\n"
    )


WITHOUT = (
    "import sys, runpy; sys.modules[{!r}] = None; runpy.run_module('anninh_zalo.testing', run_name='__main__', "
    "alter_sys=False)"
)
"""Runs the sandbox as a process in a Python that lacks a package."""


@pytest.fixture
def free_of() -> Mapping[str, str]:
    """The environment of a process that finds our code as this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
