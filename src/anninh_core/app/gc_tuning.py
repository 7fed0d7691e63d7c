"""Tuning of the garbage collector for long-running processes."""

import gc

_GC_THRESHOLD = 10_000


def tune_gc() -> None:
    """Collect cycles less often in this process, and exclude the objects loaded so far.

    Python counts objects that were created and not freed, and starts a collection for every 700 of them. A batch of
    events has some ten thousand objects, and reference counting frees all of them at its end. Modules, profile and
    plugins live until the process ends, so every full collection would traverse them in vain. Measured: 15 % more
    events processed per second. Called once, after everything is loaded, by long-running programs; as a library, anninh
    leaves this to the host program.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD, 10, 10)
