"""Acts that a storage acknowledges and must not lose, each with the preparation that it needs."""

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
    change,
    commit,
    commit_outbox,
    entry,
    inbox_change,
    item,
    outbox_row,
    settle_inbox,
    settle_outbox,
    tip,
)
from anninh_core.testing.kits.storage.dump import fill_storage, make_storage
from anninh_core.vocabulary.delivery import Lane

ALL = 100
"""A limit above the number of rows."""


@frozen
class DurableAct:
    """An act that a storage acknowledges.

    The acts can follow each other in one storage, in their order: each has ids of its own.

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


def _load(storage: Storage) -> None:
    storage.maintenance.load(fill_storage(make_storage()).maintenance.dump())


def _commit_everything(storage: Storage) -> None:
    commit(
        storage,
        change(
            tip("all", state="new", due=7, score=1.25, open=False, assignees=("a", "b"), excluded=("c",)),
            item("all", "Đ"),
            entry=entry("all", {"count": 1}),
            keys=(_key("all", "e1"), _key("all2", "e1", blind_index="f11")),
            counters=(_count(2), evolve(_count(3), dims="x=1"), evolve(_count(4), day=DAY + timedelta(days=200))),
            search=(_terms("all", "kept", "gone"),),
            inbox=inbox_change("all", "all").inbox,
            outbox=(outbox_row("all", "all"), outbox_row("all2", "all", Lane.MEDIA, after="all", due_at=LATER)),
            request="all",
        ),
        ChangeSet(request="bare"),
    )


def _commit_first_version(storage: Storage) -> None:
    record = tip("new", state="new", assignees=("a",), excluded=("x",))
    commit(storage, change(record, counters=(_count(1),), search=(_terms("new", "gone"),)))


def _commit_second_version(storage: Storage) -> None:
    record = tip("new", 2, state="closed", received=9, due=4, score=None, open=None, assignees=("b", "c"), unit="u2")
    record = evolve(record, schema=2, body=b"other", scope="case:9")
    commit(storage, change(record, counters=(_count(-1),), search=(_terms("new", "kept", unit="u2"),)))


def _receive(*names: str) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, *(inbox_change(name, name) for name in names))


def _claim_inbox(storage: Storage) -> dict[str, int]:
    return {row.id: row.token for row in storage.queues.claim_inbox(NOW, TTL, ALL)}


def _inbox_token(storage: Storage, name: str) -> int:
    return next(row.token for row in storage.queues.inbox([*InboxState], ALL) if row.id == name)


def _settle_inbox(name: str, **others: Any) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, settle_inbox(name, _inbox_token(storage, name), **others))


def _fail_inbox(storage: Storage) -> None:
    _receive("in-again")(storage)
    _claim_inbox(storage)
    _settle_inbox("in-again", state=InboxState.FAILED, error="bad")(storage)


def _claim_received(name: str) -> Callable[[Storage], object]:
    def before(storage: Storage) -> None:
        _receive(name)(storage)
        _claim_inbox(storage)

    return before


def _enqueue(*names: str, **others: Any) -> Callable[[Storage], object]:
    """Return an act that puts rows into one conversation."""
    return lambda storage: commit_outbox(storage, *(outbox_row(name, names[0], **others) for name in names))


def _claim_outbox(storage: Storage) -> object:
    return storage.queues.claim_outbox(NOW, TTL, ALL)


def _outbox_token(storage: Storage, name: str) -> int:
    row = storage.queues.outbox_row(name)
    assert row is not None
    return row.token


def _start(name: str) -> Callable[[Storage], object]:
    return lambda storage: storage.queues.start(name, _outbox_token(storage, name), NOW, TTL)


def _claim_enqueued(*names: str, start: bool = False) -> Callable[[Storage], object]:
    def before(storage: Storage) -> None:
        _enqueue(*names)(storage)
        _claim_outbox(storage)
        if start:
            _start(names[0])(storage)

    return before


def _settle_outbox(name: str, state: OutboxState, **others: Any) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, settle_outbox(name, _outbox_token(storage, name), state, **others))


def _leave_unknown(storage: Storage) -> None:
    _claim_enqueued("held", "behind", start=True)(storage)
    _settle_outbox("held", OutboxState.UNKNOWN)(storage)


def _deliver_old(storage: Storage) -> None:
    commit_outbox(storage, outbox_row("old", "old", due_at=NOW - timedelta(days=1)))
    _claim_outbox(storage)
    _settle_outbox("old", OutboxState.DELIVERED)(storage)


def _fail_about(storage: Storage) -> None:
    _claim_enqueued("about", start=True)(storage)
    _settle_outbox("about", OutboxState.FAILED)(storage)


def _settle_old_event(storage: Storage) -> None:
    _claim_received("in-old")(storage)
    _settle_inbox("in-old")(storage)


def _end_named(storage: Storage) -> None:
    _claim_received("in-named")(storage)
    _settle_inbox("in-named", conversation="in-named")(storage)
    _claim_enqueued("named", start=True)(storage)
    _settle_outbox("named", OutboxState.DELIVERED, conversation="named")(storage)


def _rename_ended(storage: Storage) -> None:
    storage.queues.rename_ended({"in-named": "other name"}, {"named": "other name"}, ["named"])


def _key(scope: str, epoch: str, **others: str) -> NewKey:
    return NewKey(scope=scope, epoch=epoch, wrapped=f"{scope} {epoch}".encode(), **others)


def _commit_keys(*keys: NewKey) -> Callable[[Storage], object]:
    return lambda storage: commit(storage, change(keys=keys))


def _count(amount: int) -> Counter:
    return Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=amount)


def _terms(name: str, *words: str, unit: str = "u1") -> SearchTerms:
    return SearchTerms(kind="kit_tip", id=name, unit=unit, at=NOW, terms=words)


def _put(version: int, body: bytes) -> Callable[[Storage], object]:
    return lambda storage: storage.states.put("zalo", "kept", body, version)


def _acquire(name: str, holder: str = "me") -> Callable[[Storage], Lease | None]:
    return lambda storage: storage.leases.acquire(name, holder, NOW, TTL)


def _release(storage: Storage) -> None:
    lease = _acquire("released")(storage)
    assert lease is not None
    storage.leases.release(lease)


def _prepare_nothing(storage: Storage) -> None:
    """Prepare nothing."""


def _expire(storage: Storage) -> object:
    return storage.queues.claim_outbox(LATER, TTL, 1)


ACTS = (
    DurableAct("load", _prepare_nothing, _load),
    DurableAct("commit", _prepare_nothing, _commit_everything),
    DurableAct("change", _commit_first_version, _commit_second_version),
    DurableAct("claim an event", _receive("in", "in2"), _claim_inbox),
    DurableAct(
        "retry an event",
        _claim_received("in-later"),
        lambda storage: storage.queues.retry_inbox("in-later", _inbox_token(storage, "in-later"), LATER, "later"),
    ),
    DurableAct("settle an event", _claim_received("in-done"), _settle_inbox("in-done")),
    DurableAct(
        "fail an event", _claim_received("in-bad"), _settle_inbox("in-bad", state=InboxState.FAILED, error="bad")
    ),
    DurableAct(
        "rerun an event",
        _fail_inbox,
        lambda storage: commit(storage, settle_inbox("in-again", None, state=InboxState.NEW)),
    ),
    DurableAct("claim a message", _enqueue("out", "out2"), _claim_outbox),
    DurableAct("start", _claim_enqueued("begun", "waits"), _start("begun")),
    DurableAct(
        "settle a message",
        _claim_enqueued("sent", "next", start=True),
        _settle_outbox("sent", OutboxState.DELIVERED, platform_id="p-sent", proof="seen"),
    ),
    DurableAct(
        "put a message off",
        _claim_enqueued("again", "then", start=True),
        _settle_outbox(
            "again", OutboxState.READY, due_at=LATER, deferred_until=LATER, delivery_method="phone", error="busy"
        ),
    ),
    DurableAct("let a conversation go on", _leave_unknown, lambda storage: storage.queues.release_held(LATER, TTL)),
    DurableAct("rewrap a key", _commit_keys(_key("case:r", "e1")), _commit_keys(_key("case:r", "e2", replaces="e1"))),
    DurableAct(
        "destroy a key",
        _commit_keys(_key("case:d", "e1", blind_index="f12"), _key("case:s", "e1")),
        lambda storage: storage.keyring.destroy("case:d"),
    ),
    DurableAct("put a state", _put(0, b"a"), _put(1, b"\x00b")),
    DurableAct("take a lease", _prepare_nothing, _acquire("taken")),
    DurableAct("give a lease back", _prepare_nothing, _release),
    DurableAct("find out a lost start", _claim_enqueued("lost", "after", start=True), _expire),
    DurableAct(
        "rebuild counters",
        lambda storage: commit(storage, change(counters=(_count(5),))),
        lambda storage: storage.counters.replace([_count(3), evolve(_count(2), unit="u2")]),
    ),
    DurableAct("rename what has ended", _end_named, _rename_ended),
    DurableAct("prune events", _settle_old_event, lambda storage: storage.queues.prune_inbox(LATER, ALL)),
    DurableAct("prune messages", _deliver_old, lambda storage: storage.queues.prune_outbox(LATER, ALL)),
    DurableAct("remove what has ended", _fail_about, lambda storage: storage.queues.remove_ended((), ["about"])),
    DurableAct(
        "prune requests",
        lambda storage: commit(storage, change(entry=entry("asked"), request="asked")),
        lambda storage: storage.prune_requests(LATER, ALL),
    ),
)
"""Every act, in an order in which they can follow each other."""
