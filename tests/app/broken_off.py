"""Functions that interrupt an act at one of its commits, and compare its effects in a store."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from attrs import define, frozen

from anninh_core.app import App
from anninh_core.kernel.errors import AlreadyDone, StorageError
from anninh_core.ports.storages.changes import ChangeSet, Outcome, entry_from


class CommitFailed(StorageError):
    """The error of a storage that failed at this commit."""


@define
class FailingCommit:
    """Commits change sets to a storage, and fails once.

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
        raise CommitFailed


@frozen
class Footprint:
    """The effects of an act on a store.

    Attributes:
        events: (actor, event) of the journal entries -> number.
        records: kind -> number of records.
    """

    events: Counter[tuple[str, str]]
    records: Counter[str]


def get_last_line_number(app: App) -> int:
    """Return the number of the journal's last line."""
    seq, _ = app.internals.context.storage.journal.head()
    return seq


def take_footprint(app: App, since: int) -> Footprint:
    """Return the effects of everything after a line of the journal."""
    lines = app.internals.context.storage.journal.read(since, 10_000)
    entries = [entry for line in lines if (entry := entry_from(line.content)).outcome == "done"]
    events = Counter((entry.actor, event) for entry in entries for event in entry.events)
    maintenance = app.internals.context.storage.maintenance
    return Footprint(events, Counter({kind: len([*maintenance.scan(kind)]) for kind in maintenance.kinds()}))


def interrupt_act(app: App, act: Callable[[], object], number: int, *, stored: bool) -> bool:
    """Call an act and let one of its commits fail, counted from 0; return whether the act had that many commits."""
    storage: Any = app.internals.context.storage
    breaking = FailingCommit(storage.commit, number, stored)
    storage.commit = breaking
    try:
        with suppress(CommitFailed):
            act()
    finally:
        del storage.commit
    return breaking.died


def complete_act(act: Callable[[], object]) -> object:
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
