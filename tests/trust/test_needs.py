"""The mark of a use case names every permission that the use case requires."""

from contextlib import AbstractContextManager

import pytest
from tests.trust.strangers import PreparedApp
from tests.trust.test_stranger import DOORS, call_use_case
from tests.trust.use_cases import PublicUseCase

from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

pytestmark = pytest.mark.slow  # These tests are slow, because they call every use case.


@pytest.fixture
def required_permissions(monkeypatch: pytest.MonkeyPatch) -> set[Permission]:
    """A set that collects every permission that a use case requires from a person."""
    permissions: set[Permission] = set()
    requiring = ReadSession.requiring

    def record_permission(session: ReadSession, permission: Permission) -> AbstractContextManager[None]:
        if session.actor.kind is ActorKind.PERSON:
            permissions.add(permission)
        return requiring(session, permission)

    monkeypatch.setattr(ReadSession, "requiring", record_permission)
    return permissions


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_mark_names_every_permission(
    town: PreparedApp, door: PublicUseCase, required_permissions: set[Permission]
) -> None:
    """The mark of a use case names every permission that the use case requires, so that it isn't refused halfway."""
    call_use_case(town, door, town.whole)
    assert required_permissions <= {door.mark.permission, *door.mark.needs}
