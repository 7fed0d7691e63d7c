"""Simulations such as `anninh demo` on the pretend Zalo: over HTTP on loopback, with signed webhooks."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.playing.platform import PlayedZalo, pretended

__all__ = ["PlayedZalo", "pretended"]

__getattr__, __dir__ = lazy(__name__, {"PlayedZalo": "platform", "pretended": "platform"})
