"""Capabilities of a backend: which abilities it has, and the reasons for limits."""

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from anninh_core.kernel.errors import Unsupported


class Support(Enum):
    """How far a backend supports an ability. "Impossible" and "not yet" are different values."""

    FULL = "full"
    PARTIAL = "partial"
    NOT_YET = "not yet"
    IMPOSSIBLE = "impossible"


@frozen
class Ability:
    """How far a backend supports one ability, with the reason for any limit.

    Attributes:
        support: `FULL`, `PARTIAL` (with a person's help, or not always), `NOT_YET` or `IMPOSSIBLE`.
        note: reason, in a sentence; "" only for full support.
    """

    support: Support
    note: str = ""


@frozen
class Capabilities:
    """All abilities of one backend. An ability without an entry is `NOT_YET`.

    Attributes:
        owner: name of the backend in refusals, such as "the modem 'phone'".
        abilities: name of the ability -> its support.
    """

    owner: str
    abilities: Mapping[str, Ability] = field(factory=dict)

    def of(self, name: str) -> Ability:
        """Return how far the backend supports the ability `name`."""
        return self.abilities.get(name, Ability(Support.NOT_YET, "not stated"))

    def can(self, name: str) -> bool:
        """Return whether the backend supports the ability `name` at least in part."""
        return self.of(name).support in (Support.FULL, Support.PARTIAL)

    def require(self, name: str) -> None:
        """Raise `Unsupported` with the backend's reason, unless the ability `name` is supported at least in part."""
        if not self.can(name):
            raise self.refusal(name)

    def refusal(self, name: str) -> Unsupported:
        """Return the error that gives the backend's reason why the ability `name` isn't supported."""
        ability = self.of(name)
        return Unsupported(
            "{ability!r} isn't supported by {owner} ({support}): {reason}.",
            owner=self.owner,
            ability=name.replace("_", " "),
            support=ability.support,
            reason=ability.note,
        )
