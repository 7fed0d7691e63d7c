"""The state after a crash run: a last process finishes all work, then checks compare the result with that of a run
without crashes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen
from tests.scenarios.crashes.town import Effects, collect_effects
from tests.scenarios.crashes.world import ECHO, LEASE, CrashWorld

from anninh_core.app import App
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.messaging.rows import has_unknown_fallback_outcome
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.testing import MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.delivery import Lane

_ENDED = frozenset({"inbox.done", "outbox.delivered", "outbox.unknown"})


@frozen
class Aftermath:
    """The app after its last process has finished all work.

    Attributes:
        acknowledged: ids of the events that the web server acknowledged, once for each acknowledgement.
        calm: effects of the same script without crashes.
        undecided: outbox rows before a person decided about the unknown ones -> how often each had arrived.
    """

    app: App
    chat: MockChat
    officer: Actor
    acknowledged: Counter[str]
    calm: Effects
    undecided: Mapping[OutboxRow, int]


def finish_work(app: App, world: CrashWorld, acknowledged: list[str], calm: Effects) -> Aftermath:
    """Finish all waiting work, then decide as an officer about the messages with an unknown outcome."""
    chat = world.chat
    officer = _appoint_officer(app)
    _finish_queues(app, world)
    undecided = {
        row: len(chat.account.sent(row.id)) for row in app.internals.context.storage.queues.outbox(limit=100_000)
    }
    for row, arrived in undecided.items():
        if row.state == "unknown" and arrived:
            app.failures.confirm(officer, row.id, "by telephone")
        elif row.state == "unknown":
            app.failures.resend(officer, row.id)
    _finish_queues(app, world)
    return Aftermath(app, chat, officer, Counter(acknowledged), calm, undecided)


def _appoint_officer(app: App) -> Actor:
    roles = ("auditor", "standing_officer")
    return UnsafeLocalUsers(app).appoint("Cán bộ Thử", app.district.root, *roles)


def _finish_queues(app: App, world: CrashWorld) -> None:
    for _ in range(100):
        world.clock.advance(LEASE)
        app.worker.drain()
        app.worker.tick()
        queues = app.internals.context.storage.queues
        unknown = queues.outbox((OutboxState.UNKNOWN,), limit=100_000)
        if queues.depth().keys() <= _ENDED and all(map(_needs_person, unknown)):
            return
    raise AssertionError(f"still waiting: {app.internals.context.storage.queues.depth()}")


def _needs_person(row: OutboxRow) -> bool:
    """Return whether only a person can find out the outcome of a row."""
    return row.lane is not Lane.MEDIA and (row.messenger in ("blind", "echoing") or has_unknown_fallback_outcome(row))


def find_lost_events(after: Aftermath) -> Iterator[str]:
    """Yield a fault if events weren't acknowledged exactly once, and if the inbox has more or fewer rows than
    events.
    """
    received = [message.id for message in after.chat.messages() if message.author]
    events = [*received, *(id for id in set(after.acknowledged) if id.startswith(ECHO))]
    if after.acknowledged != Counter(events):
        yield f"acknowledged were {after.acknowledged}, told was {events}"
    if (rows := after.app.internals.context.storage.queues.depth()["inbox.done"]) != len(events):
        yield f"{len(events)} events have become {rows} inbox rows"


def find_repeated_sends(after: Aftermath) -> Iterator[str]:
    """Yield a fault for each row that was sent twice, and for each row that is neither settled nor rightly unknown."""
    for row, arrived in after.undecided.items():
        is_settled = (row.state, arrived) == ("delivered", 0 if row.lane is Lane.MEDIA else 1)
        owned_up_to = _needs_person(row) and row.state == "unknown" and arrived <= 1
        if not (is_settled or owned_up_to):
            yield f"outbox row {row.id} ({row.purpose}) is {row.state} on {row.messenger} and arrived {arrived} times"


def find_other_effects(after: Aftermath) -> Iterator[str]:
    """Yield a fault for each person on whom the script had other effects than without crashes."""
    actual = collect_effects(after.app, after.chat)
    for person in sorted(actual.keys() | after.calm.keys()):
        if actual.get(person) != after.calm.get(person):
            yield f"{person}: {actual.get(person)}, and when nothing crashes {after.calm.get(person)}"


def find_inconsistencies(after: Aftermath) -> Iterator[str]:
    """Yield faults in the journal chain, in the counters, in records, and from the storage's own check."""
    app = after.app
    officer = after.officer
    if not app.audit.verify(officer).ok:
        yield "the chain of the trail is broken"
    yield from (f"recounted: {difference}" for difference in app.reports.recount(officer).differences)
    yield from app.internals.context.storage.maintenance.check()
    yield from map(str, find_mismatches(app.internals.context))


LOOKS: tuple[Callable[[Aftermath], Iterator[str]], ...] = (
    find_lost_events,
    find_repeated_sends,
    find_other_effects,
    find_inconsistencies,
)
"""The checks that run after every crash run; none may yield a fault."""
