"""A note in the file of a case: encrypted in the case's scope and purged with it."""

from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.domain.conversations.notes.views import CaseNoteView
from anninh_core.domain.index_specs import CASE_NOTE_SPEC
from anninh_core.kernel.identifiers import Identifying
from anninh_core.usecase.kinds import Kind, format_hour
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class CaseNote:
    """A note that an officer wrote in the file of a case.

    Attributes:
        case: `kind:id` of the case.
        unit: unit of the case when the note was written or moved to another case.
        by: officer id.
        is_withheld: whether its text isn't shown because the reporter's data may not be used; never stored.
    """

    id: str
    case: str
    unit: str
    by: str
    at: datetime
    words: str = field(repr=False)
    is_withheld: bool = False
    version: int = 0

    def withheld(self) -> "CaseNote":
        """Return the note without its text, for a case with withheld messages: officers repeat their content."""
        return evolve(self, words="", is_withheld=True)

    def moved(self, case: str, unit: str) -> "CaseNote":
        """Return the note in the file of another case, to which its own case was joined."""
        return evolve(self, case=case, unit=unit)

    def to_view(self) -> CaseNoteView:
        """Return the view of the note."""
        return make_view(CaseNoteView, self)


CASE_NOTE = Kind(
    spec=CASE_NOTE_SPEC,
    model=CaseNote,
    columns=lambda note: {"case": note.case, "hour": format_hour(note.at)},
    scope=lambda note: note.case,
    identifying=lambda note: Identifying(words=note.words),
    numbered=True,
)
