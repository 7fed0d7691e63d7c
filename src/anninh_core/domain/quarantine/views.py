"""What may leave of quarantined items."""

from datetime import datetime

from anninh_core.usecase.views import view


@view
class QuarantinedView:
    """An item that a part of the program leaves out.

    Attributes:
        consumer: which part: the name of a job, or of the event that it handles.
        about: `kind:id` of a record, or `journal:seq` of an entry.
        unit: of the last act on it.
        reason: class of the error.
        since: when it failed first.
        tries: how often it was tried since then.
        due_at: when it is tried again.
        released_at: when it was worked on; None while it is left out.
    """

    id: str
    version: int
    consumer: str
    about: str
    unit: str
    reason: str
    since: datetime
    tries: int
    due_at: datetime
    released_at: datetime | None
