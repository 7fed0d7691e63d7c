"""A pretend chat service and the messenger that speaks to it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.testing.mock.adapter import MockMessenger
    from anninh_core.testing.mock.lines import ChatMessage
    from anninh_core.testing.mock.service import MockChat

__all__ = [
    "ChatMessage",
    "MockChat",
    "MockMessenger",
]

lazy(
    __name__,
    {
        "ChatMessage": "lines",
        "MockChat": "service",
        "MockMessenger": "adapter",
    },
)
