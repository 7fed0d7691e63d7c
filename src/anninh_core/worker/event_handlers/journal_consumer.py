"""Reads the journal by a cursor and runs the handlers of its events, each at least once."""

import logging
from collections.abc import Callable, Mapping
from functools import partial

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import Conflict, KeysUnavailable, StorageError, TooMuchDamage
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry, JournalLine, entry_from
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.worker.journal_cursor import JournalCursor
from anninh_core.worker.quarantine import QuarantineRounds, Round

EventHandler = Callable[[Entry], None]
"""A function that runs its own use case for a journal entry, with an idempotency key made from the entry, so that a
second run changes nothing.
"""

JOURNAL = "journal"
"""Name of the kind under which a journal entry is quarantined; the id is its sequence number."""

_READER = "reactions"
_UNSAVED = 200
"""Number of lines without a handler that may be read again after a crash; storing the cursor after each would cost a
commit per message.
"""
_log = logging.getLogger(__name__)


class JournalConsumer:
    """Reads the journal and runs the handlers of its events.

    An entry with a failed handler is quarantined before the cursor moves on, and retried by `retry_due`.

    Args:
        reactions: handlers by event name.
        quarantine: stores the entries with failed handlers.
    """

    def __init__(
        self, runner: UseCaseRunner, reactions: Mapping[str, EventHandler], quarantine: QuarantineRounds
    ) -> None:
        self._context = runner.context
        self._handlers = reactions
        self._quarantine = quarantine
        # The cursor's version, and the line up to which this process has read beyond the stored cursor.
        self._read_on = (0, 0)

    def run(self, limit: int = 500) -> int:
        """Handle up to `limit` journal lines and return how many were processed.

        The cursor moves only after the handlers have run: after a crash they run again and find their work done. For
        lines without a handler, this process remembers how far it has read; the cursor follows with the next handled
        event, or by `save`.

        A handler that meets a conflict or a storage failure ends the round before its line, which is retried in the
        next round.

        Raises:
            TooMuchDamage, KeysUnavailable: it stopped before a line, and will stop there again until a person acts.
        """
        cursor = self._read_cursor()
        after = max(cursor.seq, self._read_on[1]) if self._read_on[0] == cursor.version else cursor.seq
        last_seq = after
        has_reacted = False
        rounds: dict[str, Round] = {}
        stop: Exception | None = None
        for line in self._context.storage.journal.read(after, limit):
            try:
                has_reacted |= self._handle_line(line, rounds)
            except (Conflict, StorageError, TooMuchDamage) as error:
                _log.info("reactions pause before journal line %d: %s", line.seq, type(error).__name__)
                stop = error
                break
            last_seq = line.seq
        if has_reacted or last_seq - cursor.seq >= _UNSAVED:
            cursor.move(self._context.storage, last_seq)
        else:
            self._read_on = (cursor.version, last_seq)
        if isinstance(stop, TooMuchDamage | KeysUnavailable):
            raise stop
        return last_seq - after

    def save(self) -> None:
        """Store how far this process has read the journal beyond the stored cursor; called when no work is left."""
        read_on, last_seq = self._read_on
        cursor = self._read_cursor()
        if cursor.version == read_on and last_seq > cursor.seq:
            cursor.move(self._context.storage, last_seq)

    def _read_cursor(self) -> JournalCursor:
        return JournalCursor.read(self._context.storage, self._context.clock, _READER)

    def retry_due(self) -> int:
        """Run the failed handlers of quarantined journal entries again, if they are due; return how many succeeded."""
        return sum(self._retry(event, handler) for event, handler in self._handlers.items())

    def _retry(self, event: str, handler: EventHandler) -> int:
        round = self._quarantine.begin(event, stops=False)
        done = 0
        for item in round.quarantined:
            seq = int(Ref.parse(item.about).id)
            for line in self._context.storage.journal.read(seq - 1, 1):
                act = partial(_run_handler, handler, entry_from(line.content))
                done += round.attempt(item.about, 0, act) is not None
        return done

    def _handle_line(self, line: JournalLine, rounds: dict[str, Round]) -> bool:
        """Run the handlers of a journal line; return whether it has any."""
        try:
            entry = entry_from(line.content)
        except DECODE_ERRORS as error:
            _log.error("journal line %d can't be read, so that nothing follows it: %s", line.seq, type(error).__name__)
            return False
        events = [event for event in dict.fromkeys(entry.events) if event in self._handlers]
        for event in events:
            if event not in rounds:
                rounds[event] = self._quarantine.begin(event)
            rounds[event].attempt(f"{JOURNAL}:{line.seq}", 0, partial(_run_handler, self._handlers[event], entry))
        return bool(events)


def _run_handler(handler: EventHandler, entry: Entry) -> bool:
    handler(entry)
    return True
