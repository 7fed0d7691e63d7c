"""Check that the watchdog has recipients and still runs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from anninh_core.app.durations import format_span
from anninh_core.app.settings import WatchSettings
from anninh_core.app.watchdog.memory import MemoryFile
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.health import Check, ok, problem, warning

_PACE = timedelta(minutes=5)
"""Longest interval of a watchdog's inspections; with a longer interval, faults are reported too late."""

_SET_UP = Sentence("Set it up as in docs/howto/watch_it.md.")


def check_watchdog(settings: WatchSettings, now: datetime) -> Iterator[Check]:
    """Check that `anninh watch` has recipients, ran recently, and that each channel accepted its last report."""
    memory = MemoryFile(Path(settings.memory)).read()
    if not settings.couriers and not memory.channels:
        yield warning("watchdog", "If the worker stops, no one learns of it through another channel.", _SET_UP)
        return
    if memory.looked_at is None:
        yield warning(
            "watchdog", "The settings name recipients of reports, but `anninh watch --mail` has never run.", _SET_UP
        )
        return
    waited = now - memory.looked_at
    if waited > _PACE:
        what = Sentence("The watchdog last ran {span} ago.", span=format_span(waited))
        yield problem("watchdog", what, "Check that its timer runs: `systemctl list-timers`, or the crontab.")
    for name, channel in memory.channels.items():
        if channel.failed:
            what = Sentence(
                "Channel {channel!r} didn't accept the last report: {reason}",
                channel=name,
                reason=unpack_sentence(channel.failed),
            )
            yield problem("watchdog", what, "Test it with `anninh watch --test`.")
    for name in settings.couriers.keys() - memory.channels.keys():
        yield warning(
            "watchdog",
            Sentence("Channel {channel!r} hasn't been used yet.", channel=name),
            "Test it with `anninh watch --test`.",
        )
    if waited <= _PACE and not any(channel.failed for channel in memory.channels.values()):
        yield ok(
            "watchdog",
            Sentence("The watchdog last ran {span} ago.", span=format_span(max(waited, timedelta()))),
        )
