"""Checks of collectors: time of the last reading, and errors."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from anninh_core.app.app import App
from anninh_core.app.durations import format_span
from anninh_core.app.health import get_health_checks
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_core.worker.collecting.progress import CollectorProgress, ProgressKeeper

_LONG = timedelta(days=2)
_MISSED = 3
"""Number of intervals without a reading before a warning."""


def check_collectors(app: App) -> Iterator[Check]:
    """Check that each collector reads its source, and include its own health checks."""
    now = app.internals.context.clock.now()
    for name, configured in app.internals.collectors.items():
        progress, _ = ProgressKeeper(app.internals.runner, name).read()
        yield _check_progress(name, configured, progress, now)
        if progress.refused:
            what = Sentence(
                "Collector {collector} left out {count:,} pieces of its last reading because they are incomplete.",
                collector=name,
                count=progress.refused,
            )
            yield warning("collectors", what, "Read the worker's log, and inform the author of the collector.")
        for check in get_health_checks(configured.collector):
            yield Check(f"{name} {check.name}", check.level, check.what, check.todo)


def _check_progress(name: str, configured: ConfiguredCollector, progress: CollectorProgress, now: datetime) -> Check:
    if progress.failing_since is not None:
        return _report_failure(name, progress, now - progress.failing_since)
    if progress.read_at is None:
        return ok("collectors", Sentence("Collector {collector} hasn't read its source yet.", collector=name))
    waited = now - progress.read_at
    if waited > max(_MISSED * configured.every, _LONG):
        what = Sentence(
            "Collector {collector} last read its source {span} ago.", collector=name, span=format_span(waited)
        )
        return warning("collectors", what, "Check that `anninh work` runs, and read its log.")
    return ok(
        "collectors",
        Sentence("Collector {collector} last read its source {span} ago.", collector=name, span=format_span(waited)),
    )


def _report_failure(name: str, progress: CollectorProgress, failing_for: timedelta) -> Check:
    what = Sentence(
        "Collector {collector} couldn't read its source {count:,} times in a row: {reason}",
        collector=name,
        count=progress.failures,
        reason=unpack_sentence(progress.problem),
    )
    todo = Sentence("Check the source, and the collector's options in the settings.")
    return problem("collectors", what, todo) if failing_for > _LONG else warning("collectors", what, todo)
