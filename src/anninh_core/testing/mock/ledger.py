"""The state and the log of the mock service, which change only together."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from anninh_core.testing.mock.lines import LogLine
from anninh_core.testing.mock.log import ChatLog
from anninh_core.testing.mock.state import ChatState


class ChatLedger:
    """The state of the mock service behind a lock, updated from the lines that other processes wrote."""

    def __init__(self, log: ChatLog, run: str = "") -> None:
        self._log = log
        self._lock = Lock()
        self._state = ChatState(run=run)

    @contextmanager
    def transaction(self) -> Iterator[ChatState]:
        """Lock the service and yield its newest state, which `write` changes. Transactions can't be nested."""
        with self._lock, self._log.lock_and_read() as news:
            for line in news:
                self._state.apply(line)
            yield self._state

    def write(self, line: LogLine) -> None:
        """Append a line to the log and apply it to the state; may be called only inside a transaction."""
        self._log.append(line)
        self._state.apply(line)
