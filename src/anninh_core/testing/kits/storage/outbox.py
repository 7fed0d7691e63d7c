"""Rules about the outbox: S-70 to S-90, S-163, S-197, S-225, S-226, S-232."""

from datetime import timedelta

import pytest
from attrs import evolve

from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import CLOSED, SETTLED, OutboxRow, OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    LATER,
    NOW,
    TTL,
    StorageKit,
    build_outbox_settlement,
    change,
    commit,
    commit_outbox,
    item,
    outbox_row,
)
from anninh_core.vocabulary.delivery import Lane

COMMITTED = Outcome.COMMITTED
LEASE_LOST = Outcome.LEASE_LOST
HOUR = timedelta(hours=1)


def claim(storage: Storage, limit: int = 10, messengers: list[str] | None = None) -> list[OutboxRow]:
    """Claim outbox rows at the time `NOW`."""
    return list(storage.queues.claim_outbox(NOW, TTL, limit, messengers))


def claim_ids(storage: Storage) -> list[str]:
    """Claim outbox rows at the time `NOW` and return their ids."""
    return [row.id for row in claim(storage)]


def get_state(storage: Storage, name: str) -> OutboxState:
    """Return the state of an outbox row."""
    row = storage.queues.outbox_row(name)
    assert row is not None
    return row.state


def claim_and_start(storage: Storage) -> OutboxRow:
    """Claim the only ready outbox row, and start it."""
    (row,) = claim(storage)
    assert storage.queues.start(row.id, row.token, NOW, TTL)
    return row


class OutboxRules(StorageKit, kit=True):
    """Rules about outgoing messages, which are sent in order, and never twice without a person's decision."""

    def test_sent(self, storage: Storage) -> None:
        """S-70 A row is claimed with all its fields, and delivered once."""
        new = outbox_row("o1", body=b"\x00sealed", due_at=NOW - HOUR)
        commit_outbox(storage, new)
        (row,) = claim(storage)
        assert (row.messenger, row.conversation, row.lane, row.due_at) == ("oa", "c1", Lane.REPLY, new.due_at)
        assert (row.cause, row.purpose, row.scope, row.body) == (new.cause, new.purpose, new.scope, new.body)
        assert (row.state, row.attempts, row.settled_at) == (OutboxState.CLAIMED, 0, None)
        assert storage.queues.start("o1", row.token, NOW, TTL)
        assert commit(storage, build_outbox_settlement("o1", row.token, platform_id="p1", proof="seen")) == [COMMITTED]
        sent = storage.queues.outbox_row("o1")
        assert sent is not None
        assert (sent.state, sent.attempts, sent.settled_at) == (OutboxState.DELIVERED, 1, NOW)
        assert (sent.platform_id, sent.proof) == ("p1", "seen")
        assert claim(storage) == []

    def test_due(self, storage: Storage) -> None:
        """S-71 A row isn't claimed before it is due."""
        commit_outbox(storage, outbox_row("o1", due_at=LATER))
        assert claim(storage) == []
        assert [row.id for row in storage.queues.claim_outbox(LATER, TTL, 10)] == ["o1"]

    def test_lanes(self, storage: Storage) -> None:
        """S-72 Rows are claimed by lane (emergencies, replies, broadcasts, fetched files), then due time, then age."""
        commit_outbox(
            storage,
            outbox_row("f", "c1", Lane.MEDIA, due_at=NOW - 4 * HOUR),
            outbox_row("a", "c1", Lane.BROADCAST, due_at=NOW - 3 * HOUR),
            outbox_row("b", "c2", Lane.REPLY, due_at=NOW - HOUR),
            outbox_row("c", "c3", Lane.REPLY, due_at=NOW - 2 * HOUR),
            outbox_row("e", "c4", Lane.EMERGENCY),
            outbox_row("d", "c5", Lane.EMERGENCY),
        )
        assert claim_ids(storage) == ["e", "d", "c", "b", "a", "f"]

    def test_limit(self, storage: Storage) -> None:
        """S-73 Claims keep to the given limit, messengers and lanes."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b", "c2"), outbox_row("c", messenger="sms"))
        assert [row.id for row in claim(storage, 1)] == ["a"]
        assert [row.id for row in claim(storage, 10, ["sms"])] == ["c"]
        assert claim(storage, 10, []) == []
        commit_outbox(storage, outbox_row("d", "c3", Lane.MEDIA), outbox_row("e", "c4", Lane.EMERGENCY))
        queues = storage.queues
        assert [row.id for row in queues.claim_outbox(NOW, TTL, 10, None, (Lane.MEDIA,))] == ["d"]
        assert queues.claim_outbox(NOW, TTL, 10, None, (Lane.MEDIA,)) == []
        assert [row.id for row in queues.claim_outbox(NOW, TTL, 10, None, (Lane.REPLY, Lane.EMERGENCY))] == ["e", "b"]

    def test_sending_order(self, storage: Storage) -> None:
        """S-74 Rows of one conversation and lane are sent one after the other, in the order of their creation."""
        commit_outbox(
            storage, outbox_row("b"), outbox_row("a"), outbox_row("urgent", lane=Lane.EMERGENCY), outbox_row("c", "c2")
        )
        commit_outbox(storage, outbox_row("d"))
        assert [get_state(storage, name) for name in ("b", "d")] == [OutboxState.READY, OutboxState.WAITING]
        assert claim_ids(storage) == ["urgent", "b", "c"]
        assert get_state(storage, "a") == OutboxState.WAITING
        row = storage.queues.outbox_row("b")
        assert row is not None
        commit(storage, build_outbox_settlement("b", row.token))
        assert claim_ids(storage) == ["a"]
        assert get_state(storage, "d") == OutboxState.WAITING

    @pytest.mark.parametrize(
        "end", [OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.NEEDS_PERSON, OutboxState.CANCELLED]
    )
    def test_next(self, storage: Storage, end: OutboxState) -> None:
        """S-75 However its first row is settled, a conversation's next row follows; the first keeps time and reason."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        (row,) = claim(storage)
        commit(storage, build_outbox_settlement("a", row.token, end, error="why"))
        head = storage.queues.outbox_row("a")
        assert head is not None
        assert (head.state, head.settled_at, head.error) == (end, NOW, "why")
        assert claim_ids(storage) == ["b"]

    def test_after(self, storage: Storage) -> None:
        """S-76 A row that waits for another is sent once that row is settled; until then its conversation waits."""
        commit_outbox(storage, outbox_row("a", "c1"), outbox_row("b", "c2", after="a"), outbox_row("c", "c2"))
        (row,) = claim(storage)
        assert row.id == "a"
        commit(storage, build_outbox_settlement("a", row.token))
        assert claim_ids(storage) == ["b"]

    def test_after_settled(self, storage: Storage) -> None:
        """S-77 A row that waits for a row that is already settled or doesn't exist is sent at once."""
        commit_outbox(storage, outbox_row("a"))
        commit(storage, build_outbox_settlement("a", claim(storage)[0].token, OutboxState.FAILED))
        commit_outbox(storage, outbox_row("b", "c2", after="a"), outbox_row("c", "c3", after="nobody"))
        assert claim_ids(storage) == ["b", "c"]

    def test_claim_lost(self, storage: Storage) -> None:
        """S-78 A claimed row that wasn't started is ready again when its lease runs out; the old token is invalid."""
        commit_outbox(storage, outbox_row("a"))
        (old,) = claim(storage)
        assert claim(storage) == []
        (new,) = storage.queues.claim_outbox(NOW + TTL, TTL, 10)
        assert new.token > old.token
        assert not storage.queues.start("a", old.token, NOW, TTL)
        assert commit(storage, build_outbox_settlement("a", old.token)) == [LEASE_LOST]
        assert storage.queues.start("a", new.token, NOW + TTL, TTL)
        assert commit(storage, build_outbox_settlement("a", new.token)) == [COMMITTED]

    def test_start_late(self, storage: Storage) -> None:
        """S-79 A row can't be started after its lease ran out, nor twice, nor unclaimed."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b", "c2", due_at=LATER))
        (row,) = claim(storage)
        assert not storage.queues.start("a", row.token, NOW + TTL, TTL)
        assert storage.queues.start("a", row.token, NOW, TTL)
        assert not storage.queues.start("a", row.token, NOW, TTL)
        assert not storage.queues.start("b", 0, NOW, TTL)
        assert not storage.queues.start("nobody", 0, NOW, TTL)

    def test_start_extends(self, storage: Storage) -> None:
        """S-90 A row's lease begins again at its start: rows started before it don't use up its time."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = claim(storage)
        nearly = NOW + TTL - timedelta(seconds=1)
        assert storage.queues.start("a", row.token, nearly, TTL)
        assert storage.queues.claim_outbox(NOW + TTL, TTL, 10) == []
        assert get_state(storage, "a") == OutboxState.STARTED
        assert storage.queues.claim_outbox(nearly + TTL, TTL, 10) == []
        assert get_state(storage, "a") == OutboxState.UNKNOWN

    def test_start_lost(self, storage: Storage) -> None:
        """S-80 A started row with an expired lease is unknown: it isn't sent again, and its conversation waits."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        row = claim_and_start(storage)
        assert storage.queues.claim_outbox(LATER, TTL, 10) == []
        assert (get_state(storage, "a"), get_state(storage, "b")) == (OutboxState.UNKNOWN, OutboxState.WAITING)
        assert commit(storage, build_outbox_settlement("a", row.token)) == [LEASE_LOST]

    def test_release_held(self, storage: Storage) -> None:
        """S-81 An unknown row at the head releases its conversation once `patience` has passed, and only once."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, OutboxState.UNKNOWN))
        assert storage.queues.release_held(NOW + HOUR, HOUR) == 0
        assert claim_ids(storage) == []
        assert storage.queues.release_held(NOW + HOUR + TTL, HOUR) == 1
        assert get_state(storage, "b") == OutboxState.READY
        assert storage.queues.release_held(NOW + HOUR + TTL, HOUR) == 0
        assert claim_ids(storage) == ["b"]
        assert get_state(storage, "a") == OutboxState.UNKNOWN

    def test_again(self, storage: Storage) -> None:
        """S-82 A row that is to be sent again waits until its time and keeps its place; its attempts add up."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        commit(
            storage,
            build_outbox_settlement(
                "a", claim_and_start(storage).token, OutboxState.READY, due_at=LATER, error="too fast"
            ),
        )
        assert claim_ids(storage) == []
        (row,) = storage.queues.claim_outbox(LATER, TTL, 10)
        assert (row.id, row.attempts, row.due_at, row.error, row.settled_at) == ("a", 1, LATER, "too fast", None)

    @pytest.mark.parametrize("end", [OutboxState.FAILED, OutboxState.NEEDS_PERSON, OutboxState.UNKNOWN])
    @pytest.mark.parametrize("decision", [OutboxState.DELIVERED, OutboxState.CANCELLED])
    def test_decided(self, storage: Storage, end: OutboxState, decision: OutboxState) -> None:
        """S-83 A person settles a failed or unknown row without a token, once; its conversation continues."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, end))
        assert commit(storage, build_outbox_settlement("a", None, decision, proof="phoned")) == [COMMITTED]
        assert commit(storage, build_outbox_settlement("a", None, decision)) == [LEASE_LOST]
        row = storage.queues.outbox_row("a")
        assert row is not None
        assert (row.state, row.proof) == (decision, "phoned")
        assert claim_ids(storage) == ["b"]

    @pytest.mark.parametrize("end", CLOSED)
    def test_to_whom_it_went(self, storage: Storage, end: OutboxState) -> None:
        """S-232 A closed row has the conversation of its settlement, and its old conversation continues.

        A settlement that opens the row sets the conversation again.
        """
        commit_outbox(storage, outbox_row("a"), outbox_row("b"), outbox_row("c"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, end))
        commit(storage, build_outbox_settlement("b", claim_and_start(storage).token, end, conversation="name"))
        assert claim_ids(storage) == ["c"]
        conversations = [row.conversation for row in storage.queues.outbox()]
        assert conversations == ["", "name", "c1"], "store `conversation` of `OutboxSettled` in a row that is closed"
        assert [row.id for row in storage.queues.outbox(conversation="c1")] == ["c"]
        if end is OutboxState.DELIVERED:
            commit(storage, build_outbox_settlement("b", None, OutboxState.FAILED, conversation="c1"))
            assert [row.id for row in storage.queues.outbox(conversation="c1")] == ["b", "c"]

    @pytest.mark.parametrize("end", sorted(SETTLED - {*CLOSED}))
    def test_whoever_decides_sees_to_whom(self, storage: Storage, end: OutboxState) -> None:
        """S-233 A row that a person has to decide, or that is sent again, keeps its conversation."""
        commit_outbox(storage, outbox_row("a"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, end))
        assert [row.conversation for row in storage.queues.outbox()] == ["c1"]
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY))
        assert [row.conversation for row in claim(storage)] == ["c1"]

    def test_decided_late(self, storage: Storage) -> None:
        """S-197 A decision about an earlier attempt is refused once the row was sent again."""
        commit_outbox(storage, outbox_row("a"))
        before = claim_and_start(storage)
        commit(storage, build_outbox_settlement("a", before.token, OutboxState.UNKNOWN))
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY))
        again = claim_and_start(storage)
        commit(storage, build_outbox_settlement("a", again.token, OutboxState.UNKNOWN))
        settlement = build_outbox_settlement("a", None, OutboxState.READY).outbox_settled
        assert settlement is not None
        assert commit(storage, ChangeSet(outbox_settled=evolve(settlement, seen=before.token))) == [LEASE_LOST]
        assert commit(storage, ChangeSet(outbox_settled=evolve(settlement, seen=again.token))) == [COMMITTED]

    def test_decided_again(self, storage: Storage) -> None:
        """S-84 A row that a person sends again keeps its place if its conversation still waits for it, else it is
        last.
        """
        commit_outbox(storage, outbox_row("a"), outbox_row("b"), outbox_row("c"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, OutboxState.UNKNOWN))
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY))
        (row,) = claim(storage)
        assert row.id == "a"
        commit(storage, build_outbox_settlement("a", row.token, OutboxState.FAILED))
        commit(storage, build_outbox_settlement("a", None, OutboxState.READY))
        assert get_state(storage, "a") == OutboxState.WAITING
        commit_outbox(storage, outbox_row("d"))
        for name in ("b", "c", "a", "d"):
            (row,) = claim(storage)
            assert row.id == name
            commit(storage, build_outbox_settlement(name, row.token))

    def test_decided_while_waiting(self, storage: Storage) -> None:
        """S-225 A row that waits behind another keeps waiting, even if it is deferred or sent again."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        assert commit(storage, build_outbox_settlement("b", None, OutboxState.READY, due_at=NOW)) == [COMMITTED]
        assert get_state(storage, "b") == OutboxState.WAITING
        assert claim_ids(storage) == ["a"]

    def test_unknown_again(self, storage: Storage) -> None:
        """S-226 A row that has released its conversation doesn't block it again by becoming unknown."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"), outbox_row("c"))
        commit(storage, build_outbox_settlement("a", claim_and_start(storage).token, OutboxState.FAILED, proof="seen"))
        assert commit(storage, build_outbox_settlement("a", None, OutboxState.UNKNOWN)) == [COMMITTED]
        commit(storage, build_outbox_settlement("b", claim_and_start(storage).token))
        assert claim_ids(storage) == ["c"]
        row = storage.queues.outbox_row("a")
        assert row is not None
        assert row.proof == "seen"

    def test_decided_again_with_news(self, storage: Storage) -> None:
        """S-89 A row that is queued again is sent before a row created in the same change set, never with it."""
        commit_outbox(storage, outbox_row("a"))
        commit(storage, build_outbox_settlement("a", claim(storage)[0].token, OutboxState.FAILED))
        again = build_outbox_settlement("a", None, OutboxState.READY).outbox_settled
        assert commit(storage, ChangeSet(outbox=(outbox_row("b"),), outbox_settled=again)) == [COMMITTED]
        assert claim_ids(storage) == ["a"]
        assert get_state(storage, "b") == OutboxState.WAITING

    def test_decided_too_soon(self, storage: Storage) -> None:
        """S-85 A person can't settle a row that is being sent, is delivered or doesn't exist."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"))
        (row,) = claim(storage)
        assert commit(storage, build_outbox_settlement("a", None, OutboxState.CANCELLED)) == [LEASE_LOST]
        storage.queues.start("a", row.token, NOW, TTL)
        assert (
            commit(
                storage, build_outbox_settlement("a", None, OutboxState.CANCELLED), build_outbox_settlement("x", None)
            )
            == [LEASE_LOST] * 2
        )
        assert commit(storage, build_outbox_settlement("b", None, OutboxState.CANCELLED)) == [COMMITTED]
        assert get_state(storage, "b") == OutboxState.CANCELLED
        assert claim_ids(storage) == []

    def test_taken_back(self, storage: Storage) -> None:
        """S-163 A row that a platform first reports as delivered can be settled as failed, and then sent again."""
        commit_outbox(storage, outbox_row("a"))
        commit(storage, build_outbox_settlement("a", claim(storage)[0].token, platform_id="p1"))
        assert commit(storage, build_outbox_settlement("a", None, OutboxState.CANCELLED)) == [LEASE_LOST]
        assert commit(storage, build_outbox_settlement("a", None, OutboxState.FAILED, error="blocked")) == [COMMITTED]
        row = storage.queues.outbox_row("a")
        assert row is not None
        assert (row.state, row.error, row.platform_id) == (OutboxState.FAILED, "blocked", "p1")
        assert commit(storage, build_outbox_settlement("a", None, OutboxState.READY)) == [COMMITTED]
        assert claim_ids(storage) == ["a"]

    def test_lost_whole(self, storage: Storage) -> None:
        """S-86 A change set with a lost settlement is dropped whole, and a second settlement in a batch is lost."""
        commit_outbox(storage, outbox_row("a"))
        (row,) = claim(storage)
        right = build_outbox_settlement("a", row.token).outbox_settled
        wrong = build_outbox_settlement("a", row.token + 1).outbox_settled
        batch = [
            change(item(f"i{at}"), outbox_settled=settlement) for at, settlement in enumerate((wrong, right, right))
        ]
        assert commit(storage, *batch) == [LEASE_LOST, COMMITTED, LEASE_LOST]
        assert [bool(storage.records.get("kit_item", f"i{at}")) for at in range(3)] == [False, True, False]

    def test_one_batch(self, storage: Storage) -> None:
        """S-87 A row created by one change set of a batch can be settled by a later one; the next row follows."""
        change_set = ChangeSet(outbox=(outbox_row("a"), outbox_row("b")))
        assert commit(storage, change_set, build_outbox_settlement("a", None, OutboxState.CANCELLED)) == [
            COMMITTED,
            COMMITTED,
        ]
        assert claim_ids(storage) == ["b"]

    def test_outbox_lists(self, storage: Storage) -> None:
        """S-88 Rows are found by state, cause, conversation and platform id, in pages by id; `depth` counts them."""
        commit_outbox(storage, outbox_row("a"), outbox_row("b"), outbox_row("c", "c2", cause="kit_tip:t2"))
        commit(storage, build_outbox_settlement("a", claim(storage, 1)[0].token, platform_id="p1"))
        queues = storage.queues
        assert [row.id for row in queues.outbox()] == ["a", "b", "c"]
        assert [row.id for row in queues.outbox(limit=1, after="a")] == ["b"]
        assert [row.id for row in queues.outbox([OutboxState.READY])] == ["b", "c"]
        assert [row.id for row in queues.outbox([OutboxState.READY], cause="kit_tip:t1")] == ["b"]
        assert [row.id for row in queues.outbox(conversation="c2")] == ["c"]
        assert queues.outbox([OutboxState.DELIVERED], conversation="c2") == []
        assert queues.outbox([]) == []
        sent_row = queues.by_platform_id("oa", "p1")
        assert sent_row == queues.outbox_row("a")
        assert [queues.by_platform_id("sms", "p1"), queues.by_platform_id("oa", ""), queues.outbox_row("x")] == [
            None
        ] * 3
        assert queues.depth() == {"outbox.delivered": 1, "outbox.ready": 2}
