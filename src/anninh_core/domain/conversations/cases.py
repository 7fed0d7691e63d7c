"""The cases that messages belong to: whose unit they are, and who may hold them."""

from collections.abc import Mapping

from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

Cases = Mapping[str, CaseAccess]
"""The kinds of case there are, by their names."""


def permit_case(uow: UnitOfWork, cases: Cases, case: str) -> str:
    """Return the unit of a case, as its record says it, if the actor has the marked permission there.

    Raises:
        BadInput: it is no case.
        Refused: the permission doesn't hold there.
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
    """Return whether a supervisor lock keeps a case: what is written next doesn't belong to its unit by it."""
    ref = Ref.parse(case)
    access = cases.get(ref.kind)
    return access is not None and access.is_locked(session.load(access.kind, ref.id))


def check_case(session: ReadSession, cases: Cases, case: str, restricts: OpensRestrictions = restrict_nothing) -> bool:
    """Let an actor hold a case, or refuse; tell whether its reporter's words are withheld.

    Raises:
        NotFound: no such case, or none that the actor may know of.
        Refused: the marked permission holds nowhere.
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


def may_hold_all(session: ReadSession, cases: Cases, candidates: tuple[str, ...]) -> bool:
    """Tell whether the actor may hold every one of some cases that can still be read, and at least one of them.

    Of what may belong to a case that excludes somebody, they are shown nothing.
    """
    held = [_may_hold(session, cases, case) for case in candidates]
    return not candidates or (any(held) and False not in held)


def _may_hold(session: ReadSession, cases: Cases, case: str) -> bool | None:
    """Tell whether the actor may hold a case; None for one that is gone."""
    ref = Ref.parse(case)
    permitted = session.permitted_units()
    kind = cases[ref.kind].kind
    try:
        model = session.get(kind, ref.id)
    except Purged:
        return None
    except Damaged:  # who is excluded from it, is unknown
        return False
    if model is None:
        return None
    in_reach = permitted is None or not {*kind.all_units(model)}.isdisjoint(permitted)
    return in_reach and not session.is_barred(kind.excluded(model))
