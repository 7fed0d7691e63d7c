"""What leads from a case to whoever is behind it."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.read_session import ReadSession

Vault = Callable[[ReadSession, str], Identity]
"""Reads the identity behind a conversation id: only disclosures and emergency openings are handed one."""


@frozen
class CaseReader:
    """Reads cases of every kind.

    Attributes:
        cases: the kinds of case there are, by their names.
    """

    cases: Mapping[str, CaseAccess]

    def read(self, session: ReadSession, case: str) -> tuple[Any, CaseAccess]:
        """Return a case (`kind:id`) that the actor may read, and its kind.

        Raises:
            NotVisible: there is no such case, or it isn't the actor's to read, by unit or by a conflict of interest.
            BadInput: it is no case.
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
        """Return the conversation id of whoever is behind a case, or raise `BadInput`."""
        resident = self.cases[Ref.parse(case).kind].kind.resident(model)
        if not resident:
            raise BadInput(
                "{case} has no reporter who wrote in a chat: ask the officer who recorded it whose report it is.",
                case=case,
            )
        return resident

    def is_there(self, session: ReadSession, case: str) -> bool:
        """Tell whether a case can still be read: one that was purged can't, by anybody."""
        ref = Ref.parse(case)
        return session.get_readable(self.cases[ref.kind].kind, ref.id) is not None

    def get_excluded(self, session: ReadSession, case: str) -> tuple[str, ...]:
        """Return the officers whom a conflict of interest keeps away from a case that can be read."""
        ref = Ref.parse(case)
        kind = self.cases[ref.kind].kind
        return kind.excluded(session.load(kind, ref.id))

    def is_excluded(self, session: ReadSession, case: str) -> bool:
        """Tell whether the actor is excluded from a case; of one that was purged nobody knows, and nothing is told."""
        ref = Ref.parse(case)
        return ref.kind in self.cases and session.is_excluded(self.cases[ref.kind].kind, ref.id)
