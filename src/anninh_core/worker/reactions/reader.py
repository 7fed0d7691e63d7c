"""What follows from what happened: the journal is read by cursor, each event reacted to at least once."""

import logging
from collections.abc import Callable, Mapping

from anninh_core.kernel.errors import AlreadyDone, Conflict, StorageError
from anninh_core.messaging.backoff import is_transient
from anninh_core.ports.changes import Entry, entry_from
from anninh_core.work.runner import UseCaseRunner

Reaction = Callable[[Entry], None]
"""Runs a use case of its own, under a request key made from the entry, so that a second run changes nothing."""

_OWNER, _CURSOR = "dispatch", "reactions"
_log = logging.getLogger(__name__)


class Reactions:
    """Reads the journal and runs what reacts to its events.

    Args:
        reactions: event name -> what to do.
    """

    def __init__(self, runner: UseCaseRunner, reactions: Mapping[str, Reaction]) -> None:
        self._runner = runner
        self._context = runner.context
        self._reactions = reactions

    def run(self, limit: int = 500) -> int:
        """React to up to `limit` journal lines and return how many are done with.

        The cursor moves only after the reactions have run: after a crash they run again and find their work done.
        One that meets other work, or a storage in trouble, stops the round before its line, and has its turn in the
        next round.
        """
        states = self._context.storage.states
        stored = states.get(_OWNER, _CURSOR)
        after = int(stored.body) if stored else 0
        lines = self._context.storage.journal.read(after, limit)
        done = after
        for line in lines:
            try:
                self._react(entry_from(line.content))
            except (Conflict, StorageError) as error:
                _log.info("reactions pause before journal line %d: %s", line.seq, type(error).__name__)
                break
            done = line.seq
        if done > after:
            states.put(_OWNER, _CURSOR, str(done).encode(), stored.version if stored else 0)
        return done - after

    def _react(self, entry: Entry) -> None:
        for event in entry.events:
            reaction = self._reactions.get(event)
            if reaction is None:
                continue
            try:
                reaction(entry)
            except AlreadyDone:
                _log.debug("reaction to %s of entry %s was done before", event, entry.id)
            except Exception as error:  # one that can't succeed must not stop the others, nor the mail
                if is_transient(error):
                    raise
                _log.warning("reaction to %s of entry %s failed: %s", event, entry.id, type(error).__name__)
