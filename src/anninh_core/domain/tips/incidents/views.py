"""Read-only views of incidents, with only the tips that the viewer may read."""

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
        words: the beginning of the report; "" if the tip is over.
        place: place of the event, in words; "" if the tip is over.
        role: the reporter's role in the incident: as set by an officer, else by the tip's legal kind.
    """

    tip: TipRow
    words: str = field(repr=False)
    place: str = field(repr=False)
    role: ReporterRole


@view
class IncidentView:
    """An incident with the tips that the viewer may read, the newest first.

    Attributes:
        unit: id of the unit of its first tip; "" if the viewer may not read that tip.
        category: category of its tips, if they share a single category; else "".
        count: number of shown tips.
        last_received_at: when the newest of them was received.
        closed_at: when no work was owed any more on any of its tips, or fewer than two were left; None before.
        history: acts of joining and separating, oldest first.
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
