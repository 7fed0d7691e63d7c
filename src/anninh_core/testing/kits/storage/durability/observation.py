"""Reading the whole content of a storage through its ports, to compare two storages."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from anninh_core.ports.storages.queues import InboxState
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import DAY, LATER, NOW, find_all
from anninh_core.testing.kits.storage.search import build_query, search_ids

_YEAR = timedelta(days=400)
_MOST = 500

_QUESTIONS: Mapping[str, Callable[[Storage], object]] = {
    "records": lambda storage: [
        list(storage.maintenance.scan("kit_tip")),
        list(storage.maintenance.scan("kit_item")),
        find_all(storage, where={"assignees": ("a", "b", "an")}),
        find_all(storage, excluding={"excluded": ("c", "x")}),
        [record.id for record in storage.records.find(Find(kind="kit_item", order="title")).records],
    ],
    "journal": lambda storage: [
        storage.journal.head(),
        list(storage.journal.read(0, _MOST)),
        list(storage.journal.about("kit_tip:t1")),
    ],
    "request keys": lambda storage: [storage.requested(name) for name in ("all", "bare", "asked", "r1")],
    "inbox": lambda storage: list(storage.queues.inbox([*InboxState], _MOST)),
    "outbox": lambda storage: [list(storage.queues.outbox(None, "", _MOST)), storage.queues.standing()],
    "platform ids": lambda storage: storage.queues.by_platform_id("oa", "p-sent"),
    "depth": lambda storage: dict(storage.queues.depth()),
    "keys": lambda storage: [
        list(storage.keyring.wrapped_by("e1")),
        list(storage.keyring.wrapped_by("e2")),
        storage.keyring.get("case:d"),
        dict(storage.keyring.find(["f11", "f12"])),
    ],
    "counters": lambda storage: [
        dict(storage.counters.total(["tips"], ["u1", "u2"], DAY, DAY)),
        dict(storage.counters.total(["tips"], ["u1", "u2"], DAY - _YEAR, DAY + _YEAR)),
        dict(storage.counters.together(["tips"], ["u1", "u2"], DAY - _YEAR, DAY + _YEAR)),
    ],
    "index": lambda storage: [search_ids(storage, build_query(word)) for word in ("kept", "gone")],
    "states": lambda storage: storage.states.get("zalo", "kept"),
    "leases": lambda storage: [
        *(storage.leases.acquire(name, "stranger", NOW, timedelta()) for name in ("taken", "released", "free")),
        storage.leases.acquire("taken", "heir", LATER, timedelta()),
    ],
    "check": lambda storage: [list(storage.maintenance.check()), list(storage.maintenance.inconsistencies())],
    "dump": lambda storage: list(storage.maintenance.dump()),
}


def find_differences(first: Storage, second: Storage) -> list[str]:
    """Return the names of the queries for which two storages give different results.

    The queries acquire those leases named in the acts that are free, for zero time.
    """
    return [name for name, question in _QUESTIONS.items() if question(first) != question(second)]
