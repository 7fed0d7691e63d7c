"""Access from a case to its reporter."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.read_session import ReadSession

Vault = Callable[[ReadSession, str], Identity]
"""Type of a function that reads the identity of a conversation id; only disclosures and emergency openings get it."""


@frozen
class CaseReader:
    """Reads cases of every kind.

    Attributes:
        cases: access to each kind of case, by name.
    """

    cases: Mapping[str, CaseAccess]

    def read(self, session: ReadSession, case: str) -> tuple[Any, CaseAccess]:
        """Return a case (`kind:id`) that the actor may read, and the access to its kind.

        Raises:
            NotVisible: the case doesn't exist, or the actor may not read it because of its unit or a conflict of
                interest.
            BadInput: `case` names no case.
        """
        ref = Ref.parse(case)
        if ref.kind not in self.cases:
            raise BadInput(
                "{case!r} isn't a case: name one as kind:id, with one of the kinds {allowed}.",
                case=case,
                allowed=tuple(self.cases),
            )
        access = self.cases[ref.kind]
        return session.include(access.read, ref.id), access

    def require_resident(self, case: str, model: Any) -> str:
        """Return the conversation id of a case's reporter, or raise `BadInput`."""
        resident = self.cases[Ref.parse(case).kind].kind.resident(model)
        if not resident:
            raise BadInput(
                "{case} has no reporter who wrote in a chat: ask the officer who recorded it whose report it is.",
                case=case,
            )
        return resident

    def is_readable(self, session: ReadSession, case: str) -> bool:
        """Return whether a case can still be read; a purged one can't."""
        ref = Ref.parse(case)
        return session.get_readable(self.cases[ref.kind].kind, ref.id) is not None

    def get_excluded(self, session: ReadSession, case: str) -> tuple[str, ...]:
        """Return the officers and units that a conflict of interest excludes from a readable case."""
        ref = Ref.parse(case)
        kind = self.cases[ref.kind].kind
        return kind.excluded(session.load(kind, ref.id))

    def is_excluded(self, session: ReadSession, case: str) -> bool:
        """Return whether the actor is excluded from a case; a purged case no longer records its exclusions."""
        ref = Ref.parse(case)
        return ref.kind in self.cases and session.is_excluded(self.cases[ref.kind].kind, ref.id)
