"""What isn't sent at night."""

from datetime import time

from anninh_zalo.testing.clock import VIETNAM
from anninh_zalo.testing.wire import SandboxRefusal
from anninh_zalo.testing.world import World

# The night, by the clock in Vietnam: the documentation names the hours and no time zone.
EVENING = time(22)
MORNING = time(6)


def check(world: World, *, promotes: bool = False, code: int = -234) -> None:
    """Let promotions through by day only, or everything, as the sandbox's manners say.

    Raises:
        SandboxRefusal: with `code`, it is night.
    """
    is_held_back = world.variants.night == "all" or (promotes and world.variants.night == "promotion")
    if is_held_back and is_night(world):
        raise SandboxRefusal(code, "This message type can't be sent between 22:00 and 06:00")


def is_night(world: World) -> bool:
    """Tell whether it is night in Vietnam."""
    local = world.now().astimezone(VIETNAM).time()
    return local >= EVENING or local < MORNING
