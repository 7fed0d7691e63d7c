"""What opening a storage would do to what is stored: for whoever wants to know before it is done."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from anninh_core.ports.storages.changes import IndexSpec


@frozen(kw_only=True)
class UpgradeStep:
    """One step.

    Attributes:
        name: a revision, or a kind of record.
        what: one sentence.
        reads: table -> rows, of tables that are read once, as for a new index.
        rewrites: table -> rows, of tables that are written anew and lie there twice meanwhile.
    """

    name: str
    what: str
    reads: Mapping[str, int] = field(factory=dict)
    rewrites: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Upgrade:
    """What `prepare` would do.

    Attributes:
        where: the storage, without passwords.
        found: revision of what is stored, "" where there is nothing yet.
        newest: the revision that this version works with.
        size: bytes stored.
    """

    where: str
    found: str
    newest: str
    size: int
    steps: tuple[UpgradeStep, ...]


@runtime_checkable
class TellsUpgrade(Protocol):
    """A storage that can tell what `prepare` would do. It needn't."""

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        """Tell what `prepare` would do with these specs. Nothing is created or changed.

        Raises:
            NewerDatabase: written by a newer version.
            StorageError: can't be looked at.
        """
        ...
