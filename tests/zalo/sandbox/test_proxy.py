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
from tests.zalo.sandbox.conftest import ControlClient

from anninh_zalo.testing import Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.carriers.proxy import SandboxProxy
from anninh_zalo.testing.hosts import NAMES
from anninh_zalo.testing.state import SandboxGrant

GETOA = "https://openapi.zalo.me/v2.0/oa/getoa"
PATIENCE = 60  # Seconds within which a process must end.


@pytest.fixture
def running_proxy(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxProxy]:
    """The running proxy, with its environment variables set in this process."""
    with sandbox.proxy() as proxy:
        for name, value in proxy.environment.items():
            monkeypatch.setenv(name, value)
        yield proxy


def get_by_httpx(url: str, headers: Mapping[str, str]) -> Any:
    """Get a URL with httpx, which reads the proxy from the environment."""
    return httpx.get(url, headers=headers).json()


def get_by_requests(url: str, headers: Mapping[str, str]) -> Any:
    """Get a URL with requests, which reads the proxy from the environment."""
    return requests.get(url, headers=headers, timeout=PATIENCE).json()


def get_by_urllib(url: str, headers: Mapping[str, str]) -> Any:
    """Get a URL with Python's standard library, which reads the proxy from the environment."""
    with build_opener().open(Request(url, headers=dict(headers))) as answer:
        return json.load(answer)


@pytest.mark.parametrize("get", [get_by_httpx, get_by_requests, get_by_urllib])
@pytest.mark.usefixtures("running_proxy")
def test_client_with_fixed_hosts_reaches_the_sandbox(
    get: Any, grant: SandboxGrant, account: SandboxOfficialAccount
) -> None:
    """A client that has Zalo's addresses in its code reaches the sandbox, with checked certificates."""
    assert get(GETOA, {"access_token": grant.access})["data"]["oa_id"] == account.id


@pytest.mark.usefixtures("running_proxy")
def test_one_tunnel_is_used_for_many_calls(sandbox: Sandbox, grant: SandboxGrant) -> None:
    """One tunnel through the proxy is used for many calls, even after a call whose response was lost by a script."""
    sandbox.fail_next("lost_answer")
    with httpx.Client(headers={"access_token": grant.access}) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(GETOA)
        answers = [client.get(GETOA).json()["error"] for _ in range(3)]

    assert answers == [0, 0, 0]
    assert sandbox.calls == [("GET", "/v2.0/oa/getoa")] * 4


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.usefixtures("running_proxy")
def test_every_pretended_host_has_a_certificate(name: str) -> None:
    """The proxy has a certificate for the name of each of Zalo's hosts."""
    assert httpx.get(f"https://{name}/nowhere").status_code in {200, 404}


@pytest.mark.parametrize("url", ["https://example.invalid/", "https://openapi.zalo.me:444/", "https://zalo.me/"])
@pytest.mark.usefixtures("running_proxy")
def test_no_other_host_is_reached(url: str) -> None:
    """A tunnel to a host that isn't Zalo's is refused, with the reason in the status line that clients show."""
    with pytest.raises(httpx.ProxyError, match="403 this proxy leads to the hosts of the pretend Zalo only"):
        httpx.get(url)


@pytest.mark.parametrize("url", ["http://example.invalid/", "http://openapi.zalo.me/v2.0/oa/getoa"])
def test_plain_http_is_refused(running_proxy: SandboxProxy, url: str) -> None:
    """A plain HTTP request to the proxy is refused for any host, with the allowed hosts in the body."""
    answer = httpx.get(url, proxy=running_proxy.address)

    assert answer.status_code == 403
    assert "openapi.zalo.me" in answer.text
    assert "https://" in answer.text


def get_without_tunnel(proxy: SandboxProxy, urls: Iterable[str], headers: Mapping[str, str]) -> list[tuple[int, Any]]:
    """Get URLs over one connection to the proxy, with absolute request targets and without a tunnel, as axios does;
    return the statuses and responses.
    """
    connection = HTTPConnection(urlsplit(proxy.address).netloc, timeout=PATIENCE)
    answers = []
    for url in urls:
        connection.request("GET", url, headers=dict(headers))
        answer = connection.getresponse()
        answers.append((answer.status, answer.read()))
    connection.close()
    return answers


def test_requests_without_tunnel_are_answered(running_proxy: SandboxProxy, grant: SandboxGrant) -> None:
    """Each request without a tunnel reaches the host in its URL, whatever requests came before on the connection."""
    urls = [GETOA, "https://oauth.zaloapp.com/nowhere", f"{GETOA}?a=b", "https://OPENAPI.zalo.me:443/v2.0/oa/getoa"]
    first, other, with_query, with_port = get_without_tunnel(running_proxy, urls, {"access_token": grant.access})

    assert json.loads(first[1]) == json.loads(with_query[1]) == json.loads(with_port[1])
    assert json.loads(first[1])["error"] == 0
    assert other[0] == 404


@pytest.mark.parametrize(
    "url", ["https://example.invalid/", "https://openapi.zalo.me:444/", "https://a@openapi.zalo.me/"]
)
def test_no_other_host_is_reached_without_a_tunnel(running_proxy: SandboxProxy, url: str) -> None:
    """A request without a tunnel to a host that isn't Zalo's is refused too, and the client's next call is answered."""
    (refused, body), (answered, _) = get_without_tunnel(running_proxy, [url, GETOA], {})

    assert (refused, answered) == (403, 200)
    assert b"openapi.zalo.me" in body


def test_certificate_needs_the_ca_file(running_proxy: SandboxProxy) -> None:
    """Without the CA file the proxy's certificate is refused, and the proxy continues to work."""
    with pytest.raises(URLError) as refused:
        build_untrusting_client(running_proxy).open(GETOA)
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)

    assert get_by_urllib(GETOA, {})["error"] == -216


def build_untrusting_client(proxy: SandboxProxy) -> Any:
    """Return an HTTP client that uses the proxy and trusts no certificate authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return build_opener(ProxyHandler({"https": proxy.address}), HTTPSHandler(context=context))


def test_ca_file_is_removed_afterwards(sandbox: Sandbox) -> None:
    """The CA file has a certificate without a key, and is removed with the proxy."""
    with sandbox.proxy() as proxy:
        ca_file = proxy.ca_file
        content = ca_file.read_text(encoding="ascii")

    assert content.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in content
    assert not ca_file.parent.exists()


@pytest.mark.slow
def test_proxy_process_prints_exports_and_cleans_up(process_environment: Mapping[str, str]) -> None:
    """The proxy's process needs only the package for certificates, prints the variables to export, and removes its
    files at the end.
    """
    command = [sys.executable, "-c", WITHOUT.format("httpx"), "--proxy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**process_environment}, text=True) as process:
        assert process.stdout is not None
        description = json.loads(process.stdout.readline())
        _, *exports = shlex.split(process.stdout.readline())
        exported = dict(line.split("=", 1) for line in exports)
        token = ControlClient(description["sandbox"]).post(
            "/grants", app_id=description["app_id"], oa_id=description["oa_id"]
        )["access_token"]
        ssl_context = ssl.create_default_context(cafile=exported["SSL_CERT_FILE"])
        with httpx.Client(proxy=exported["HTTPS_PROXY"], verify=ssl_context) as client:
            answer = client.get(GETOA, headers={"access_token": token}).json()
        process.terminate()
        exit_status = process.wait(PATIENCE)

    assert answer["data"]["oa_id"] == description["oa_id"]
    assert exit_status == 0
    assert not Path(description["ca_file"]).parent.exists()


@pytest.mark.slow
def test_missing_extra_names_the_install_command(process_environment: Mapping[str, str]) -> None:
    """Without the package for certificates the proxy prints how to install it."""
    command = [sys.executable, "-c", WITHOUT.format("trustme"), "--proxy"]
    result = subprocess.run(command, capture_output=True, env={**process_environment}, text=True, check=False)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "anninh: the proxy of the pretend Zalo needs an optional dependency; "
        "install it with: pip install 'anninh[sandbox]'\n"
    )


WITHOUT = (
    "import sys, runpy; sys.modules[{!r}] = None; runpy.run_module('anninh_zalo.testing', run_name='__main__', "
    "alter_sys=False)"
)
"""A Python program that runs the sandbox as if the named package weren't installed."""


@pytest.fixture
def process_environment() -> Mapping[str, str]:
    """The environment variables of a process that imports the same modules as this one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
