"""Who acts."""

from enum import Enum

from attrs import evolve, frozen

from anninh_core.kernel.refs import Ref
from anninh_core.ports.authenticator import VOUCHED, SignIn
from anninh_core.vocabulary.permissions import Permission


class ActorKind(Enum):
    """A person with grants, or a part of this program with a fixed, small set of permissions."""

    PERSON = "person"
    SYSTEM = "system"


@frozen
class Actor:
    """Who acts, and under which request key.

    Attributes:
        id: officer id, or the name of a part of the program.
        request: idempotency key of this one act ("" for none): carried out at most once.
        sign_in: how a person is known. Only who authenticates people sets it.
    """

    kind: ActorKind
    id: str
    request: str = ""
    sign_in: SignIn = VOUCHED

    @property
    def label(self) -> str:
        """How the journal names the actor."""
        return str(Ref(self.kind.value, self.id))

    def with_request(self, request: str) -> "Actor":
        """Return the same actor with a request key."""
        return evolve(self, request=request)


def person(officer: str, sign_in: SignIn = VOUCHED) -> Actor:
    """Return an officer as an actor. The caller must have authenticated the officer, and says how.

    Who says nothing vouches for the officer: such an actor may do all that the officer may.
    """
    return Actor(ActorKind.PERSON, officer, sign_in=sign_in)


def system(part: str) -> Actor:
    """Return a part of the program as an actor."""
    return Actor(ActorKind.SYSTEM, part)


SYSTEM_PERMISSIONS = {
    # The first officers of an empty store, appointed by whoever holds its keys.
    "setup": frozenset({Permission.GRANT}),
    # Who asks to be known isn't known yet.
    "door": frozenset({Permission.SIGN_IN}),
    # Whoever holds the machine with its keys and the recovery copy too, where nobody is left who may grant.
    "recovery": frozenset({Permission.BREAK_GLASS}),
    # What arrives from outside becomes a record; nothing is decided about it.
    "router": frozenset({Permission.INTAKE}),
    # Opens the address that a message goes to, and records the results of sending.
    "delivery": frozenset({Permission.INTAKE, Permission.ADDRESS_OPEN}),
    # What the plan's dates ask for.
    "clock": frozenset({Permission.PLAN_URGE, Permission.GROUP_RUN}),
    # What was kept for as long as the profile says is purged, and living keys go under the new epoch.
    "keeper": frozenset({Permission.OPERATE}),
}
"""The whole of what parts of the program may do. None of these permissions decides anything about a person."""
