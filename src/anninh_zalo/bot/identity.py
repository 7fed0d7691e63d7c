"""Who the bot is: what it said itself may come back as an event, and must not become somebody's report."""

from anninh_core.ports.messengers.adapter import AdapterState

_STATE_NAME = "bot_id"


class BotIdentity:
    """The bot's ids: the number in its token, and what Zalo calls it, once that was asked for.

    Whether both are the same isn't documented. What Zalo said is kept, so that a process that never asks knows it too.
    """

    def __init__(self, token: str, state: AdapterState) -> None:
        self._number = token.partition(":")[0]
        self._state = state
        self._platform_id: str | None = None

    def learn(self, id: str) -> None:
        """Keep what Zalo calls the bot."""
        stored = self._state.get(_STATE_NAME)
        if id and stored.value.decode() != id:
            self._state.put(
                _STATE_NAME, id.encode(), stored.version
            )  # where another process was faster, it wrote the same
        self._platform_id = id

    def is_own(self, id: str) -> bool:
        """Tell whether an id is the bot's."""
        if self._platform_id is None:
            self._platform_id = self._state.get(_STATE_NAME).value.decode()
        return id in (self._number, self._platform_id)
