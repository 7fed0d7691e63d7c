"""`anninh zalo …`: what only this platform needs at a keyboard."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.cli.top import zalo

__all__ = [
    "zalo",
]

lazy(
    __name__,
    {
        "zalo": "top",
    },
)
