"""Simulations such as `anninh demo` on the pretend Zalo: over HTTP on loopback, with signed webhooks."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.simulation.simulated_zalo import SimulatedZalo, pretended

__all__ = [
    "SimulatedZalo",
    "pretended",
]

lazy(
    __name__,
    {
        "SimulatedZalo": "simulated_zalo",
        "pretended": "simulated_zalo",
    },
)
