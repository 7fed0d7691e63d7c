"""The journal consumer reads the journal by a cursor, and hands each event to its handler."""

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


class RecordingHandler:
    """An event handler that records the entries it gets, and raises each of the given errors once."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.seen: list[str] = []

    def __call__(self, entry: Entry) -> None:
        self.seen.append(entry.id)
        if self.errors:
            raise self.errors.pop(0)


def build_consumer(app: App, handlers: Mapping[str, EventHandler]) -> JournalConsumer:
    return JournalConsumer(app.internals.runner, handlers, QuarantineRounds(app.internals.services))


def reset_cursor(app: App) -> None:
    """Reset the consumer's cursor to the beginning, as after a crash that lost it."""
    stored = app.internals.context.storage.states.get("dispatch", "reactions")
    assert stored is not None
    assert app.internals.context.storage.states.put("dispatch", "reactions", b"0", stored.version)


def test_each_event_is_handled_once(app: App, appoint: Appoint) -> None:
    """Each event is handled once, in the journal's order."""
    for _ in range(3):
        appoint("editor")
    recorder = RecordingHandler()
    reactions = build_consumer(app, {EVENT: recorder})
    assert reactions.run(limit=2) == 2
    assert reactions.run() == 1
    assert reactions.run() == 0
    assert len(set(recorder.seen)) == len(recorder.seen) == 3
    assert recorder.seen == sorted(recorder.seen)


def test_entry_without_handler_costs_no_commit(app: App, appoint: Appoint) -> None:
    """Entries without a handler are read once by each process, and the cursor is committed only after a handled
    entry.
    """
    states = app.internals.context.storage.states
    before = states.get("dispatch", "reactions")
    appoint("editor")
    unmoved = build_consumer(app, {})
    assert (unmoved.run(), unmoved.run()) == (1, 0)
    assert states.get("dispatch", "reactions") == before
    recorder = RecordingHandler()
    assert build_consumer(app, {EVENT: recorder}).run() == 1
    assert len(recorder.seen) == 1


@pytest.mark.parametrize("damaged", [b"1#3", b"\xff", b"9999 1c291ca3", b"2 00000000", b"99999999"])
def test_damaged_cursor_drops_no_entry(app: App, appoint: Appoint, damaged: bytes) -> None:
    """If the cursor is damaged, all entries of the last day are read again, and the cursor is valid afterwards."""
    appoint("editor")
    states = app.internals.context.storage.states
    before = build_consumer(app, {EVENT: RecordingHandler()}).run()
    stored = states.get("dispatch", "reactions")
    assert stored is not None
    assert states.put("dispatch", "reactions", damaged, stored.version)
    recorder = RecordingHandler()

    assert build_consumer(app, {EVENT: recorder}).run() >= before
    assert len(recorder.seen) == 1
    assert build_consumer(app, {EVENT: recorder}).run() == 0


def test_damaged_cursor_repeats_no_old_entry(app: App, appoint: Appoint, anninh_clock: FixedClock) -> None:
    """If the cursor is damaged, entries older than a day aren't handled again."""
    for _ in range(3):
        appoint("editor")
    anninh_clock.advance(timedelta(days=100))
    for _ in range(2):
        appoint("editor")
    build_consumer(app, {EVENT: RecordingHandler()}).run()
    stored = app.internals.context.storage.states.get("dispatch", "reactions")
    assert stored is not None
    app.internals.context.storage.states.put("dispatch", "reactions", b"damaged", stored.version)
    recorder = RecordingHandler()

    build_consumer(app, {EVENT: recorder}).run()
    assert len(recorder.seen) == 2


def test_idle_process_saves_its_cursor(app: App, appoint: Appoint) -> None:
    """A process that handles no entry saves its cursor once, so that the next process doesn't read the same entries
    again.
    """
    appoint("editor")
    consumer = build_consumer(app, {})
    consumer.run()
    consumer.save()
    kept = app.internals.context.storage.states.get("dispatch", "reactions")
    consumer.save()
    assert app.internals.context.storage.states.get("dispatch", "reactions") == kept
    assert build_consumer(app, {}).run() == 0


def test_cursor_is_saved_after_many_entries(app: App, appoint: Appoint) -> None:
    """After many entries without a handler the cursor is saved, so that a process reads at most a few hundred again."""
    for _ in range(200):
        appoint("editor")
    build_consumer(app, {}).run()
    assert build_consumer(app, {}).run() == 0


def test_repeated_handling_changes_nothing(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """After a lost cursor events are handled again, but an officer still gets only one notice."""
    dialog.says("Cán bộ trực", "alo")
    officer = appoint("tip_officer", conversation=get_last_conversation(app))
    dialog.says("Thử Văn An", THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.assign(handler, tip.id, unit="cong-an", officers=[officer.id])
    for _ in range(3):
        app.worker.drain()
        reset_cursor(app)
    assert len(outbox(app, "officer.assigned")) == 1


def get_last_conversation(app: App) -> str:
    """Return the conversation id of the last person who wrote."""
    return last_conversation(app)


@pytest.mark.parametrize("error", [Conflict("x"), StorageBusy("x"), StorageError("the disk is full")])
def test_temporary_error_is_retried_next_round(app: App, appoint: Appoint, error: Exception) -> None:
    """After a conflict or a storage error the cursor stays before the entry, and the next round handles the entry."""
    appoint("editor"), appoint("editor")
    recorder = RecordingHandler(error)
    reactions = build_consumer(app, {EVENT: recorder})
    assert reactions.run() == 0
    assert reactions.run() == 2
    assert recorder.seen[0] == recorder.seen[1] != recorder.seen[2]


@pytest.mark.parametrize("error", [AlreadyDone("x"), NotFound("x"), Purged("x"), Damaged("x"), KeyError("x")])
def test_permanent_error_stops_no_other_entry(app: App, appoint: Appoint, error: Exception) -> None:
    """An entry whose handler fails permanently is passed over, and the next entries are handled."""
    appoint("editor"), appoint("editor")
    recorder = RecordingHandler(error)
    assert build_consumer(app, {EVENT: recorder}).run() == 2
    assert len(recorder.seen) == 2


def test_failed_entry_is_quarantined_and_retried(app: App, appoint: Appoint, clock: FixedClock) -> None:
    """If a handler fails, its entry is quarantined before the cursor moves on, and released once the handler
    succeeds.
    """
    appoint("editor")
    recorder = RecordingHandler(Damaged("x"), KeyError("x"))
    consumer = build_consumer(app, {EVENT: recorder})
    assert consumer.run() == 1
    assert consumer.retry_due() == 0  # The entry isn't tried again yet, because its backoff isn't over.
    clock.advance(timedelta(minutes=1))
    assert consumer.retry_due() == 0  # The handler fails once more, and its entry gets a longer backoff.
    clock.advance(timedelta(minutes=2))
    assert consumer.retry_due() == 1
    assert len(set(recorder.seen)) == 1
    assert not QuarantineRounds(app.internals.services).begin(EVENT).quarantined


@pytest.mark.parametrize("errors", [[KeysUnavailable("x")] * 3, [Damaged("x")] * 22])
def test_blocked_consumer_is_in_the_heartbeat(app: App, appoint: Appoint, errors: list[Exception]) -> None:
    """Unavailable keys, or too many damaged entries in a round, are shown in the heartbeat until they are over, and the
    worker continues.
    """
    for _ in range(25):
        appoint("editor")
    consumer = build_consumer(app, {EVENT: RecordingHandler(*errors)})
    worker = Worker(app.internals.runner, app.worker.inbox, consumer, app.worker.outbox, jobs=())
    worker.step()
    worker.heartbeat.write_heartbeat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert "react_to_journal" in beat.failing
    for _ in range(4):
        worker.step()
    worker.heartbeat.write_heartbeat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert "react_to_journal" not in beat.failing
