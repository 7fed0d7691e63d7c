"""How far the lists have been read, for all processes of the program."""

import json
from datetime import UTC, datetime

from attrs import field, frozen

from anninh_core.ports.adapter import AdapterState
from anninh_core.ports.storage import Lease

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class Mark:
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

    since: datetime
    read: datetime
    due: datetime
    began: datetime | None = None
    done: datetime = field(default=_EPOCH)


_TIMES = ("since", "read", "due", "began", "done")


class Marks:
    """Keeps the mark of one kind of conversation."""

    def __init__(self, state: AdapterState, name: str) -> None:
        self._state = state
        self._name = f"history {name}"

    def get(self) -> tuple[Mark | None, int]:
        """Return the mark, None where nobody has looked yet or it can't be read, and its version."""
        kept = self._state.get(self._name)
        try:
            times = {name: _moment(text) for name, text in json.loads(kept.value or b"{}").items() if name in _TIMES}
            return Mark(**times), kept.version
        except (ValueError, TypeError, AttributeError):
            return None, kept.version

    def put(self, mark: Mark, version: int, fence: Lease) -> int:
        """Keep a mark and return its version, 0 where somebody else has gone on meanwhile."""
        times = {name: moment for name in _TIMES if (moment := getattr(mark, name)) is not None}
        value = json.dumps({name: moment.isoformat() for name, moment in times.items()}).encode()
        return version + 1 if self._state.put(self._name, value, version, fence) else 0


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    return moment
