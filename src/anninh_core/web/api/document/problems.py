"""The OpenAPI document's part about error responses, which RFC 9457 calls problems."""

from collections.abc import Mapping
from typing import Any

from anninh_core.operations.problems import get_problem_words
from anninh_core.web.api.problems.problem import MEDIA_TYPE, TYPE_PREFIX

RESPONSES: Mapping[int, tuple[str, ...]] = {
    401: ("not_signed_in",),
    403: ("refused", "step_up_needed"),
    404: ("not_found",),
    409: ("wrong_step", "conflict", "already_done"),
    410: ("decryption_error",),
    412: ("stale",),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    422: ("bad_arguments", "bad_input", "key_reused"),
    429: ("too_many_requests",),
    500: ("internal_error",),
    503: ("storage_error", "busy"),
}
"""HTTP status -> the problem codes that responses with this status have, the most frequent first."""

PROBLEM_SCHEMAS: Mapping[str, Any] = {
    "Problem": {
        "title": "Problem",
        "description": "What went wrong, by RFC 9457.",
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "Where the code is explained."},
            "title": {"type": "string", "description": "A few words for people, in the language asked for."},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "For programs: the kind of problem."},
            "detail": {"type": "string", "description": "A sentence for people, in the language asked for."},
            "path": {"type": "string", "description": "The first argument that doesn't fit."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
            "incident": {"type": "string", "description": "Under this id the server's log says more."},
        },
        "required": ["type", "title", "status", "code", "detail"],
    },
    "ProblemError": {
        "title": "ProblemError",
        "description": "One thing that is wrong with the arguments.",
        "type": "object",
        "properties": {
            "path": {"type": "string", "description": 'Such as `piece.units[0]`; "" for all of them.'},
            "message": {"type": "string"},
        },
        "required": ["path", "message"],
    },
}

_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}


def describe_problem_responses() -> dict[str, Any]:
    """Return the OpenAPI descriptions of error responses, by the names under which operations refer to them."""
    return {f"Problem{status}": _describe_response(status, codes) for status, codes in RESPONSES.items()}


def refer_to_problems(*statuses: int) -> dict[str, Any]:
    """Return references to the described error responses, by HTTP status."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def _describe_response(status: int, codes: tuple[str, ...]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "; or: ".join(get_problem_words(code, "en").title for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"value": _make_example(status, code)} for code in codes},
            }
        },
    }
    return response | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def _make_example(status: int, code: str) -> dict[str, Any]:
    words = get_problem_words(code, "en")
    body = {"type": TYPE_PREFIX + code, "title": words.title, "status": status, "code": code, "detail": words.detail}
    if code == "bad_arguments":
        return body | {"path": "tip_id", "errors": [{"path": "tip_id", "message": "is missing"}]}
    return body
