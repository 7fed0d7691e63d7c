"""The command line. Needs the extra `cli`."""

import atexit
import gc
import io
import sys
from importlib.util import find_spec

from anninh_core.kernel.errors import MissingExtra

__all__ = ["main"]

_GC_THRESHOLD = 100_000
"""Number of allocations between two garbage collections. Loading a command makes about as many objects, and all of them
stay alive.
"""


def main() -> None:
    """Run `anninh`: the entry point of the console script."""
    gc.set_threshold(_GC_THRESHOLD)
    atexit.register(gc.freeze)  # At exit, nothing needs to be collected.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Without UTF-8, a pipe would lose Vietnamese letters on a machine with an encoding that lacks them.
            stream.reconfigure(encoding="utf-8", errors="replace")
    if any(find_spec(name) is None for name in ("click", "rich")):
        print(f"anninh: {MissingExtra('the command line', 'cli')}", file=sys.stderr)
        raise SystemExit(2)
    from anninh_core.cli.root import anninh  # noqa: PLC0415  it needs the extra

    anninh(prog_name="anninh")
