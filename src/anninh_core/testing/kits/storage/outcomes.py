"""Rules of what the outbox tells of a send beside its state: S-198 to S-201."""

from anninh_core.ports.changes import Outcome
from anninh_core.ports.queues import InboxState, OutboxRow, OutboxState
from anninh_core.ports.storage import Storage
from anninh_core.testing.kits.storage.base import (
    LATER,
    NOW,
    TTL,
    StorageKit,
    commit,
    commit_outbox,
    inbox_change,
    outbox_row,
    settle_outbox,
)
from anninh_core.vocabulary.delivery import Lane


def get_row(storage: Storage, name: str) -> OutboxRow:
    """Return a row."""
    row = storage.queues.outbox_row(name)
    assert row is not None
    return row


class OutcomeRules(StorageKit, kit=True):
    """Which way a message left, and until when it was put off, is kept where programs find it."""

    def test_method(self, storage: Storage) -> None:
        """S-198 The delivery method of a settlement is the row's, until it is settled anew; a new row has none."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        assert row.delivery_method == ""
        commit(storage, settle_outbox("a", row.token, OutboxState.UNKNOWN, delivery_method="template"))
        assert get_row(storage, "a").delivery_method == "template"
        assert [unknown_row.delivery_method for unknown_row in storage.queues.outbox([OutboxState.UNKNOWN])] == [
            "template"
        ]
        commit(storage, settle_outbox("a", None, OutboxState.READY))
        assert get_row(storage, "a").delivery_method == ""

    def test_deferred(self, storage: Storage) -> None:
        """S-199 Until when a row was put off is told through a claim and a start, and gone once it is settled."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        assert row.deferred_until is None
        commit(storage, settle_outbox("a", row.token, OutboxState.FAILED, deferred_until=LATER))
        assert get_row(storage, "a").deferred_until == LATER
        commit(storage, settle_outbox("a", None, OutboxState.READY, due_at=LATER, deferred_until=LATER))
        (row,) = storage.queues.claim_outbox(LATER, TTL, 10)
        assert storage.queues.start("a", row.token, LATER, TTL)
        assert (row.deferred_until, get_row(storage, "a").deferred_until) == (LATER, LATER)
        commit(storage, settle_outbox("a", row.token))
        assert get_row(storage, "a").deferred_until is None

    def test_lost_settlement(self, storage: Storage) -> None:
        """S-200 A settlement that is lost leaves method and deferral as they were."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        commit(storage, settle_outbox("a", row.token, OutboxState.UNKNOWN, delivery_method="phone"))
        late = settle_outbox("a", row.token, OutboxState.FAILED, delivery_method="template", deferred_until=LATER)
        assert commit(storage, late) == [Outcome.LEASE_LOST]
        assert (get_row(storage, "a").delivery_method, get_row(storage, "a").deferred_until) == ("phone", None)

    def test_members(self, storage: Storage) -> None:
        """S-201 States and lanes of rows are members of their enumerations, wherever a row is given out."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b", lane=Lane.MEDIA))
        commit(storage, inbox_change("e1"))
        claims = storage.queues.claim_outbox(NOW, TTL, 1)
        rows = [*claims, *storage.queues.outbox(), get_row(storage, "a")]
        assert {type(row.state) for row in rows} == {OutboxState}
        assert {type(row.lane) for row in rows} == {Lane}
        events = [*storage.queues.inbox([InboxState.NEW]), *storage.queues.claim_inbox(NOW, TTL, 1)]
        assert {type(event.state) for event in events} == {InboxState}
