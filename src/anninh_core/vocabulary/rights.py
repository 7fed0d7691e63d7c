"""What people may ask about data of theirs, and a profile's rules about it: limits of the law, ways to be checked."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from anninh_core._moved import keep_moved


class RightsKind(StrEnum):
    """What somebody asks.

    `ACCESS` is to know what is kept, and to have a copy; `OBJECTION` is against the use of data, or takes a consent
    back.
    """

    ACCESS = "access"
    """To be told what is kept."""
    CORRECTION = "correction"
    """To have it corrected."""
    RESTRICTION = "restriction"
    """That it isn't used for now."""
    DELETION = "deletion"
    """That it is destroyed."""
    OBJECTION = "objection"
    """That it isn't used at all."""


@frozen(kw_only=True)
class RightsLimit:
    """How long the authority has for a kind of request.

    Attributes:
        limit: `72h`, `10d`, `3wd` (working days) or `1m`.
        extension: by how much it may be extended, once and with a reason, in the same unit; "" where it may not.
        source: the rule of law, or the district's own convention.
        own: whether it is the district's own and no rule of law.
        warn_days: how many days before the earlier reading of the limit a warning is due.
        moves: whether a limit that ends on a day off ends on the next working day, by the rule in `moves_by`.
        checked_on: day on which somebody last compared it with the law's text; None for never.
        kinds: which requests it is for.
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
        ways: code -> name of the ways, other than the chat, by which a person shows who they are.
        deliveries: code -> name of the ways, other than the chat, by which a copy or an answer reaches its person.
    """

    limits: tuple[RightsLimit, ...] = ()
    ways: Mapping[str, str] = field(factory=dict)
    deliveries: Mapping[str, str] = field(factory=dict)

    def find_limit(self, kind: str, day: date) -> RightsLimit | None:
        """Return the limit of a kind of request that was received on a day, None where there is none."""
        fits = (one for one in self.limits if kind in one.kinds and one.valid_from <= day <= one.valid_to)
        return next(fits, None)


keep_moved(__name__, "rules")
