"""Figures for Prometheus, made by its official client, with one registry for each app. Needs the extra `metrics`.

Labels are names from the settings, lanes, states and status codes: outsiders can't multiply them, and they contain
nothing about persons.
"""

import logging
from collections import Counter as PerCheck
from collections.abc import Iterator
from contextlib import AbstractContextManager

from anninh_core.app.app import App
from anninh_core.app.commit_meter import CommitMeter
from anninh_core.app.queue_age import QueueAge, elapsed_since
from anninh_core.kernel.errors import MissingExtra
from anninh_core.web.metrics.server import build_answerer, open_metrics_server
from anninh_core.worker.jobs.health_monitor import read_health_record

try:
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        Counter,
        Histogram,
        ProcessCollector,
        generate_latest,
    )
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.registry import Collector
except ImportError as missing:
    raise MissingExtra("/metrics", "metrics") from missing

_TIME_BUCKETS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
)  # A platform waits two seconds for a response.
_SIZE_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200)
_OTHER_MESSENGER = "other"

_log = logging.getLogger(__name__)


class Metrics:
    """All figures about an app; building it begins the counting of the app's commits.

    Counters count the acts of this process since it started. The queues are read when the figures are requested.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, app: App) -> None:
        self._known_messengers = frozenset(app.internals.messengers)
        self._registry = CollectorRegistry()
        self._meter = _PrometheusMeter(self._registry)
        self._webhook_seconds = Histogram(
            "anninh_door_seconds",
            "Time from a webhook's headers to its answer.",
            ("messenger", "status"),
            buckets=_TIME_BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_QueueCollector(app))
        self._registry.register(_HealthCollector(app))
        ProcessCollector(registry=self._registry)
        app.internals.runner.observers.append(CommitMeter(self._meter))

    def observe_answer(self, messenger: str, status: int, seconds: float) -> None:
        """Record the status and duration of a response to a webhook; messengers that aren't configured are counted
        together.
        """
        self._webhook_seconds.labels(
            messenger if messenger in self._known_messengers else _OTHER_MESSENGER, str(status)
        ).observe(seconds)

    def text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)


def open_metrics(app: App, port: int, host: str = "127.0.0.1") -> AbstractContextManager[str]:
    """Serve `/metrics`, `/livez` and `/readyz` inside a `with`, for a process without a web server, such as a worker.

    Args:
        app: its storage is metered from now on.
        port: 0 takes any free one; the `with` yields the URL of the figures.
        host: address to listen on, reached from this machine only if not given. Every client that reaches it gets the
            figures.

    Raises:
        ConfigurationError: the port isn't available.
    """
    metrics = Metrics(app)
    return open_metrics_server(host, port, build_answerer(app, metrics.text, metrics.content_type))


class _PrometheusMeter:
    """Counts the commits, events and messages of a storage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._commits = Histogram(
            "anninh_commit_seconds", "Time of a commit as its caller sees it.", buckets=_TIME_BUCKETS, registry=registry
        )
        self._sizes = Histogram(
            "anninh_commit_change_sets", "Change sets in one call of commit.", buckets=_SIZE_BUCKETS, registry=registry
        )
        self._received = Counter(
            "anninh_received",
            "Events taken in, and events that were there before.",
            ("messenger", "what"),
            registry=registry,
        )
        self._processed = Counter(
            "anninh_processed", "Events worked through.", ("messenger", "state"), registry=registry
        )
        self._settled = Counter(
            "anninh_settled",
            "Ends of sending; `ready` was put off.",
            ("messenger", "lane", "state"),
            registry=registry,
        )

    def count_commit(self, seconds: float, change_sets: int) -> None:
        self._commits.observe(seconds)
        self._sizes.observe(change_sets)

    def count_received(self, messenger: str, *, again: bool) -> None:
        self._received.labels(messenger, "again" if again else "new").inc()

    def count_processed(self, messenger: str, state: str) -> None:
        self._processed.labels(messenger, state).inc()

    def count_settled(self, messenger: str, lane: str, state: str) -> None:
        self._settled.labels(messenger, lane, state).inc()


class _QueueCollector(Collector):
    """Reads the queues of an app when the figures are requested."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> list[GaugeMetricFamily]:
        """Return no metric names in advance, as registering the collector must not query the storage."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield whether the storage answers and, if so, the number of rows in each queue and the waiting time of its
        oldest row.
        """
        try:
            families = list(self._collect_queues())
        except Exception as error:  # noqa: BLE001  what was counted so far is wanted most when the storage is down
            _log.warning("the queues can't be looked at: %s", type(error).__name__)
            families = []
        yield GaugeMetricFamily("anninh_storage_up", "Whether the storage answers.", value=bool(families))
        yield from families

    def _collect_queues(self) -> Iterator[GaugeMetricFamily]:
        queues = self._app.internals.context.storage.queues
        now = self._app.internals.context.clock.now()
        rows = GaugeMetricFamily("anninh_queue_rows", "Rows by state.", labels=("queue", "state"))
        for name, count in queues.depth().items():
            rows.add_metric(name.split(".", 1), count)
        yield rows
        queue_age = QueueAge.of(queues, now)
        yield GaugeMetricFamily(
            "anninh_inbox_oldest_seconds",
            "How long the oldest unprocessed event has waited.",
            value=elapsed_since(queue_age.inbox, now).total_seconds(),
        )
        oldest = GaugeMetricFamily(
            "anninh_outbox_oldest_seconds", "How long the oldest undelivered message has waited.", labels=("lane",)
        )
        for lane, since in queue_age.outbox.items():
            oldest.add_metric([lane], elapsed_since(since, now).total_seconds())
        yield oldest


class _HealthCollector(Collector):
    """Yields the result of each messenger's last health check, which any process may have run; contacts no messenger
    itself.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> list[GaugeMetricFamily]:
        """Return no metric names in advance, as registering the collector must not query the storage."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the number of health checks by name and level; nothing if the storage doesn't answer."""
        gauge = GaugeMetricFamily(
            "anninh_messenger_checks",
            "What the last daily look at a messenger found.",
            labels=("messenger", "name", "level"),
        )
        try:
            for messenger in self._app.internals.messengers:
                checks_seen = read_health_record(self._app.internals.context.storage.states, messenger)
                for (name, level), count in PerCheck(checks_seen.checks).items():
                    gauge.add_metric([messenger, name, level], count)
        except Exception as error:  # noqa: BLE001  what was counted so far is wanted most when the storage is down
            _log.warning("the messengers' checks can't be looked at: %s", type(error).__name__)
            return
        yield gauge
