"""Calls of listener plugins after every commit; failures of a listener are logged and not raised."""

import logging
from collections.abc import Sequence

from anninh_core.kernel.refs import Ref
from anninh_core.plugins import Plugins
from anninh_core.ports.storages.changes import ChangeSet, Entry, Outcome
from anninh_core.vocabulary.events import CommittedEvent

_log = logging.getLogger(__name__)


class CommitListeners:
    """Notifies listener plugins of commits."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:  # noqa: ARG002  for meters
        """Notify the listeners of each committed command; reads and refusals aren't reported."""
        if not self._plugins.has_listeners:
            return
        for change_set, outcome in zip(change_sets, outcomes, strict=True):
            entry = change_set.entry
            if entry is not None and entry.outcome == "done" and outcome is Outcome.COMMITTED:
                self._notify(entry)

    def _notify(self, entry: Entry) -> None:
        touched = tuple(str(Ref(ref.kind, ref.id)) for ref in entry.touched)
        event = CommittedEvent(
            entry=entry.id, action=entry.action, events=entry.events, unit=entry.unit, touched=touched
        )
        for failure in self._plugins.notify_listeners(event):
            _log.warning("listener %s failed in %s: %s", failure.plugin, failure.hook, failure.reason)
