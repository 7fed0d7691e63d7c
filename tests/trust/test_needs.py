"""What a mark says of permissions is all that its use case asks for."""

from contextlib import AbstractContextManager

import pytest
from tests.trust.strangers import Town
from tests.trust.test_stranger import DOORS, call
from tests.trust.use_cases import Door

from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

pytestmark = pytest.mark.slow  # every operation there is, one by one


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Permission]:
    """Collect every permission that is asked of a person."""
    found: set[Permission] = set()
    requiring = ReadSession.requiring

    def note(session: ReadSession, permission: Permission) -> AbstractContextManager[None]:
        if session.actor.kind is ActorKind.PERSON:
            found.add(permission)
        return requiring(session, permission)

    monkeypatch.setattr(ReadSession, "requiring", note)
    return found


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_mark_names_every_permission(town: Town, door: Door, asked: set[Permission]) -> None:
    """Somebody with the permissions that the mark names isn't refused half-way for want of another."""
    call(town, door, town.whole)
    assert asked <= {door.mark.permission, *door.mark.needs}
