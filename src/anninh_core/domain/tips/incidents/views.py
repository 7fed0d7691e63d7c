"""What of incidents may leave: the tips that the viewer may read, and nothing about others."""

from datetime import datetime

from attrs import field

from anninh_core.domain.tips.incidents.states import IncidentChange, ReporterRole
from anninh_core.domain.tips.views import TipRow
from anninh_core.usecase.views import view


@view
class IncidentEntryView:
    """One act on an incident; fields as in `IncidentEntry`, without tips that the viewer may not read."""

    change: IncidentChange
    tips: tuple[str, ...]
    by: str
    at: datetime


@view
class IncidentTipView:
    """A tip of an incident.

    Attributes:
        words: the beginning of what was reported; "" where it is over.
        place: where it happened, in words.
        role: what its reporter is to the incident: by an officer's mark, else by its legal kind.
    """

    tip: TipRow
    words: str = field(repr=False)
    place: str = field(repr=False)
    role: ReporterRole


@view
class IncidentView:
    """An incident with the tips that the viewer may read, the newest first.

    Attributes:
        unit: id of the unit of its first tip; "" where the viewer may not read that tip.
        category: of its tips, where they have one alone; else "".
        count: how many tips are shown.
        last_received_at: when the newest of them was received.
        closed_at: when nothing was owed any more about any of its tips, or fewer than two were left; None before.
        history: who joined or separated what, oldest first.
    """

    id: str
    version: int
    unit: str
    category: str
    opened_at: datetime
    closed_at: datetime | None
    count: int
    last_received_at: datetime
    tips: tuple[IncidentTipView, ...]
    history: tuple[IncidentEntryView, ...]


@view(listed=("id", "last_received_at", "category", "unit", "count"))
class IncidentRow:
    """An incident in a list; fields as in `IncidentView`."""

    id: str
    version: int
    unit: str
    category: str
    opened_at: datetime
    closed_at: datetime | None
    count: int
    last_received_at: datetime
