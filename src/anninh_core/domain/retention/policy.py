"""Retention policies: for each kind of record with limited retention, from which day its period runs."""

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
        kind: each of its records has a scope of its own, `kind:id`.
        data: kind of data, as the profile's retention names it.
        part_column: the column of the kind that says into which other record one was merged, "" for none.
        words: where the words stand that a case is about, in a record of its own id; () where the case has them itself.
        resident_column: the column of the kind that says whose case a record is, in its order `newest`.
        ended_on: the day from which the time counts; None as long as anything is owed, an appeal included.
    """

    kind: Kind[M]
    data: str
    resident_column: str
    part_column: str = ""
    words: Sequence[SealedWith] = ()
    ended_on: Callable[[M], date | None]

    def is_open(self, uow: UnitOfWork, id: str) -> bool:
        """Tell whether a record isn't over; the commit fails if that changes meanwhile."""
        model = uow.get_unpurged(self.kind, id)
        if model is None:  # there is none, or its key is gone already
            return False
        uow.guard_version(self.kind, model)
        return self.ended_on(model) is None


def is_case_open(keepings: Mapping[str, RetentionPolicy[Any]], uow: UnitOfWork, case: str) -> bool:
    """Tell whether a case isn't over; the commit fails if that changes meanwhile.

    Args:
        keepings: how the kinds are kept whose cases end, by their names.
        uow: the act that goes by it.
        case: `kind:id`; of a kind that isn't among them it never is.
    """
    ref = Ref.parse(case)
    return ref.kind in keepings and keepings[ref.kind].is_open(uow, ref.id)
