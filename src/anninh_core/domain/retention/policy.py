"""Retention policies, which define for each kind of case the day on which its retention period begins."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic

from attrs import frozen

from anninh_core.domain.retention.sealed import SealedWith
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.unit_of_work import UnitOfWork


@frozen(kw_only=True)
class RetentionPolicy(Generic[M]):
    """How long records of a kind are kept.

    Attributes:
        kind: kind whose records each have a scope of their own, `kind:id`.
        data: kind of data, as the profile's retention names it.
        part_column: column with the id of the record that a record was merged into, "" for none.
        words: kinds of records, with the same id, that have the texts that a case is about; () if the case has them
            itself.
        resident_column: column with the resident, which the order `newest` includes.
        ended_on: returns the day on which the retention period begins; None while an action or appeal is pending.
    """

    kind: Kind[M]
    data: str
    resident_column: str
    part_column: str = ""
    words: Sequence[SealedWith] = ()
    ended_on: Callable[[M], date | None]

    def is_open(self, uow: UnitOfWork, id: str) -> bool:
        """Return whether a record is still open; the commit fails if that changes meanwhile."""
        model = uow.get_unpurged(self.kind, id)
        if model is None:  # The record doesn't exist, or its key is destroyed already.
            return False
        uow.guard_version(self.kind, model)
        return self.ended_on(model) is None


def is_case_open(policies: Mapping[str, RetentionPolicy[Any]], uow: UnitOfWork, case: str) -> bool:
    """Return whether a case is still open; the commit fails if that changes meanwhile.

    Args:
        policies: retention policies of the kinds of case, by name.
        uow: unit of work of the caller.
        case: `kind:id`; False for a kind without policy.
    """
    ref = Ref.parse(case)
    return ref.kind in policies and policies[ref.kind].is_open(uow, ref.id)
