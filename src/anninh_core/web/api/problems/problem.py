"""Problems by RFC 9457: what an error becomes on its way to whoever asked."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from anninh_core.kernel.errors import (
    AlreadyDone,
    AnninhError,
    BadInput,
    ConfigurationError,
    Conflict,
    NotSignedIn,
    NotVisible,
    Refused,
    RetryLater,
    ServiceUnavailable,
    StorageError,
    TooManyRequests,
)
from anninh_core.kernel.sentences import plain_text
from anninh_core.language.catalogue import Language
from anninh_core.language.phrasing import Phrasing
from anninh_core.operations.problems import code_of, worded_code, words_of
from anninh_core.web.api.problems.statuses import status_of
from anninh_core.web.error_responses import RETRY_AFTER, describe_error

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/api/v1/docs#"
"""A problem's type is the place in the page where its code is explained."""

CHALLENGE = 'Bearer realm="anninh"'

HTTP_CODES: Mapping[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    415: "unsupported_media_type",
    503: "busy",
}
"""Codes of what is refused before a use case is asked."""

_TELLABLE = (BadInput, AlreadyDone, Conflict, Refused)
"""Their own sentences are about what the caller named, and go with the problem in place of the general ones."""

_UNTOLD = (NotVisible, NotSignedIn)
"""Their sentences are the same for everybody, whatever the truth is."""

_LOGGED_WITH_TEXT = (StorageError, ConfigurationError, ServiceUnavailable)
_PATH = re.compile(r"""(?:^|[\s'"(=])(?:/[^\s/'"]+/|[A-Za-z]:\\|file:)""")
_log = logging.getLogger(__name__)


def to_problem(error: Exception, language: Language, new_id: Callable[[], str]) -> Response:
    """Return what answers an error.

    Args:
        error: of a use case, of the web server, or unforeseen.
        new_id: makes the id under which the log has what isn't told.
    """
    if isinstance(error, HTTPException):
        return _from_status(error.status_code, language, error.headers)
    if isinstance(error, ClientDisconnect):
        return _from_status(400, language)
    status = status_of(error)
    code = code_of(error)
    words = words_of(worded_code(type(error)), language)
    body: dict[str, object] = {"detail": _detail(error, words.detail, language)}
    if errors := _argument_errors(error, language):
        body |= {"path": errors[0]["path"], "errors": errors}
    if status >= 500 or isinstance(error, StorageError):
        body["incident"] = _log_incident(error, status, new_id())
    return problem_response(status, code, words.title, body, _headers(error, status))


def problem_response(
    status: int, code: str, title: str, further: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem with these members."""
    body = {"type": TYPE_PREFIX + code, "title": title, "status": status, "code": code, **further}
    return Response(
        msgspec.json.encode(body, enc_hook=plain_text),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def _from_status(status: int, language: Language, headers: Mapping[str, str] | None = None) -> Response:
    code = HTTP_CODES.get(status, "internal_error")
    words = words_of(code, language)
    return problem_response(status, code, words.title, {"detail": words.detail}, headers)


def _detail(error: Exception, general: str, language: Language) -> str:
    """Return the sentence of a problem: the error's own where it is there in the language and tells nothing else."""
    if not isinstance(error, _TELLABLE) or isinstance(error, _UNTOLD):
        return general
    sentence = Phrasing(language).error(error)
    return general if not sentence or _PATH.search(sentence) else sentence


def _argument_errors(error: Exception, language: Language) -> Sequence[dict[str, str]]:
    """Return which arguments don't fit, where the error says it."""
    phrasing = Phrasing(language)
    faults: Sequence[Any] = getattr(error, "errors", ()) if isinstance(error, BadInput) else ()
    return [{"path": fault.path, "message": phrasing.sentence(fault.message)} for fault in faults]


def _headers(error: Exception, status: int) -> Mapping[str, str]:
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": CHALLENGE}
    if isinstance(error, TooManyRequests | RetryLater | ServiceUnavailable) and error.after is not None:
        return {"Retry-After": str(max(1, ceil(error.after.total_seconds())))}
    return {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}


def _log_incident(error: Exception, status: int, id: str) -> str:
    """Write down what isn't told, and return under which id. What isn't ours may quote what a person wrote."""
    text = f": {error}" if isinstance(error, _LOGGED_WITH_TEXT) else ""
    level = logging.WARNING if isinstance(error, AnninhError) else logging.ERROR
    _log.log(level, "incident %s: a call was answered %d: %s%s", id, status, describe_error(error), text)
    return id
