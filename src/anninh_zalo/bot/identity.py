"""The bot's own ids: its messages may come back as events, and must not become reports."""

from anninh_core.ports.messengers.adapter import AdapterState

_STATE_NAME = "bot_id"


class BotIdentity:
    """Stores the bot's two ids: the number in its token, and the id that Zalo returns for it.

    Whether both are the same isn't documented. Zalo's id is stored, so that a process that never requests it knows it
    too.
    """

    def __init__(self, token: str, state: AdapterState) -> None:
        self._number = token.partition(":")[0]
        self._state = state
        self._platform_id: str | None = None

    def learn(self, id: str) -> None:
        """Store the id that Zalo returned for the bot."""
        stored = self._state.get(_STATE_NAME)
        if id and stored.value.decode() != id:
            self._state.put(
                _STATE_NAME, id.encode(), stored.version
            )  # If another process was faster, it wrote the same id.
        self._platform_id = id

    def is_own_id(self, id: str) -> bool:
        """Return whether an id is the bot's."""
        if self._platform_id is None:
            self._platform_id = self._state.get(_STATE_NAME).value.decode()
        return id in (self._number, self._platform_id)
