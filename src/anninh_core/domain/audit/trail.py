"""What of the journal is asked for, and how it is found."""

from collections.abc import Collection, Iterator
from datetime import datetime

from attrs import frozen

from anninh_core.ports.storages.changes import Entry, JournalLine, entry_refs, is_indexed_ref
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.entries import NumberedEntry, actions_of, iter_entries, read_lines

_BATCH = 500


@frozen(kw_only=True)
class TrailFilter:
    """Which entries are asked for; an empty value asks for nothing.

    Attributes:
        units: only entries of these; None for all.
        about: `kind:id` of a record that was touched, shown or destroyed, or one of an entry's facts.
        by: whose, such as `person:<id>`.
        action: such as `tips.triage`, also where it was done together with others; `tips.` takes the whole module.
        outcome: `done`, `read` or `refused`.
        since: not before this moment.
        until: before this moment.
    """

    units: Collection[str] | None = None
    about: str = ""
    by: str = ""
    action: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def find(self, journal: Journal, after: int) -> Iterator[NumberedEntry]:
        """Yield what is asked for behind a line, in order: by the index where it is asked about a record."""
        lines = self._lines_about(journal, after) if is_indexed_ref(self.about) else read_lines(journal, after)
        return (numbered for numbered in iter_entries(lines) if self._matches(numbered.entry))

    def _lines_about(self, journal: Journal, after: int) -> Iterator[JournalLine]:
        while batch := journal.about(self.about, after, _BATCH, acts_only=self.outcome == "done"):
            yield from batch
            after = batch[-1].seq

    def _matches(self, entry: Entry) -> bool:
        return (
            (self.units is None or entry.unit in self.units)
            and self.by in ("", entry.actor)
            and self.outcome in ("", entry.outcome)
            and any(_is_action(action, self.action) for action in actions_of(entry))
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (not self.about or _is_about(entry, self.about))
        )


def _is_action(action: str, asked: str) -> bool:
    return asked in ("", action) or (asked.endswith(".") and action.startswith(asked))


def _is_about(entry: Entry, asked: str) -> bool:
    """Tell by the entry itself: rows of the index can be altered by whoever holds the storage."""
    if asked in entry.facts.values() or asked in entry_refs(entry):
        return True
    return any(asked == f"{touched.kind}:{touched.id}" for touched in entry.touched)
