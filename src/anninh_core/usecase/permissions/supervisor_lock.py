"""The supervisor lock, which keeps a report that accuses the organisation's own people away from them. Unlike an
exclusion, it can be lifted.
"""

from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.usecase.permissions.permits import build_unit_mark
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.supervision import AccusedKind


@view
class SupervisorLockView:
    """The supervisor lock of a report, as readers of the report see it.

    Attributes:
        accused: kinds of accused.
        units: ids of the accused units, as far as known.
        supervisor: id of the supervising unit; "" if only an outside office supervises the accused.
        locked_at: time of the lock.
        decide_by: deadline for a person of the supervising unit to confirm or lift it, before its escalation begins.
        confirmed_by, confirmed_at: officer who confirmed it, and when; "" and None before.
        lifted_by, lifted_at: officer who lifted it, and when; "" and None before.
        reason: reason, in that officer's words.
        is_active: whether it keeps the accused away.
        is_undecided: whether no person has decided about it.
    """

    accused: tuple[AccusedKind, ...]
    units: tuple[str, ...]
    supervisor: str
    locked_at: datetime
    decide_by: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    lifted_by: str
    lifted_at: datetime | None
    reason: str
    is_active: bool
    is_undecided: bool


@frozen(kw_only=True)
class SupervisorLock:
    """A lock that keeps a report away from the units that it accuses, until a person of the supervising unit lifts it.

    The report belongs to the supervising unit meanwhile, so that the readers of that unit's reports may read it.
    Officers of an accused unit may not, whatever their grants.

    Attributes:
        accused: kinds of accused.
        units: ids of the accused units, as far as known.
        supervisor: id of the supervising unit; "" if only an outside office supervises the accused.
        place: unit that owns the report after the lock is lifted.
        locked_at: time of the lock.
        decide_by: deadline for a person to confirm or lift it, before the supervising unit's escalation begins.
        confirmed_by, confirmed_at: officer who confirmed it, and when; "" and None before.
        lifted_by, lifted_at: officer who lifted it, and when; "" and None before.
        reason: reason, in that officer's words.
    """

    accused: tuple[AccusedKind, ...]
    units: tuple[str, ...]
    supervisor: str
    place: str
    locked_at: datetime
    decide_by: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    lifted_by: str = ""
    lifted_at: datetime | None = None
    reason: str = field(default="", repr=False)

    def to_view(self) -> SupervisorLockView:
        """Return the lock as a read-only view."""
        return make_view(SupervisorLockView, self)

    @property
    def is_active(self) -> bool:
        """Whether the lock keeps the accused units away from the report."""
        return not self.lifted_by

    @property
    def is_undecided(self) -> bool:
        """Whether no person has confirmed or lifted the lock yet."""
        return not (self.confirmed_by or self.lifted_by)

    @property
    def is_outside(self) -> bool:
        """Whether no unit of the district's tree supervises the accused."""
        return not self.supervisor

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of the units that the lock bars, in the form that conflicts of interest use."""
        return tuple(map(build_unit_mark, self.units)) if self.is_active else ()

    def with_accused(self, accused: tuple[AccusedKind, ...], units: tuple[str, ...]) -> "SupervisorLock":
        """Return a copy of the lock with further kinds of accused and accused units."""
        return evolve(
            self,
            accused=tuple(dict.fromkeys((*self.accused, *accused))),
            units=tuple(dict.fromkeys((*self.units, *units))),
        )

    def confirmed(self, by: str, at: datetime, reason: str) -> "SupervisorLock":
        """Return a copy of the lock after a person of the supervising unit confirmed it."""
        return evolve(self, confirmed_by=by, confirmed_at=at, reason=reason)

    def lifted(self, by: str, at: datetime, reason: str) -> "SupervisorLock":
        """Return a copy of the lock after a person of the supervising unit lifted it."""
        return evolve(self, lifted_by=by, lifted_at=at, reason=reason)


def list_lock_marks(lock: SupervisorLock | None) -> tuple[str, ...]:
    """Return the marks of the units that a lock bars; () without a lock."""
    return () if lock is None else lock.marks
