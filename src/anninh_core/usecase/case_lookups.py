"""What services of one domain module ask of another one about a case; they are handed it, as modules don't meet."""

from collections.abc import Callable

from anninh_core.usecase.read_session import ReadSession

IsRestricted = Callable[[str, str], bool]
"""Tells of a case that is over, and who reported it, whether the use of their data was restricted."""
OpensRestrictions = Callable[[ReadSession], IsRestricted]
"""Returns what tells that in one act."""

NotesLook = Callable[[ReadSession, str, int], None]
"""Notes that the actor looks at a case (`kind:id`) in a version."""


def restrict_nothing(_session: ReadSession) -> IsRestricted:
    """Restrict nothing."""
    return lambda _case, _resident: False


def note_nothing(_session: ReadSession, _case: str, _version: int) -> None:
    """Note no look."""
