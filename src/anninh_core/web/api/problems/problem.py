"""Builds the HTTP responses for errors, which RFC 9457 calls problems."""

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
from anninh_core.kernel.sentences import encode_sentence
from anninh_core.language.catalogue import Language
from anninh_core.language.phrasing import Phrasing
from anninh_core.operations.problems import find_text_code, get_error_code, get_problem_words
from anninh_core.web.api.problems.statuses import status_of
from anninh_core.web.error_responses import RETRY_AFTER, describe_error

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/api/v1/docs#"
"""Prefix of a problem's type, a URL in the documentation page that explains the problem's code."""

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
"""Problem codes of HTTP requests that are rejected before a use case is called."""

_TELLABLE = (BadInput, AlreadyDone, Conflict, Refused)
"""Errors that the response explains by their own sentence about the caller's input, instead of a general one."""

_UNTOLD = (NotVisible, NotSignedIn)
"""Errors that the response explains only by a general sentence, so that no caller can infer whether a record or account
exists.
"""

_LOGGED_WITH_TEXT = (StorageError, ConfigurationError, ServiceUnavailable)
_PATH = re.compile(r"""(?:^|[\s'"(=])(?:/[^\s/'"]+/|[A-Za-z]:\\|file:)""")
_log = logging.getLogger(__name__)


def to_problem(error: Exception, language: Language, new_id: Callable[[], str]) -> Response:
    """Return the HTTP response for an error.

    Args:
        error: of a use case, of the web server, or unforeseen.
        new_id: makes the id under which the log has the details.
    """
    if isinstance(error, HTTPException):
        return _build_status_response(error.status_code, language, error.headers)
    if isinstance(error, ClientDisconnect):
        return _build_status_response(400, language)
    status = status_of(error)
    code = get_error_code(error)
    words = get_problem_words(find_text_code(type(error)), language)
    body: dict[str, object] = {"detail": _choose_sentence(error, words.detail, language)}
    if errors := _list_argument_errors(error, language):
        body |= {"path": errors[0]["path"], "errors": errors}
    if status >= 500 or isinstance(error, StorageError):
        body["incident"] = _log_incident(error, status, new_id())
    return build_problem_response(status, code, words.title, body, _build_headers(error, status))


def build_problem_response(
    status: int, code: str, title: str, further: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error response by RFC 9457, with the members `further` in addition to the usual ones."""
    body = {"type": TYPE_PREFIX + code, "title": title, "status": status, "code": code, **further}
    return Response(
        msgspec.json.encode(body, enc_hook=encode_sentence),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def _build_status_response(status: int, language: Language, headers: Mapping[str, str] | None = None) -> Response:
    code = HTTP_CODES.get(status, "internal_error")
    words = get_problem_words(code, language)
    return build_problem_response(status, code, words.title, {"detail": words.detail}, headers)


def _choose_sentence(error: Exception, general: str, language: Language) -> str:
    """Return the sentence that explains an error: the error's own, unless it is missing in the language or contains a
    file path.
    """
    if not isinstance(error, _TELLABLE) or isinstance(error, _UNTOLD):
        return general
    sentence = Phrasing(language).error(error)
    return general if not sentence or _PATH.search(sentence) else sentence


def _list_argument_errors(error: Exception, language: Language) -> Sequence[dict[str, str]]:
    """Return the arguments with invalid values, each with its sentence, if the error names them."""
    phrasing = Phrasing(language)
    faults: Sequence[Any] = getattr(error, "errors", ()) if isinstance(error, BadInput) else ()
    return [{"path": fault.path, "message": phrasing.sentence(fault.message)} for fault in faults]


def _build_headers(error: Exception, status: int) -> Mapping[str, str]:
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": CHALLENGE}
    if isinstance(error, TooManyRequests | RetryLater | ServiceUnavailable) and error.after is not None:
        return {"Retry-After": str(max(1, ceil(error.after.total_seconds())))}
    return {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}


def _log_incident(error: Exception, status: int, id: str) -> str:
    """Log the details of an error under an incident id, and return the id.

    Only the texts of `_LOGGED_WITH_TEXT` are logged: others may quote a person's words.
    """
    text = f": {error}" if isinstance(error, _LOGGED_WITH_TEXT) else ""
    level = logging.WARNING if isinstance(error, AnninhError) else logging.ERROR
    _log.log(level, "incident %s: a call was answered %d: %s%s", id, status, describe_error(error), text)
    return id
