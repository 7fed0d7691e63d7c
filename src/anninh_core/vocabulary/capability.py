"""What a backend can do, in honest words."""

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from anninh_core.kernel.errors import Unsupported


class Support(Enum):
    """How far an ability reaches. "Can't" and "not yet" are different words."""

    FULL = "full"
    PARTIAL = "partial"
    NOT_YET = "not yet"
    IMPOSSIBLE = "impossible"


@frozen
class Ability:
    """One answer: how far, and why not further.

    Attributes:
        support: `FULL`, `PARTIAL` (with a person's help, or not always), `NOT_YET` or `IMPOSSIBLE`.
        note: why, in a sentence; "" only where it is full.
    """

    support: Support
    note: str = ""


@frozen
class Capabilities:
    """The answers of one backend. What isn't named is `NOT_YET`.

    Attributes:
        owner: how refusals call the backend, such as "the modem 'phone'".
        abilities: name of the ability -> answer.
    """

    owner: str
    abilities: Mapping[str, Ability] = field(factory=dict)

    def of(self, name: str) -> Ability:
        """Return the answer for `name`."""
        return self.abilities.get(name, Ability(Support.NOT_YET, "not stated"))

    def can(self, name: str) -> bool:
        """Tell whether `name` works at least in part."""
        return self.of(name).support in (Support.FULL, Support.PARTIAL)

    def require(self, name: str) -> None:
        """Raise `Unsupported` with the backend's own reason unless `name` works at least in part."""
        if not self.can(name):
            raise self.refusal(name)

    def refusal(self, name: str) -> Unsupported:
        """Return the error that says in the backend's own words why `name` can't be done."""
        ability = self.of(name)
        return Unsupported(
            "{ability!r} isn't supported by {owner} ({support}): {reason}.",
            owner=self.owner,
            ability=name.replace("_", " "),
            support=ability.support,
            reason=ability.note,
        )
