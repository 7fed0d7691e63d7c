"""An act that dies at one of its commits, and what it leaves in a store."""

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
        left: so many commits go well.
        stored: whether the one that fails is stored all the same, and only its answer is lost.
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
    """What an act left.

    Attributes:
        events: (actor, event) of the entries since a line of the journal -> how often.
        records: kind -> how many there are.
    """

    events: Counter[tuple[str, str]]
    records: Counter[str]


def head_of(app: App) -> int:
    """Return the number of the journal's last line."""
    seq, _ = app.internals.context.storage.journal.head()
    return seq


def footprint(app: App, since: int) -> Footprint:
    """Return what was left since a line of the journal."""
    lines = app.internals.context.storage.journal.read(since, 10_000)
    entries = [entry for line in lines if (entry := entry_from(line.content)).outcome == "done"]
    events = Counter((entry.actor, event) for entry in entries for event in entry.events)
    maintenance = app.internals.context.storage.maintenance
    return Footprint(events, Counter({kind: len([*maintenance.scan(kind)]) for kind in maintenance.kinds()}))


def break_off(app: App, act: Callable[[], object], number: int, *, stored: bool) -> bool:
    """Call an act that dies at a commit, counted from 0; tell whether it had as many."""
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
    """Call an act once more, and once more again: then all of it was done. Return what it answered, if it did."""
    answer = None
    with suppress(AlreadyDone):
        answer = act()
    try:
        act()
    except AlreadyDone:
        return answer
    raise AssertionError("carried out once more under the same key")
