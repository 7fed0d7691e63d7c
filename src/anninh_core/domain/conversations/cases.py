"""Functions that check the access to the cases that messages belong to."""

from collections.abc import Mapping

from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

Cases = Mapping[str, CaseAccess]
"""Access to the records of each kind of case, by the name of the kind."""


def check_case_permission(uow: UnitOfWork, cases: Cases, case: str) -> str:
    """Return the unit of a case according to its record, after checking the actor's permission there.

    Raises:
        BadInput: `case` doesn't name a case.
        Refused: the actor doesn't have the permission in that unit.
    """
    ref = Ref.parse(case)
    access = cases.get(ref.kind)
    if access is None:
        raise BadInput(
            "{case!r} isn't a case: name one as kind:id, with one of the kinds {allowed}.",
            case=case,
            allowed=", ".join(cases) or "no kind",
        )
    unit = access.kind.unit(uow.load(access.kind, ref.id))
    uow.permit(unit)
    return unit


def is_locked_case(session: ReadSession, cases: Cases, case: str) -> bool:
    """Return whether a supervisor lock keeps a case from the units that it accuses.

    The next messages of its conversation then don't belong to the unit of the case.
    """
    ref = Ref.parse(case)
    access = cases.get(ref.kind)
    return access is not None and access.is_locked(session.load(access.kind, ref.id))


def check_case(session: ReadSession, cases: Cases, case: str, restricts: OpensRestrictions = restrict_nothing) -> bool:
    """Check that the actor may read a case; return whether its reporter's text is withheld.

    Raises:
        NotFound: no such case, or none that the actor may know of.
        Refused: the actor doesn't have the permission in any unit.
    """
    session.permitted_units()
    ref = Ref.parse(case)
    access = cases.get(ref.kind)
    if access is None:
        raise NotFound(
            "{case!r} isn't a case: name one as kind:id, with one of the kinds {allowed}.",
            kind="case",
            id=case,
            case=case,
            allowed=tuple(cases),
        )
    model = session.include(access.read, ref.id)
    return access.is_over(model) and restricts(session)(str(ref), access.kind.resident(model))


def may_read_all_cases(session: ReadSession, cases: Cases, candidates: tuple[str, ...]) -> bool:
    """Return whether the actor may read all candidate cases that still exist, and at least one of them; True without
    candidates.

    A message that may belong to a case with an excluded officer isn't shown to that officer.
    """
    readable = [_may_read_case(session, cases, case) for case in candidates]
    return not candidates or (any(readable) and False not in readable)


def _may_read_case(session: ReadSession, cases: Cases, case: str) -> bool | None:
    """Return whether the actor may read a case, or None if it doesn't exist any more."""
    ref = Ref.parse(case)
    permitted = session.permitted_units()
    kind = cases[ref.kind].kind
    try:
        model = session.get(kind, ref.id)
    except Purged:
        return None
    except Damaged:  # The record is damaged, so it is unknown which officers are excluded from the case.
        return False
    if model is None:
        return None
    in_reach = permitted is None or not {*kind.all_units(model)}.isdisjoint(permitted)
    return in_reach and not session.is_barred(kind.excluded(model))
