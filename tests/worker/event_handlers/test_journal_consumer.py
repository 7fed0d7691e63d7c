"""Reading the journal by cursor."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, Appoint, outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.kernel.errors import (
    AlreadyDone,
    Conflict,
    Damaged,
    KeysUnavailable,
    NotFound,
    Purged,
    StorageBusy,
    StorageError,
)
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor
from anninh_core.worker.event_handlers.journal_consumer import EventHandler, JournalConsumer
from anninh_core.worker.heartbeat import read_heartbeat
from anninh_core.worker.quarantine import QuarantineRounds
from anninh_core.worker.worker import Worker

EVENT = "officer.appointed"


class Recorder:
    """A reaction that raises what it is told to, once for each error given."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.seen: list[str] = []

    def __call__(self, entry: Entry) -> None:
        self.seen.append(entry.id)
        if self.errors:
            raise self.errors.pop(0)


def consumer_of(app: App, handlers: Mapping[str, EventHandler]) -> JournalConsumer:
    """Return what reads the journal of an app."""
    return JournalConsumer(app.internals.runner, handlers, QuarantineRounds(app.internals.services))


def forget_cursor(app: App) -> None:
    """Put the cursor back to the beginning, as after a crash that lost it."""
    stored = app.internals.context.storage.states.get("dispatch", "reactions")
    assert stored is not None
    assert app.internals.context.storage.states.put("dispatch", "reactions", b"0", stored.version)


def test_each_event_is_reacted_to_once(app: App, appoint: Appoint) -> None:
    """In the journal's order, and not again in the next round."""
    for _ in range(3):
        appoint("editor")
    recorder = Recorder()
    reactions = consumer_of(app, {EVENT: recorder})
    assert reactions.run(limit=2) == 2
    assert reactions.run() == 1
    assert reactions.run() == 0
    assert len(set(recorder.seen)) == len(recorder.seen) == 3
    assert recorder.seen == sorted(recorder.seen)


def test_what_nothing_reacts_to_costs_no_commit(app: App, appoint: Appoint) -> None:
    """They are passed over: read once by a process, once more by the next; the cursor is kept with a reaction only."""
    states = app.internals.context.storage.states
    before = states.get("dispatch", "reactions")
    appoint("editor")
    unmoved = consumer_of(app, {})
    assert (unmoved.run(), unmoved.run()) == (1, 0)
    assert states.get("dispatch", "reactions") == before
    recorder = Recorder()
    assert consumer_of(app, {EVENT: recorder}).run() == 1
    assert len(recorder.seen) == 1


@pytest.mark.parametrize("damaged", [b"1#3", b"\xff", b"9999 1c291ca3", b"2 00000000", b"99999999"])
def test_a_damaged_cursor_drops_no_entry(app: App, appoint: Appoint, damaged: bytes) -> None:
    """Whatever happened within a day is read again, and the cursor is whole afterwards."""
    appoint("editor")
    states = app.internals.context.storage.states
    before = consumer_of(app, {EVENT: Recorder()}).run()
    stored = states.get("dispatch", "reactions")
    assert stored is not None
    assert states.put("dispatch", "reactions", damaged, stored.version)
    recorder = Recorder()

    assert consumer_of(app, {EVENT: recorder}).run() >= before
    assert len(recorder.seen) == 1
    assert consumer_of(app, {EVENT: recorder}).run() == 0


def test_a_damaged_cursor_runs_nothing_old_again(app: App, appoint: Appoint, anninh_clock: FixedClock) -> None:
    """What happened long before isn't done twice, though nobody remembers that it was done."""
    for _ in range(3):
        appoint("editor")
    anninh_clock.advance(timedelta(days=100))
    for _ in range(2):
        appoint("editor")
    consumer_of(app, {EVENT: Recorder()}).run()
    stored = app.internals.context.storage.states.get("dispatch", "reactions")
    assert stored is not None
    app.internals.context.storage.states.put("dispatch", "reactions", b"damaged", stored.version)
    recorder = Recorder()

    consumer_of(app, {EVENT: recorder}).run()
    assert len(recorder.seen) == 2


def test_a_process_with_nothing_to_do_keeps_its_place(app: App, appoint: Appoint) -> None:
    """The next process doesn't read those lines again; to keep it twice changes nothing."""
    appoint("editor")
    unmoved = consumer_of(app, {})
    unmoved.run()
    unmoved.save()
    kept = app.internals.context.storage.states.get("dispatch", "reactions")
    unmoved.save()
    assert app.internals.context.storage.states.get("dispatch", "reactions") == kept
    assert consumer_of(app, {}).run() == 0


def test_the_cursor_follows_after_many_lines(app: App, appoint: Appoint) -> None:
    """A crash never makes a process read more than a few hundred lines again."""
    for _ in range(200):
        appoint("editor")
    consumer_of(app, {}).run()
    assert consumer_of(app, {}).run() == 0


def test_run_again_nothing_changes(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """At least once, once in effect: with the cursor lost, an officer isn't told a second time."""
    dialog.says("Cán bộ trực", "alo")
    officer = appoint("tip_officer", conversation=outbox_person(app))
    dialog.says("Thử Văn An", THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.assign(handler, tip.id, unit="cong-an", officers=[officer.id])
    for _ in range(3):
        app.worker.drain()
        forget_cursor(app)
    assert len(outbox(app, "officer.assigned")) == 1


def outbox_person(app: App) -> str:
    """Return the conversation of whoever spoke last."""
    return last_conversation(app)


@pytest.mark.parametrize("error", [Conflict("x"), StorageBusy("x"), StorageError("the disk is full")])
def test_what_meets_other_work_has_another_turn(app: App, appoint: Appoint, error: Exception) -> None:
    """The cursor stays before the line, and the next round starts with it."""
    appoint("editor"), appoint("editor")
    recorder = Recorder(error)
    reactions = consumer_of(app, {EVENT: recorder})
    assert reactions.run() == 0
    assert reactions.run() == 2
    assert recorder.seen[0] == recorder.seen[1] != recorder.seen[2]


@pytest.mark.parametrize("error", [AlreadyDone("x"), NotFound("x"), Purged("x"), Damaged("x"), KeyError("x")])
def test_what_can_never_succeed_stops_nobody(app: App, appoint: Appoint, error: Exception) -> None:
    """It is passed over, and the reactions after it run."""
    appoint("editor"), appoint("editor")
    recorder = Recorder(error)
    assert consumer_of(app, {EVENT: recorder}).run() == 2
    assert len(recorder.seen) == 2


def test_what_failed_is_tried_again(app: App, appoint: Appoint, clock: FixedClock) -> None:
    """The entry and its handler are quarantined before the cursor moves on, and leave once the handler succeeds."""
    appoint("editor")
    recorder = Recorder(Damaged("x"), KeyError("x"))
    consumer = consumer_of(app, {EVENT: recorder})
    assert consumer.run() == 1
    assert consumer.retry_due() == 0  # its pause isn't over
    clock.advance(timedelta(minutes=1))
    assert consumer.retry_due() == 0  # it fails once more, and rests for longer
    clock.advance(timedelta(minutes=2))
    assert consumer.retry_due() == 1
    assert len(set(recorder.seen)) == 1
    assert not QuarantineRounds(app.internals.services).begin(EVENT).quarantined


@pytest.mark.parametrize("errors", [[KeysUnavailable("x")] * 3, [Damaged("x")] * 22])
def test_what_stops_the_reactions_is_an_alarm(app: App, appoint: Appoint, errors: list[Exception]) -> None:
    """Other keys, or too much damage in a round: the heartbeat names it until it is over, and a step goes on."""
    for _ in range(25):
        appoint("editor")
    consumer = consumer_of(app, {EVENT: Recorder(*errors)})
    worker = Worker(app.internals.runner, app.worker.inbox, consumer, app.worker.outbox, jobs=())
    worker.step()
    worker.heartbeat.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert "react_to_journal" in beat.failing
    for _ in range(4):
        worker.step()
    worker.heartbeat.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert "react_to_journal" not in beat.failing
