"""Upkeep of drafts: expired and withdrawn drafts are deleted, and owners are warned before one expires."""

from collections.abc import Iterator, Mapping
from typing import Any

from anninh_core.domain.drafts.model import DraftEntry
from anninh_core.domain.drafts.store import DraftStore
from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.permissions.permits import Permits

Subjects = Mapping[str, CaseAccess]
"""Access to the kinds of a draft's subjects, by their names."""


class DraftUpkeep:
    """Upkeep of all officers' drafts; it opens no text.

    Args:
        context: context with the storage.
        permits: returns the marks that identify an officer in conflicts of interest.
        subjects: access to the kinds of subjects.
    """

    def __init__(self, context: UseCaseContext, permits: Permits, subjects: Subjects) -> None:
        self._context = context
        self._permits = permits
        self._subjects = subjects
        self._store = DraftStore(context)

    def withdraw(self) -> int:
        """Delete drafts that expired, that lost their subject by a purge, or that have an owner excluded from the case;
        return their number.

        Until then, such drafts can't be read either.
        """
        return sum(self._withdraw_of(owner) for owner in self._store.holders())

    def iter_expiring(self) -> Iterator[tuple[str, tuple[DraftEntry, ...]]]:
        """Yield officers with their drafts that expire soon and that they weren't notified of."""
        now = self._context.clock.now()
        for owner in self._store.holders():
            entries = tuple(
                entry for entry in self._store.entries(owner) if entry.is_expiring(now) and not entry.warned
            )
            if entries:
                yield owner, entries

    def note_warned(self, owner: str) -> None:
        """Note that an officer was notified of all drafts that expire soon."""
        self._store.note_warned(owner)

    def _withdraw_of(self, owner: str) -> int:
        now = self._context.clock.now()
        entries = self._store.entries(owner)
        keys = [entry.key for entry in entries if entry.is_over(now) or self._is_withdrawn(owner, entry.about)]
        removed = self._store.remove(owner, keys) if keys else 0
        if len(keys) == len(entries):
            self._store.forget_holder(owner)
        return removed

    def _is_withdrawn(self, owner: str, about: str) -> bool:
        """Return whether a subject is gone, or a conflict of interest excludes an officer from it."""
        try:
            model = read_subject(self._context, self._subjects, about)
        except Damaged:  # the draft stays until the subject is restored; meanwhile only reading it is refused
            return False
        if model is None:
            return True
        excluded = self._subjects[Ref.parse(about).kind].kind.excluded(model)
        return not {*excluded}.isdisjoint(self._permits.list_marks(owner))


def read_subject(context: UseCaseContext, subjects: Subjects, about: str) -> Any:
    """Return the subject of a draft, or None if it doesn't exist or was purged."""
    ref = Ref.parse(about)
    kind = subjects[ref.kind].kind
    record = context.storage.records.get(kind.name, ref.id)
    try:
        return None if record is None else context.open_record(kind, record)
    except Purged:
        return None
