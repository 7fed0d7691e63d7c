"""Read positions in the history lists, shared by all processes of the program."""

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
    """Read position in the lists of one kind of conversation.

    A pass begins where the pass before the last one ended, so that messages of a pass that were lost in a crash are
    returned again by the next pass.

    Attributes:
        since: messages from then on are read.
        read: start of the last complete pass.
        due: no pass before then.
        began: start of the pass in progress, or None.
        done: in the pass in progress, conversations without newer messages have been read.
    """

    since: _AwareDatetime
    read: _AwareDatetime
    due: _AwareDatetime
    began: _AwareDatetime | None = None
    done: _AwareDatetime = _EPOCH


_DECODER = msgspec.json.Decoder(ReadPosition)


class PositionStore:
    """Stores the read position of one kind of conversation."""

    def __init__(self, state: AdapterState, name: str) -> None:
        self._state = state
        self._name = f"history {name}"

    def get(self) -> tuple[ReadPosition | None, int]:
        """Return the stored position (None before the first pass, or if it can't be decoded) and its version."""
        stored = self._state.get(self._name)
        try:
            return _DECODER.decode(stored.value), stored.version
        except (msgspec.DecodeError, ValueError):
            return None, stored.version

    def put(self, position: ReadPosition, version: int, fence: Lease) -> int:
        """Store a position and return its version, or 0 if another process has stored one meanwhile."""
        value = msgspec.json.encode({name: moment for name, moment in asdict(position).items() if moment is not None})
        return version + 1 if self._state.put(self._name, value, version, fence) else 0
