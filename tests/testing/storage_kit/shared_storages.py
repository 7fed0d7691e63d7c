"""Storages that share their dictionaries, except for the part that each of the faulty ones keeps privately."""

from functools import cache

from attrs import frozen

from anninh_core.ports.storages.changes import NewKey
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.memory.ports.keyring import MemoryKeyRing
from anninh_core.testing.memory.ports.leases import MemoryLeases
from anninh_core.testing.memory.tables import Tables
from anninh_core.vocabulary.capability import Ability, Capabilities, Support


class SharedStorage(MemoryStorage):
    """A storage that shares its dictionaries with others.

    Args:
        tables: the shared dictionaries.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self.tables = tables
        for name in (
            "records",
            "journal",
            "queues",
            "counters",
            "search",
            "keyring",
            "leases",
            "states",
            "maintenance",
        ):
            setattr(self, name, type(getattr(self, name))(tables))

    @property
    def capabilities(self) -> Capabilities:
        several = {name: Ability(Support.FULL) for name in ("threads", "processes", "machines")}
        return Capabilities("shared", {**several, "durable": Ability(Support.IMPOSSIBLE, "it's a test's")})


class CachedKeys(SharedStorage):
    """Caches the keys that it has read."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.keyring = _CachedKeyRing(tables)


@frozen(slots=False)
class _CachedKeyRing(MemoryKeyRing):
    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_remembered", cache(super().get))

    def get(self, scope: str) -> NewKey | None:
        """Return the cached key."""
        key: NewKey | None = vars(self)["_remembered"](scope)
        return key


class LeasesOfItsOwn(SharedStorage):
    """Sees only its own leases."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.leases = MemoryLeases(Tables())
