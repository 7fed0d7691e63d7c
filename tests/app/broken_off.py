"""An act that is interrupted at one of its commits, and its effects in a store."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from attrs import define, frozen

from anninh_core.app import App
from anninh_core.kernel.errors import AlreadyDone, StorageError
from anninh_core.ports.storages.changes import ChangeSet, Outcome, entry_from


class Broken(StorageError):
    """The storage failed at this commit."""


@define
class Breaking:
    """Commits for a storage, and fails once.

    Attributes:
        left: number of commits that still succeed.
        stored: whether the failing commit is stored all the same, and only its response is lost.
    """

    commit: Callable[[Sequence[ChangeSet]], Sequence[Outcome]]
    left: int
    stored: bool
    died: bool = False

    def __call__(self, changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        self.left -= 1
        if self.left >= 0 or self.died:
            return self.commit(changes)
        self.died = True
        if self.stored:
            self.commit(changes)
        raise Broken


@frozen
class Footprint:
    """The effects of an act.

    Attributes:
        events: (actor, event) of the journal entries -> number.
        records: kind -> number of records.
    """

    events: Counter[tuple[str, str]]
    records: Counter[str]


def head_of(app: App) -> int:
    """Return the number of the journal's last line."""
    seq, _ = app.internals.context.storage.journal.head()
    return seq


def take_footprint(app: App, since: int) -> Footprint:
    """Return the effects since a line of the journal."""
    lines = app.internals.context.storage.journal.read(since, 10_000)
    entries = [entry for line in lines if (entry := entry_from(line.content)).outcome == "done"]
    events = Counter((entry.actor, event) for entry in entries for event in entry.events)
    maintenance = app.internals.context.storage.maintenance
    return Footprint(events, Counter({kind: len([*maintenance.scan(kind)]) for kind in maintenance.kinds()}))


def break_off(app: App, act: Callable[[], object], number: int, *, stored: bool) -> bool:
    """Call an act and fail at a commit, counted from 0; return whether the act had that many commits."""
    storage: Any = app.internals.context.storage
    breaking = Breaking(storage.commit, number, stored)
    storage.commit = breaking
    try:
        with suppress(Broken):
            act()
    finally:
        del storage.commit
    return breaking.died


def finish(act: Callable[[], object]) -> object:
    """Call an act again until `AlreadyDone` proves that it is complete; return its result, or None.

    Raises:
        AssertionError: the act ran again under the same key.
    """
    result = None
    with suppress(AlreadyDone):
        result = act()
    try:
        act()
    except AlreadyDone:
        return result
    raise AssertionError("carried out once more under the same key")
