"""A plugin whose import writes a file."""

import os

from anninh_core.plugins import hookimpl

with open(os.devnull, "a", encoding="utf-8") as log:  # noqa: PTH123  a device has no path of its own
    log.write("imported\n")


@hookimpl
def anninh_committed() -> None:
    """Ignore the event."""
