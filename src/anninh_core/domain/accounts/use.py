"""Notes of the last use of each session; they are stored apart from the session records, so that reading doesn't change
a record.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from anninh_core.domain.accounts.session import Session
from anninh_core.usecase.named_values.adapter_state import EncryptedState

_GRAIN = timedelta(minutes=1)
"""Time within which several uses of a session are noted only once."""

_DECODER = msgspec.json.Decoder(dict[str, datetime])


class SessionUse:
    """Notes the last use of sessions, in one encrypted value for each officer.

    Args:
        state: storage of the notes.
        kept: longest duration of a session; notes of older uses are dropped.
    """

    def __init__(self, state: EncryptedState, kept: timedelta) -> None:
        self._state = state
        self._kept = kept

    def of(self, officer: str) -> Mapping[str, datetime]:
        """Return the times of the last use of an officer's sessions, by session id; sessions without a noted use are
        omitted.
        """
        stored = self._state.get(_build_state_name(officer))
        return _DECODER.decode(stored.value) if stored.value else {}

    def last(self, session: Session) -> datetime:
        """Return the time of a session's last use, or the session's beginning if no use was noted."""
        return self.of(session.officer).get(session.id, session.began_at)

    def note(self, session: Session, at: datetime) -> None:
        """Note a use of a session. Of several uses at the same moment, one note is enough."""
        stored = self._state.get(_build_state_name(session.officer))
        uses = _DECODER.decode(stored.value) if stored.value else {}
        last = uses.get(session.id)
        if at - (last or session.began_at) < _GRAIN:
            return
        living = {id: used for id, used in uses.items() if at - used < self._kept}
        self._state.put(
            _build_state_name(session.officer), msgspec.json.encode({**living, session.id: at}), stored.version
        )


def _build_state_name(officer: str) -> str:
    return f"seen.{officer}"
