"""Rules about removing old queue rows, and about fields of a sent row other than its state: S-191 to S-201, S-215,
S-216.
"""

from datetime import timedelta
from typing import Any

from attrs import evolve

from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import BacklogStats, InboxState, OutboxRow, OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    LATER,
    NOW,
    TTL,
    StorageKit,
    build_inbox_settlement,
    build_outbox_settlement,
    change,
    commit,
    commit_outbox,
    entry,
    inbox_change,
    outbox_row,
)
from anninh_core.vocabulary.delivery import Lane

COMMITTED = Outcome.COMMITTED
DUPLICATE = Outcome.DUPLICATE
HOUR = timedelta(hours=1)


def settle_ready_row(storage: Storage, state: OutboxState) -> str:
    """Claim the only ready outbox row and settle it; return its id."""
    (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
    commit(storage, build_outbox_settlement(row.id, row.token, state))
    return row.id


def get_row(storage: Storage, name: str) -> OutboxRow:
    """Return an outbox row that has to exist."""
    row = storage.queues.outbox_row(name)
    assert row is not None
    return row


class PruningRules(StorageKit, kit=True):
    """Rules about pruning, which removes only rows that are old and done."""

    def test_events(self, storage: Storage) -> None:
        """S-191 Only done events received before a time are removed, and they are still duplicates afterwards."""
        commit(storage, *(inbox_change(name, seconds=at) for at, name in enumerate("abcde")))
        rows = {row.id: row.token for row in storage.queues.claim_inbox(NOW, TTL, 4)}
        commit(
            storage,
            build_inbox_settlement("a", rows["a"]),
            build_inbox_settlement("b", rows["b"], state=InboxState.FAILED),
            build_inbox_settlement("d", rows["d"]),
        )
        moment = NOW - HOUR + timedelta(seconds=3)  # This is the time at which the event `d` was received.
        assert [storage.queues.prune_inbox(moment), storage.queues.prune_inbox(moment)] == [1, 0]
        assert storage.queues.depth() == {"inbox.claimed": 1, "inbox.done": 1, "inbox.failed": 1, "inbox.new": 1}
        again = [inbox_change("x", dedupe=name) for name in "abcde"]
        assert commit(storage, *again) == [COMMITTED, *[DUPLICATE] * 4]
        assert commit(storage, build_inbox_settlement("a", rows["a"])) == [Outcome.LEASE_LOST]

    def test_portions(self, storage: Storage) -> None:
        """S-192 At most the given number of rows is removed at once, the oldest first."""
        commit(storage, *(inbox_change(name) for name in "abc"))
        commit_outbox(storage, *(outbox_row(name, name, due_at=NOW - 2 * HOUR) for name in "abc"))
        commit(
            storage, *(build_inbox_settlement(row.id, row.token) for row in storage.queues.claim_inbox(NOW, TTL, 10))
        )
        commit(
            storage, *(build_outbox_settlement(row.id, row.token) for row in storage.queues.claim_outbox(NOW, TTL, 10))
        )
        later = NOW + HOUR
        assert [storage.queues.prune_inbox(later, 2), storage.queues.prune_outbox(later, 2)] == [2, 2]
        assert [row.id for row in storage.queues.inbox([InboxState.DONE])] == ["c"]
        assert [row.id for row in storage.queues.outbox()] == ["c"]
        assert [storage.queues.prune_inbox(later, 2), storage.queues.prune_outbox(later, 2)] == [1, 1]

    def test_messages(self, storage: Storage) -> None:
        """S-193 Messages due and delivered before a time are removed; messages that wait for a decision never are."""
        for state in (
            OutboxState.DELIVERED,
            OutboxState.FAILED,
            OutboxState.NEEDS_PERSON,
            OutboxState.UNKNOWN,
            OutboxState.CANCELLED,
        ):
            commit_outbox(storage, outbox_row(state, state, due_at=NOW - HOUR))
            assert settle_ready_row(storage, state) == state
        commit_outbox(
            storage, outbox_row("ready", "a"), outbox_row("waiting", "a"), outbox_row("claimed", "b", due_at=NOW - HOUR)
        )
        storage.queues.claim_outbox(NOW - HOUR, TTL, 1)
        commit_outbox(storage, outbox_row("told", "f", due_at=NOW + 2 * HOUR))
        # A person reports that this message was delivered before it was due.
        commit(storage, build_outbox_settlement("told", None))
        assert storage.queues.prune_outbox(NOW) == 0
        assert storage.queues.prune_outbox(NOW + HOUR) == 1
        remaining = {row.id: row.state for row in storage.queues.outbox()}
        assert remaining == {"told": OutboxState.DELIVERED} | {
            name: name for name in ("cancelled", "claimed", "failed", "needs_person", "ready", "unknown", "waiting")
        }

    def test_after_removed(self, storage: Storage) -> None:
        """S-194 A row that waits for a removed row is sent, and later rows follow in order."""
        commit_outbox(storage, outbox_row("a", due_at=NOW - HOUR))
        settle_ready_row(storage, OutboxState.DELIVERED)
        storage.queues.prune_outbox(NOW + HOUR)
        commit_outbox(storage, outbox_row("c", after="a"), outbox_row("b"))
        assert [settle_ready_row(storage, OutboxState.DELIVERED), settle_ready_row(storage, OutboxState.DELIVERED)] == [
            "c",
            "b",
        ]

    def test_requests(self, storage: Storage) -> None:
        """S-195 Request keys with entries made before a time are removed; keys without an entry are kept."""
        old, young = entry("e1"), evolve(entry("e2"), at=NOW + HOUR)
        commit(storage, change(entry=old, request="old"), change(entry=young, request="young"))
        commit(storage, ChangeSet(request="bare"))
        assert storage.prune_requests(NOW) == 0
        assert storage.prune_requests(NOW + HOUR) == 1
        assert [storage.requested(name) for name in ("old", "young", "bare")] == [False, True, True]
        assert commit(storage, change(entry=entry("e3"), request="old")) == [COMMITTED]
        commit(storage, *(change(entry=entry(f"e-{name}"), request=name) for name in "abc"))
        assert [storage.prune_requests(NOW + HOUR, 3), storage.prune_requests(NOW + HOUR, 3)] == [3, 1]

    def test_standing(self, storage: Storage) -> None:
        """S-196 The backlog counts all failed and unknown rows, with the time of the oldest."""
        assert storage.queues.standing() == BacklogStats(0, None)
        for state in (
            OutboxState.DELIVERED,
            OutboxState.FAILED,
            OutboxState.NEEDS_PERSON,
            OutboxState.UNKNOWN,
            OutboxState.CANCELLED,
        ):
            commit_outbox(storage, outbox_row(state, state, due_at=NOW - 2 * HOUR))
            settle_ready_row(storage, state)
        assert storage.queues.standing() == BacklogStats(3, NOW)
        commit(storage, inbox_change("a"), inbox_change("b", seconds=1))
        (row, _) = storage.queues.claim_inbox(NOW, TTL, 2)
        commit(storage, build_inbox_settlement("a", row.token, state=InboxState.FAILED))
        assert storage.queues.standing() == BacklogStats(4, NOW - HOUR)
        commit_outbox(storage, outbox_row("urgent", "e", Lane.EMERGENCY))
        settle_ready_row(storage, OutboxState.FAILED)
        assert [row.id for row in storage.queues.outbox([OutboxState.FAILED], lane=Lane.EMERGENCY)] == ["urgent"]

    def test_ended_rows_go_with_what_they_are_about(self, storage: Storage) -> None:
        """S-215 Ended rows of a scope, cause or conversation are removed; pending rows and rows of others are kept."""
        rows: dict[str, dict[str, Any]] = {
            "scope": {"scope": "tip:1"},
            "cause": {"cause": "tip:1"},
            "chat": {},
            "other": {},
        }
        for name, others in rows.items():
            commit_outbox(storage, evolve(outbox_row(name, "c" if name == "chat" else name), **others))
            settle_ready_row(storage, OutboxState.FAILED)
        commit_outbox(storage, outbox_row("blank", ""))
        settle_ready_row(storage, OutboxState.FAILED)
        commit_outbox(storage, evolve(outbox_row("unsent", "x"), scope="tip:1", cause="tip:1"))
        commit(storage, *(inbox_change(name, conversation=name) for name in ("c", "d", "e")))
        commit(storage, inbox_change("again", conversation="c", seconds=9))
        for row in storage.queues.claim_inbox(NOW, TTL, 3):
            end = InboxState.FAILED if row.id == "e" else InboxState.DONE
            commit(storage, build_inbox_settlement(row.id, row.token, state=end, conversation=row.conversation))
        assert storage.queues.remove_ended(["tip:1"], ["c", "e", ""]) == 5
        assert storage.queues.remove_ended(["tip:1"], ["c", "e", ""]) == 0
        assert [row.id for row in storage.queues.outbox()] == ["blank", "other", "unsent"]
        assert [row.id for row in storage.queues.inbox([*InboxState])] == ["again", "d"]
        again = [inbox_change("x", dedupe="c"), inbox_change("y", dedupe="d")]
        assert commit(storage, *again) == [COMMITTED, DUPLICATE]

    def test_ended_rows_are_renamed(self, storage: Storage) -> None:
        """S-234 An upgrade renames done or closed rows and empties some; other rows stay unchanged."""
        commit_outbox(storage, *(outbox_row(name, name, scope="case:1") for name in ("a", "b", "c", "d")))
        for row in storage.queues.claim_outbox(NOW, TTL, 3):
            end = OutboxState.FAILED if row.id == "c" else OutboxState.DELIVERED
            commit(storage, build_outbox_settlement(row.id, row.token, end, conversation=row.id))
        commit(storage, *(inbox_change(name, name) for name in ("a", "b", "c")))
        for event in storage.queues.claim_inbox(NOW, TTL, 2):
            commit(storage, build_inbox_settlement(event.id, event.token, conversation=event.id))
        names = {name: f"name of {name}" for name in ("a", "c", "d", "nobody")}
        storage.queues.rename_ended(names, names, ["b", "c", "d", "nobody"])
        rows = storage.queues.outbox()
        assert [row.conversation for row in rows] == ["name of a", "b", "c", "d"]
        assert [(row.body, row.scope) for row in rows] == [
            (b"sealed", "case:1"),
            (b"", ""),
            (b"sealed", "case:1"),
            (b"sealed", "case:1"),
        ]
        assert [row.conversation for row in storage.queues.inbox([*InboxState])] == ["name of a", "b", "c"]
        storage.queues.rename_ended({}, {})

    def test_what_waited_for_a_removed_row_goes(self, storage: Storage) -> None:
        """S-216 A row that is behind a removed row in its conversation, or waits for it, is sent."""
        commit_outbox(storage, outbox_row("a", due_at=NOW - HOUR), outbox_row("b"), outbox_row("c", "d", after="a"))
        settle_ready_row(storage, OutboxState.UNKNOWN)
        assert storage.queues.claim_outbox(NOW, TTL, 1)[0].id == "c"
        assert storage.queues.remove_ended((), [storage.queues.outbox()[0].conversation]) == 1
        assert get_row(storage, "b").state == OutboxState.READY
        assert [row.id for row in storage.queues.claim_outbox(NOW, TTL, 10)] == ["b"]


class OutcomeRules(StorageKit, kit=True):
    """Rules about a message's delivery method and its deferral time, which are stored with its row."""

    def test_method(self, storage: Storage) -> None:
        """S-198 A row has the delivery method of its last settlement; a new row has none."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        assert row.delivery_method == ""
        commit(storage, build_outbox_settlement("a", row.token, OutboxState.UNKNOWN, delivery_method="template"))
        assert get_row(storage, "a").delivery_method == "template"
        assert [unknown_row.delivery_method for unknown_row in storage.queues.outbox([OutboxState.UNKNOWN])] == [
            "template"
        ]
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY))
        assert get_row(storage, "a").delivery_method == ""

    def test_deferred(self, storage: Storage) -> None:
        """S-199 A row keeps its deferral time through a claim and a start, and loses it once it is settled."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        assert row.deferred_until is None
        commit(storage, build_outbox_settlement("a", row.token, OutboxState.FAILED, deferred_until=LATER))
        assert get_row(storage, "a").deferred_until == LATER
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY, due_at=LATER, deferred_until=LATER))
        (row,) = storage.queues.claim_outbox(LATER, TTL, 10)
        assert storage.queues.start("a", row.token, LATER, TTL)
        assert (row.deferred_until, get_row(storage, "a").deferred_until) == (LATER, LATER)
        commit(storage, build_outbox_settlement("a", row.token))
        assert get_row(storage, "a").deferred_until is None

    def test_lost_settlement(self, storage: Storage) -> None:
        """S-200 A lost settlement leaves delivery method and deferral time unchanged."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
        commit(storage, build_outbox_settlement("a", row.token, OutboxState.UNKNOWN, delivery_method="phone"))
        late = build_outbox_settlement(
            "a", row.token, OutboxState.FAILED, delivery_method="template", deferred_until=LATER
        )
        assert commit(storage, late) == [Outcome.LEASE_LOST]
        assert (get_row(storage, "a").delivery_method, get_row(storage, "a").deferred_until) == ("phone", None)

    def test_members(self, storage: Storage) -> None:
        """S-201 States and lanes of rows are members of their enumerations in every result."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b", lane=Lane.MEDIA))
        commit(storage, inbox_change("e1"))
        claims = storage.queues.claim_outbox(NOW, TTL, 1)
        rows = [*claims, *storage.queues.outbox(), get_row(storage, "a")]
        assert {type(row.state) for row in rows} == {OutboxState}
        assert {type(row.lane) for row in rows} == {Lane}
        events = [*storage.queues.inbox([InboxState.NEW]), *storage.queues.claim_inbox(NOW, TTL, 1)]
        assert {type(event.state) for event in events} == {InboxState}
