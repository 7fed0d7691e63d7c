"""Parsers of Zalo's responses, which are successful only if their body says so, whatever the status."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RequestRejected, RetryLater
from anninh_zalo.errors.classify import Host, build_delivery_error, classify_response, explain_row
from anninh_zalo.errors.codes import ASSET_TAKEN, SPENT
from anninh_zalo.errors.error_row import ErrorKind

_TIMEOUT = 408
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Matches an escaped surrogate, perhaps half of a cut emoji; it becomes U+FFFD, as no storage takes a text with a
surrogate.
"""

_MOST_DIGITS = 16


class TokenRejected(NeedsPerson):
    """The access token was rejected: the call did nothing. If the renewed token is rejected too, a person must act."""


class TokenSpent(NeedsPerson):
    """The refresh token was rejected: unless another process has its successor, an administrator must consent again."""


class UploadExpired(RequestRejected):
    """Zalo no longer has an upload: nothing was sent, and the message can be sent after another upload."""


class ContentRefused(RequestRejected):
    """The message breaks the platform's content rules: it must not be sent again. Nothing was sent."""


class QuietHoursRefusal(RetryLater):
    """Zalo doesn't send this kind of message at night. Nothing was sent."""


class NoUpdates(RetryLater):
    """A bot's poll for updates ended without any (408)."""


class AssetTaken(RequestRejected):
    """The asset carries another group, or no group any more: the call did nothing."""


_SPECIFIC_ERRORS: Mapping[tuple[Host, int], type[UploadExpired | AssetTaken | ContentRefused | QuietHoursRefusal]] = {
    (Host.OPENAPI, -100): UploadExpired,
    (Host.OPENAPI, -234): QuietHoursRefusal,
    (Host.OPENAPI, -248): ContentRefused,
    (Host.BUSINESS, -133): QuietHoursRefusal,
    **{(Host.OPENAPI, code): AssetTaken for code in ASSET_TAKEN},
}
"""Error codes that need more specific handling than others of their kind."""


@frozen
class RateHeaders:
    """The request limits of the current minute, from a response's headers."""

    limit: int
    remaining: int


def parse_rates(headers: Mapping[str, str]) -> RateHeaders | None:
    """Return the request limits in a response's headers, or None if they are missing or unreadable."""
    limit = headers.get("x-ratelimit-limit", "")
    remaining = headers.get("x-ratelimit-remain", "")
    if limit.isascii() and limit.isdecimal() and remaining.isascii() and remaining.isdecimal():
        return RateHeaders(int(limit[:9]), int(remaining[:9]))
    return None


def parse_date(headers: Mapping[str, str]) -> datetime | None:
    """Return the time of a response by Zalo's clock, or None if its date header is missing or unreadable."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def parse_response(host: Host, status: int, content: bytes, *, sends: bool) -> Mapping[str, Any]:
    """Return the body of a successful response.

    Raises:
        DeliveryError: any other response; the class determines how to proceed.
    """
    body = _parse_object(content)
    code, text = _read_error(host, body)
    row = classify_response(host, code, text, status, sends=sends)
    if row.kind is ErrorKind.OK:
        return body
    if row.kind is ErrorKind.AUTH:
        raise TokenRejected(explain_row(host, row))
    if host is Host.OAUTH and row.code in SPENT:
        raise TokenSpent(explain_row(host, row))
    if host is Host.BOT and row.code == _TIMEOUT and not sends:
        raise NoUpdates(explain_row(host, row))
    raise _build_specific_error(host, row.code, build_delivery_error(host, row))


def get_text(body: Mapping[str, Any], *path: str) -> str:
    """Return the text at a path of field names in a response's body, a number as its digits, or ""."""
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def get_number(body: Mapping[str, Any], *path: str) -> int | None:
    """Return the non-negative number at a path of field names in a response's body, also if it is written as text; None
    for anything else.
    """
    text = get_text(body, *path)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS else None


def to_object(value: object) -> Mapping[str, Any]:
    """Return a value of a response if it is an object, or an empty mapping."""
    return value if isinstance(value, Mapping) else {}


def list_objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list of a response, or an empty list if it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _build_specific_error(host: Host, code: int, error: DeliveryError) -> DeliveryError:
    error_class = _SPECIFIC_ERRORS.get((host, code))
    return (
        error
        if error_class is None or not isinstance(error, RequestRejected | RetryLater)
        else error_class(error.sentence)
    )


def _parse_object(content: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(content)
        if _HALF.search(content):
            text = json.dumps(body, ensure_ascii=False).encode("utf-16", "surrogatepass")
            body = json.loads(text.decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _read_error(host: Host, body: Mapping[str, Any]) -> tuple[int | None, str]:
    """Return the error code and text of a response; no code if it isn't a response of Zalo's API."""
    if host is Host.BOT:
        ok = body.get("ok")
        return (0 if ok is True else _parse_code(body.get("error_code"), zero=False)), ""
    if host is Host.OAUTH:
        # A token pair with an error isn't trusted. But a pair discarded because of a harmless "error": 0 would be lost
        # for good.
        has_token = isinstance(body.get("access_token"), str) and body.get("error") in (None, 0, "0", "")
        text = f"{_text_field(body, 'error_name')} {_text_field(body, 'error_description')}"
        return (0 if has_token else _parse_code(body.get("error"), zero=False)), text
    return _parse_code(body.get("error")), _text_field(body, "message")


def _text_field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _parse_code(value: object, *, zero: bool = True) -> int | None:
    """Parse an error code, which may be a text; with `zero` false, a code of 0 doesn't count as success."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        code = int(value)
    except ValueError:
        return None
    return code if code or zero else None
