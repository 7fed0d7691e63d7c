"""The changed records that the journal lists, as far as an actor may see them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from anninh_core.kernel.errors import Damaged, NotFound, Purged, Refused
from anninh_core.ports.storages.changes import Entry, JournalLine
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.journal.entries import iter_entries
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.base import FindVerb

READERS: Mapping[str, str] = {
    "alarm": "duty.alarm",
    "article": "inquiries.articles.get",
    "difficulty": "programme.difficulty",
    "duty": "programme.duty",
    "erasure": "retention.erasure",
    "found_piece": "content.collected.get",
    "group": "groups.get",
    "incident": "incidents.get",
    "inquiry": "inquiries.get",
    "item": "content.get",
    "leak_finding": "leaks.finding",
    "officer": "units.officer",
    "post": "moderation.get",
    "report": "reports.get",
    "rights_request": "rights.request",
    "subcase": "tips.subcases.get",
    "tip": "tips.get",
}
"""Name of the query that reads a record by its id, for each kind of record; changes of other kinds aren't reported."""


@frozen
class Change:
    """A record that an act changed.

    Attributes:
        position: position of the act in the journal; not shown to callers.
        badges: what happened to the record, such as `tip.assigned`.
    """

    position: int
    kind: str
    id: str
    version: int
    badges: tuple[str, ...]


def iter_changes(lines: Iterable[JournalLine]) -> Iterator[Change]:
    """Yield the records that changed according to lines of the journal, in order, if their kind is in `READERS`."""
    for numbered in iter_entries(lines):
        yield from _iter_entry_changes(numbered.seq, numbered.entry)


def merge_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the last change of each record, with the badges of all its changes."""
    merged: dict[tuple[str, str], Change] = {}
    for change in changes:
        previous = merged.pop((change.kind, change.id), None)
        badges = tuple(dict.fromkeys([*(previous.badges if previous else ()), *change.badges]))
        merged[change.kind, change.id] = Change(change.position, change.kind, change.id, change.version, badges)
    return tuple(merged.values())


def _iter_entry_changes(position: int, entry: Entry) -> Iterator[Change]:
    for touched in entry.touched:
        if touched.kind in READERS:
            badges = tuple(event for event in entry.events if event.partition(".")[0] == touched.kind)
            yield Change(position, touched.kind, touched.id, touched.version, badges)


_ACTION = "events"


class ChangeVisibility:
    """Decides which changes an actor may see: those of records that the actor may read, so that officers excluded from
    a case learn nothing about it.

    No content of a record is shown, so no access is logged.
    """

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        self._runner = runner
        self._find_verb = find_verb

    def select(self, actor: Actor, changes: Sequence[Change]) -> Sequence[Change]:
        """Return the last change of each record that the actor may see, with the badges of all its changes."""
        return [change for change in merge_changes(changes) if self.may_know(self._open_session(actor), change)]

    def may_know(self, session: ReadSession, change: Change) -> bool:
        """Return whether the session's actor may see a change."""
        operation = READERS[change.kind]
        allowed = session.actor.sign_in.operations
        if allowed is not None and operation not in allowed:
            return False
        try:
            session.include(self._find_verb(operation), change.id)
        except (Refused, NotFound, Purged, Damaged):
            return False
        return True

    def _open_session(self, actor: Actor) -> ReadSession:
        return ReadSession(self._runner.context, self._runner.permits, actor, _ACTION)
