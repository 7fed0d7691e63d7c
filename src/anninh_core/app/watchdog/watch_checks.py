"""The watchdog itself: is somebody told when the worker is dead, and does it still run?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from anninh_core.app.settings import WatchSettings
from anninh_core.app.spans import format_span
from anninh_core.app.watchdog.memory import MemoryFile
from anninh_core.ports.health import Check, ok, problem, warning

_PACE = timedelta(minutes=5)
"""A watchdog that looks less often learns of a fault too late."""

_SET_UP = "Set it up: docs/howto/watch_it.md."


def check_watchdog(settings: WatchSettings, now: datetime) -> Iterator[Check]:
    """Check that `anninh watch` reports to somebody, was run lately, and that each channel took its last report."""
    memory = MemoryFile(Path(settings.memory)).read()
    if not settings.couriers and not memory.channels:
        yield warning("watchdog", "Where the worker dies, nobody learns of it by another channel.", _SET_UP)
        return
    if memory.looked_at is None:
        yield warning("watchdog", "The settings name whom to report to, and `anninh watch --mail` never ran.", _SET_UP)
        return
    waited = now - memory.looked_at
    if waited > _PACE:
        what = f"The watchdog last looked {format_span(waited)} ago."
        yield problem("watchdog", what, "See that its timer runs: systemctl list-timers, or the crontab.")
    for name, channel in memory.channels.items():
        if channel.failed:
            what = f"The channel {name!r} didn't take the last report: {channel.failed}."
            yield problem("watchdog", what, "Try it: `anninh watch --test`.")
    for name in settings.couriers.keys() - memory.channels.keys():
        yield warning("watchdog", f"The channel {name!r} was not used yet.", "Try it: `anninh watch --test`.")
    if waited <= _PACE and not any(channel.failed for channel in memory.channels.values()):
        yield ok("watchdog", f"The watchdog looked {format_span(max(waited, timedelta()))} ago.")
