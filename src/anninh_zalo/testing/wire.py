"""What goes over the wire, without saying which wire: the sandbox answers requests, in process or over HTTP."""

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
        host: as the client named it, without port.
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
        """Return the fields of an urlencoded body; one client sends them in the query string, which works too."""
        return {**self.query, **dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))}

    def json(self) -> Json:
        """Return the JSON object of the body.

        Raises:
            SandboxRefusal: it is none.
        """
        return _object(self.body, "the body is not a JSON object")

    def data(self) -> Json:
        """Return the JSON object of the query parameter `data`.

        Raises:
            SandboxRefusal: it is none.
        """
        return _object(self.query.get("data", "{}"), "data is not a JSON object")


class SandboxRefusal(Exception):
    """The platform says no, with a code and a text of its own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


@frozen
class HttpAnswer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(factory=dict)

    @classmethod
    def json(cls, body: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> "HttpAnswer":
        """Answer with JSON, as the platform spells it."""
        return cls(status, encode_json(body), {"content-type": "application/json;charset=utf-8", **(headers or {})})

    @classmethod
    def html(cls, text: str, status: int = 200) -> "HttpAnswer":
        """Answer with a page."""
        return cls(status, text.encode(), {"content-type": "text/html; charset=utf-8"})


class LostAnswer(Enum):
    """No answer at all."""

    REFUSED = "no connection comes about"
    CLOSED = "the connection is closed without an answer"
    SILENT = "the connection stays open and nothing comes"


def encode_json(value: Any) -> bytes:
    """Return JSON without spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


_ESCAPES = str.maketrans({"/": "\\/", "'": "\\u0027", "=": "\\u003d", "<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def encode_signed(value: Any) -> bytes:
    """Return JSON as no usual library writes it: a space after each comma, some signs escaped, letters as they are.

    Whoever parses it, writes it anew and checks the signature of that, fails.
    """
    # None of these signs stands outside of a string, so escaping them is right wherever they stand.
    return json.dumps(value, ensure_ascii=False, separators=(", ", ":")).translate(_ESCAPES).encode()


def format_http_date(moment: datetime) -> str:
    """Return a moment as the header `Date` of an answer has it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _object(text: bytes | str, complaint: str) -> Json:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise SandboxRefusal(-201, complaint)
    return value
