"""An incident: tips that report the same event. It has no text of its own, and each tip stays complete."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from attrs import evolve, field, frozen

from anninh_core.domain.tips.incidents.states import IncidentChange, ReporterRole
from anninh_core.kernel.dates import local_date

_FEWEST = 2


@frozen(kw_only=True)
class IncidentEntry:
    """One act on an incident.

    Attributes:
        tips: ids of the tips that were joined or separated.
        by: officer who did it.
    """

    change: IncidentChange
    tips: tuple[str, ...]
    by: str
    at: datetime


@frozen(kw_only=True)
class Incident:
    """Tips that report the same event, grouped for reading and answering.

    Attributes:
        unit: unit of the first tip.
        tips: ids of its tips, in the order in which they were joined.
        history: acts of joining and separating, oldest first.
        roles: tip id -> its reporter's role in the incident, as set by an officer.
        opened_at: when the first tips were joined.
        closed_at: when no work was owed any more on any of its tips, or fewer than two were left; None before.
    """

    id: str
    unit: str
    opened_at: datetime
    tips: tuple[str, ...] = ()
    history: tuple[IncidentEntry, ...] = ()
    roles: Mapping[str, ReporterRole] = field(factory=dict)
    closed_at: datetime | None = None
    version: int = 0

    @property
    def closed_on(self) -> date | None:
        """The day on which the incident was closed; None before."""
        return local_date(self.closed_at) if self.closed_at else None

    @property
    def is_dissolved(self) -> bool:
        """Whether fewer than two tips of the incident are left: a single tip is no incident."""
        return len(self.tips) < _FEWEST

    @property
    def cases(self) -> tuple[str, ...]:
        """All tips that were ever joined to the incident, as `tip:id`."""
        return tuple(dict.fromkeys(f"tip:{id}" for entry in self.history for id in entry.tips))

    def joined(self, tips: Collection[str], by: str, at: datetime) -> "Incident":
        """Return the incident with further tips; tips that it already has are ignored."""
        new = tuple(dict.fromkeys(tip for tip in tips if tip not in self.tips))
        if not new:
            return self
        entry = IncidentEntry(change=IncidentChange.JOINED, tips=new, by=by, at=at)
        return evolve(self, tips=(*self.tips, *new), history=(*self.history, entry), closed_at=None)

    def separated(self, tips: Collection[str], by: str, at: datetime) -> "Incident":
        """Return the incident without some tips. A single remaining tip is separated as well, which closes the
        incident.
        """
        others = tuple(tip for tip in self.tips if tip not in tips)
        remaining = others if len(others) >= _FEWEST else ()
        removed = tuple(tip for tip in self.tips if tip not in remaining)
        if not removed:
            return self
        entry = IncidentEntry(change=IncidentChange.SEPARATED, tips=removed, by=by, at=at)
        roles = {tip: role for tip, role in self.roles.items() if tip in remaining}
        incident = evolve(self, tips=remaining, history=(*self.history, entry), roles=roles)
        return incident if remaining else evolve(incident, closed_at=at)

    def with_role(self, tip: str, role: ReporterRole) -> "Incident":
        """Return the incident with a reporter's role."""
        return evolve(self, roles={**self.roles, tip: role})

    def followed(self, at: datetime, *, is_owed: bool) -> "Incident":
        """Return the incident updated after a change of its tips: open while work is owed on one of them, else
        closed.
        """
        if is_owed and not self.is_dissolved:
            return evolve(self, closed_at=None)
        return self if self.closed_at is not None else evolve(self, closed_at=at)
