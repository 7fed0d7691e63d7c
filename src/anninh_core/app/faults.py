"""Detection of faults in operation, from the storage alone.

Used by `anninh watch`, `/readyz` and `anninh doctor`. No keys and no messenger are needed. The worker leaves notes in
the storage; if it is dead, old notes are the finding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.durations import format_span
from anninh_core.app.queue_age import QueueAge, elapsed_since
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_core.ports.storages.storage import States, Storage
from anninh_core.vocabulary.delivery import Lane
from anninh_core.worker.heartbeat import read_heartbeat
from anninh_core.worker.jobs.duty_reach import read_duty_record
from anninh_core.worker.jobs.messenger_access import read_access

NOT_REACHED_PATIENCE = timedelta(minutes=2)
"""Time for which a platform may be unreachable; a rejection by the platform is reported at once."""

_NOTE_LIFE = timedelta(minutes=5)
"""Greatest age of a worker's note that is used; with older notes, the worker itself is the finding."""

_MINUTE = timedelta(minutes=1)
_QUEUE_LIMITS: Mapping[str, timedelta] = {
    "inbox": 4 * _MINUTE,
    Lane.EMERGENCY: 2 * _MINUTE,
    Lane.REPLY: 15 * _MINUTE,
}
"""Longest waiting time of a queue's oldest row, by the queue's name; other queues may wait longer than a watchdog can
judge.
"""

_SEE_WORKER = Sentence("Check that `anninh work` runs, and read its log.")


@frozen(kw_only=True)
class WatchTarget:
    """The storage and messengers to watch.

    Attributes:
        storage: an open storage; it needs no keys.
        messengers: names of the messenger instances in the settings.
        silence: longest time without a finished round of the worker, and longest time for which its jobs may fail.
    """

    storage: Storage
    messengers: Sequence[str]
    silence: timedelta


def watch_target_of(app: App) -> WatchTarget:
    """Return the watch target of an open app."""
    return WatchTarget(
        storage=app.internals.context.storage,
        messengers=tuple(app.internals.messengers),
        silence=app.internals.watch_settings.silence,
    )


def check_operation(watched: WatchTarget, now: datetime) -> Iterator[Check]:
    """Yield the findings about worker, queues, messengers and duty; a check that fails hides no other."""
    states = watched.storage.states
    yield from _run_check("worker", partial(check_worker, states, now, watched.silence))
    yield from _run_check("queues", partial(_check_queues, watched.storage, now))
    for instance in watched.messengers:
        yield from _run_check(f"{instance} access", partial(check_access, states, instance, now))
    yield from _run_check("duty", partial(_check_duty, states, now))


def find_faults(watched: WatchTarget, now: datetime) -> tuple[Check, ...]:
    """Return the problems that `check_operation` finds, each with a distinct name."""
    return tuple(check for check in check_operation(watched, now) if check.level is Level.PROBLEM)


def check_worker(states: States, now: datetime, silence: timedelta) -> Check:
    """Check that a worker finishes its rounds, and that none of its jobs keeps failing."""
    beat = read_heartbeat(states)
    if beat is None:
        return warning("worker", "No worker has finished a round here yet.", _SEE_WORKER)
    waited = elapsed_since(beat.at, now)
    if waited > silence:
        return problem(
            "worker",
            Sentence("No worker has finished a round for {span}.", span=format_span(waited)),
            _SEE_WORKER,
        )
    failing = {job: elapsed_since(since, now) for job, since in beat.failing.items()}
    lasting = {job: span for job, span in failing.items() if span > silence}
    if lasting:
        jobs = ", ".join(f"{job} ({format_span(span)})" for job, span in lasting.items())
        return problem(
            "worker",
            Sentence("Some jobs of the worker keep failing: {jobs}.", jobs=jobs),
            "Read the worker's log.",
        )
    return ok("worker", Sentence("A worker finished a round {span} ago.", span=format_span(waited)))


def check_access(states: States, instance: str, now: datetime) -> Iterator[Check]:
    """Check that a messenger's platform accepted the last call; yields nothing if no worker called it recently."""
    access = read_access(states, instance)
    if access is None or elapsed_since(access.at, now) > _NOTE_LIFE:
        return
    name = f"{instance} access"
    lasts = elapsed_since(access.failing_since, now)
    if access.failing_since is not None and access.is_refused:
        what = Sentence(
            "The platform of messenger {messenger!r} rejects our token or permissions, so nothing can be sent there.",
            messenger=instance,
        )
        yield problem(name, what, "Check the messenger with `anninh doctor`, and log in again.")
    elif access.failing_since is not None and lasts >= NOT_REACHED_PATIENCE:
        what = Sentence(
            "The platform of messenger {messenger!r} hasn't been reached for {span}.",
            messenger=instance,
            span=format_span(lasts),
        )
        yield problem(name, what, "Check that this machine can reach the Internet.")
    else:
        yield ok(name, Sentence("The platform of messenger {messenger!r} accepts our calls.", messenger=instance))


def _check_queues(storage: Storage, now: datetime) -> Iterator[Check]:
    age = QueueAge.of(storage.queues, now)
    waits = {"inbox": age.inbox} | {lane.value: since for lane, since in age.outbox.items()}
    for queue, limit in _QUEUE_LIMITS.items():
        waited = elapsed_since(waits.get(queue), now)
        if waited > limit:
            what = Sentence(
                "The oldest message in lane {lane} has waited for {span}.",
                lane=queue if queue == "inbox" else Lane(queue),
                span=format_span(waited),
            )
            if queue == "inbox":
                what = Sentence("The oldest event has waited for {span}.", span=format_span(waited))
            yield problem(f"queue {queue}", what, _SEE_WORKER)


def _check_duty(states: States, now: datetime) -> Iterable[Check]:
    record = read_duty_record(states)
    return () if record is None or elapsed_since(record.at, now) > _NOTE_LIFE else record.problems


def _run_check(name: str, ask: Callable[[], Check | Iterable[Check]]) -> Sequence[Check]:
    try:
        findings = ask()
        return [findings] if isinstance(findings, Check) else [*findings]
    except Exception as error:  # noqa: BLE001  a storage in trouble may raise anything, and that is the finding
        what = Sentence("This couldn't be checked: {reason}.", reason=type(error).__name__)
        return [problem(name, what, "Run `anninh doctor` on the server.")]
