"""Upkeep of drafts, which deletes expired and withdrawn drafts and finds owners to be warned before one expires."""

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
"""Access to the records that a draft can be about, by the name of their kind."""


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
        return sum(self._delete_withdrawn_of_owner(owner) for owner in self._store.holders())

    def iter_expiring(self) -> Iterator[tuple[str, tuple[DraftEntry, ...]]]:
        """Yield officers with their drafts that expire soon and that they weren't notified of."""
        now = self._context.clock.now()
        for owner in self._store.holders():
            entries = tuple(
                entry for entry in self._store.entries(owner) if entry.is_expiring(now) and not entry.warned
            )
            if entries:
                yield owner, entries

    def record_warning(self, owner: str) -> None:
        """Record that an officer was notified of all drafts that expire soon."""
        self._store.record_warning(owner)

    def _delete_withdrawn_of_owner(self, owner: str) -> int:
        now = self._context.clock.now()
        entries = self._store.entries(owner)
        keys = [entry.key for entry in entries if entry.is_over(now) or self._is_withdrawn(owner, entry.about)]
        removed = self._store.remove(owner, keys) if keys else 0
        if len(keys) == len(entries):
            self._store.forget_holder(owner)
        return removed

    def _is_withdrawn(self, owner: str, about: str) -> bool:
        """Return whether a draft about a subject must be withdrawn: the subject is gone, or a conflict of interest
        excludes the draft's owner from it.
        """
        try:
            model = read_subject(self._context, self._subjects, about)
        # The draft stays until its damaged subject is restored; meanwhile only reading the draft is refused.
        except Damaged:
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
