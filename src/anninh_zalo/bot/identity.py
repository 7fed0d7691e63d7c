"""Who the bot is: what it said itself may come back as an event, and must not become somebody's report."""

from anninh_core.ports.adapter import AdapterState

_NAME = "bot_id"


class Identity:
    """The bot's ids: the number in its token, and what Zalo calls it, once that was asked for.

    Whether both are the same isn't documented. What Zalo said is kept, so that a process that never asks knows it too.
    """

    def __init__(self, token: str, state: AdapterState) -> None:
        self._number = token.partition(":")[0]
        self._state = state
        self._told: str | None = None

    def learn(self, id: str) -> None:
        """Keep what Zalo calls the bot."""
        held = self._state.get(_NAME)
        if id and held.value.decode() != id:
            self._state.put(_NAME, id.encode(), held.version)  # where another process was faster, it wrote the same
        self._told = id

    def is_own(self, id: str) -> bool:
        """Tell whether an id is the bot's."""
        if self._told is None:
            self._told = self._state.get(_NAME).value.decode()
        return id in (self._number, self._told)
