"""Classify a response of Zalo, and turn it into the core's errors."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum

from attrs import evolve

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
)
from anninh_core.kernel.sentences import Sentence
from anninh_zalo.errors.codes import BOT_CODES, BUSINESS_CODES, OAUTH_CODES, OPENAPI_CODES
from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, ErrorTable


class Host(Enum):
    """A host of Zalo. The value is its name in errors."""

    OPENAPI = "Zalo"
    BUSINESS = "Zalo (templates by telephone)"
    OAUTH = "Zalo (login)"
    BOT = "Zalo (bots)"


TABLES: Mapping[Host, ErrorTable] = {
    Host.OPENAPI: OPENAPI_CODES,
    Host.BUSINESS: BUSINESS_CODES,
    Host.OAUTH: OAUTH_CODES,
    Host.BOT: BOT_CODES,
}

_BY_STATUS: Mapping[int, ErrorRow] = {
    401: ErrorRow(
        401,
        ErrorKind.AUTH,
        "the access token isn't valid",
        "let an administrator of the account consent again with `anninh zalo login`",
    ),
    404: ErrorRow(404, ErrorKind.PERSON, "Zalo doesn't know the address", "correct the base address in the options"),
    429: ErrorRow(429, ErrorKind.RETRY, "too many requests", wait=timedelta(minutes=1)),
}
_BROKEN = ErrorRow(0, ErrorKind.RETRY, "the response isn't one of Zalo's", sending=ErrorKind.UNKNOWN)

_NO_CODE = 10_000_000
"""A number from this value on isn't an error code, but may be the id of a person: it isn't shown."""


def classify_response(
    host: Host, code: int | None, text: str = "", status: int = 200, *, sends: bool = False
) -> ErrorRow:
    """Return the meaning of a response; the row's `kind` is already the right one for a call that sends or doesn't.

    An unknown code needs a person: the platform refused and nothing was sent, so that nothing is sent twice, and a
    person must find out whether a retry could help. A response with a status of 500 and above, or without Zalo's JSON,
    leaves open whether a call that sends has sent.

    Args:
        code: the error code in the body, or None if the body has none or is no JSON.
        text: Zalo's text, which distinguishes the meanings of some codes. It is never repeated.
        status: status of the HTTP response.
        sends: whether repeating the call could have its effect twice.
    """
    row = _find_row(host, code, text.lower(), status)
    return evolve(row, kind=row.get_kind(sends), sending=None)


def _find_row(host: Host, code: int | None, text: str, status: int) -> ErrorRow:
    if status >= 500:
        return evolve(_BROKEN, code=status, meaning=Sentence("Zalo had an internal error"))
    if code is None:
        return _BY_STATUS.get(status, evolve(_BROKEN, code=status))
    for row in TABLES[host].get(code, ()):
        if row.text in text:
            if row.kind is ErrorKind.OK and status >= 400:
                break
            return row
    safe_code = code if abs(code) < _NO_CODE else 0
    return ErrorRow(
        safe_code, ErrorKind.PERSON, "anninh doesn't know this error", "look up the code in Zalo's documentation"
    )


def explain_row(host: Host, row: ErrorRow) -> Sentence:
    """Return a sentence with a row's meaning and remedy."""
    facts = {"host": host, "meaning": row.meaning, "code": row.code}
    if not row.todo:
        return Sentence("{host}: {meaning} (code {code}).", **facts)
    return Sentence("{host}: {meaning} (code {code}); {remedy}.", remedy=row.todo, **facts)


def build_delivery_error(host: Host, row: ErrorRow) -> DeliveryError:
    """Return the core's error for a row. It names code and meaning, but no person and no sent content."""
    sentence = explain_row(host, row)
    match row.kind:
        case ErrorKind.RETRY | ErrorKind.LATER:
            return RetryLater(sentence, row.wait)
        case ErrorKind.RECIPIENT:
            return RecipientUnreachable(sentence)
        case ErrorKind.REQUEST:
            return RequestRejected(sentence)
        case ErrorKind.UNKNOWN:
            return UnknownOutcome(sentence)
        case _:
            return NeedsPerson(sentence)
