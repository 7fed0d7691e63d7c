"""Lookups about a case that one domain module does for another. They are injected, because modules don't import each
other.
"""

from collections.abc import Callable

from anninh_core.usecase.read_session import ReadSession

IsRestricted = Callable[[str, str], bool]
"""A function that returns, for a closed case and its reporter, whether the use of the reporter's data is restricted."""
OpensRestrictions = Callable[[ReadSession], IsRestricted]
"""Function that returns an `IsRestricted` for one session."""

NotesLook = Callable[[ReadSession, str, int], None]
"""A function that records that the actor views a version of a case, named as `kind:id`."""


def restrict_nothing(_session: ReadSession) -> IsRestricted:
    """Return a lookup for which no case has restrictions."""
    return lambda _case, _resident: False


def note_nothing(_session: ReadSession, _case: str, _version: int) -> None:
    """Do nothing, where views of cases aren't recorded."""
