"""One question to Zalo, and the way its parameters are written."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from attrs import field, frozen

from anninh_zalo.errors.classify import Host


@frozen(kw_only=True)
class ApiCall:
    """A request to the API. Its `repr` shows method, host and path only.

    Attributes:
        path: below the host's base address; for the bot platform the method's name.
        query: plain parameters.
        body: becomes JSON.
        form: becomes a form; with `file` the other fields beside it.
        file: name and bytes of an upload.
        sends: whether asking twice could do something twice.
        patience: seconds to wait for the answer; None for as long as the client does for others.
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
    """Asks Zalo in the name of somebody, as `AccountApi` does for an official account."""

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Ask, and return the body of an answer that reports success.

        Raises:
            DeliveryError: any other answer, or none; the class says what to do.
        """
        ...


def get(path: str, host: Host = Host.OPENAPI, **query: Any) -> ApiCall:
    """Return a question with plain parameters: groups, templates."""
    return ApiCall(method="GET", host=host, path=path, query={key: str(value) for key, value in query.items()})


def get_data(path: str, **parameters: Any) -> ApiCall:
    """Return a question whose parameters are one, `data`, in JSON: users, conversations, the account."""
    data = json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))
    return ApiCall(method="GET", host=Host.OPENAPI, path=path, query={"data": data})


def post(path: str, body: Mapping[str, Any], host: Host = Host.OPENAPI, *, sends: bool = True) -> ApiCall:
    """Return a POST request; by default it is treated as not idempotent."""
    return ApiCall(method="POST", host=host, path=path, body=body, sends=sends)


def upload(path: str, name: str, content: bytes) -> ApiCall:
    """Return an upload, which is idempotent."""
    return ApiCall(method="POST", host=Host.OPENAPI, path=path, file=(name, content))
