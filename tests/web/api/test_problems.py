import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.kernel import errors
from anninh_core.kernel.errors import (
    AnninhError,
    BadInput,
    ConfigurationError,
    NotSignedIn,
    NotVisible,
    StepUpNeeded,
    StorageBusy,
    StorageError,
    TooManyRequests,
)
from anninh_core.language.accepting import choose_language
from anninh_core.language.catalogue import LANGUAGES, Language
from anninh_core.operations.problems import PROBLEMS, find_text_code, get_error_code, get_problem_words
from anninh_core.web.api.problems.problem import HTTP_CODES, to_problem
from anninh_core.web.api.problems.statuses import STATUS_CODES

ID = "0123"


def iter_subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from iter_subclasses(below)


TREE = sorted({*iter_subclasses(AnninhError), *iter_subclasses(ConfigurationError)}, key=lambda kind: kind.__name__)


def build_error_response(error: Exception, language: Language = "en") -> Response:
    return to_problem(error, language, lambda: ID)


def decode_body(response: Response) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(bytes(response.body))
    return parsed


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_has_status_and_texts(kind: type[Exception]) -> None:
    """Each error class has a chosen status, and a text in both languages."""
    assert kind in STATUS_CODES, f"say in statuses.py which status answers {kind.__name__}"
    for language in LANGUAGES:
        assert get_problem_words(find_text_code(kind), language).detail.endswith(".")


def test_problem_table_is_complete() -> None:
    """Each problem code of the API has a title and a sentence in each language, and no code is unused."""
    for code in PROBLEMS:
        english, vietnamese = (get_problem_words(code, language) for language in LANGUAGES)
        assert (english.title != vietnamese.title, english.detail != vietnamese.detail) == (True, True), code
    codes = {find_text_code(kind) for kind in TREE} | set(HTTP_CODES.values())
    assert PROBLEMS.keys() - codes <= {"bad_arguments", "key_reused", "internal_error", "stale"}


def test_bad_input_has_the_library_sentence() -> None:
    """The problem detail of invalid input is the library's own sentence with the value and the remedy, also in
    Vietnamese.
    """
    error = BadInput(
        "There is no category of tips {category!r}: choose one of {categories}.", category="x", categories=("crime",)
    )

    english = decode_body(build_error_response(error))
    vietnamese = decode_body(build_error_response(error, "vi"))

    assert english == {
        "type": "/api/v1/docs#bad_input",
        "title": "Invalid input",
        "status": 422,
        "code": "bad_input",
        "detail": str(error),
    }
    assert vietnamese["title"] == "Dữ liệu không hợp lệ"
    assert vietnamese["detail"] == "Không có loại tin “x”: hãy chọn một trong các loại: crime."
    assert build_error_response(error).media_type == "application/problem+json"


@pytest.mark.parametrize("sentence", ["can't read /var/lib/anninh/x.key", r"no file C:\anninh\x", "see file:///etc/x"])
def test_server_paths_are_hidden(sentence: str) -> None:
    """An error sentence that contains a path of the server is replaced by the general sentence of its problem."""
    assert (
        decode_body(build_error_response(BadInput(sentence)))["detail"] == get_problem_words("bad_input", "en").detail
    )


@pytest.mark.parametrize("error", [StorageBusy("disk /srv/x"), StorageError("disk /srv/x"), RuntimeError("/srv/x")])
def test_internal_failures_are_logged_under_an_id(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """The response to an internal failure has an incident id without details; the log has the id, and the details only
    of the library's own errors.
    """
    with caplog.at_level(logging.WARNING):
        response = build_error_response(error)

    assert b"srv" not in response.body
    assert decode_body(response)["incident"] == ID
    assert ID in caplog.text
    assert ("disk /srv/x" in caplog.text) is isinstance(error, StorageError)


def test_missing_and_forbidden_are_the_same_bytes() -> None:
    """The responses for a missing and for a forbidden record are identical and reveal nothing about the record."""
    message = "There is no {kind:record} {id!r} for which you have the permission {permission}."
    first = build_error_response(NotVisible(message, kind="tip", id="a", permission="tip.read"))
    second = build_error_response(NotVisible(message, kind="tip", id="b", permission="tip.read"))

    assert (first.body, first.status_code, first.headers.items()) == (
        second.body,
        second.status_code,
        second.headers.items(),
    )
    assert decode_body(first)["code"] == "not_found"
    assert decode_body(build_error_response(HTTPException(404))) == decode_body(first)


def test_headers_show_what_to_do_next() -> None:
    """A response 401 shows how to sign in, 503 and 429 when to retry, and a missing second factor has a problem code of
    its own.
    """
    assert build_error_response(NotSignedIn("why")).headers["WWW-Authenticate"].startswith("Bearer")
    assert b"why" not in build_error_response(NotSignedIn("why")).body
    assert build_error_response(StorageBusy("x")).headers["Retry-After"] == "10"
    assert build_error_response(TooManyRequests("x", timedelta(seconds=1.2))).headers["Retry-After"] == "2"
    assert build_error_response(TooManyRequests("x", timedelta(seconds=1.2))).status_code == 429
    assert (
        get_error_code(StepUpNeeded("a.b", "password")),
        build_error_response(StepUpNeeded("a.b", "password")).status_code,
    ) == (
        "step_up_needed",
        403,
    )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("vi", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en;q=0.5, vi;q=0.8", "vi"),
        ("fr, de", "en"),
        ("vi;q=0, en", "en"),
        ("vi;q=x", "en"),
        ("*", "en"),
    ],
)
def test_preferred_language_is_chosen(header: str, language: str) -> None:
    """The most preferred available language is chosen, and English if none is available."""
    assert choose_language(header) == language
