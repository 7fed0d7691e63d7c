"""Data subject requests, and a profile's rules about them: legal time limits, and ways to verify identity."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from anninh_core._moved import keep_old_imports


class RightsKind(StrEnum):
    """Kind of a data subject request.

    `ACCESS` asks which data are kept, and for a copy of them; `OBJECTION` is against the use of data, or withdraws a
    consent.
    """

    ACCESS = "access"
    """The person wants to know which data are kept."""
    CORRECTION = "correction"
    """The person wants data corrected."""
    RESTRICTION = "restriction"
    """The person wants the use of data suspended."""
    DELETION = "deletion"
    """The person wants data destroyed."""
    OBJECTION = "objection"
    """The person wants the use of data stopped."""


@frozen(kw_only=True)
class RightsLimit:
    """Time limit within which the authority must answer a kind of data subject request.

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
    """A profile's rules for data subject requests, from its section `[rights]`.

    Attributes:
        ways: code -> name of the ways, other than the chat, for a person to prove their identity.
        deliveries: code -> name of the ways, other than the chat, to deliver a copy or an answer.
    """

    limits: tuple[RightsLimit, ...] = ()
    ways: Mapping[str, str] = field(factory=dict)
    deliveries: Mapping[str, str] = field(factory=dict)

    def find_limit(self, kind: str, day: date) -> RightsLimit | None:
        """Return the time limit for a kind of data subject request received on a day, or None."""
        fits = (limit for limit in self.limits if kind in limit.kinds and limit.valid_from <= day <= limit.valid_to)
        return next(fits, None)


keep_old_imports(__name__, "rules")
