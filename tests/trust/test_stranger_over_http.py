"""Over HTTP a stranger who names a thing of others gets the response for a missing thing, byte for byte."""

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
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

UNSEEN = frozenset({"drafts.get"})
"""Use cases that answer for a missing thing as for a hidden one."""

with memory_app() as _app:
    PUBLIC = frozenset(OperationGateway(_app).operations)
    DOORS = tuple(door for door in doors(_app) if door.name in PUBLIC)

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), Names)
]

ERRORS: Mapping[int, type[Exception]] = {401: NotSignedIn, 403: Refused, 404: NotVisible}
"""The error that a status means; any other status except 200 is an error but no refusal."""


@pytest.fixture(scope="module")
def post(town: Town) -> Iterator[Post]:
    """Calls the API of the town in process."""
    asgi = serve(town.app)
    with Poster(asgi) as poster:
        yield poster.post


def call_over(post: Post, town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any]) -> Outcome:
    """Call a use case over HTTP; a problem is raised as the error of its status, with the whole body as its message."""
    body = msgspec.json.encode(wired(town, stranger.actor, arguments))

    def verb(actor: Actor) -> object:
        response = post(door.name, actor.id, body, {})
        if response.status_code != 200:
            raise ERRORS.get(response.status_code, AnninhError)(response.text)
        return response.content if response.headers["Content-Type"] != "application/json" else response.json()

    return town.shelf.call(verb, stranger.actor, {})


def wired(town: Town, actor: Actor, value: Any) -> Any:
    """Return an argument in its JSON form; for a file the id of its upload."""
    if isinstance(value, bytes):
        return OperationGateway(town.app).uploads.put(actor, value, "file", "text/plain")
    if isinstance(value, Attachment):
        return OperationGateway(town.app).uploads.put(actor, b"a file", value.name or "file", "text/plain")
    if isinstance(value, Mapping):
        return {key: wired(town, actor, item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [wired(town, actor, item) for item in value]
    if isinstance(value, datetime | date | Enum | str | int | float | None):
        return value
    return wired(town, actor, msgspec.to_builtins(value))


@pytest.mark.slow
@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_foreign_things_are_withheld_over_http(town: Town, post: Post, door: Door, argument: Argument) -> None:
    """Naming a thing of others is refused like naming a missing thing, with one journal entry and no change."""

    def call(town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any]) -> Outcome:
        return call_over(post, town, door, stranger, arguments)

    faults = all_faults(call, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_permission_gets_through_over_http(town: Town, post: Post, door: Door) -> None:
    """An officer with every permission isn't refused, so the refusals above have only the place as their reason."""
    outcome = call_over(post, town, door, town.whole, fill_in(door, town.whole))
    assert outcome.is_refusal == (door.name in NO_PERSONS or door.name in UNSEEN), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
