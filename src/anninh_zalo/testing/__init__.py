"""A pretend Zalo: official accounts, groups, uploads, articles, template messages and bots, with webhooks.

Zalo offers no sandbox; this is one, usable by programs that know nothing else of this library:
`python -m anninh_zalo.testing`.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.testing.accounts import OfficialAccount
    from anninh_zalo.testing.bots import BotAccount
    from anninh_zalo.testing.clock import TurnedClock
    from anninh_zalo.testing.failures import CALL_FAILURES
    from anninh_zalo.testing.manners import Manners
    from anninh_zalo.testing.people import Person
    from anninh_zalo.testing.sandbox import Sandbox

__all__ = [
    "CALL_FAILURES",
    "BotAccount",
    "Manners",
    "OfficialAccount",
    "Person",
    "Sandbox",
    "TurnedClock",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "CALL_FAILURES": "failures",
        "BotAccount": "bots",
        "Manners": "manners",
        "OfficialAccount": "accounts",
        "Person": "people",
        "Sandbox": "sandbox",
        "TurnedClock": "clock",
    },
)
