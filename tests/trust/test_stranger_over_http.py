"""Over HTTP a stranger who names a withheld record gets the response for a missing record, byte for byte."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
import pytest
from tests.trust.arguments import find_role
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.faults import build_arguments, find_all_faults
from tests.trust.outcomes import Outcome
from tests.trust.roles import RecordArgument
from tests.trust.strangers import PreparedApp, Stranger
from tests.trust.use_cases import Argument, PublicUseCase, iter_use_cases
from tests.web.api.conftest import serve
from tests.web.api.poster import ApiPoster, Post

from anninh_core.kernel.errors import AnninhError, NotSignedIn, NotVisible, Refused
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

UNSEEN = frozenset({"drafts.get"})
"""Use cases that refuse even an officer with every permission, because their record is missing and a missing record is
refused like a hidden one.
"""

with memory_app() as _app:
    PUBLIC = frozenset(OperationGateway(_app).operations)
    DOORS = tuple(door for door in iter_use_cases(_app) if door.name in PUBLIC)

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), RecordArgument)
]

ERRORS: Mapping[int, type[Exception]] = {401: NotSignedIn, 403: Refused, 404: NotVisible}
"""HTTP status -> the error that the library raises for it; any other status except 200 is an error but no refusal."""


@pytest.fixture(scope="module")
def post_function(town: PreparedApp) -> Iterator[Post]:
    """A function that calls the API of the prepared app in process."""
    asgi = serve(town.app)
    with ApiPoster(asgi) as poster:
        yield poster.post_operation


def call_over_http(
    post: Post, town: PreparedApp, door: PublicUseCase, stranger: Stranger, arguments: Mapping[str, Any]
) -> Outcome:
    """Call a use case over HTTP; an error response is raised as the error of its status, with the whole body as its
    message.
    """
    body = msgspec.json.encode(encode_argument(town, stranger.actor, arguments))

    def post_body(actor: Actor) -> object:
        response = post(door.name, actor.id, body, {})
        if response.status_code != 200:
            raise ERRORS.get(response.status_code, AnninhError)(response.text)
        return response.content if response.headers["Content-Type"] != "application/json" else response.json()

    return town.shelf.call(post_body, stranger.actor, {})


def encode_argument(town: PreparedApp, actor: Actor, value: Any) -> Any:
    """Return an argument in its JSON form; a file is uploaded and replaced by the id of its upload."""
    if isinstance(value, bytes):
        return OperationGateway(town.app).uploads.put(actor, value, "file", "text/plain")
    if isinstance(value, Attachment):
        return OperationGateway(town.app).uploads.put(actor, b"a file", value.name or "file", "text/plain")
    if isinstance(value, Mapping):
        return {key: encode_argument(town, actor, item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [encode_argument(town, actor, item) for item in value]
    if isinstance(value, datetime | date | Enum | str | int | float | None):
        return value
    return encode_argument(town, actor, msgspec.to_builtins(value))


@pytest.mark.slow
@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_foreign_things_are_withheld_over_http(
    town: PreparedApp, post_function: Post, door: PublicUseCase, argument: Argument
) -> None:
    """Over HTTP, naming a withheld record is refused like naming a missing record, with one journal entry and no
    change.
    """

    def call_as_stranger(
        town: PreparedApp, door: PublicUseCase, stranger: Stranger, arguments: Mapping[str, Any]
    ) -> Outcome:
        return call_over_http(post_function, town, door, stranger, arguments)

    faults = find_all_faults(call_as_stranger, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_permission_gets_through_over_http(town: PreparedApp, post_function: Post, door: PublicUseCase) -> None:
    """Over HTTP, an officer with every permission isn't refused, so that the strangers' refusals are due only to their
    units.
    """
    outcome = call_over_http(post_function, town, door, town.whole, build_arguments(door, town.whole))
    assert outcome.is_refusal == (door.name in NO_PERSONS or door.name in UNSEEN), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
