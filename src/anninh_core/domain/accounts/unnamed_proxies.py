"""Notes about proxies through which people sign in though the settings don't name them; `anninh doctor` reports
them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from anninh_core.domain.accounts.rules import Client
from anninh_core.usecase.named_values.adapter_state import EncryptedState

_NAME = "unnamed_proxies"
_GRAIN = timedelta(hours=1)
"""Time within which several sign-ins through a proxy are noted only once."""

_MOST = 8
_DECODER = msgspec.json.Decoder(dict[str, datetime])


class UnnamedProxies:
    """Notes of the most recent proxies that the settings don't name, encrypted.

    Args:
        state: storage of the notes.
    """

    def __init__(self, state: EncryptedState) -> None:
        self._state = state

    def read(self) -> Mapping[str, datetime]:
        """Return the time of the last sign-in through each noted proxy, by the proxy's address."""
        stored = self._state.get(_NAME)
        return _DECODER.decode(stored.value) if stored.value else {}

    def note(self, client: Client, at: datetime) -> None:
        """Note a sign-in through an unnamed proxy. Of several sign-ins at the same moment, one note is enough."""
        if not client.is_shared:
            return
        stored = self._state.get(_NAME)
        uses = _DECODER.decode(stored.value) if stored.value else {}
        last = uses.pop(client.address, None)
        if last is not None and at - last < _GRAIN:
            return
        kept = dict([*uses.items(), (client.address, at)][-_MOST:])
        self._state.put(_NAME, msgspec.json.encode(kept), stored.version)
