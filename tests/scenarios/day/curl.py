"""A client program that calls the API through curl, with a process for each call."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote

import pytest
from attrs import evolve, frozen
from tests.scenarios.day.faces import FORWARDED, Reply

_JSON = ("-H", "Content-Type: application/json")
_FILE = ("-H", "Content-Type: application/octet-stream")
_STATUS = "%{stderr}%{http_code} %{content_type}"


def require_curl() -> None:
    """Skip the test if curl isn't installed, except in CI, where curl must be installed."""
    if shutil.which("curl") is None:
        assert not os.environ.get("CI"), "CI has no curl"
        pytest.skip("curl isn't installed")


@frozen
class CurlClient:
    """A client that calls one server through curl.

    Attributes:
        url: URL of the API, without the last slash.
        address: client address that a proxy would report.
    """

    url: str
    address: str = "127.0.0.1"

    def with_address(self, address: str) -> Self:
        return evolve(self, address=address)

    def call_without_session(self, path: str, arguments: Mapping[str, str]) -> Reply:
        return self._post(path, json.dumps(arguments).encode(), *_JSON)

    def call(
        self, token: str, operation: str, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Reply:
        further = (word for name, value in (headers or {}).items() for word in ("-H", f"{name}: {value}"))
        return self._post(operation, json.dumps(arguments).encode(), *_JSON, *_build_authorization(token), *further)

    def download(self, token: str, operation: str, arguments: Mapping[str, Any]) -> Reply:
        prepared = self.call(token, "downloads", {"operation": operation, "arguments": arguments})
        return (
            self._run_curl(f"downloads/{prepared.body['id']}", b"", *_build_authorization(token))
            if prepared.status == 200
            else prepared
        )

    def upload(self, token: str, name: str, data: bytes) -> Reply:
        return self._post(f"uploads?name={quote(name)}", data, *_FILE, *_build_authorization(token))

    def _post(self, path: str, body: bytes, *words: str) -> Reply:
        return self._run_curl(path, body, "-X", "POST", "--data-binary", "@-", *words)

    def _run_curl(self, path: str, body: bytes, *words: str) -> Reply:
        command = ["curl", "-sS", f"{self.url}/{path}", "-w", _STATUS, *words]
        command += ["-H", f"{FORWARDED}: {self.address}"]
        result = subprocess.run(command, input=body, capture_output=True, check=True)
        status, _, media_type = result.stderr.decode().partition(" ")
        is_json = media_type.startswith(("application/json", "application/problem+json"))
        return Reply(int(status), json.loads(result.stdout) if is_json else result.stdout)


def _build_authorization(token: str) -> tuple[str, ...]:
    return ("-H", f"Authorization: Bearer {token}") if token else ()
