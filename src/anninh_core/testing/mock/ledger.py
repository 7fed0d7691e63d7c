"""State and log of the mock service, changed only together."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from anninh_core.testing.mock.lines import LogLine
from anninh_core.testing.mock.log import ChatLog
from anninh_core.testing.mock.state import ChatState


class ChatLedger:
    """State behind a lock, updated from the lines that other processes wrote."""

    def __init__(self, log: ChatLog, run: str = "") -> None:
        self._log = log
        self._lock = Lock()
        self._state = ChatState(run=run)

    @contextmanager
    def transaction(self) -> Iterator[ChatState]:
        """Lock the service and yield its newest state, which `write` changes. Not reentrant."""
        with self._lock, self._log.lock_and_read() as news:
            for line in news:
                self._state.apply(line)
            yield self._state

    def write(self, line: LogLine) -> None:
        """Append a line and apply it to the state; only inside a transaction."""
        self._log.append(line)
        self._state.apply(line)
