"""What a run left behind: worked off to the end by a last life, and looked at from all sides."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen
from tests.scenarios.crashes.town import Effects, effects
from tests.scenarios.crashes.world import ECHO, LEASE, World

from anninh_core.app import App
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.messaging.rows import is_fallback_unknown
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.testing import MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.delivery import Lane

_ENDED = frozenset({"inbox.done", "outbox.delivered", "outbox.unknown"})


@frozen
class Aftermath:
    """The app after its last life.

    Attributes:
        acknowledged: ids of the events that the platform was told are taken, as often as it was told.
        calm: what the script brings about when nothing crashes.
        undecided: the outbox before a person decided about what is unknown, and how often each row had arrived.
    """

    app: App
    chat: MockChat
    officer: Actor
    acknowledged: Counter[str]
    calm: Effects
    undecided: Mapping[OutboxRow, int]


def wind_up(app: App, world: World, acknowledged: list[str], calm: Effects) -> Aftermath:
    """Let everything that waits come to its end, then let a person decide about what nobody could find out."""
    chat = world.chat
    officer = _officer(app)
    _work_off(app, world)
    undecided = {
        row: len(chat.account.sent(row.id)) for row in app.internals.context.storage.queues.outbox(limit=100_000)
    }
    for row, arrived in undecided.items():
        if row.state == "unknown" and arrived:
            app.failures.confirm(officer, row.id, "by telephone")
        elif row.state == "unknown":
            app.failures.resend(officer, row.id)
    _work_off(app, world)
    return Aftermath(app, chat, officer, Counter(acknowledged), calm, undecided)


def _officer(app: App) -> Actor:
    roles = ("auditor", "standing_officer")
    return UnsafeLocalUsers(app).appoint("Cán bộ Thử", app.district.root, *roles)


def _work_off(app: App, world: World) -> None:
    for _ in range(100):
        world.clock.advance(LEASE)
        app.worker.drain()
        app.worker.tick()
        queues = app.internals.context.storage.queues
        unknown = queues.outbox((OutboxState.UNKNOWN,), limit=100_000)
        if queues.depth().keys() <= _ENDED and all(map(_for_a_person, unknown)):
            return
    raise AssertionError(f"still waiting: {app.internals.context.storage.queues.depth()}")


def _for_a_person(row: OutboxRow) -> bool:
    """Tell whether nobody but a person can find out what became of a row."""
    return row.lane is not Lane.MEDIA and (row.messenger in ("blind", "echoing") or is_fallback_unknown(row))


def lost(after: Aftermath) -> Iterator[str]:
    """Tell of events that weren't acknowledged once, and of inbox rows beside them."""
    said = [message.id for message in after.chat.messages() if message.author]
    told = [*said, *(id for id in set(after.acknowledged) if id.startswith(ECHO))]
    if after.acknowledged != Counter(told):
        yield f"acknowledged were {after.acknowledged}, told was {told}"
    if (rows := after.app.internals.context.storage.queues.depth()["inbox.done"]) != len(told):
        yield f"{len(told)} events have become {rows} inbox rows"


def sent_blindly(after: Aftermath) -> Iterator[str]:
    """Tell of rows sent twice, or not told to be unknown although nobody knew."""
    for row, arrived in after.undecided.items():
        known = (row.state, arrived) == ("delivered", 0 if row.lane is Lane.MEDIA else 1)
        owned_up_to = _for_a_person(row) and row.state == "unknown" and arrived <= 1
        if not (known or owned_up_to):
            yield f"outbox row {row.id} ({row.purpose}) is {row.state} on {row.messenger} and arrived {arrived} times"


def done_otherwise(after: Aftermath) -> Iterator[str]:
    """Tell of people for whom more, less or something else was done than when nothing crashes."""
    found = effects(after.app, after.chat)
    for who in sorted(found.keys() | after.calm.keys()):
        if found.get(who) != after.calm.get(who):
            yield f"{who}: {found.get(who)}, and when nothing crashes {after.calm.get(who)}"


def books_off(after: Aftermath) -> Iterator[str]:
    """Tell of a broken chain, counters that a recount contradicts, altered records, and what the storage finds."""
    app = after.app
    officer = after.officer
    if not app.audit.verify(officer).ok:
        yield "the chain of the trail is broken"
    yield from (f"recounted: {one}" for one in app.reports.recount(officer).differences)
    yield from app.internals.context.storage.maintenance.check()
    yield from map(str, find_mismatches(app.internals.context))


LOOKS: tuple[Callable[[Aftermath], Iterator[str]], ...] = (lost, sent_blindly, done_otherwise, books_off)
"""What must hold after every run: none of them tells of anything."""
