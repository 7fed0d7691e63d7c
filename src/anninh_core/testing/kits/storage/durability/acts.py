"""Changes that a storage acknowledges and must not lose, each with the preparation that it needs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from attrs import evolve, frozen

from anninh_core.ports.storages.changes import ChangeSet, Counter, NewKey, SearchTerms
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.ports.storages.storage import Lease, Storage
from anninh_core.testing.kits.storage.base import (
    DAY,
    LATER,
    NOW,
    TTL,
    build_inbox_settlement,
    build_outbox_settlement,
    change,
    commit,
    commit_outbox,
    entry,
    inbox_change,
    item,
    outbox_row,
    tip,
)
from anninh_core.testing.kits.storage.dump import fill_storage, make_storage
from anninh_core.vocabulary.delivery import Lane

ALL = 100
"""A limit higher than the number of rows in any queue here."""


@frozen
class DurableAct:
    """A change that a storage acknowledges and must not lose.

    All acts can follow each other in one storage, in their order: each has ids of its own.

    Attributes:
        name: the act in a few words.
        before: prepares the storage for the act.
        last: does the act, as the last call, so that no later call stores its changes.
    """

    name: str
    before: Callable[[Storage], object]
    last: Callable[[Storage], object]

    def __str__(self) -> str:
        """Return the name, which pytest shows."""
        return self.name


def _load_filled_dump(storage: Storage) -> None:
    storage.maintenance.load(fill_storage(make_storage()).maintenance.dump())


def _commit_everything(storage: Storage) -> None:
    commit(
        storage,
        change(
            tip("all", state="new", due=7, score=1.25, open=False, assignees=("a", "b"), excluded=("c",)),
            item("all", "Đ"),
            entry=entry("all", {"count": 1}),
            keys=(_build_key("all", "e1"), _build_key("all2", "e1", blind_index="f11")),
            counters=(
                _build_counter(2),
                evolve(_build_counter(3), dims="x=1"),
                evolve(_build_counter(4), day=DAY + timedelta(days=200)),
            ),
            search=(_build_terms("all", "kept", "gone"),),
            inbox=inbox_change("all", "all").inbox,
            outbox=(outbox_row("all", "all"), outbox_row("all2", "all", Lane.MEDIA, after="all", due_at=LATER)),
            request="all",
        ),
        ChangeSet(request="bare"),
    )


def _commit_first_version(storage: Storage) -> None:
    record = tip("new", state="new", assignees=("a",), excluded=("x",))
    commit(storage, change(record, counters=(_build_counter(1),), search=(_build_terms("new", "gone"),)))


def _commit_second_version(storage: Storage) -> None:
    record = tip("new", 2, state="closed", received=9, due=4, score=None, open=None, assignees=("b", "c"), unit="u2")
    record = evolve(record, schema=2, body=b"other", scope="case:9")
    commit(storage, change(record, counters=(_build_counter(-1),), search=(_build_terms("new", "kept", unit="u2"),)))


def _commit_inbox_rows(*names: str) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, *(inbox_change(name, name) for name in names))


def _claim_inbox(storage: Storage) -> dict[str, int]:
    return {row.id: row.token for row in storage.queues.claim_inbox(NOW, TTL, ALL)}


def _get_inbox_token(storage: Storage, name: str) -> int:
    return next(row.token for row in storage.queues.inbox([*InboxState], ALL) if row.id == name)


def _commit_inbox_settlement(name: str, **others: Any) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, build_inbox_settlement(name, _get_inbox_token(storage, name), **others))


def _fail_inbox_row(storage: Storage) -> None:
    _commit_inbox_rows("in-again")(storage)
    _claim_inbox(storage)
    _commit_inbox_settlement("in-again", state=InboxState.FAILED, error="bad")(storage)


def _receive_and_claim(name: str) -> Callable[[Storage], object]:
    def receive_and_claim(storage: Storage) -> None:
        _commit_inbox_rows(name)(storage)
        _claim_inbox(storage)

    return receive_and_claim


def _commit_outbox_rows(*names: str, **others: Any) -> Callable[[Storage], object]:
    """Return a function that commits outbox rows into one conversation."""
    return lambda storage: commit_outbox(storage, *(outbox_row(name, names[0], **others) for name in names))


def _claim_outbox(storage: Storage) -> object:
    return storage.queues.claim_outbox(NOW, TTL, ALL)


def _get_outbox_token(storage: Storage, name: str) -> int:
    row = storage.queues.outbox_row(name)
    assert row is not None
    return row.token


def _start_outbox_row(name: str) -> Callable[[Storage], object]:
    return lambda storage: storage.queues.start(name, _get_outbox_token(storage, name), NOW, TTL)


def _enqueue_and_claim(*names: str, start: bool = False) -> Callable[[Storage], object]:
    def enqueue_and_claim(storage: Storage) -> None:
        _commit_outbox_rows(*names)(storage)
        _claim_outbox(storage)
        if start:
            _start_outbox_row(names[0])(storage)

    return enqueue_and_claim


def _commit_outbox_settlement(name: str, state: OutboxState, **others: Any) -> Callable[[Storage], object]:
    return lambda storage: commit(
        storage, build_outbox_settlement(name, _get_outbox_token(storage, name), state, **others)
    )


def _leave_outbox_row_unknown(storage: Storage) -> None:
    _enqueue_and_claim("held", "behind", start=True)(storage)
    _commit_outbox_settlement("held", OutboxState.UNKNOWN)(storage)


def _deliver_old_message(storage: Storage) -> None:
    commit_outbox(storage, outbox_row("old", "old", due_at=NOW - timedelta(days=1)))
    _claim_outbox(storage)
    _commit_outbox_settlement("old", OutboxState.DELIVERED)(storage)


def _fail_message(storage: Storage) -> None:
    _enqueue_and_claim("about", start=True)(storage)
    _commit_outbox_settlement("about", OutboxState.FAILED)(storage)


def _settle_old_event(storage: Storage) -> None:
    _receive_and_claim("in-old")(storage)
    _commit_inbox_settlement("in-old")(storage)


def _settle_named_rows(storage: Storage) -> None:
    _receive_and_claim("in-named")(storage)
    _commit_inbox_settlement("in-named", conversation="in-named")(storage)
    _enqueue_and_claim("named", start=True)(storage)
    _commit_outbox_settlement("named", OutboxState.DELIVERED, conversation="named")(storage)


def _rename_settled_rows(storage: Storage) -> None:
    storage.queues.rename_ended({"in-named": "other name"}, {"named": "other name"}, ["named"])


def _build_key(scope: str, epoch: str, **others: str) -> NewKey:
    return NewKey(scope=scope, epoch=epoch, wrapped=f"{scope} {epoch}".encode(), **others)


def _commit_keys(*keys: NewKey) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, change(keys=keys))


def _build_counter(amount: int) -> Counter:
    return Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=amount)


def _build_terms(name: str, *words: str, unit: str = "u1") -> SearchTerms:
    return SearchTerms(kind="kit_tip", id=name, unit=unit, at=NOW, terms=words)


def _put_state(version: int, body: bytes) -> Callable[[Storage], object]:
    return lambda storage: storage.states.put("zalo", "kept", body, version)


def _acquire_lease(name: str, holder: str = "me") -> Callable[[Storage], Lease | None]:
    return lambda storage: storage.leases.acquire(name, holder, NOW, TTL)


def _acquire_and_release_lease(storage: Storage) -> None:
    lease = _acquire_lease("released")(storage)
    assert lease is not None
    storage.leases.release(lease)


def _prepare_nothing(storage: Storage) -> None:
    """Do nothing: some acts need no preparation."""


def _claim_after_lease(storage: Storage) -> object:
    return storage.queues.claim_outbox(LATER, TTL, 1)


ACTS = (
    DurableAct("load", _prepare_nothing, _load_filled_dump),
    DurableAct("commit", _prepare_nothing, _commit_everything),
    DurableAct("change", _commit_first_version, _commit_second_version),
    DurableAct("claim an event", _commit_inbox_rows("in", "in2"), _claim_inbox),
    DurableAct(
        "retry an event",
        _receive_and_claim("in-later"),
        lambda storage: storage.queues.retry_inbox("in-later", _get_inbox_token(storage, "in-later"), LATER, "later"),
    ),
    DurableAct("settle an event", _receive_and_claim("in-done"), _commit_inbox_settlement("in-done")),
    DurableAct(
        "fail an event",
        _receive_and_claim("in-bad"),
        _commit_inbox_settlement("in-bad", state=InboxState.FAILED, error="bad"),
    ),
    DurableAct(
        "rerun an event",
        _fail_inbox_row,
        lambda storage: commit(storage, build_inbox_settlement("in-again", None, state=InboxState.NEW)),
    ),
    DurableAct("claim a message", _commit_outbox_rows("out", "out2"), _claim_outbox),
    DurableAct("start", _enqueue_and_claim("begun", "waits"), _start_outbox_row("begun")),
    DurableAct(
        "settle a message",
        _enqueue_and_claim("sent", "next", start=True),
        _commit_outbox_settlement("sent", OutboxState.DELIVERED, platform_id="p-sent", proof="seen"),
    ),
    DurableAct(
        "put a message off",
        _enqueue_and_claim("again", "then", start=True),
        _commit_outbox_settlement(
            "again", OutboxState.READY, due_at=LATER, deferred_until=LATER, delivery_method="phone", error="busy"
        ),
    ),
    DurableAct(
        "let a conversation go on", _leave_outbox_row_unknown, lambda storage: storage.queues.release_held(LATER, TTL)
    ),
    DurableAct(
        "rewrap a key",
        _commit_keys(_build_key("case:r", "e1")),
        _commit_keys(_build_key("case:r", "e2", replaces="e1")),
    ),
    DurableAct(
        "destroy a key",
        _commit_keys(_build_key("case:d", "e1", blind_index="f12"), _build_key("case:s", "e1")),
        lambda storage: storage.keyring.destroy("case:d"),
    ),
    DurableAct("put a state", _put_state(0, b"a"), _put_state(1, b"\x00b")),
    DurableAct("take a lease", _prepare_nothing, _acquire_lease("taken")),
    DurableAct("give a lease back", _prepare_nothing, _acquire_and_release_lease),
    DurableAct("find out a lost start", _enqueue_and_claim("lost", "after", start=True), _claim_after_lease),
    DurableAct(
        "rebuild counters",
        lambda storage: commit(storage, change(counters=(_build_counter(5),))),
        lambda storage: storage.counters.replace([_build_counter(3), evolve(_build_counter(2), unit="u2")]),
    ),
    DurableAct("rename what has ended", _settle_named_rows, _rename_settled_rows),
    DurableAct("prune events", _settle_old_event, lambda storage: storage.queues.prune_inbox(LATER, ALL)),
    DurableAct("prune messages", _deliver_old_message, lambda storage: storage.queues.prune_outbox(LATER, ALL)),
    DurableAct("remove what has ended", _fail_message, lambda storage: storage.queues.remove_ended((), ["about"])),
    DurableAct(
        "prune requests",
        lambda storage: commit(storage, change(entry=entry("asked"), request="asked")),
        lambda storage: storage.prune_requests(LATER, ALL),
    ),
)
"""All acts, in an order in which they can follow each other."""
