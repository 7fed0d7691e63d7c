"""Keys in a key service, accessed over HTTP: `keys = "kms://keys.example:8443"`; its token is in $KMS_TOKEN."""
# ruff: noqa: D101, D102  the port says what they do

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from anninh_core.kernel import errors
from anninh_core.plugins import hookimpl
from anninh_core.ports import Keys

TIMEOUT = 5.0  # Timeout in seconds; a waiting caller holds no lock.
TOKEN = "KMS_TOKEN"  # noqa: S105  the name of a variable


class KeyServiceKeys:
    name = "kms"

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host = address.hostname or ""
        self._port = address.port
        self._url = url
        if not self._host:
            raise errors.ConfigurationError(f"keys = {url!r} names no host; write for instance kms://keys.example:8443")
        self._token = os.environ.get(TOKEN, "")
        if not self._token:
            raise errors.ConfigurationError(f"{url} wants a token; put it into the environment variable {TOKEN}")

    @property
    def epoch(self) -> str:
        return str(self._call("epoch")["epoch"])

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        answer = self._call("wrap", key=_encode_bytes(data_key), scope=scope)
        return str(answer["epoch"]), b64decode(answer["wrapped"])

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        return self.unwrap_many([(epoch, wrapped, scope)])[0]

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        if not wrapped:
            return []
        items = [{"epoch": epoch, "wrapped": _encode_bytes(key), "scope": scope} for epoch, key, scope in wrapped]
        return [b64decode(key) for key in self._call("unwrap", keys=items)["keys"]]

    def blind(self, purpose: str, value: str) -> str:
        return str(self._call("blind", purpose=purpose, value=value)["hash"])

    def turn_epoch(self) -> str:
        return str(self._call("turn")["epoch"])

    def destroy_epoch(self, epoch: str) -> None:
        self._call("destroy", epoch=epoch)

    def _call(self, act: str, **facts: object) -> Any:
        try:
            status, answer = self._post(act, json.dumps(facts).encode())
        except (OSError, HTTPException, ValueError) as error:
            raise self._build_unavailable_error(type(error).__name__) from error
        if status == 200:
            return answer
        if status == 410:  # The epoch is destroyed, or the bytes were altered: a retry changes nothing.
            raise errors.DecryptionError(f"the key service opens it no more: {answer.get('error')}")
        if status == 409:
            raise errors.BadInput(f"the key service refuses: {answer.get('error')}")
        if status in (401, 403):
            raise errors.StorageError(f"{self._url} refuses this machine; put a token that counts into {TOKEN}")
        raise self._build_unavailable_error(f"HTTP status {status}")

    def _post(self, act: str, body: bytes) -> tuple[int, Any]:
        # Without TLS, the service is called over loopback only. Each request has a new connection, so that threads
        # share nothing.
        kind = HTTPConnection if _is_loopback(self._host) else HTTPSConnection
        connection = kind(self._host, self._port, timeout=TIMEOUT)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            connection.request("POST", f"/{act}", body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def _build_unavailable_error(self, why: str) -> errors.StorageError:
        return errors.StorageError(f"the key service {self._url} doesn't answer ({why}); nothing is lost, try again")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _encode_bytes(data: bytes) -> str:
    return b64encode(data).decode()


@hookimpl
def anninh_keys() -> list[type[Keys]]:
    return [KeyServiceKeys]
