"""The age of the oldest waiting event and message."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app import App
from anninh_core.app.queue_age import QueueAge, elapsed_since, id_timestamp
from anninh_core.kernel.ids import uuid7
from anninh_core.ports import LANES, ChangeSet, NewInbox, NewOutbox
from anninh_core.testing import FixedClock, memory_app
from anninh_core.vocabulary.delivery import Lane

MINUTE = timedelta(minutes=1)


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    """An empty app."""
    with memory_app(clock=anninh_clock) as app:
        yield app


def enqueue_messages(app: App, lane: Lane, due: datetime, count: int = 1) -> None:
    rows = [
        NewOutbox(
            id=(id := app.internals.context.ids.new()),
            messenger="oa",
            conversation=f"oa.{id}",
            lane=lane,
            due_at=due,
            cause="",
            purpose="test",
            scope="",
            body=b"",
        )
        for _ in range(count)
    ]
    app.internals.context.storage.commit([ChangeSet(outbox=tuple(rows))])


def receive_events(app: App, moments: Sequence[datetime]) -> None:
    for moment in moments:
        id = app.internals.context.ids.new()
        row = NewInbox(id=id, source="oa", dedupe=id, conversation="", received_at=moment, scope="", body=b"")
        app.internals.context.storage.commit([ChangeSet(inbox=(row,))])


def test_empty_queues_have_no_age(app: App, anninh_clock: FixedClock) -> None:
    """Empty queues have no age."""
    waiting = QueueAge.of(app.internals.context.storage.queues, anninh_clock.now())

    assert waiting == QueueAge(None, dict.fromkeys(LANES))
    assert elapsed_since(None, anninh_clock.now()) == timedelta()


def test_inbox_age_counts_from_reception(app: App, anninh_clock: FixedClock) -> None:
    """An unprocessed event, claimed or not, waits since its reception."""
    now = anninh_clock.now()
    receive_events(app, [now - 9 * MINUTE, now - 3 * MINUTE])
    app.internals.context.storage.queues.claim_inbox(now, MINUTE, 1)

    assert QueueAge.of(app.internals.context.storage.queues, now).inbox == now - 9 * MINUTE


def test_each_lane_has_its_age(app: App, anninh_clock: FixedClock) -> None:
    """Each lane has the age of its oldest message; a message due later doesn't wait yet."""
    now = anninh_clock.now()
    enqueue_messages(app, Lane.BROADCAST, now - 5 * MINUTE)
    enqueue_messages(app, Lane.BROADCAST, now + 5 * MINUTE)
    enqueue_messages(app, Lane.REPLY, now + MINUTE)
    enqueue_messages(app, Lane.EMERGENCY, now - MINUTE)

    assert QueueAge.of(app.internals.context.storage.queues, now).outbox == {
        "emergency": now - MINUTE,
        "reply": None,
        "broadcast": now - 5 * MINUTE,
        "media": None,
    }


def test_flood_bounds_unread_lanes(app: App, anninh_clock: FixedClock) -> None:
    """If a flood hides a lane from the first thousand rows, its age is at most that of the last row read."""
    now = anninh_clock.now()
    enqueue_messages(app, Lane.BROADCAST, now - 9 * MINUTE, 999)
    enqueue_messages(app, Lane.BROADCAST, now - 4 * MINUTE, 500)
    enqueue_messages(app, Lane.EMERGENCY, now - MINUTE)

    assert QueueAge.of(app.internals.context.storage.queues, now).outbox == {
        "emergency": now - 4 * MINUTE,
        "reply": now - 4 * MINUTE,
        "broadcast": now - 9 * MINUTE,
        "media": now - 4 * MINUTE,
    }


@given(st.integers(0, (1 << 41) - 1), st.binary(min_size=10, max_size=10))
def test_id_contains_its_time(unix_ms: int, randomness: bytes) -> None:
    """The time in an id is read back unchanged."""
    assert round(id_timestamp(uuid7(unix_ms, randomness)).timestamp() * 1000) == unix_ms
