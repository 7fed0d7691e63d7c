"""What becomes of drafts without their owners: what is over or withdrawn goes, and owners are warned."""

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
"""What a draft may be about: the kinds, by their names."""


class DraftUpkeep:
    """Looks after the drafts of all officers; it opens the words of none.

    Args:
        context: where they lie.
        permits: tells by what a conflict of interest names an officer.
        subjects: what they may be about.
    """

    def __init__(self, context: UseCaseContext, permits: Permits, subjects: Subjects) -> None:
        self._context = context
        self._permits = permits
        self._subjects = subjects
        self._store = DraftStore(context)

    def withdraw(self) -> int:
        """Take away what is over, whose subject was purged, or from whose case its owner was excluded; return how many.

        Until then nobody reads it either.
        """
        return sum(self._withdraw_of(owner) for owner in self._store.holders())

    def iter_expiring(self) -> Iterator[tuple[str, tuple[DraftEntry, ...]]]:
        """Yield officers with those of their drafts that go soon, of which they weren't told."""
        now = self._context.clock.now()
        for owner in self._store.holders():
            entries = tuple(one for one in self._store.entries(owner) if one.is_expiring(now) and not one.warned)
            if entries:
                yield owner, entries

    def note_warned(self, owner: str) -> None:
        """Note that an officer was told of all that goes soon."""
        self._store.note_warned(owner)

    def _withdraw_of(self, owner: str) -> int:
        now = self._context.clock.now()
        entries = self._store.entries(owner)
        gone = [one.key for one in entries if one.is_over(now) or self._is_withdrawn(owner, one.about)]
        removed = self._store.remove(owner, gone) if gone else 0
        if len(gone) == len(entries):
            self._store.forget_holder(owner)
        return removed

    def _is_withdrawn(self, owner: str, about: str) -> bool:
        """Tell whether a subject is gone, or a conflict of interest keeps an officer away from it."""
        try:
            model = read_subject(self._context, self._subjects, about)
        except Damaged:  # its draft stays until the subject is restored; only reading it is refused meanwhile
            return False
        if model is None:
            return True
        excluded = self._subjects[Ref.parse(about).kind].kind.excluded(model)
        return not {*excluded}.isdisjoint(self._permits.list_marks(owner))


def read_subject(context: UseCaseContext, subjects: Subjects, about: str) -> Any:
    """Return what a draft is about, None where it isn't there or was purged."""
    ref = Ref.parse(about)
    kind = subjects[ref.kind].kind
    record = context.storage.records.get(kind.name, ref.id)
    try:
        return None if record is None else context.open_record(kind, record)
    except Purged:
        return None
