"""Data subject requests, and a profile's rules about them: legal time limits, ways to verify identity."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from anninh_core._moved import keep_moved


class RightsKind(StrEnum):
    """Kind of a data subject request.

    `ACCESS` is to know which data are kept, and to have a copy; `OBJECTION` is against the use of data, or withdraws a
    consent.
    """

    ACCESS = "access"
    """To know which data are kept."""
    CORRECTION = "correction"
    """To have data corrected."""
    RESTRICTION = "restriction"
    """To suspend the use of data."""
    DELETION = "deletion"
    """To have data destroyed."""
    OBJECTION = "objection"
    """To stop the use of data."""


@frozen(kw_only=True)
class RightsLimit:
    """Time limit of the authority for a kind of request.

    Attributes:
        limit: `72h`, `10d`, `3wd` (working days) or `1m`.
        extension: length of a single extension with a reason, in the same unit; "" if it can't be extended.
        source: the rule of law, or the district's own convention.
        own: whether it is the district's own convention instead of a rule of law.
        warn_days: days before the earlier reading of the limit on which a warning is due.
        moves: whether a limit that ends on a day off ends on the next working day, by the rule in `moves_by`.
        checked_on: day of the last comparison with the law's text by a person; None for never.
        kinds: kinds of request that it applies to.
        moves_by: the law that moves its end.
    """

    kinds: frozenset[str]
    limit: str
    source: str
    extension: str = ""
    own: bool = False
    warn_days: int = 3
    valid_from: date = date.min
    valid_to: date = date.max
    moves: bool = False
    moves_by: str = ""
    checked_on: date | None = None


@frozen(kw_only=True)
class RightsRules:
    """Rules of `[rights]`.

    Attributes:
        ways: code -> name of the ways, other than the chat, for a person to prove their identity.
        deliveries: code -> name of the ways, other than the chat, to deliver a copy or an answer.
    """

    limits: tuple[RightsLimit, ...] = ()
    ways: Mapping[str, str] = field(factory=dict)
    deliveries: Mapping[str, str] = field(factory=dict)

    def find_limit(self, kind: str, day: date) -> RightsLimit | None:
        """Return the limit for a kind of request received on a day, or None."""
        fits = (limit for limit in self.limits if kind in limit.kinds and limit.valid_from <= day <= limit.valid_to)
        return next(fits, None)


keep_moved(__name__, "rules")
