"""Which changes somebody may know of."""

from collections.abc import Callable, Sequence
from typing import Any

from anninh_core.kernel.errors import Damaged, NotFound, Purged, Refused
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.changes.change import Change, merge_changes
from anninh_core.workflows.changes.readers import READERS

FindVerb = Callable[[str], Callable[..., Any]]
"""Returns the verb of an operation such as `tips.get`."""
_ACTION = "events"


class ChangeVisibility:
    """Decides as the query does that reads the record, so that whoever is kept away from a case hears nothing of it.

    Nothing of a record is shown, so no look is written down.
    """

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        self._runner = runner
        self._find_verb = find_verb

    def select(self, actor: Actor, changes: Sequence[Change]) -> Sequence[Change]:
        """Return the changes that an actor may know of, of each record the last, with all that happened to it."""
        return [change for change in merge_changes(changes) if self.may_know(self._open(actor), change)]

    def may_know(self, session: ReadSession, change: Change) -> bool:
        """Tell whether whoever acts may know of a change."""
        operation = READERS[change.kind]
        allowed = session.actor.sign_in.operations
        if allowed is not None and operation not in allowed:
            return False
        try:
            session.include(self._find_verb(operation), change.id)
        except (Refused, NotFound, Purged, Damaged):
            return False
        return True

    def _open(self, actor: Actor) -> ReadSession:
        return ReadSession(self._runner.context, self._runner.permits, actor, _ACTION)
