"""HTTP requests and responses of the sandbox, independent of whether they come in process or over HTTP."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

from attrs import evolve, field, frozen

Json = dict[str, Any]


@frozen(kw_only=True)
class HttpRequest:
    """An HTTP request.

    Attributes:
        host: host name given by the client, without port.
        headers: names in lower case.
    """

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(factory=dict)
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""

    @classmethod
    def build(cls, method: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> "HttpRequest":
        """Build a request from the values of a server or a transport; `target` is path and query."""
        path, _, query = target.partition("?")
        lower = {name.lower(): value for name, value in headers.items()}
        return cls(
            method=method,
            host=host.partition(":")[0],
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=lower,
            body=body,
        )

    def at(self, path: str) -> "HttpRequest":
        """Return the same request for another path."""
        return evolve(self, path=path)

    def form(self) -> Mapping[str, str]:
        """Return the fields of an urlencoded body and of the query string, in which one client sends them."""
        return {**self.query, **dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))}

    def json(self) -> Json:
        """Return the JSON object of the body.

        Raises:
            SandboxRefusal: the body isn't a JSON object.
        """
        return _parse_object(self.body, "the body is not a JSON object")

    def data(self) -> Json:
        """Return the JSON object of the query parameter `data`.

        Raises:
            SandboxRefusal: the parameter isn't a JSON object.
        """
        return _parse_object(self.query.get("data", "{}"), "data is not a JSON object")


class SandboxRefusal(Exception):
    """A refusal by the platform, with its error code and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


@frozen
class HttpAnswer:
    """An HTTP response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(factory=dict)

    @classmethod
    def json(cls, body: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> "HttpAnswer":
        """Return a JSON response in the platform's encoding."""
        return cls(status, encode_json(body), {"content-type": "application/json;charset=utf-8", **(headers or {})})

    @classmethod
    def html(cls, text: str, status: int = 200) -> "HttpAnswer":
        """Return an HTML response."""
        return cls(status, text.encode(), {"content-type": "text/html; charset=utf-8"})


class LostAnswer(Enum):
    """The way in which a response is lost."""

    REFUSED = "no connection comes about"
    CLOSED = "the connection is closed without an answer"
    SILENT = "the connection stays open and nothing comes"


def encode_json(value: Any) -> bytes:
    """Return JSON without spaces, with non-ASCII characters unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


_ESCAPES = str.maketrans({"/": "\\/", "'": "\\u0027", "=": "\\u003d", "<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def encode_signed(value: Any) -> bytes:
    """Return JSON in an encoding that no usual library produces: a space after each comma, some signs escaped,
    non-ASCII characters unescaped.

    A client that parses it, encodes it again and checks the signature of the result fails.
    """
    # These signs occur only inside of JSON strings, so escaping them is always valid.
    return json.dumps(value, ensure_ascii=False, separators=(", ", ":")).translate(_ESCAPES).encode()


def format_http_date(moment: datetime) -> str:
    """Return a moment in the format of the header `Date`."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _parse_object(text: bytes | str, complaint: str) -> Json:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise SandboxRefusal(-201, complaint)
    return value
