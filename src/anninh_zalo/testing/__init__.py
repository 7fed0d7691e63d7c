"""A pretend Zalo: official accounts, groups, uploads, articles, template messages and bots, with webhooks.

Zalo offers no sandbox; this is one, usable by programs that know nothing else of this library:
`python -m anninh_zalo.testing`.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.testing.clock import TurnedClock
    from anninh_zalo.testing.failures import CALL_FAILURES
    from anninh_zalo.testing.sandbox import Sandbox
    from anninh_zalo.testing.simulation.accounts import SandboxOfficialAccount
    from anninh_zalo.testing.simulation.bots import BotAccount
    from anninh_zalo.testing.simulation.simulated_users import Person
    from anninh_zalo.testing.variants import Variants

__all__ = [
    "CALL_FAILURES",
    "BotAccount",
    "Person",
    "Sandbox",
    "SandboxOfficialAccount",
    "TurnedClock",
    "Variants",
]

lazy(
    __name__,
    {
        "BotAccount": "simulation.bots",
        "CALL_FAILURES": "failures",
        "Person": "simulation.simulated_users",
        "Sandbox": "sandbox",
        "SandboxOfficialAccount": "simulation.accounts",
        "TurnedClock": "clock",
        "Variants": "variants",
    },
)
