"""The demo: the plan of Hoa Lư, played from August 2021 to June 2022 on the embedded default."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.demo.corpus import Line, load_corpus
    from anninh_core.demo.platform_setup import OpenDoor
    from anninh_core.demo.play import ProgressCallback, run
    from anninh_core.demo.summary import Summary

__all__ = [
    "Line",
    "OpenDoor",
    "ProgressCallback",
    "Summary",
    "load_corpus",
    "run",
]

lazy(
    __name__,
    {
        "Line": "corpus",
        "OpenDoor": "platform_setup",
        "ProgressCallback": "play",
        "Summary": "summary",
        "load_corpus": "corpus",
        "run": "play",
    },
)
