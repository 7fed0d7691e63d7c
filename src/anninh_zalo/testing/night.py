"""Refusals of messages at night."""

from datetime import time

from anninh_zalo.testing.clock import VIETNAM
from anninh_zalo.testing.wire import SandboxRefusal
from anninh_zalo.testing.world import World

# Evening and morning are in Vietnam's time: the documentation names the hours and no time zone.
EVENING = time(22)
MORNING = time(6)


def refuse_at_night(world: World, *, promotes: bool = False, code: int = -234) -> None:
    """Refuse a message at night, either promotions or every message, as the sandbox's variants require.

    Raises:
        SandboxRefusal: with `code`, at night.
    """
    is_held_back = world.variants.night == "all" or (promotes and world.variants.night == "promotion")
    if is_held_back and is_night(world):
        raise SandboxRefusal(code, "This message type can't be sent between 22:00 and 06:00")


def is_night(world: World) -> bool:
    """Return whether it is night in Vietnam."""
    local = world.now().astimezone(VIETNAM).time()
    return local >= EVENING or local < MORNING
