"""A client program that calls the API through a client that was generated from the OpenAPI document."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from types import ModuleType
from typing import Any, Self

from attrs import evolve, frozen
from tests.scenarios.day.faces import FORWARDED, Reply
from tests.support.generated_client import get_client_module

_BEGINNINGS = {"sign-in": ("sign_in", "SignInByPassword"), "set-up": ("set_up", "AccountSetUp")}


@frozen
class GeneratedClient:
    """A client that calls one server through a generated package.

    Attributes:
        client: the generated package.
        url: URL of the server.
        address: client address that a proxy would report.
    """

    client: ModuleType
    url: str
    address: str = "127.0.0.1"

    def with_address(self, address: str) -> Self:
        return evolve(self, address=address)

    def call_without_session(self, path: str, arguments: Mapping[str, str]) -> Reply:
        name, model = _BEGINNINGS[path]
        with self._open_client("") as client:
            body = getattr(get_client_module("models"), model).from_dict(arguments)
            return _convert_response(get_client_module(f"api.session.{name}").sync_detailed(client=client, body=body))

    def call(
        self, token: str, operation: str, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Reply:
        noun, _, verb = operation.partition(".")
        module = get_client_module(f"api.{noun}.{noun}_{verb}")
        model = getattr(
            get_client_module("models"), "".join(word.capitalize() for word in f"{noun}_{verb}_request".split("_"))
        )
        further = {name.lower().replace("-", "_"): value for name, value in (headers or {}).items()}
        with self._open_client(token) as client:
            return _convert_response(module.sync_detailed(client=client, body=model.from_dict(arguments), **further))

    def download(self, token: str, operation: str, arguments: Mapping[str, Any]) -> Reply:
        files = "api.files"
        models = get_client_module("models")
        body = models.DownloadRequest.from_dict({"operation": operation, "arguments": arguments})
        with self._open_client(token) as client:
            prepared = _convert_response(
                get_client_module(f"{files}.prepare_download").sync_detailed(client=client, body=body)
            )
            if prepared.status != 200:
                return prepared
            return _convert_response(
                get_client_module(f"{files}.download").sync_detailed(client=client, id=prepared.body["id"])
            )

    def upload(self, token: str, name: str, data: bytes) -> Reply:
        body = get_client_module("types").File(payload=BytesIO(data))
        with self._open_client(token) as client:
            return _convert_response(
                get_client_module("api.files.upload").sync_detailed(client=client, body=body, name=name)
            )

    def _open_client(self, token: str) -> Any:
        options = {"base_url": self.url, "headers": {FORWARDED: self.address}}
        return self.client.AuthenticatedClient(token=token, **options) if token else self.client.Client(**options)


def _convert_response(response: Any) -> Reply:
    """Return a response of the generated client as status and plain values."""
    return Reply(int(response.status_code), _convert_value(response.parsed))


def _convert_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_convert_value(item) for item in value]
    with suppress(AttributeError):
        return value.to_dict()
    payload = getattr(value, "payload", None)
    return payload.read() if payload is not None else value
