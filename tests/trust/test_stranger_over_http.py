"""The same over HTTP: whoever names a thing that isn't theirs is answered as if there were none, byte for byte."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
import pytest
from tests.trust.arguments import find_role
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.faults import all_faults, fill_in
from tests.trust.outcomes import Outcome
from tests.trust.roles import Names
from tests.trust.strangers import Stranger, Town
from tests.trust.use_cases import Argument, Door, doors
from tests.web.api.conftest import serve
from tests.web.api.poster import Post, Poster

from anninh_core.kernel.errors import AnninhError, NotSignedIn, NotVisible, Refused
from anninh_core.operations import Door as ApiDoor
from anninh_core.testing import memory_app
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

UNSEEN = frozenset({"drafts.get"})
"""What isn't there is answered as what one may not know of."""

with memory_app() as _app:
    PUBLIC = frozenset(ApiDoor(_app).operations)
    DOORS = tuple(door for door in doors(_app) if door.name in PUBLIC)

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), Names)
]

ERRORS: Mapping[int, type[Exception]] = {401: NotSignedIn, 403: Refused, 404: NotVisible}
"""What a status says; every other one that isn't 200 is an error that is no refusal."""


@pytest.fixture(scope="module")
def post(town: Town) -> Iterator[Post]:
    """Calls the API of the town, in process."""
    asgi = serve(town.app)
    with Poster(asgi) as poster:
        yield poster.post


def call_over(post: Post, town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any]) -> Outcome:
    """Call a use case over HTTP; a problem is raised as the error of its status, whose words are the whole body."""
    body = msgspec.json.encode(wired(town, stranger.actor, arguments))

    def verb(actor: Actor) -> object:
        answer = post(door.name, actor.id, body, {})
        if answer.status_code != 200:
            raise ERRORS.get(answer.status_code, AnninhError)(answer.text)
        return answer.content if answer.headers["Content-Type"] != "application/json" else answer.json()

    return town.shelf.call(verb, stranger.actor, {})


def wired(town: Town, actor: Actor, value: Any) -> Any:
    """Return an argument as JSON has it; a file by the id that uploading it gave."""
    if isinstance(value, bytes):
        return ApiDoor(town.app).uploads.put(actor, value, "file", "text/plain")
    if isinstance(value, Attachment):
        return ApiDoor(town.app).uploads.put(actor, b"a file", value.name or "file", "text/plain")
    if isinstance(value, Mapping):
        return {key: wired(town, actor, one) for key, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [wired(town, actor, one) for one in value]
    if isinstance(value, datetime | date | Enum | str | int | float | None):
        return value
    return wired(town, actor, msgspec.to_builtins(value))


@pytest.mark.slow
@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_what_is_not_theirs(town: Town, post: Post, door: Door, argument: Argument) -> None:
    """Refused, one entry, nothing changed; for a thing that isn't there at all the answer is the same."""

    def call(town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any]) -> Outcome:
        return call_over(post, town, door, stranger, arguments)

    faults = all_faults(call, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_whoever_may_gets_through(town: Town, post: Post, door: Door) -> None:
    """The calls above are refused for nothing but the place: who may everything everywhere gets through with them."""
    outcome = call_over(post, town, door, town.whole, fill_in(door, town.whole))
    assert outcome.is_refusal == (door.name in NO_PERSONS or door.name in UNSEEN), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
