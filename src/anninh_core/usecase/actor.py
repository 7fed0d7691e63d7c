"""Who acts, what they saw before, and the workflow under way."""

from enum import Enum

from attrs import define, evolve, field, frozen

from anninh_core.kernel.errors import AlreadyDone
from anninh_core.kernel.refs import Ref
from anninh_core.ports.authenticator import VOUCHED, SignIn
from anninh_core.vocabulary.permissions import Permission


class ActorKind(Enum):
    """A person with grants, or a part of this program with a fixed, small set of permissions."""

    PERSON = "person"
    """An officer, with the grants on record."""
    SYSTEM = "system"
    """A part of the program."""


@frozen
class ActorName:
    """An actor as records name one.

    Attributes:
        id: officer id, or the name of a part of the program.
        request: idempotency key of one act ("" for none): carried out at most once. Records have none, and say so since
            the first release.
    """

    kind: ActorKind
    id: str
    request: str = ""

    @property
    def label(self) -> str:
        """How the journal names the actor."""
        return str(Ref(self.kind.value, self.id))


@frozen
class Seen:
    """A record, and the version in which the actor saw it.

    Attributes:
        version: how often it had been written then.
    """

    kind: str
    id: str
    version: int


@define(eq=False)
class Act:
    """A workflow under way: several commits under one request key, each with a step of its own.

    Attributes:
        owner: label of who called it. The request key is theirs, also where a part of the program goes on with the act.
        operation: how the journal names it.
        committed: the keys that were stored since it was called.
        commits: how many commits were made since then.
        repeated: the steps that were committed when it was called before.
    """

    owner: str
    operation: str
    committed: set[str] = field(factory=set, init=False)
    commits: int = field(default=0, init=False)
    repeated: list[AlreadyDone] = field(factory=list, init=False)

    @property
    def has_begun(self) -> bool:
        """Whether anything of it was committed, now or before: what its actor saw is checked before that only."""
        return bool(self.commits or self.repeated)

    @property
    def is_repeat(self) -> bool:
        """Whether all of it was done before, so that nothing was left to do."""
        return bool(self.repeated) and not self.commits

    def note_commit(self, key: str) -> None:
        """Note a commit, and the key that was stored with it, "" for none."""
        self.commits += 1
        if key:
            self.committed.add(key)

    def sum_up(self) -> AlreadyDone:
        """Return what is known of the act that was done before, all steps together."""
        touched = {(kind, id): version for step in self.repeated for kind, id, version in step.touched}
        facts = {name: fact for step in self.repeated for name, fact in step.facts.items()}
        return AlreadyDone(
            self.repeated[-1].request, tuple((kind, id, version) for (kind, id), version in touched.items()), facts
        )


@frozen
class Actor(ActorName):
    """Who acts, under which request key, and what they saw before.

    Attributes:
        sign_in: how a person is known. Only who authenticates people sets it.
        seen: records in the versions in which the actor saw them, see `seeing`.
        act: the workflow that is under way, None for none. The runner sets it.
        step: which step of it, "" for the one that ends it.
        counts: whether lists tell how many they have.
        request: see `with_request`; "" for none.
    """

    sign_in: SignIn = VOUCHED
    seen: tuple[Seen, ...] = ()
    act: Act | None = field(default=None, eq=False, repr=False)
    step: str = ""
    counts: bool = False

    @property
    def name(self) -> ActorName:
        """Who acts, without anything about this act."""
        return ActorName(self.kind, self.id)

    def with_request(self, request: str) -> "Actor":
        """Return the same actor with a request key: an act called twice under it is done once.

        The second call raises `AlreadyDone`. A workflow that was broken off goes on where it stood when it is called
        again. A person's key counts for that person and the operation alone; make one anew for each thing that you
        want done. It is forgotten after the profile's `retention_days` of `request`.
        """
        return evolve(self, request=request)

    def seeing(self, kind: str, id: str, version: int) -> "Actor":
        """Return the same actor, who acts on a record as it was in a version.

        If it was changed since, the act raises `Stale` and does nothing. It is checked when the act reads the record,
        and once more inside its commit; of several commits, inside the first. An act that was broken off and goes on
        under its request key isn't checked again, for it has changed the record itself.

        Args:
            kind: name of the record's kind, such as `tip`; the act must read that record.
            id: the record's id.
            version: how often the record had been written when the actor saw it: `version` of its view, which is the
                stored record's. A reindex counts too, although it changes nothing that people see.
        """
        return evolve(self, seen=(*self.seen, Seen(kind, id, version)))

    def counting(self) -> "Actor":
        """Return the same actor, who is told how many a list has beside each of its pages.

        What is counted is what the list would show, up to `MOST_COUNTED` and one more. Ask on the first page alone: in
        lists that are narrowed after opening, counting opens records, which are shown to nobody.
        """
        return evolve(self, counts=True)

    def begin(self, operation: str) -> "Actor":
        """Return the same actor at the beginning of a workflow."""
        return evolve(self, act=Act(self.label, operation))

    def for_step(self, name: str) -> "Actor":
        """Return the same actor for a step of the workflow under way, which is committed under a key of its own.

        Every step that is committed needs another name, but the one that ends the act, which takes the act's own key.
        """
        return evolve(self, step=f"{self.step}/{name}" if self.step else name)

    def without_request(self) -> "Actor":
        """Return the same actor for a step whose records say themselves what of it is left to do."""
        return evolve(self, request="")

    def hand_to(self, part: "Actor") -> "Actor":
        """Return a part of the program that goes on with this act; its records say what of that is left to do."""
        return evolve(part, act=self.act)


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
    # What the checks found in a draft is noted beside it: nobody who wrote it has a say in that.
    "checks": frozenset({Permission.CONTENT_EDIT}),
    # What stands at a source outside is kept for editors to see; nothing is written or published of it.
    "collector": frozenset({Permission.CONTENT_EDIT}),
    # What was kept for as long as the profile says is purged, and living keys go under the new epoch.
    "keeper": frozenset({Permission.OPERATE}),
}
"""The whole of what parts of the program may do. None of these permissions decides anything about a person."""
