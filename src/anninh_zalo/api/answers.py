"""Zalo's answers: success only if the body says so, whatever the status."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RequestRejected, RetryLater
from anninh_zalo.errors.classify import Host, classify, delivery_error, explain_row
from anninh_zalo.errors.codes import ASSET_TAKEN, SPENT
from anninh_zalo.errors.error_row import ErrorKind

_TIMEOUT = 408
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Perhaps half a character, such as an emoji cut in two: no storage takes a name with one. It becomes U+FFFD."""

_MOST_DIGITS = 16


class TokenRejected(NeedsPerson):
    """The access token isn't taken: the call did nothing. Refreshed and rejected again, it needs a person."""


class TokenSpent(NeedsPerson):
    """The refresh token isn't taken (any more): unless another process has the next one, somebody must consent."""


class UploadExpired(RequestRejected):
    """Zalo doesn't keep an upload any more: made once more, the message can go. Nothing was sent."""


class ContentRefused(RequestRejected):
    """What the message says breaks the platform's rules: it isn't to be sent again. Nothing was sent."""


class QuietHoursRefusal(RetryLater):
    """This kind of message isn't sent at night. Nothing was sent."""


class NoUpdates(RetryLater):
    """A bot's question for updates ended without one (408)."""


class AssetTaken(RequestRejected):
    """The asset carries another group, or none any more: the call did nothing."""


_SPECIFIC_ERRORS: Mapping[tuple[Host, int], type[UploadExpired | AssetTaken | ContentRefused | QuietHoursRefusal]] = {
    (Host.OPENAPI, -100): UploadExpired,
    (Host.OPENAPI, -234): QuietHoursRefusal,
    (Host.OPENAPI, -248): ContentRefused,
    (Host.BUSINESS, -133): QuietHoursRefusal,
    **{(Host.OPENAPI, code): AssetTaken for code in ASSET_TAKEN},
}
"""Answers to which more is done than their kind says."""


@frozen
class RateHeaders:
    """What an answer's headers say about the requests of this minute."""

    limit: int
    remaining: int


def parse_rates(headers: Mapping[str, str]) -> RateHeaders | None:
    """Return what the headers say, None where they say nothing readable."""
    limit = headers.get("x-ratelimit-limit", "")
    remaining = headers.get("x-ratelimit-remain", "")
    if limit.isascii() and limit.isdecimal() and remaining.isascii() and remaining.isdecimal():
        return RateHeaders(int(limit[:9]), int(remaining[:9]))
    return None


def parse_date(headers: Mapping[str, str]) -> datetime | None:
    """Return when an answer was given by Zalo's clock, None where that isn't told."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def parse_answer(host: Host, status: int, content: bytes, *, sends: bool) -> Mapping[str, Any]:
    """Return the body of an answer that reports success.

    Raises:
        DeliveryError: any other answer; the class says what to do.
    """
    body = _parse_object(content)
    code, text = _read_error(host, body)
    row = classify(host, code, text, status, sends=sends)
    if row.kind is ErrorKind.OK:
        return body
    if row.kind is ErrorKind.AUTH:
        raise TokenRejected(explain_row(host, row))
    if host is Host.OAUTH and row.code in SPENT:
        raise TokenSpent(explain_row(host, row))
    if host is Host.BOT and row.code == _TIMEOUT and not sends:
        raise NoUpdates(explain_row(host, row))
    raise _specific_error(host, row.code, delivery_error(host, row))


def text_in(body: Mapping[str, Any], *path: str) -> str:
    """Return the text, or the number as text, at the end of a path of field names; "" where there is none."""
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number_in(body: Mapping[str, Any], *path: str) -> int | None:
    """Return the number from 0 on, or the text of one, at the end of a path of field names; None for anything else."""
    text = text_in(body, *path)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS else None


def object_of(found: object) -> Mapping[str, Any]:
    """Return an object of an answer; an empty one where something else stands."""
    return found if isinstance(found, Mapping) else {}


def objects_of(found: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list of an answer; none where something else stands."""
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _specific_error(host: Host, code: int, error: DeliveryError) -> DeliveryError:
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
    """Return code and words of an answer; no code where it isn't one of Zalo's."""
    if host is Host.BOT:
        ok = body.get("ok")
        return (0 if ok is True else _parse_code(body.get("error_code"), zero=False)), ""
    if host is Host.OAUTH:
        # A pair beside an error isn't believed; but one that is thrown away for a harmless "error": 0 is lost for good.
        has_token = isinstance(body.get("access_token"), str) and body.get("error") in (None, 0, "0", "")
        text = f"{_text_field(body, 'error_name')} {_text_field(body, 'error_description')}"
        return (0 if has_token else _parse_code(body.get("error"), zero=False)), text
    return _parse_code(body.get("error")), _text_field(body, "message")


def _text_field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _parse_code(value: object, *, zero: bool = True) -> int | None:
    """Read a code, which may come as text; with `zero` false, success must be told in another way."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        code = int(value)
    except ValueError:
        return None
    return code if code or zero else None
