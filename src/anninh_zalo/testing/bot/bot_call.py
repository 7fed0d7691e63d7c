"""A call of the bot API."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from anninh_zalo.testing.state import SandboxBot
from anninh_zalo.testing.wire import SandboxRefusal
from anninh_zalo.testing.world import World


@frozen
class BotCall:
    """A call of the bot API, with its bot and its parameters."""

    world: World
    bot: SandboxBot
    params: Mapping[str, Any]

    def text(self, name: str, most: int = 2000) -> str:
        """Return a parameter of 1 to `most` characters.

        Raises:
            SandboxRefusal: it is missing, or too long.
        """
        value = str(self.params.get(name) or "")
        if not 1 <= len(value) <= most:
            raise SandboxRefusal(400, f"Bad Request: {name} must have 1 to {most} characters")
        return value
