"""Whatever is sent to an operation, valid or not, by somebody who may everything: never a failure of the server.

Bodies come from schemathesis, which makes them from the document; ids in them are those of things that there are.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.trust.strangers import Town
from tests.web.api.conftest import serve
from tests.web.api.poster import Post, Poster

from anninh_core.operations import Door
from anninh_core.testing import memory_app
from anninh_core.web.api.document.openapi import build_document

schemathesis = pytest.importorskip("schemathesis", reason="it is installed with the extra `dev`")
Response = pytest.importorskip("schemathesis.core.transport").Response
pytestmark = pytest.mark.slow

EXAMPLES = 12
SESSIONS = 25
STEPS = 8
STATEFUL = r"^/api/v1/(tips|inquiries|content|groups|reports)\."
"""Subjects whose records are followed by the document's links."""

with memory_app() as _app:
    NAMES = tuple(Door(_app).operations)

CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.status_code_conformance,
)


@pytest.fixture(scope="module")
def post(town: Town) -> Iterator[Post]:
    """Calls the API of the town."""
    with Poster(serve(town.app)) as poster:
        yield poster.post


@pytest.fixture(scope="module")
def schema(town: Town) -> Any:
    """The document, as schemathesis has it."""
    return schemathesis.openapi.from_dict(build_document(Door(town.app), {}))


def seeded(body: Any, things: Mapping[str, Any]) -> Any:
    """Return a body in which most ids are those of things; the body itself decides which: a run can be repeated."""
    if not isinstance(body, dict):
        return body
    chosen = dict(body)
    for name, value in body.items():
        kind = name.removesuffix("_id")
        known = [thing for key, thing in things.items() if key.partition(".")[0] == kind and isinstance(thing, str)]
        chance = crc32(repr((name, value)).encode())
        if isinstance(value, str) and known and chance % 5:
            chosen[name] = known[chance % len(known)]
    return chosen


@pytest.mark.parametrize("name", NAMES)
def test_no_body_breaks_the_server(town: Town, post: Post, schema: Any, name: str) -> None:
    """Each answer is one that the document names, and of the form that it says."""
    operation = schema[f"/api/v1/{name}"]["POST"]
    modes = [operation.as_strategy(mode) for mode in schemathesis.GenerationMode]

    @bounded(max_examples=EXAMPLES)
    @given(st.one_of(modes))
    def call(case: Any) -> None:
        answers: list[httpx.Response] = []
        town.shelf.call(lambda actor: answers.append(send(post, town, case)), town.whole.actor, {})
        case.validate_response(answers[0], checks=list(CHECKS))

    call()


def test_no_session_breaks_the_server(town: Town, post: Post, schema: Any) -> None:
    """Calls one after another, each with what the ones before it answered, as the document links them."""

    class Session(schema.include(path_regex=STATEFUL).as_state_machine()):  # type: ignore[misc]
        def call(self, case: Any, **_: Any) -> Any:
            return Response.from_any(send(post, town, case))

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            case.validate_response(response, checks=list(CHECKS))

    Session.run(settings=bounded(max_examples=SESSIONS, stateful_step_count=STEPS))


def bounded(**given: Any) -> settings:
    """Return settings of a run that is the same each time."""
    return settings(
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        **given,
    )


def send(post: Post, town: Town, case: Any) -> httpx.Response:
    """Send what schemathesis made, as somebody who may everything."""
    body = seeded(case.body, town.whole.theirs)
    sent = body if isinstance(body, bytes) else msgspec.json.encode(body if _is_given(body) else {})
    return post(case.path.removeprefix("/api/v1/"), town.whole.actor.id, sent, _plain_headers(case.headers))


def _is_given(body: Any) -> bool:
    return type(body).__name__ != "NotSet"


def _plain_headers(headers: Any) -> dict[str, str]:
    """Return the headers that HTTP can carry."""
    found = {str(name): str(value) for name, value in (headers or {}).items()}
    return {name: value for name, value in found.items() if value.isascii() and value.isprintable()}
