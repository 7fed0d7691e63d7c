"""What of the notes of a case may leave, to those who may read the case."""

from datetime import datetime

from anninh_core.usecase.views import view


@view(listed=("at", "by", "words"))
class CaseNoteView:
    """What an officer wrote into the file of a case. Other fields are as in `CaseNote`.

    Attributes:
        words: "" where `is_withheld`: whoever reported the case had the use of their data restricted.
    """

    id: str
    version: int
    by: str
    at: datetime
    words: str
    is_withheld: bool
