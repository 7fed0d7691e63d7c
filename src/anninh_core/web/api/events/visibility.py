"""Which changes somebody may know of."""

from collections.abc import Callable, Sequence
from typing import Any

from anninh_core.app.app import App
from anninh_core.door import Door
from anninh_core.kernel.errors import DecryptionError, NotFound, Refused
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.read_session import ReadSession
from anninh_core.web.api.events.feed import Change
from anninh_core.web.api.readers import READERS

_ACTION = "events"


class ChangeVisibility:
    """Decides as the query does that reads the record, so that whoever is kept away from a case hears nothing of it.

    Nothing of a record is shown, so no look is written down.

    Args:
        app: whose records they are.
        door: has the queries.
    """

    def __init__(self, app: App, door: Door) -> None:
        self._app = app
        self._door = door

    def select(self, actor: Actor, changes: Sequence[Change]) -> Sequence[Change]:
        """Return the changes that an actor may know of, of each record the last, with all that happened to it."""
        merged: dict[tuple[str, str], Change] = {}
        for change in changes:
            before = merged.pop((change.kind, change.id), None)
            badges = tuple(dict.fromkeys([*(before.badges if before else ()), *change.badges]))
            merged[change.kind, change.id] = Change(change.position, change.kind, change.id, change.version, badges)
        return [change for change in merged.values() if self._may_know(actor, change)]

    def _may_know(self, actor: Actor, change: Change) -> bool:
        operation = READERS[change.kind]
        allowed = actor.sign_in.operations
        if allowed is not None and operation not in allowed:
            return False
        session = ReadSession(self._app.context, self._app.runner.permits, actor, _ACTION)
        read: Callable[..., Any] = self._door.find(operation).verb
        try:
            session.include(read, change.id)
        except (Refused, NotFound, DecryptionError):
            return False
        return True
