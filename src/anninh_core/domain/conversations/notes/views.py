"""Views of notes, for officers who may read the case."""

from datetime import datetime

from anninh_core.usecase.views import view


@view(listed=("at", "by", "words"))
class CaseNoteView:
    """A note in the file of a case. Other fields are as in `CaseNote`.

    Attributes:
        words: text of the note; "" if `is_withheld`: the case's reporter had the use of their data restricted.
    """

    id: str
    version: int
    by: str
    at: datetime
    words: str
    is_withheld: bool
