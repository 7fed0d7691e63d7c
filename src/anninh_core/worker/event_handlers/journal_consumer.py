"""Runs event handlers on the journal: it is read by cursor, and each event is handled at least once."""

import logging
from collections.abc import Callable, Mapping

from anninh_core.kernel.errors import AlreadyDone, Conflict, StorageError
from anninh_core.messaging.backoff import is_transient
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.usecase.runner import UseCaseRunner

EventHandler = Callable[[Entry], None]
"""Runs a use case of its own, under a request key made from the entry, so that a second run changes nothing."""

_OWNER = "dispatch"
_CURSOR = "reactions"
_UNSAVED = 200
"""How many lines that nothing reacts to may be read again after a crash; to keep each is a commit a message."""
_log = logging.getLogger(__name__)


class JournalConsumer:
    """Reads the journal and runs what reacts to its events.

    Args:
        reactions: event name -> what to do.
    """

    def __init__(self, runner: UseCaseRunner, reactions: Mapping[str, EventHandler]) -> None:
        self._runner = runner
        self._context = runner.context
        self._handlers = reactions
        self._read_on = (0, 0)  # version of the cursor, and the line up to which this process has read beyond it

    def run(self, limit: int = 500) -> int:
        """React to up to `limit` journal lines and return how many are done with.

        The cursor moves only after the reactions have run: after a crash they run again and find their work done. Where
        nothing reacted, this process remembers how far it has read; the cursor follows with the next reaction, or by
        `save`.
        One that meets other work, or a storage in trouble, stops the round before its line, and has its turn in the
        next round.
        """
        states = self._context.storage.states
        saved, version = self._read_cursor()
        after = max(saved, self._read_on[1]) if self._read_on[0] == version else saved
        last_seq = after
        has_reacted = False
        for line in self._context.storage.journal.read(after, limit):
            try:
                has_reacted |= self._handle_entry(entry_from(line.content))
            except (Conflict, StorageError) as error:
                _log.info("reactions pause before journal line %d: %s", line.seq, type(error).__name__)
                break
            last_seq = line.seq
        if has_reacted or last_seq - saved >= _UNSAVED:
            states.put(_OWNER, _CURSOR, str(last_seq).encode(), version)
        else:
            self._read_on = (version, last_seq)
        return last_seq - after

    def save(self) -> None:
        """Keep how far this process has read, where nothing reacted since: for when there is nothing else to do."""
        read_on, last_seq = self._read_on
        saved, version = self._read_cursor()
        if version == read_on and last_seq > saved:
            self._context.storage.states.put(_OWNER, _CURSOR, str(last_seq).encode(), version)

    def _read_cursor(self) -> tuple[int, int]:
        """Return the line up to which the journal is done with, and the version of that word."""
        stored = self._context.storage.states.get(_OWNER, _CURSOR)
        return (int(stored.body), stored.version) if stored else (0, 0)

    def _handle_entry(self, entry: Entry) -> bool:
        """Run what reacts to an entry, and tell whether anything does."""
        handlers = [(event, self._handlers[event]) for event in entry.events if event in self._handlers]
        for event, handler in handlers:
            try:
                handler(entry)
            except AlreadyDone:
                _log.debug("reaction to %s of entry %s was done before", event, entry.id)
            except Exception as error:  # one that can't succeed must not stop the others, nor the mail
                if is_transient(error):
                    raise
                _log.warning("reaction to %s of entry %s failed: %s", event, entry.id, type(error).__name__)
        return bool(handlers)
