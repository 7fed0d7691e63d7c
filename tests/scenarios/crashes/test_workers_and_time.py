"""Two workers on one row, and a clock that is set back by an hour."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.scenarios.crashes.conftest import Town
from tests.scenarios.crashes.world import LEASE, World

from anninh_core.app import App
from anninh_core.testing import MockMessenger
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

pytestmark = pytest.mark.slow  # several workers over days of a changed clock

HOUR = timedelta(hours=1)


@pytest.fixture
def other(world: World, town: Town) -> Iterator[App]:
    """A second worker on the same database, with connections of its own."""
    with world.open(2) as app:
        yield app


def answers(town: Town) -> list[tuple[str, int]]:
    """Return the state of each outbox row, and how often it arrived."""
    rows = town.app.internals.context.storage.queues.outbox(limit=1000)
    return [(row.state, len(town.chat.account.sent(row.id))) for row in rows]


def prepared(town: Town) -> None:
    """Let one reply wait in the outbox."""
    town.takes_in("Thử An")
    town.app.worker.inbox.run()


def test_worker_overtaken_before_sending_sends_nothing(town: Town, other: App) -> None:
    """A worker whose lease expired before it began finds its claim refused, and sends nothing."""
    prepared(town)
    (row,) = town.app.internals.context.storage.queues.claim_outbox(town.world.clock.now(), LEASE, 10)
    town.world.clock.advance(LEASE)
    other.worker.drain()
    town.app.worker.outbox.send(row)
    assert answers(town) == [("delivered", 1)]


def test_worker_overtaken_while_sending_settles_nothing(
    town: Town, other: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose lease expired while it sent finds its settlement refused: the other worker has reconciled the
    row.
    """
    sound = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        receipt = sound(self, message)
        town.world.clock.advance(LEASE)
        monkeypatch.setattr(MockMessenger, "send", sound)
        other.worker.drain()
        return receipt

    prepared(town)
    monkeypatch.setattr(MockMessenger, "send", slow)
    town.app.worker.drain()
    (row,) = town.app.internals.context.storage.queues.outbox()
    assert row.proof == "reconciled"
    assert answers(town) == [("delivered", 1)]


def test_worker_overtaken_while_processing_commits_nothing(
    town: Town, other: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose lease expired while it processed finds its whole commit refused: one tip, one reply."""
    storage = town.app.internals.context.storage
    sound = storage.commit

    def late(changes: Any) -> Any:
        monkeypatch.setattr(storage, "commit", sound)
        town.world.clock.advance(LEASE)
        other.worker.drain()
        return sound(changes)

    town.takes_in("Thử An")
    monkeypatch.setattr(storage, "commit", late)
    town.app.worker.drain()
    assert len(list(storage.maintenance.scan("tip"))) == 1
    assert answers(town) == [("delivered", 1)]
    assert town.is_whole()


def test_work_continues_after_clock_set_back(town: Town) -> None:
    """After the clock was set back, messages of old and new residents are answered at once and in order."""
    town.takes_in("Thử An")
    town.app.worker.drain()
    town.world.clock.advance(-HOUR)
    town.takes_in("Thử An", "TRO GIUP")
    town.takes_in("Thử Bình")
    town.app.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình")] == [2, 1]
    rows = sorted(town.app.internals.context.storage.queues.outbox(), key=lambda row: row.created_seq)
    assert [town.chat.account.sent(row.id)[0].id for row in rows] == [message.id for message in _sent_messages(town)]
    assert town.is_whole()


def _sent_messages(town: Town) -> list[Any]:
    return [message for message in town.chat.messages() if not message.author]


def test_waiting_rows_leave_when_clock_catches_up(town: Town, other: App) -> None:
    """Rows claimed or deferred before the clock was set back wait for at most the hour and their lease; other rows
    don't wait.
    """
    town.chat.fail_next("rate_limit", timedelta(seconds=30))
    town.takes_in("Thử An")
    town.app.worker.drain()
    town.takes_in("Thử Bình")
    # by a worker that dies now
    town.app.internals.context.storage.queues.claim_inbox(town.world.clock.now(), LEASE, 10)
    town.world.clock.advance(-HOUR)
    town.takes_in("Thử Cúc")
    other.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình", "Thử Cúc")] == [0, 0, 1]
    town.world.clock.advance(HOUR + LEASE)
    other.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình", "Thử Cúc")] == [1, 1, 1]
    assert town.is_whole()


def test_rows_with_earlier_ids_are_listed(town: Town) -> None:
    """Pages are in order of ids, so rows made after the clock was set back come first; no row is left out, and the
    journal is whole.
    """
    town.takes_in("Thử An")
    town.app.worker.drain()
    town.world.clock.advance(-HOUR)
    town.takes_in("Thử Bình")
    town.app.worker.drain()
    queues = town.app.internals.context.storage.queues
    first = queues.outbox(limit=1)
    second = queues.outbox(limit=1, after=first[-1].id)
    assert [row.created_seq for row in (*first, *second)] == [2, 1]
    assert town.app.internals.context.storage.journal.head()[0] == len(
        town.app.internals.context.storage.journal.read()
    )
    assert town.is_whole()
