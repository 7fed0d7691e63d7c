"""Conditions on journal entries, and the search for entries that meet them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from attrs import frozen

from anninh_core.ports.storages.changes import Entry, JournalLine, entry_refs, is_indexed_ref
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.entries import NumberedEntry, iter_entries, list_actions, read_lines

_BATCH = 500


@frozen(kw_only=True)
class TrailFilter:
    """Conditions on entries; an empty value is no condition.

    Attributes:
        units: entries of these units; None for all.
        about: `kind:id` of a record that was touched, shown or destroyed, or in an entry's facts.
        by: actor, such as `person:<id>`.
        action: such as `tips.triage`, also as part of a composed action; `tips.` matches the whole module.
        outcome: `done`, `read` or `refused`.
        since: beginning of the time, inclusive.
        until: end of the time, exclusive.
    """

    units: Collection[str] | None = None
    about: str = ""
    by: str = ""
    action: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def find(self, journal: Journal, after: int) -> Iterator[NumberedEntry]:
        """Yield the matching entries after a line, in order; with `about`, the index finds them."""
        lines = self._iter_lines_about(journal, after) if is_indexed_ref(self.about) else read_lines(journal, after)
        return (numbered for numbered in iter_entries(lines) if self._is_match(numbered.entry))

    def _iter_lines_about(self, journal: Journal, after: int) -> Iterator[JournalLine]:
        while batch := journal.about(self.about, after, _BATCH, acts_only=self.outcome == "done"):
            yield from batch
            after = batch[-1].seq

    def _is_match(self, entry: Entry) -> bool:
        return (
            (self.units is None or entry.unit in self.units)
            and self.by in ("", entry.actor)
            and self.outcome in ("", entry.outcome)
            and any(_is_action(action, self.action) for action in list_actions(entry))
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (not self.about or _is_about(entry, self.about))
        )


def _is_action(action: str, pattern: str) -> bool:
    return pattern in ("", action) or (pattern.endswith(".") and action.startswith(pattern))


def _is_about(entry: Entry, ref: str) -> bool:
    """Return whether an entry is about a record, judged by the entry itself, because an attacker with access to the
    storage could alter rows of the index.
    """
    if ref in entry.facts.values() or ref in entry_refs(entry):
        return True
    return any(ref == f"{touched.kind}:{touched.id}" for touched in entry.touched)
