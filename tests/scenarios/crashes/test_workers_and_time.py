"""Two workers that claim the same row, and a clock that is set back by an hour."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.scenarios.crashes.conftest import CrashTown
from tests.scenarios.crashes.world import LEASE, CrashWorld

from anninh_core.app import App
from anninh_core.testing import MockMessenger
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

pytestmark = pytest.mark.slow  # The tests run several workers over days of a changed clock.

HOUR = timedelta(hours=1)


@pytest.fixture
def other_worker(world: CrashWorld, town: CrashTown) -> Iterator[App]:
    """An app with a second worker on the same database, with its own connections."""
    with world.open(2) as app:
        yield app


def list_row_results(town: CrashTown) -> list[tuple[str, int]]:
    """Return the state of each outbox row, and how often its message arrived."""
    rows = town.app.internals.context.storage.queues.outbox(limit=1000)
    return [(row.state, len(town.chat.account.sent(row.id))) for row in rows]


def prepare_reply(town: CrashTown) -> None:
    """Process a tip so that one reply waits in the outbox."""
    town.send_and_accept("Thử An")
    town.app.worker.inbox.run()


def test_worker_overtaken_before_sending_sends_nothing(town: CrashTown, other_worker: App) -> None:
    """If a worker's lease expires before it begins to send, its claim is refused, and it sends nothing."""
    prepare_reply(town)
    (row,) = town.app.internals.context.storage.queues.claim_outbox(town.world.clock.now(), LEASE, 10)
    town.world.clock.advance(LEASE)
    other_worker.worker.drain()
    town.app.worker.outbox.send(row)
    assert list_row_results(town) == [("delivered", 1)]


def test_worker_overtaken_while_sending_settles_nothing(
    town: CrashTown, other_worker: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a worker's lease expires while it sends, its settlement is refused, since another worker has reconciled the
    row.
    """
    sound = MockMessenger.send

    def send_beyond_lease(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        receipt = sound(self, message)
        town.world.clock.advance(LEASE)
        monkeypatch.setattr(MockMessenger, "send", sound)
        other_worker.worker.drain()
        return receipt

    prepare_reply(town)
    monkeypatch.setattr(MockMessenger, "send", send_beyond_lease)
    town.app.worker.drain()
    (row,) = town.app.internals.context.storage.queues.outbox()
    assert row.proof == "reconciled"
    assert list_row_results(town) == [("delivered", 1)]


def test_worker_overtaken_while_processing_commits_nothing(
    town: CrashTown, other_worker: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a worker's lease expires while it processes an event, its whole commit is refused, so that there is one tip
    and one reply.
    """
    storage = town.app.internals.context.storage
    sound = storage.commit

    def commit_beyond_lease(changes: Any) -> Any:
        monkeypatch.setattr(storage, "commit", sound)
        town.world.clock.advance(LEASE)
        other_worker.worker.drain()
        return sound(changes)

    town.send_and_accept("Thử An")
    monkeypatch.setattr(storage, "commit", commit_beyond_lease)
    town.app.worker.drain()
    assert len(list(storage.maintenance.scan("tip"))) == 1
    assert list_row_results(town) == [("delivered", 1)]
    assert town.is_whole()


def test_work_continues_after_clock_set_back(town: CrashTown) -> None:
    """After the clock was set back, messages of old and new residents are answered at once and in order."""
    town.send_and_accept("Thử An")
    town.app.worker.drain()
    town.world.clock.advance(-HOUR)
    town.send_and_accept("Thử An", "TRO GIUP")
    town.send_and_accept("Thử Bình")
    town.app.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình")] == [2, 1]
    rows = sorted(town.app.internals.context.storage.queues.outbox(), key=lambda row: row.created_seq)
    assert [town.chat.account.sent(row.id)[0].id for row in rows] == [
        message.id for message in _list_sent_messages(town)
    ]
    assert town.is_whole()


def _list_sent_messages(town: CrashTown) -> list[Any]:
    return [message for message in town.chat.messages() if not message.author]


def test_waiting_rows_leave_when_clock_catches_up(town: CrashTown, other_worker: App) -> None:
    """Rows claimed or deferred before the clock was set back wait for at most the hour and their lease; other rows
    don't wait.
    """
    town.chat.fail_next("rate_limit", timedelta(seconds=30))
    town.send_and_accept("Thử An")
    town.app.worker.drain()
    town.send_and_accept("Thử Bình")
    # This claim belongs to a worker that dies now.
    town.app.internals.context.storage.queues.claim_inbox(town.world.clock.now(), LEASE, 10)
    town.world.clock.advance(-HOUR)
    town.send_and_accept("Thử Cúc")
    other_worker.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình", "Thử Cúc")] == [0, 0, 1]
    town.world.clock.advance(HOUR + LEASE)
    other_worker.worker.drain()
    assert [town.hears(name) for name in ("Thử An", "Thử Bình", "Thử Cúc")] == [1, 1, 1]
    assert town.is_whole()


def test_rows_with_earlier_ids_are_listed(town: CrashTown) -> None:
    """Pages are in order of ids, so rows made after the clock was set back come first; no row is left out, and the
    journal is whole.
    """
    town.send_and_accept("Thử An")
    town.app.worker.drain()
    town.world.clock.advance(-HOUR)
    town.send_and_accept("Thử Bình")
    town.app.worker.drain()
    queues = town.app.internals.context.storage.queues
    first = queues.outbox(limit=1)
    second = queues.outbox(limit=1, after=first[-1].id)
    assert [row.created_seq for row in (*first, *second)] == [2, 1]
    assert town.app.internals.context.storage.journal.head()[0] == len(
        town.app.internals.context.storage.journal.read()
    )
    assert town.is_whole()
