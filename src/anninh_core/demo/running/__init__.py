"""The demo after its play: opened with a clock that stands, talked to as a resident, worked in as any officer."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.demo.running.one_click import DemoOfficer, LocalVisit, OneClickSignIn
    from anninh_core.demo.running.opening import RunningDemo, needs_play, open_demo
    from anninh_core.demo.running.pretend_resident import ChatLine, PretendResident

__all__ = [
    "ChatLine",
    "DemoOfficer",
    "LocalVisit",
    "OneClickSignIn",
    "PretendResident",
    "RunningDemo",
    "needs_play",
    "open_demo",
]

lazy(
    __name__,
    {
        "ChatLine": "pretend_resident",
        "DemoOfficer": "one_click",
        "LocalVisit": "one_click",
        "OneClickSignIn": "one_click",
        "PretendResident": "pretend_resident",
        "RunningDemo": "opening",
        "needs_play": "opening",
        "open_demo": "opening",
    },
)
