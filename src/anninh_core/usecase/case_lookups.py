"""Lookups about a case that one domain module does for another; injected, as modules don't import each other."""

from collections.abc import Callable

from anninh_core.usecase.read_session import ReadSession

IsRestricted = Callable[[str, str], bool]
"""Function from a closed case and its reporter to whether the use of their data is restricted."""
OpensRestrictions = Callable[[ReadSession], IsRestricted]
"""Function that returns an `IsRestricted` for one session."""

NotesLook = Callable[[ReadSession, str, int], None]
"""Function that records that the actor views a case (`kind:id`) in a version."""


def restrict_nothing(_session: ReadSession) -> IsRestricted:
    """Return a lookup without restrictions."""
    return lambda _case, _resident: False


def note_nothing(_session: ReadSession, _case: str, _version: int) -> None:
    """Record no view."""
