"""A call to Zalo's API, and the encodings of its parameters."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from attrs import field, frozen

from anninh_zalo.errors.classify import Host


@frozen(kw_only=True)
class ApiCall:
    """A request to the API. Its `repr` shows method, host and path only.

    Attributes:
        path: path below the host's base address; for the bot platform the method's name.
        query: plain parameters.
        body: content of a JSON body.
        form: fields of a form; with `file`, the other fields of the upload.
        file: name and bytes of an upload.
        sends: whether repeating the call could have its effect twice.
        patience: seconds to wait for the response; None for the client's default.
    """

    method: str
    host: Host
    path: str
    query: Mapping[str, str] = field(factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    sends: bool = False
    patience: float | None = None


class ApiClient(Protocol):
    """Sends calls to Zalo in the name of an account or a bot, as `AccountApi` does for an official account."""

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Send the call and return the body of a successful response.

        Raises:
            DeliveryError: any other response, or none; the class determines how to proceed.
        """
        ...


def get(path: str, host: Host = Host.OPENAPI, **query: Any) -> ApiCall:
    """Return a GET call with plain parameters, as for groups and templates."""
    return ApiCall(method="GET", host=host, path=path, query={key: str(value) for key, value in query.items()})


def build_data_call(path: str, **parameters: Any) -> ApiCall:
    """Return a GET call with all parameters as JSON in one parameter, `data`, as for users, conversations and the
    account.
    """
    data = json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))
    return ApiCall(method="GET", host=Host.OPENAPI, path=path, query={"data": data})


def build_post_call(path: str, body: Mapping[str, Any], host: Host = Host.OPENAPI, *, sends: bool = True) -> ApiCall:
    """Return a POST call, by default treated as not idempotent."""
    return ApiCall(method="POST", host=host, path=path, body=body, sends=sends)


def build_upload_call(path: str, name: str, content: bytes) -> ApiCall:
    """Return a call that uploads a file; it is idempotent."""
    return ApiCall(method="POST", host=Host.OPENAPI, path=path, file=(name, content))
