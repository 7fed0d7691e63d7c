"""Problems by RFC 9457: the HTTP responses for errors."""

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
from anninh_core.operations.problems import code_of, find_text_code, words_of
from anninh_core.web.api.problems.statuses import status_of
from anninh_core.web.error_responses import RETRY_AFTER, describe_error

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/api/v1/docs#"
"""Prefix of a problem's type: the place in the documentation page where its code is explained."""

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
"""Codes of requests that are rejected before a use case is called."""

_TELLABLE = (BadInput, AlreadyDone, Conflict, Refused)
"""Errors with a sentence about the caller's own input, which replaces the general sentence."""

_UNTOLD = (NotVisible, NotSignedIn)
"""Errors with the general sentence, so that it is the same for every caller, whatever the truth is."""

_LOGGED_WITH_TEXT = (StorageError, ConfigurationError, ServiceUnavailable)
_PATH = re.compile(r"""(?:^|[\s'"(=])(?:/[^\s/'"]+/|[A-Za-z]:\\|file:)""")
_log = logging.getLogger(__name__)


def to_problem(error: Exception, language: Language, new_id: Callable[[], str]) -> Response:
    """Return the response for an error.

    Args:
        error: of a use case, of the web server, or unforeseen.
        new_id: makes the id under which the log has the details.
    """
    if isinstance(error, HTTPException):
        return _from_status(error.status_code, language, error.headers)
    if isinstance(error, ClientDisconnect):
        return _from_status(400, language)
    status = status_of(error)
    code = code_of(error)
    words = words_of(find_text_code(type(error)), language)
    body: dict[str, object] = {"detail": _detail(error, words.detail, language)}
    if errors := _argument_errors(error, language):
        body |= {"path": errors[0]["path"], "errors": errors}
    if status >= 500 or isinstance(error, StorageError):
        body["incident"] = _log_incident(error, status, new_id())
    return problem_response(status, code, words.title, body, _headers(error, status))


def problem_response(
    status: int, code: str, title: str, further: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem with further members."""
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
    """Return the sentence of a problem: the error's own, unless it is missing in the language or contains a file
    path.
    """
    if not isinstance(error, _TELLABLE) or isinstance(error, _UNTOLD):
        return general
    sentence = Phrasing(language).error(error)
    return general if not sentence or _PATH.search(sentence) else sentence


def _argument_errors(error: Exception, language: Language) -> Sequence[dict[str, str]]:
    """Return the arguments that don't fit, if the error names them."""
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
    """Log the details of an error and return the incident's id.

    Only the texts of `_LOGGED_WITH_TEXT` are logged: others may quote a person's words.
    """
    text = f": {error}" if isinstance(error, _LOGGED_WITH_TEXT) else ""
    level = logging.WARNING if isinstance(error, AnninhError) else logging.ERROR
    _log.log(level, "incident %s: a call was answered %d: %s%s", id, status, describe_error(error), text)
    return id
