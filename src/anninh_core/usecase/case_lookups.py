"""Lookups about a case that one domain module does for another; injected, as modules don't import each other."""

from collections.abc import Callable

from anninh_core.usecase.read_session import ReadSession

IsRestricted = Callable[[str, str], bool]
"""Takes a closed case and its reporter; returns whether the use of their data was restricted."""
OpensRestrictions = Callable[[ReadSession], IsRestricted]
"""Returns the function that answers it within one act."""

NotesLook = Callable[[ReadSession, str, int], None]
"""Notes that the actor looks at a case (`kind:id`) in a version."""


def restrict_nothing(_session: ReadSession) -> IsRestricted:
    """Restrict nothing."""
    return lambda _case, _resident: False


def note_nothing(_session: ReadSession, _case: str, _version: int) -> None:
    """Note no look."""
