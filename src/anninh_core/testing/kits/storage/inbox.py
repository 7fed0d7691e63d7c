"""Rules about the inbox: S-50 to S-62, S-160 to S-165, S-227, S-231."""

from datetime import timedelta
from threading import Event, Thread

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import Outcome
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    LATER,
    NOW,
    TTL,
    StorageKit,
    build_inbox_settlement,
    change,
    commit,
    commit_outbox,
    inbox_change,
    item,
    outbox_row,
)

PATIENCE = timedelta(seconds=10)
"""A time far longer than `wait` takes to notice a row that has come."""


def claim(storage: Storage, limit: int = 10) -> list[InboxRow]:
    """Claim inbox rows at the time `NOW`."""
    return list(storage.queues.claim_inbox(NOW, TTL, limit))


def wait_for_work(storage: Storage, waiting: Event, results: list[bool]) -> None:
    """Set the event `waiting`, wait for new rows for up to ten minutes, and append the result to `results`."""
    waiting.set()
    results.append(storage.queues.wait(PATIENCE * 60))


class InboxRules(StorageKit, kit=True):
    """Rules about incoming events, which are processed in order and at least once."""

    def test_received(self, storage: Storage) -> None:
        """S-50 A received event is claimed with all its fields."""
        intake = inbox_change("e1", "c1", body=b"\x00raw")
        assert commit(storage, intake) == [Outcome.COMMITTED]
        (row,) = claim(storage)
        (new,) = intake.inbox
        assert (row.id, row.source, row.dedupe, row.conversation) == (new.id, new.source, new.dedupe, new.conversation)
        assert (row.received_at, row.scope, row.body, row.error) == (new.received_at, new.scope, new.body, "")
        assert (row.state, row.attempts) == (InboxState.CLAIMED, 1)

    def test_delivered_again(self, storage: Storage) -> None:
        """S-51 An event that its source already delivered makes the whole change set a duplicate, for ever."""
        commit(storage, inbox_change("e1", dedupe="d"))
        (row,) = claim(storage)
        commit(storage, build_inbox_settlement("e1", row.token))
        again = change(item("i1"), inbox=inbox_change("e2", dedupe="d").inbox)
        assert commit(storage, again) == [Outcome.DUPLICATE]
        assert storage.records.get("kit_item", "i1") is None
        assert claim(storage) == []

    def test_dedupe_scope(self, storage: Storage) -> None:
        """S-52 Dedupe keys count for each source separately, also within a batch."""
        batch = [
            inbox_change("e1", dedupe="d"),
            inbox_change("e2", dedupe="d", source="other"),
            inbox_change("e3", dedupe="d"),
        ]
        assert commit(storage, *batch) == [Outcome.COMMITTED, Outcome.COMMITTED, Outcome.DUPLICATE]

    def test_lease(self, storage: Storage) -> None:
        """S-53 A claimed row isn't claimed again until its lease runs out; then the old token is invalid."""
        commit(storage, inbox_change("e1"))
        (first,) = claim(storage)
        assert claim(storage) == []
        (second,) = storage.queues.claim_inbox(NOW + TTL, TTL, 10)
        assert second.token > first.token
        assert second.attempts == 2
        assert commit(storage, build_inbox_settlement("e1", first.token)) == [Outcome.LEASE_LOST]
        assert commit(storage, build_inbox_settlement("e1", second.token)) == [Outcome.COMMITTED]

    def test_conversation_order(self, storage: Storage) -> None:
        """S-54 Rows of a conversation are claimed one at a time, in the order of their arrival."""
        commit(storage, inbox_change("b", "c1", 1), inbox_change("a", "c1", 2), inbox_change("c", "c2", 3))
        first = claim(storage)
        assert [row.id for row in first] == ["b", "c"]
        assert claim(storage) == []
        commit(storage, build_inbox_settlement("b", first[0].token))
        assert [row.id for row in claim(storage)] == ["a"]

    def test_failed(self, storage: Storage) -> None:
        """S-55 A failed row is listed as failed with its error, and the next row of its conversation is claimed."""
        commit(storage, inbox_change("a", "c1", 1), inbox_change("b", "c1", 2))
        (row,) = claim(storage)
        commit(storage, build_inbox_settlement("a", row.token, state=InboxState.FAILED, error="can't be read"))
        (failed,) = storage.queues.inbox([InboxState.FAILED])
        assert (failed.id, failed.error, failed.attempts) == ("a", "can't be read", 1)
        assert [row.id for row in claim(storage)] == ["b"]

    def test_no_conversation(self, storage: Storage) -> None:
        """S-56 Rows without a conversation don't wait for each other; the oldest come first."""
        commit(storage, *(inbox_change(f"e{number}", seconds=-number) for number in range(5)))
        assert [row.id for row in claim(storage, 3)] == ["e4", "e3", "e2"]
        assert [row.id for row in claim(storage, 3)] == ["e1", "e0"]

    def test_wrong_token(self, storage: Storage) -> None:
        """S-57 A change set that settles with the wrong token, or a second time, is dropped as a whole."""
        commit(storage, inbox_change("e1"))
        (row,) = claim(storage)
        settlement = build_inbox_settlement("e1", row.token).inbox_settled
        wrong = change(item("i1"), inbox_settled=build_inbox_settlement("e1", row.token + 1).inbox_settled)
        assert commit(storage, wrong, build_inbox_settlement("nobody", 1)) == [Outcome.LEASE_LOST] * 2
        batch = [change(item("i2"), inbox_settled=settlement), change(item("i3"), inbox_settled=settlement)]
        assert commit(storage, *batch) == [Outcome.COMMITTED, Outcome.LEASE_LOST]
        assert commit(storage, batch[0]) == [Outcome.LEASE_LOST]
        assert [bool(storage.records.get("kit_item", name)) for name in ("i1", "i2", "i3")] == [False, True, False]

    def test_unclaimed(self, storage: Storage) -> None:
        """S-58 An unclaimed row can't be settled."""
        commit(storage, inbox_change("e1"))
        assert commit(storage, build_inbox_settlement("e1", 0)) == [Outcome.LEASE_LOST]

    def test_retry(self, storage: Storage) -> None:
        """S-59 A row given back for a retry waits until its time, and its conversation with it; the attempt counts."""
        commit(storage, inbox_change("a", "c1", 1), inbox_change("b", "c1", 2))
        (row,) = claim(storage)
        assert storage.queues.retry_inbox("a", row.token, LATER, "later")
        assert claim(storage) == []
        assert storage.queues.claim_inbox(LATER - timedelta(seconds=1), TTL, 10) == []
        (again,) = storage.queues.claim_inbox(LATER, TTL, 10)
        assert (again.id, again.attempts, again.error) == ("a", 2, "later")
        assert again.token > row.token

    def test_retry_lost(self, storage: Storage) -> None:
        """S-60 A row can't be given back with a lost lease."""
        commit(storage, inbox_change("a"))
        (row,) = claim(storage)
        assert not storage.queues.retry_inbox("a", row.token + 1, LATER, "")
        assert not storage.queues.retry_inbox("nobody", row.token, LATER, "")
        assert storage.queues.retry_inbox("a", row.token, NOW + timedelta(days=1), "")
        assert not storage.queues.retry_inbox("a", row.token, LATER, "")

    def test_looks(self, storage: Storage) -> None:
        """S-61 Rows are listed by state, in pages by id; `depth` counts them."""
        commit(storage, *(inbox_change(f"e{number}", seconds=number) for number in range(5)))
        commit(storage, build_inbox_settlement("e0", claim(storage, 1)[0].token))
        listed = storage.queues.inbox([InboxState.NEW, InboxState.CLAIMED], limit=2)
        assert [row.id for row in listed] == ["e1", "e2"]
        assert [row.id for row in storage.queues.inbox([InboxState.NEW, InboxState.CLAIMED], after="e2")] == [
            "e3",
            "e4",
        ]
        assert [row.id for row in storage.queues.inbox([InboxState.DONE])] == ["e0"]
        assert storage.queues.inbox([]) == []
        assert storage.queues.depth() == {"inbox.done": 1, "inbox.new": 4}

    def test_rerun(self, storage: Storage) -> None:
        """S-160 A failed row that a person reruns is new again, and later rows of its conversation wait for it."""
        commit(storage, inbox_change("a", "c1", 1), inbox_change("b", "c1", 2), inbox_change("x", seconds=3))
        first, other = claim(storage)
        commit(
            storage,
            build_inbox_settlement("a", first.token, state=InboxState.FAILED, error="bad"),
            build_inbox_settlement("x", other.token, state=InboxState.FAILED),
        )
        assert (
            commit(storage, *(build_inbox_settlement(name, None, state=InboxState.NEW) for name in ("a", "x")))
            == [Outcome.COMMITTED] * 2
        )
        assert [(row.id, row.attempts, row.error) for row in claim(storage)] == [("a", 1, ""), ("x", 1, "")]

    def test_given_up(self, storage: Storage) -> None:
        """S-161 A failed row that a person gives up is done; only a failed row can be given up, and only once."""
        commit(storage, inbox_change("a", "c1"))
        assert commit(storage, build_inbox_settlement("a", None)) == [Outcome.LEASE_LOST]
        (row,) = claim(storage)
        assert (
            commit(storage, build_inbox_settlement("a", None, state=InboxState.NEW), build_inbox_settlement("z", None))
            == [Outcome.LEASE_LOST] * 2
        )
        commit(storage, build_inbox_settlement("a", row.token, state=InboxState.FAILED))
        assert commit(storage, build_inbox_settlement("a", None), build_inbox_settlement("a", None)) == [
            Outcome.COMMITTED,
            Outcome.LEASE_LOST,
        ]
        assert storage.queues.depth() == {"inbox.done": 1}

    def test_wrong_end(self, storage: Storage) -> None:
        """S-162 Settling a row into a state that only the storage sets is refused."""
        commit(storage, inbox_change("a"))
        (row,) = claim(storage)
        for token, state in ((row.token, InboxState.NEW), (None, InboxState.FAILED), (row.token, InboxState.CLAIMED)):
            with pytest.raises(BadInput, match="choose from done"):
                commit(storage, build_inbox_settlement("a", token, state=state))

    def test_nothing_kept(self, storage: Storage) -> None:
        """S-165 A done row loses its body, a failed one keeps it; the dedupe keys of both are kept."""
        commit(storage, inbox_change("a"), inbox_change("b", seconds=1))
        first, second = claim(storage)
        commit(
            storage,
            build_inbox_settlement("a", first.token),
            build_inbox_settlement("b", second.token, state=InboxState.FAILED),
        )
        assert [row.body for row in storage.queues.inbox([InboxState.DONE, InboxState.FAILED])] == [b"", b"raw"]
        assert commit(storage, inbox_change("x", dedupe="a")) == [Outcome.DUPLICATE]

    def test_whose_it_was(self, storage: Storage) -> None:
        """S-231 A done row has the conversation of its settlement; a row that isn't done keeps its own.

        The next row of the old conversation is claimed all the same.
        """
        commit(storage, *(inbox_change(name, "c1", number) for number, name in enumerate(("a", "b", "c"))))
        (row,) = claim(storage)
        commit(storage, build_inbox_settlement("a", row.token))
        (row,) = claim(storage)
        commit(storage, build_inbox_settlement("b", row.token, conversation="name"))
        (row,) = claim(storage)
        commit(storage, build_inbox_settlement("c", row.token, state=InboxState.FAILED, conversation="name"))
        conversations = [(row.id, row.conversation) for row in storage.queues.inbox([*InboxState])]
        named = [("a", ""), ("b", "name"), ("c", "c1")]
        assert conversations == named, "store `conversation` of `InboxSettled` in a row that is done"
        commit(storage, build_inbox_settlement("c", None, state=InboxState.NEW))
        assert [row.conversation for row in claim(storage)] == ["c1"]

    def test_wait(self, storage: Storage) -> None:
        """S-164 `wait` returns True once rows have come, even before the call, and False after its patience ends."""
        # The first calls may return True, so that the caller checks for rows.
        answers = [storage.queues.wait(timedelta()) for _ in range(5)]
        assert not answers[-1]
        commit(storage, inbox_change("a"))
        assert storage.queues.wait(PATIENCE)
        commit_outbox(storage, outbox_row("b"))
        assert storage.queues.wait(PATIENCE)
        assert not storage.queues.wait(timedelta())
        for name in ("c", "d", "e"):
            waiting = Event()
            answers = list[bool]()
            # The thread is a daemon, so that it doesn't block the end of the tests if it is never woken.
            waiter = Thread(target=wait_for_work, args=(storage, waiting, answers), daemon=True)
            waiter.start()
            waiting.wait()
            commit(storage, inbox_change(name))
            waiter.join(PATIENCE.total_seconds())
            assert answers == [True]

    def test_before_a_retry(self, storage: Storage) -> None:
        """S-227 A late row is claimed before a newer row of its conversation that waits for a retry."""
        commit(storage, inbox_change("b", "c1", 2))
        (row,) = claim(storage)
        storage.queues.retry_inbox("b", row.token, LATER, "later")
        commit(storage, inbox_change("a", "c1", 1))
        assert [row.id for row in claim(storage)] == ["a"]
        # The late row is still the first of its conversation after its lease has expired.
        assert [row.id for row in storage.queues.claim_inbox(LATER, TTL, 10)] == ["a"]

    def test_overtaken(self, storage: Storage) -> None:
        """S-62 A late row waits for a claimed row of its conversation, even if it was received earlier."""
        commit(storage, inbox_change("b", "c1", 2))
        (row,) = claim(storage)
        commit(storage, inbox_change("a", "c1", 1))
        assert claim(storage) == []
        commit(storage, build_inbox_settlement("b", row.token))
        assert [row.id for row in claim(storage)] == ["a"]
