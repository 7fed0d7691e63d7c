"""The leak check: whether a text that is about to leave leads to somebody, and who decided that it may."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.leaks.check import LeakCheck, Outgoing
    from anninh_core.domain.leaks.kind import LEAK_FINDING
    from anninh_core.domain.leaks.looking import Exposure
    from anninh_core.domain.leaks.model import LeakFinding, describe_spans
    from anninh_core.domain.leaks.service import Leaks
    from anninh_core.domain.leaks.states import LeakState

__all__ = ["LEAK_FINDING", "Exposure", "LeakCheck", "LeakFinding", "LeakState", "Leaks", "Outgoing", "describe_spans"]

lazy(
    __name__,
    {
        "Exposure": "looking",
        "LEAK_FINDING": "kind",
        "LeakCheck": "check",
        "LeakFinding": "model",
        "LeakState": "states",
        "Leaks": "service",
        "Outgoing": "check",
        "describe_spans": "model",
    },
)
