"""How far the lists have been read, for all processes of the program."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from attrs import asdict, frozen

from anninh_core.ports.messengers.adapter import AdapterState
from anninh_core.ports.storages.storage import Lease

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]


@frozen(kw_only=True)
class ReadPosition:
    """How far the lists of one kind of conversation have been read.

    A pass begins where the pass before the last one ended. So what a pass has handed over and a crash has lost is
    handed over again by the next one.

    Attributes:
        since: what was written from then on is read.
        read: when the last whole pass began.
        due: no look before then.
        began: when the pass under way began, None where none is.
        done: of the pass under way: conversations with nothing newer than this have been read.
    """

    since: _AwareDatetime
    read: _AwareDatetime
    due: _AwareDatetime
    began: _AwareDatetime | None = None
    done: _AwareDatetime = _EPOCH


_DECODER = msgspec.json.Decoder(ReadPosition)


class PositionStore:
    """Keeps the mark of one kind of conversation."""

    def __init__(self, state: AdapterState, name: str) -> None:
        self._state = state
        self._name = f"history {name}"

    def get(self) -> tuple[ReadPosition | None, int]:
        """Return the mark, None where nobody has looked yet or it can't be read, and its version."""
        stored = self._state.get(self._name)
        try:
            return _DECODER.decode(stored.value), stored.version
        except (msgspec.DecodeError, ValueError):
            return None, stored.version

    def put(self, mark: ReadPosition, version: int, fence: Lease) -> int:
        """Store a position and return its version, 0 where another process has stored one meanwhile."""
        value = msgspec.json.encode({name: moment for name, moment in asdict(mark).items() if moment is not None})
        return version + 1 if self._state.put(self._name, value, version, fence) else 0
