"""The port for a preview of a storage's upgrade, for operators who want to check before it runs."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from anninh_core.ports.storages.changes import IndexSpec


@frozen(kw_only=True)
class UpgradeStep:
    """A step of upgrading a storage.

    Attributes:
        name: a revision, or a kind of record.
        what: one sentence.
        reads: table -> rows, of tables that are read once, as for a new index.
        rewrites: table -> rows, of tables that are rewritten and exist twice meanwhile.
    """

    name: str
    what: str
    reads: Mapping[str, int] = field(factory=dict)
    rewrites: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Upgrade:
    """Preview of what `prepare` would change in a storage.

    Attributes:
        where: the storage, without passwords.
        found: stored revision, "" for an empty storage.
        newest: revision that this version works with.
        size: bytes stored.
    """

    where: str
    found: str
    newest: str
    size: int
    steps: tuple[UpgradeStep, ...]


@runtime_checkable
class TellsUpgrade(Protocol):
    """A storage that can preview what `prepare` would change. Optional."""

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        """Return what `prepare` would change with these specs. Nothing is created or changed.

        Raises:
            NewerDatabase: written by a newer version.
            StorageError: the storage can't be inspected.
        """
        ...
