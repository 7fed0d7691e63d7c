"""The API through a client that a generator made from the OpenAPI document."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from types import ModuleType
from typing import Any, Self

from attrs import evolve, frozen
from tests.scenarios.day.faces import FORWARDED, Reply
from tests.support.generated_client import part

_BEGINNINGS = {"sign-in": ("sign_in", "SignInByPassword"), "set-up": ("set_up", "AccountSetUp")}


@frozen
class GeneratedFace:
    """Calls one server.

    Attributes:
        client: the generated package.
        url: of the server.
        address: client address that a proxy would report.
    """

    client: ModuleType
    url: str
    address: str = "127.0.0.1"

    def seen_from(self, address: str) -> Self:
        return evolve(self, address=address)

    def begin(self, path: str, arguments: Mapping[str, str]) -> Reply:
        name, model = _BEGINNINGS[path]
        with self._open_client("") as client:
            body = getattr(part("models"), model).from_dict(arguments)
            return _read(part(f"api.session.{name}").sync_detailed(client=client, body=body))

    def call(
        self, token: str, operation: str, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Reply:
        noun, _, verb = operation.partition(".")
        module = part(f"api.{noun}.{noun}_{verb}")
        model = getattr(part("models"), "".join(word.capitalize() for word in f"{noun}_{verb}_request".split("_")))
        further = {name.lower().replace("-", "_"): value for name, value in (headers or {}).items()}
        with self._open_client(token) as client:
            return _read(module.sync_detailed(client=client, body=model.from_dict(arguments), **further))

    def download(self, token: str, operation: str, arguments: Mapping[str, Any]) -> Reply:
        files = "api.files"
        models = part("models")
        body = models.DownloadRequest.from_dict({"operation": operation, "arguments": arguments})
        with self._open_client(token) as client:
            prepared = _read(part(f"{files}.prepare_download").sync_detailed(client=client, body=body))
            if prepared.status != 200:
                return prepared
            return _read(part(f"{files}.download").sync_detailed(client=client, id=prepared.body["id"]))

    def upload(self, token: str, name: str, data: bytes) -> Reply:
        body = part("types").File(payload=BytesIO(data))
        with self._open_client(token) as client:
            return _read(part("api.files.upload").sync_detailed(client=client, body=body, name=name))

    def _open_client(self, token: str) -> Any:
        options = {"base_url": self.url, "headers": {FORWARDED: self.address}}
        return self.client.AuthenticatedClient(token=token, **options) if token else self.client.Client(**options)


def _read(response: Any) -> Reply:
    """Return the client's response as plain values."""
    return Reply(int(response.status_code), _plain(response.parsed))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    with suppress(AttributeError):
        return value.to_dict()
    payload = getattr(value, "payload", None)
    return payload.read() if payload is not None else value
