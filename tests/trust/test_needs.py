"""The marks of a use case name every permission that it requires."""

from contextlib import AbstractContextManager

import pytest
from tests.trust.strangers import Town
from tests.trust.test_stranger import DOORS, call
from tests.trust.use_cases import Door

from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

pytestmark = pytest.mark.slow  # every operation is called


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Permission]:
    """Return a set that collects every permission required from a person."""
    permissions: set[Permission] = set()
    requiring = ReadSession.requiring

    def note(session: ReadSession, permission: Permission) -> AbstractContextManager[None]:
        if session.actor.kind is ActorKind.PERSON:
            permissions.add(permission)
        return requiring(session, permission)

    monkeypatch.setattr(ReadSession, "requiring", note)
    return permissions


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_mark_names_every_permission(town: Town, door: Door, asked: set[Permission]) -> None:
    """The mark of a use case names every permission that the use case requires, so that it isn't refused halfway."""
    call(town, door, town.whole)
    assert asked <= {door.mark.permission, *door.mark.needs}
