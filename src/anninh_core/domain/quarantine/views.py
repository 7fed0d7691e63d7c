from datetime import datetime

from anninh_core.usecase.views import view


@view
class QuarantinedView:
    """An item that a part of the program skips. Fields are as in `Quarantined`."""

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
