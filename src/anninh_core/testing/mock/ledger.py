"""The one place where the pretend service's state and its log are changed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from anninh_core.testing.mock.lines import LogLine
from anninh_core.testing.mock.log import ChatLog
from anninh_core.testing.mock.state import ChatState


class ChatLedger:
    """State behind a lock, brought up to date with what other processes wrote."""

    def __init__(self, log: ChatLog, run: str = "") -> None:
        self._log = log
        self._lock = Lock()
        self._state = ChatState(run=run)

    @contextmanager
    def transaction(self) -> Iterator[ChatState]:
        """Lock, and give the newest state, which `write` changes. Not reentrant."""
        with self._lock, self._log.lock_and_read() as news:
            for line in news:
                self._state.apply(line)
            yield self._state

    def write(self, line: LogLine) -> None:
        """Make something happen; only inside a turn."""
        self._log.append(line)
        self._state.apply(line)
