"""When sessions were last used: kept beside the records, for a look at something must not be a change of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from anninh_core.domain.accounts.session import Session
from anninh_core.usecase.named_values.adapter_state import EncryptedState

_GRAIN = timedelta(minutes=1)
"""Uses closer together count as one."""

_DECODER = msgspec.json.Decoder(dict[str, datetime])


class SessionUse:
    """Notes uses, one value for each officer, sealed.

    Args:
        state: where.
        kept: sessions begun longer ago are over, and left out.
    """

    def __init__(self, state: EncryptedState, kept: timedelta) -> None:
        self._state = state
        self._kept = kept

    def of(self, officer: str) -> Mapping[str, datetime]:
        """Return session id -> when it was last used, of an officer's sessions that were used at all."""
        stored = self._state.get(_name(officer))
        return _DECODER.decode(stored.value) if stored.value else {}

    def last(self, session: Session) -> datetime:
        """Return when a session was last used."""
        return self.of(session.officer).get(session.id, session.began_at)

    def note(self, session: Session, at: datetime) -> None:
        """Note a use. If others are noted at the same moment, one of them is enough."""
        stored = self._state.get(_name(session.officer))
        uses = _DECODER.decode(stored.value) if stored.value else {}
        last = uses.get(session.id)
        if at - (last or session.began_at) < _GRAIN:
            return
        living = {id: used for id, used in uses.items() if at - used < self._kept}
        self._state.put(_name(session.officer), msgspec.json.encode({**living, session.id: at}), stored.version)


def _name(officer: str) -> str:
    return f"seen.{officer}"
